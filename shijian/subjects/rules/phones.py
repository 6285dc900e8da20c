"""Phone numbers as registers write them, in one form, so that equal ones are equal."""

import re

SEVERAL = re.compile(r"[、/;,|转]")
BETWEEN = re.compile(r"[\s().\-]")
# A mobile number; a fixed one with or without its area code; a service number.
NUMBER = re.compile(r"1[3-9]\d{9}|(?:0[1-9]\d{1,2})?[2-8]\d{6,7}|[48]00\d{7}")


def clean_phone(text: str) -> str:
    """The first number of a cell, digits only, without +86 and extension; "" when there is none."""
    digits = BETWEEN.sub("", SEVERAL.split(text.replace("（", "(").replace("）", ")"), maxsplit=1)[0])
    digits = re.sub(r"^(\+|00)?86(?=1\d{10}$|0\d{9,})", "", digits)
    return digits if NUMBER.fullmatch(digits) else ""
