"""Evidence and the record of the whole process (证据和全过程记录).

What is captured is attached to any record, hashed at once and never changed; who holds it is a chain of signed entries;
goods under preservation or seizure bear labels; an evidence passport shows all of it to outsiders without the product.
"""
