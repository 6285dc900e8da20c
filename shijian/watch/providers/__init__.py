"""The rules over records of the modules below; those above register their own."""
