"""Blocks to PDF and pictures with Typst: one set of fonts per process, one compiler per thread, which keeps what it has laid out."""

import json
import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings

from shijian.core.errors import Refused

ROOT = Path(__file__).parent / "typst"
ARCHIVAL = "a-2b"  # PDF/A-2b: what cannot be shown is an error instead of an empty box
NOTO = "@expo-google-fonts/noto-serif-sc"
PREFERRED = (Path("/usr/share/texmf/fonts/opentype/public/fandol"), Path("/usr/share/fonts/opentype/fandol"))
LONG = re.compile(
    r"[!-~]{25,}"
)  # a hash, an address: `form.typ` lets it break anywhere, and looks for it only when told
_own = threading.local()


class CannotTypeset(Refused):
    code = "documents.cannot_typeset"


def folders() -> list[Path]:
    """Where the faces lie."""
    package = Path(settings.NODE_MODULES) / NOTO
    return [each for each in (package / "400Regular", package / "700Bold", *PREFERRED) if each.is_dir()]


@cache
def fonts() -> typst.Fonts:
    """FandolFang (a FangSong, as GB/T 9704-2012 asks) where it is installed, Noto Serif SC for everything else."""
    return typst.Fonts(
        font_paths=[str(folder) for folder in folders()],
        include_system_fonts=False,
        include_embedded_fonts=False,
    )


def _compiler() -> typst.Compiler:
    """This thread's own: Typst lets go of the interpreter, so that a batch in two threads uses two cores."""
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(str(ROOT / "form.typ"), root=str(ROOT), font_paths=fonts())
    return _own.compiler  # type: ignore[no-any-return]


def pdf(page: Mapping[str, Any]) -> bytes:
    """The paper as PDF/A-2b. Raises CannotTypeset naming a character no font has."""
    return bytes(_made(page, pdf_standards=ARCHIVAL))


def pictures(page: Mapping[str, Any], *, kind: Literal["png", "svg"] = "png", dots: int = 96) -> list[bytes]:
    """One picture a page, for showing on a screen."""
    made = _made(page, format=kind, ppi=float(dots))
    return [bytes(each) for each in made] if isinstance(made, list) else [bytes(made)]


def placed(page: Mapping[str, Any]) -> tuple[bytes, list[dict[str, Any]]]:
    """The paper as PDF/A-2b with its places to sign and seal, from one layout."""
    return pdf(page), _places()


def slots(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where to sign and seal: {name, page, x, y}, in millimetres from the upper left corner of the page."""
    _made(page, format="png", ppi=1.0)  # the layout is what is asked for: dots of an inch cost next to nothing
    return _places()


def _places() -> list[dict[str, Any]]:
    """Those of what this thread laid out last."""
    found = json.loads(_compiler().query("<slot>", field="value"))
    return [each for each in found if isinstance(each, dict)]


def _made(page: Mapping[str, Any], **how: Any) -> Any:
    inputs = {"data": json.dumps(page, ensure_ascii=False)}
    if LONG.search(json.dumps(page["blocks"], ensure_ascii=False)):
        inputs["long"] = "1"
    try:
        return _compiler().compile(sys_inputs=inputs, **how)
    except RuntimeError as error:
        raise CannotTypeset(_sentence(str(error))) from error


def _sentence(error: str) -> str:
    if "could not be displayed" in error:
        text = error.split("the text `", 1)[-1].split("`", 1)[0].strip('"')
        return f"字体中没有“{text}”，请改用其他字，或者请系统管理员安装含有该字的字体。"
    return "文书排版没有成功，请把填写的内容减少后再试。"
