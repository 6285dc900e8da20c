"""Registry of supervised entities: import, profile, search, binding to the grid."""
