"""PDF files as bytes: taken in, marked, sealed, examined. Nothing here knows the database."""
