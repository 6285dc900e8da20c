"""Evidence passports (证据包): a BagIt package an outsider checks without the product.

`verify.py` stands alone, standard library only, and is part of every package; `build.py` makes packages.
"""
