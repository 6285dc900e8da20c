"""The words two texts differ in."""

import re
from difflib import SequenceMatcher

WORD = re.compile(r"\d+|[a-zA-Z]+|\s|.", re.DOTALL)


def marked(before: str, after: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts cut into runs, each with whether the other text lacks it."""
    old, new = WORD.findall(before), WORD.findall(after)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if b > a:
            left.append(("".join(old[a:b]), tag != "equal"))
        if d > c:
            right.append(("".join(new[c:d]), tag != "equal"))
    return left, right
