"""Pages of papers and forms."""
