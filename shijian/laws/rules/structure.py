"""An article cut into paragraphs (款) and items (项)."""

import re
from dataclasses import dataclass

from .numerals import NUMBER, number

ITEM = re.compile(rf"^[（(]({NUMBER})[）)]")


@dataclass(frozen=True, slots=True)
class Item:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`items` belong to the paragraph before them; what follows an item is the next paragraph, 目 stay with their item."""

    number: int
    text: str
    items: tuple[Item, ...]

    @property
    def whole(self) -> str:
        return "\n".join([self.text, *(item.text for item in self.items)])


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """款 = every paragraph of the article that is not an item (data/laws README)."""
    found: list[tuple[str, list[Item]]] = []
    for line in text.split("\n"):
        match = ITEM.match(line)
        if match and found:
            found[-1][1].append(Item(number(match[1]), line))
        elif found and found[-1][1] and re.match(r"^\d+[.．、]", line):
            last = found[-1][1].pop()
            found[-1][1].append(Item(last.number, f"{last.text}\n{line}"))
        else:
            found.append((line, []))
    return tuple(Paragraph(place, line, tuple(items)) for place, (line, items) in enumerate(found, 1))


def part(text: str, *, paragraph: int = 0, item: int = 0) -> str | None:
    """The text of a paragraph or item, None when the article has none such; an item without a paragraph is the first so numbered."""
    cut = [each for each in paragraphs(text) if paragraph in (0, each.number)]
    if not item:
        return cut[0].whole if paragraph and cut else (None if paragraph else text)
    return next((each.text for one in cut for each in one.items if each.number == item), None)
