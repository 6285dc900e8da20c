"""The officer's desk, the map and the one search entrance."""
