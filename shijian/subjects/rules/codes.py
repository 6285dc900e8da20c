"""Codes of entities and what is wrong with them, in words that say what to do."""

import unicodedata
from operator import mul

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUES = {char: value for value, char in enumerate(ALPHABET)}
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
LIKELY = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}


def clean_code(text: str) -> str:
    """A code as typed or exported, in capitals without spaces, dashes and full-width forms."""
    if text.isalnum() and text.isascii():
        return text.upper()
    return unicodedata.normalize("NFKC", text).upper().replace(" ", "").replace("-", "").strip("'\"\t\u200b\ufeff")


def credit_code_fault(code: str) -> str:
    """Why this is not a unified social credit code, "" when it is one.

    Source: GB 32100-2015 (18 characters without I O S V Z, check character modulo 31).
    """
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，现为 {len(code)} 位，请核对营业执照"
    try:
        values = [VALUES[char] for char in code]
    except KeyError as error:
        char = str(error.args[0])
        hint = f"，可能是 {LIKELY[char]}" if char in LIKELY else ""
        return f"统一社会信用代码第 {code.index(char) + 1} 位“{char}”不是允许的字符{hint}，请核对营业执照"
    if not code[2:8].isdigit():
        return "统一社会信用代码第 3 至 8 位应为行政区划数字，请核对营业执照"
    expected = -sum(map(mul, values, WEIGHTS)) % 31
    if values[17] != expected:
        return f"统一社会信用代码校验位不符（按前 17 位应为 {ALPHABET[expected]}），请核对营业执照逐位录入"
    return ""


def registration_no_fault(code: str) -> str:
    """Why this is not an old registration number of 15 (13) digits, "" when it is one.

    The last of 15 digits is a check digit (GS 15-2006, modulo 11,10 of ISO 7064).
    """
    if not code.isdigit() or len(code) not in {13, 15}:
        return "注册号应为 15 位（旧号 13 位）数字，请核对营业执照"
    if len(code) == 13:
        return ""
    rest = 10
    for digit in code[:-1]:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return "" if (rest + int(code[-1])) % 10 == 1 else "注册号校验位不符，请核对营业执照"
