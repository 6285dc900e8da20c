"""A stylesheet without the rules of classes that nothing here can carry: a phone reads the rest in a fifth of the time.

A class stays if its name stands anywhere as a word in a template, a script or a program of ours or of an installed application, or
begins with a word that ends in a hyphen (`alert-${tone}`). So too much stays, never too little, unless a name is put together from
parts without a hyphen between them.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from django.apps import apps

SUFFIXES = {".html", ".js", ".mjs", ".py", ".txt", ".svg"}
WORD = re.compile(r"[A-Za-z][\w-]*")
CLASS = re.compile(r"\.((?:[\w-]|\\.)+)")
PIECE = re.compile(r"/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{};]|[^\"'{};/]+|/", re.DOTALL)
NESTED = ("@media", "@supports", "@layer", "@container")


@cache
def words() -> frozenset[str]:
    """Every word of the sources that may name a class."""
    found: set[str] = set()
    for config in apps.get_app_configs():
        root = Path(config.path)
        folders = [root] if config.name.startswith("shijian.") else [root / "templates"]
        for file in (each for folder in folders for each in folder.rglob("*") if each.suffix in SUFFIXES):
            found.update(WORD.findall(file.read_text(encoding="utf-8", errors="ignore")))
    return frozenset(found)


def lean(css: str, known: Iterable[str]) -> str:
    """The stylesheet with the selectors whose classes are all known, in the same order."""
    whole = frozenset(known)
    beginnings = tuple({each for each in whole if each.endswith("-") and len(each) > 2})
    return "".join(_kept(css, whole, beginnings))


def _kept(css: str, whole: frozenset[str], beginnings: tuple[str, ...]) -> Iterator[str]:
    for prelude, body in rules(css):
        if body is None:
            yield prelude
        elif prelude.startswith(NESTED):
            inner = "".join(_kept(body, whole, beginnings))
            if inner:
                yield f"{prelude}{{{inner}}}"
        elif prelude.startswith("@"):
            yield f"{prelude}{{{body}}}"
        elif selectors := [each for each in selectors_of(prelude) if _may_match(each, whole, beginnings)]:
            yield f"{','.join(selectors)}{{{body}}}"


def rules(css: str) -> Iterator[tuple[str, str | None]]:
    """The rules of one level: what stands before the braces and what stands within, None for a statement without them."""
    depth, head, body = 0, "", ""
    for piece in PIECE.findall(css):
        if piece.startswith("/*"):
            continue
        if piece == "{":
            depth += 1
            if depth == 1:
                continue
        elif piece == "}":
            depth -= 1
            if depth == 0:
                yield head.strip(), body
                head, body = "", ""
                continue
        elif piece == ";" and depth == 0:
            yield head.strip() + ";", None
            head = ""
            continue
        if depth:
            body += piece
        else:
            head += piece


def selectors_of(prelude: str) -> list[str]:
    """A list of selectors, split at its commas but not within brackets."""
    found, depth, begun = [], 0, 0
    for at, char in enumerate(prelude):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            found.append(prelude[begun:at])
            begun = at + 1
    return [each.strip() for each in [*found, prelude[begun:]]]


def _may_match(selector: str, whole: frozenset[str], beginnings: tuple[str, ...]) -> bool:
    """Whether every class it asks for may occur; what stands within brackets, such as `:not(.x)`, decides nothing."""
    plain = re.sub(r"\([^()]*\)|\[[^\]]*\]", "", re.sub(r"\([^()]*\)", "", selector))
    names = (name.replace("\\", "") for name in CLASS.findall(plain))
    return all(name in whole or name.startswith(beginnings) for name in names)
