"""Pages of people, units, grants and certificates."""
