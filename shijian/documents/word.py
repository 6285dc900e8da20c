"""The same blocks as an editable Word file, for those who must go on in a word processor."""

import io
from collections.abc import Mapping
from typing import Any

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BLANK = "＿"


def docx(page: Mapping[str, Any]) -> bytes:
    """A4 with the margins of GB/T 9704-2012, FangSong; tables as tables, blanks as underscores, choices as boxes."""
    from docx import Document  # slow to import, and only when somebody asks for Word
    from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    made = Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = "FangSong", Pt(15)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    made.core_properties.title, made.core_properties.author = page["title"], page["bureau"]

    for text, size in ((page["bureau"], 20), (page["title"], 22)):
        line = made.add_paragraph()
        line.alignment = Align.CENTER
        run = line.add_run(_safe(text))
        run.bold, run.font.size = True, Pt(size)
    if page["number"] is not None:
        made.add_paragraph(_safe(page["number"] or page["number_blank"])).alignment = Align.RIGHT
    for block in page["blocks"]:
        _write(made, block, Align, Pt)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def _write(made: Any, block: Mapping[str, Any], align: Any, points: Any) -> None:
    match block["t"]:
        case "para" | "head":
            line = made.add_paragraph()
            line.paragraph_format.first_line_indent = points(30)
            line.add_run(_text(block["runs"])).bold = block["t"] == "head"
        case "addressee" | "note" | "copies":
            made.add_paragraph(_text(block["runs"]))
        case "pairs":
            made.add_paragraph("　　".join(f"{cell['label']}：{_text(cell['runs'])}" for cell in block["cells"]))
        case "rows":
            _sheet(made, block["rows"])
        case "table":
            _table(made, ["序号", *block["head"]], [[str(at), *row] for at, row in enumerate(block["rows"], 1)])
        case "checks":
            for option in block["options"]:
                made.add_paragraph(_safe(f"{'☑' if option['on'] else '□'} {option['s']}"))
        case "sign":
            for slot in block["slots"]:
                made.add_paragraph(f"{slot['label']}：{BLANK * 8}　　年　月　日")
        case "issuer":
            for text in (
                f"{_safe(block['name'])}（印章）",
                "　　年　月　日" if block["blank"] else _text(block["date"]),
            ):
                made.add_paragraph(text).alignment = align.RIGHT


def _sheet(made: Any, rows: list[Mapping[str, Any]]) -> None:
    table = made.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    for row in rows:
        cells = table.add_row().cells
        if row["kind"] == "head":
            cells[0].merge(cells[3]).text = _text(row["runs"])
        elif row["kind"] == "sign":
            cells[0].text = _safe(row["label"])
            signs = "　".join(f"{slot['label']}：{BLANK * 6}" for slot in row["slots"])
            cells[1].merge(cells[3]).text = "\n".join([*map(_text, row["paras"]), "", f"{signs}　年　月　日"])
        elif len(row["cells"]) == 1:
            cells[0].text = _safe(row["cells"][0]["label"])
            cells[1].merge(cells[3]).text = "\n".join(map(_text, row["cells"][0]["paras"]))
        else:
            for at, cell in enumerate(row["cells"][:2]):
                cells[2 * at].text = _safe(cell["label"])
                cells[2 * at + 1].text = "\n".join(map(_text, cell["paras"]))


def _table(made: Any, head: list[str], rows: list[list[str]]) -> None:
    table = made.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.text = _safe(text)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _safe(text)


def _text(runs: list[Mapping[str, Any]]) -> str:
    parts = []
    for run in runs:
        if "s" in run:
            parts.append(_safe(run["s"]))
        else:
            parts.append(BLANK * run["blank"] if "blank" in run else "☑" if run["box"] else "□")
    return "".join(parts)


def _safe(text: str) -> str:
    """XML has no control characters."""
    return "".join(char for char in text if char >= " " or char in "\t\n")
