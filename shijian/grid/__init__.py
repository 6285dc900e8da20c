"""Levels, nodes and codes of the supervision grid, their boundaries, their staff and who answers for a place."""
