"""Many files into one volume with page numbers: every page as it was, its number at the upper right corner."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typst

from shijian.seals.pdf.intake import examine

from .typesetting import fonts

TEMPLATE = Path(__file__).parent / "typst" / "volume.typ"


@dataclass(frozen=True, slots=True)
class Mark:
    """A seal that lies on a page as an annotation and would be lost in a copy: its picture, centre and size in millimetres."""

    svg: str
    page: int
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of the volume: a PDF, or rows of label and text with a picture (JPEG). `numbered`: its pages count;
    `title` is its bookmark."""

    pdf: bytes = b""
    rows: tuple[tuple[str, str], ...] = ()
    picture: bytes = b""
    marks: tuple[Mark, ...] = ()
    numbered: bool = True
    title: str = ""
    pages: int = field(default=1)


def sheet_of(pdf: bytes, marks: Sequence[Mark] = (), *, numbered: bool = True, title: str = "") -> Sheet:
    return Sheet(pdf=pdf, marks=tuple(marks), numbered=numbered, title=title, pages=len(examine(pdf).pages))


def bind(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """One PDF of all sheets in their order."""
    # a sealed file is PDF 2.0, and an older one could not hold its pages
    return bytes(_made(sheets, title, pdf_standards="2.0"))


def pictures(sheet: Sheet, *, dots: int = 96) -> list[bytes]:
    """One picture a page of a file as it was kept, for showing on a screen."""
    made = _made([sheet], "", format="png", ppi=float(dots))
    return [bytes(each) for each in made] if isinstance(made, list) else [bytes(made)]


def _made(sheets: Sequence[Sheet], title: str, **how: Any) -> Any:
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        listed: list[dict[str, Any]] = []
        number = 1
        for at, sheet in enumerate(sheets):
            first = number if sheet.numbered else 0
            told: dict[str, Any] = {"pages": sheet.pages, "rows": sheet.rows, "first": first, "title": sheet.title}
            if sheet.pdf:
                (home / f"{at}.pdf").write_bytes(sheet.pdf)
                told["pdf"] = f"{at}.pdf"
            if sheet.picture:
                (home / f"{at}.jpg").write_bytes(sheet.picture)
                told["picture"] = f"{at}.jpg"
            told["marks"] = []
            for n, mark in enumerate(sheet.marks):
                (home / f"{at}-{n}.svg").write_text(mark.svg, encoding="utf-8")
                page = sheet.pages if mark.page < 0 else mark.page
                told["marks"].append(
                    {"file": f"{at}-{n}.svg", "page": page, "x": mark.x, "y": mark.y, "size": mark.size}
                )
            listed.append(told)
            number += sheet.pages if sheet.numbered else 0
        (home / "volume.typ").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        inputs = {"data": json.dumps({"title": title, "sheets": listed}, ensure_ascii=False)}
        return typst.Compiler(str(home / "volume.typ"), root=str(home), font_paths=fonts()).compile(
            sys_inputs=inputs, **how
        )
