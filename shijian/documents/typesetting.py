"""Blocks to PDF and pictures with Typst: one set of fonts and one compiler per process, one compilation at a time."""

import json
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
_one_at_a_time = threading.Lock()


class CannotTypeset(Refused):
    code = "documents.cannot_typeset"


def folders() -> list[Path]:
    """Where the faces lie."""
    package = Path(settings.NODE_MODULES) / NOTO
    return [each for each in (package / "400Regular", package / "700Bold", *PREFERRED) if each.is_dir()]


@cache
def _compiler() -> typst.Compiler:
    """FandolFang (a FangSong, as GB/T 9704-2012 asks) where it is installed, Noto Serif SC for everything else."""
    fonts = typst.Fonts(
        font_paths=[str(folder) for folder in folders()],
        include_system_fonts=False,
        include_embedded_fonts=False,
    )
    return typst.Compiler(str(ROOT / "form.typ"), root=str(ROOT), font_paths=fonts)


def pdf(page: Mapping[str, Any]) -> bytes:
    """The paper as PDF/A-2b. Raises CannotTypeset naming a character no font has."""
    return bytes(_made(page, pdf_standards=ARCHIVAL))


def pictures(page: Mapping[str, Any], *, kind: Literal["png", "svg"] = "png", dots: int = 96) -> list[bytes]:
    """One picture a page, for showing on a screen."""
    made = _made(page, format=kind, ppi=float(dots))
    return [bytes(each) for each in made] if isinstance(made, list) else [bytes(made)]


def slots(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where to sign and seal: {name, page, x, y}, in millimetres from the upper left corner of the page."""
    with _one_at_a_time:
        found = _inputs_query(page)
    return [each for each in json.loads(found) if isinstance(each, dict)]


def _inputs_query(page: Mapping[str, Any]) -> str:
    compiler = _compiler()
    compiler.compile(sys_inputs={"data": json.dumps(page, ensure_ascii=False)}, format="svg")
    return str(compiler.query("<slot>", field="value"))


def _made(page: Mapping[str, Any], **how: Any) -> Any:
    inputs = {"data": json.dumps(page, ensure_ascii=False)}
    with _one_at_a_time:
        try:
            return _compiler().compile(sys_inputs=inputs, **how)
        except RuntimeError as error:
            raise CannotTypeset(_sentence(str(error))) from error


def _sentence(error: str) -> str:
    if "could not be displayed" in error:
        text = error.split("the text `", 1)[-1].split("`", 1)[0].strip('"')
        return f"字体中没有“{text}”，请改用其他字，或者请系统管理员安装含有该字的字体。"
    return "文书排版没有成功，请把填写的内容减少后再试。"
