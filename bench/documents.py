"""B7: penalty decisions of one to three pages filled and rendered, against WeasyPrint with the same text and font.

Turns alternate on the same decisions. Text of both is read back with pdftotext and compared with what went in.
"""

import html
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from . import node

RATIO, BYTES = 15.0, 60_000
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
    ours, peer, sizes, wrong = [], [], [], 0
    weasy = peer_renderer() if find_spec("weasyprint") else None
    render(made[0])  # fonts are read once per process
    if weasy:
        weasy(made[0])
    each = count // turns
    for turn in range(turns):
        batch = made[turn * each : (turn + 1) * each]
        start = time.perf_counter()
        files = [render(data) for data in batch]
        ours.append((time.perf_counter() - start) / each)
        sizes += [len(file) for file in files]
        wrong += sum(not same_text(file, data) for file, data in zip(files, batch, strict=True))
        if weasy:
            few = batch[: max(1, each // 5)]  # the peer takes a fifth of each turn: its time a document is as steady
            start = time.perf_counter()
            for data in few:
                weasy(data)
            peer.append((time.perf_counter() - start) / len(few))
    ratio = round(median(theirs / own for theirs, own in zip(peer, ours, strict=True)), 1) if peer else None
    base = {"n": count, "wrong": wrong}
    results = []
    if ratio is not None:
        results.append(
            {
                "name": "B7 documents", "ours": round(1000 * median(ours), 1), "peer": round(1000 * median(peer), 1),
                "unit": "ms a document", "ratio": ratio, "target": RATIO, "ok": ratio >= RATIO and not wrong,
                "peer_is": f"WeasyPrint {version('weasyprint')}", **base,
            }
        )  # fmt: skip
    else:
        node.say("weasyprint 未安装，略去这一对照")
    largest = max(sizes)
    results.append(
        {
            "name": "B7 size", "ours": int(median(sizes)), "peer": BYTES, "unit": "bytes, median",
            "ratio": round(median(sizes) / BYTES, 2), "target": 1.0, "ok": median(sizes) <= BYTES and not wrong,
            "largest": largest, "peer_is": "60 KB", **base,
        }
    )  # fmt: skip
    return results


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
