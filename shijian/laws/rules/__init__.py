"""Law texts as plain values: reading a file, counting paragraphs and items, references, mapping two versions."""
