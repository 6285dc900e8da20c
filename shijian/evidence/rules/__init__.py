"""Evidence as law and arithmetic: no database, no clock."""
