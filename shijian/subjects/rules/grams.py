"""What a search looks for: keys of the words asked, and the forms a word may have had with one typo in it.

The keys are those of the database function `subjects_keys`; a row that holds all keys of a word is then compared with the
word itself, so keys that coincide cost time and never a wrong answer.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

LETTERS = {char: number for number, char in enumerate("abcdefghijklmnopqrstuvwxyz0123456789", 1)}
AREA_STEPS = (6, 4, 2)
TYPO_FROM, TYPO_TO = 4, 20  # characters of a word of which one may be wrong


@dataclass(frozen=True, slots=True)
class Form:
    """A LIKE pattern (`_` is any one character), and the keys every text that matches it holds."""

    pattern: str
    keys: tuple[int, ...]


def words(text: str) -> list[str]:
    return text.lower().split()


def pair(first: str, second: str, *, around_one: bool = False) -> int:
    """The key of two neighbouring characters, or of the two on both sides of any one character."""
    high = ord(first) ^ 0x8000 if around_one else ord(first)
    key = ((high << 16) | (ord(second) & 0xFFFF)) & 0xFFFFFFFF
    return key - 2**32 if key >= 2**31 else key


def pairs(text: str) -> list[int]:
    return [pair(first, second) for first, second in pairwise(text)]


def initial_keys(letters: str) -> list[int]:
    """Keys of three or more pinyin initials; empty when the text is none."""
    numbers = [LETTERS.get(char, 0) for char in letters]
    if len(numbers) < 3 or 0 in numbers:
        return []
    return [a * 1369 + b * 37 + c for a, b, c in zip(numbers, numbers[1:], numbers[2:], strict=False)]


def area_key(prefix: str) -> int | None:
    """The key of the longest indexed prefix of a grid code; None when there is none."""
    steps = (step for step in AREA_STEPS if len(prefix) >= step)
    step = next(steps, None)
    return int("1" + prefix[:step]) if step and prefix[:step].isdigit() else None


def typo_forms(word: str) -> list[Form]:
    """Every form of a word with one character wrong, one too many or one missing; empty for very short and very long words."""
    if not TYPO_FROM <= len(word) <= TYPO_TO:
        return []
    forms = {word[1:]: Form(escape(word[1:]), tuple(pairs(word[1:])))}
    forms[word[:-1]] = Form(escape(word[:-1]), tuple(pairs(word[:-1])))
    for at in range(1, len(word)):
        left, right = word[:at], word[at:]
        known = (*pairs(left), *pairs(right))
        forms[f"{left}\n{right}"] = _gap(left, right, known)  # one is missing between the two
        if at < len(word) - 1:
            rest = right[1:]
            known = (*pairs(left), *pairs(rest))
            forms[f"{left}\n{rest}"] = _gap(left, rest, known)  # the one between the two is wrong
            forms.setdefault(left + rest, Form(escape(left + rest), tuple(pairs(left + rest))))  # or too many
    return list(forms.values())


def _gap(left: str, right: str, known: tuple[int, ...]) -> Form:
    return Form(f"{escape(left)}_{escape(right)}", (*known, pair(left[-1], right[0], around_one=True)))


def escape(text: str) -> str:
    """For LIKE: the three characters that mean something there."""
    return re.sub(r"([\\%_])", r"\\\1", text)
