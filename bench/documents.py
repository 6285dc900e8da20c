"""B7: penalty decisions of one to three pages filled and rendered, against WeasyPrint with the same text and font.

Turns alternate on the same decisions; beside the clock runs the processor time, which other work on the computer lengthens
less. Text is read back with pdftotext and compared with what went in. The floor is reportlab putting the same lines on
pages, without tags, tables or PDF/A; it is measured where it is installed, as WeasyPrint is.
"""

import html
import io
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from . import node

RATIO, BYTES = 15.0, 60_000
FLOOR = 0.5
ON = date(2026, 11, 20)
GOODS = [
    "纯牛奶",
    "酱油",
    "挂面",
    "食醋",
    "面包",
    "香肠",
    "饼干",
    "茶叶",
    "粉条",
    "豆腐干",
    "葡萄酒",
    "菜籽油",
    "蜂蜜",
    "辣椒酱",
    "月饼",
    "糕点",
]
STREETS = ["纺东街", "纺西街", "席王路", "灞柳路", "新合街", "洪庆路", "田洪正街", "长乐东路", "半坡路", "广运潭大道"]


def run(quick: bool = False) -> list[dict[str, Any]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")
    import django

    django.setup()
    from shijian.core import deadlines

    table = deadlines._by_key(deadlines._row(row) for row in deadlines.shipped())
    deadlines.limits = lambda: table  # the shipped periods, without a database
    count, turns = (40, 4) if quick else (500, 20)
    made = decisions(count)
    peers = {
        name: make()
        for name, make in {"weasyprint": peer_renderer, "reportlab": floor_renderer}.items()
        if find_spec(name)
    }
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in ("ours", *peers)}
    sizes, wrong = [], 0
    for one in (render, *peers.values()):
        one(made[0])  # fonts are read once per process
    each = count // turns
    for turn in range(turns):
        batch = made[turn * each : (turn + 1) * each]
        files = timed(render, batch, took["ours"])
        sizes += [len(file) for file in files]
        wrong += sum(not same_text(file, data) for file, data in zip(files, batch, strict=True))
        for name, one in peers.items():  # a fifth of each turn: its time a document is as steady
            timed(one, batch[: max(1, each // 5)], took[name])
    base = {"n": count, "wrong": wrong}
    results = []
    for name, target in (("weasyprint", RATIO), ("reportlab", FLOOR)):
        if name not in peers:
            node.say(f"{name} 未安装，略去这一对照")
            continue
        for at, unit in ((0, "ms a document"), (1, "ms processor time a document")):
            ours, theirs = ([each[at] for each in took[side]] for side in ("ours", name))
            ratio = round(median(one / own for one, own in zip(theirs, ours, strict=True)), 2)
            results.append(
                {
                    "name": f"B7 documents, {name}", "ours": round(1000 * median(ours), 1),
                    "peer": round(1000 * median(theirs), 1), "unit": unit, "ratio": ratio, "target": target,
                    "ok": ratio >= target and not wrong, "peer_is": f"{name} {version(name)}", **base,
                }
            )  # fmt: skip
    results.append(in_threads(made))
    largest = max(sizes)
    results.append(
        {
            "name": "B7 size", "ours": int(median(sizes)), "peer": BYTES, "unit": "bytes, median",
            "ratio": round(median(sizes) / BYTES, 2), "target": 1.0, "ok": median(sizes) <= BYTES and not wrong,
            "largest": largest, "peer_is": "60 KB", **base,
        }
    )  # fmt: skip
    return results


def timed(
    make: Callable[[dict[str, Any]], bytes], batch: list[dict[str, Any]], took: list[tuple[float, float]]
) -> list[bytes]:
    """The files of a batch; seconds and processor seconds a document are added to `took`."""
    begun, used = time.perf_counter(), time.process_time()
    files = [make(data) for data in batch]
    took.append(((time.perf_counter() - begun) / len(batch), (time.process_time() - used) / len(batch)))
    return files


def in_threads(made: list[dict[str, Any]]) -> dict[str, Any]:
    """A batch, as at the end of a month, in one thread and in one for each core."""
    threads, rates = os.cpu_count() or 1, []
    for number in (1, threads) * 3:
        begun = time.perf_counter()
        with ThreadPoolExecutor(number) as pool:
            list(pool.map(render, made))
        rates.append(len(made) / (time.perf_counter() - begun))
    one, all_ = median(rates[0::2]), median(rates[1::2])
    return {
        "name": f"B7 batch in {threads} threads", "ours": round(all_, 1), "peer": round(one, 1), "unit": "documents a second",
        "ratio": round(all_ / one, 2), "target": 1.0, "ok": all_ >= one, "peer_is": "one thread", "n": len(made),
    }  # fmt: skip


def version(package: str) -> str:
    from importlib.metadata import version as of

    return of(package)


def decisions(count: int) -> list[dict[str, Any]]:
    """Data of as many different decisions, with one to sixty findings and up to twelve pieces of evidence."""
    from shijian.documents import catalogue

    dice = random.Random(7)
    sample = dict(catalogue.shipped()["penalty_decision"].sample)
    made = []
    for at in range(count):
        goods = dice.sample(GOODS, dice.randint(1, 6))
        lines = [
            f"现场检查发现{name}{dice.randint(1, 60)}件，生产日期2026年{dice.randint(1, 9)}月{dice.randint(1, 28)}日，"
            f"超过保质期{dice.randint(1, 200)}日，标价{dice.randint(2, 90)}元。"
            for name in goods * dice.randint(1, 3)
        ]
        made.append(
            {
                **sample,
                "party_name": f"西安市灞桥区{dice.choice(STREETS)}第{at + 1}商店",
                "party_address": f"西安市灞桥区{dice.choice(STREETS)}{dice.randint(1, 400)}号",
                "facts_found": "\n".join(lines),
                "evidence_list": "\n".join(
                    f"{number}. 证据材料第{number}号，证明{dice.choice(goods)}陈列待售的事实。"
                    for number in range(1, dice.randint(3, 12))
                ),
                "fine": str(dice.randint(10, 900) * 100),
            }
        )
    return made


def page(data: dict[str, Any]) -> dict[str, Any]:
    from shijian.documents import catalogue, filling

    content = catalogue.shipped()["penalty_decision"]
    return filling.page(content, data, filling.sample_office(), number="灞桥市监处罚〔2026〕17号", on=ON)


def render(data: dict[str, Any]) -> bytes:
    from shijian.documents import typesetting

    return typesetting.pdf(page(data))


def peer_renderer() -> Any:
    """The same blocks as HTML, the same font, the same page."""
    import weasyprint
    from django.conf import settings
    from weasyprint.text.fonts import FontConfiguration

    from shijian.documents import typesetting

    folder = Path(settings.NODE_MODULES) / typesetting.NOTO
    faces = "".join(
        f"@font-face{{font-family:Paper;font-weight:{weight};src:url(file://{folder}/{name}/NotoSerifSC_{name}.ttf)}}"
        for weight, name in (("normal", "400Regular"), ("bold", "700Bold"))
    )
    fonts = FontConfiguration()
    style = weasyprint.CSS(
        string=faces + "@page{size:A4;margin:37mm 26mm 35mm 28mm}body{font:15pt/1.7 Paper}p{margin:0;text-indent:2em}"
        "h1,h2{text-align:center;font-size:20pt;margin:0}.n{text-align:right}.l{text-indent:0}",
        font_config=fonts,
    )

    def make(data: dict[str, Any]) -> bytes:
        text = "".join(paragraphs(page(data)))
        return bytes(
            weasyprint.HTML(string=f"<html lang=zh><body>{text}").write_pdf(stylesheets=[style], font_config=fonts)
        )

    return make


def floor_renderer() -> Any:
    """The same words in the same font, drawn line by line: what no layout, no tags and no PDF/A cost."""
    from django.conf import settings
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from shijian.documents import typesetting

    folder = Path(settings.NODE_MODULES) / typesetting.NOTO
    pdfmetrics.registerFont(TTFont("Paper", str(folder / "400Regular" / "NotoSerifSC_400Regular.ttf")))

    def make(data: dict[str, Any]) -> bytes:
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=A4)
        at = A4[1] - 37 * mm
        canvas.setFont("Paper", 15)
        for text in paragraphs(page(data)):
            plain = html.unescape(re.sub("<[^>]*>", "", text))
            for start in range(0, len(plain), 29):
                if at < 35 * mm:
                    canvas.showPage()
                    canvas.setFont("Paper", 15)
                    at = A4[1] - 37 * mm
                canvas.drawString(28 * mm, at, plain[start : start + 29])
                at -= 25
        canvas.save()
        return out.getvalue()

    return make


def paragraphs(made: dict[str, Any]) -> list[str]:
    """The blocks of a letter as HTML."""
    lines = [f"<h1>{made['bureau']}</h1><h2>{made['title']}</h2><p class=n>{made['number']}</p>"]
    for block in made["blocks"]:
        if block["t"] == "pairs":
            cells = "　".join(f"{cell['label']}：{said(cell['runs'])}" for cell in block["cells"])
            lines.append(f"<p class=l>{cells}</p>")
        elif block["t"] == "issuer":
            lines.append(f"<p class=n>{block['name']}（印章）</p><p class=n>{said(block['date'])}</p>")
        elif "runs" in block:
            lines.append(f"<p>{said(block['runs'])}</p>")
    return lines


def said(runs: list[dict[str, Any]]) -> str:
    return html.escape("".join(run.get("s", "") for run in runs))


def same_text(file: bytes, data: dict[str, Any]) -> bool:
    """Whether every paragraph of the decision is in the PDF, character by character."""
    if not shutil.which("pdftotext"):
        return True
    with tempfile.NamedTemporaryFile(suffix=".pdf") as kept:
        kept.write(file)
        kept.flush()
        told = subprocess.run(["pdftotext", "-raw", kept.name, "-"], capture_output=True, check=True).stdout.decode()
    printed = re.sub(r"\s|—\d+—", "", re.sub(r"\s", "", told))
    parts = ["".join(run.get("s", "") for run in block["runs"]) for block in page(data)["blocks"] if "runs" in block]
    return all(re.sub(r"\s", "", part) in printed for part in parts)
