"""Full-text search in the law library. Every hit list is compared with a full scan before any time counts.

The question is asked as the page asks it: the article it names, titles, guides and hits. Told beside it: the hits alone
as a scan of all texts in the same database (`LIKE` without an index).
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import node
from .search import share

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "laws"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
P95_MS = 100  # what a page may take of the server
KINDS = {"word": "一个词", "words": "两个词", "phrase": "原文 6–12 字", "number": "法规和条号", "none": "没有的词"}
WORDS = [
    "听证",
    "没收违法所得",
    "食品添加剂",
    "查封",
    "扣押",
    "虚假宣传",
    "广告",
    "计量器具",
    "特种设备",
    "从轻",
    "吊销许可证",
    "消费者",
]
CITATION = re.compile(r"[第条款项之至到和及、,，;；（）()《》\s\d零〇一二三四五六七八九十百-]")
NONE = ["量子纠缠", "海上油井", "猕猴桃酒庄", "航天测控"]


def run(quick: bool = False) -> list[dict[str, Any]]:
    folder = next((each for each in (SHARED, Path("../shared/data/laws").resolve()) if each.is_dir()), None)
    if folder is None:
        node.say("没有 ../shared/data/laws 的法规文本，略去")
        return []
    made = node.measure("bench.laws", folder, 8 if quick else 40)
    right = not made["wrong"]
    worst = max(made["p95"].values())
    return [
        {
            "name": "法规检索 p95", "ours": worst, "peer": P95_MS, "unit": "ms", "ratio": round(worst / P95_MS, 2), "target": 1.0,
            "ok": right and worst <= P95_MS, "peer_is": "100 ms", "n": made["articles"], "checked": made["checked"],
            "wrong": made["wrong"], "p50_ms": made["p50"], "p95_ms": made["p95"],
            "scan_p95_ms": made["scan_p95"],
        },
    ]  # fmt: skip


def questions(rows: list[Any], each: int) -> dict[str, list[str]]:
    """Words a bureau looks for, and pieces of the articles in force."""
    dice = random.Random(7)
    texts = [row.text.replace("\n", " ") for row in rows if len(row.text) > 40]
    made: dict[str, list[str]] = {kind: [] for kind in KINDS}
    made["word"], made["none"] = WORDS[:each], NONE[:each]
    for _ in range(each):
        made["words"].append(" ".join(dice.sample(WORDS, 2)))
        while len(made["phrase"]) < len(made["words"]):
            text, length = dice.choice(texts), dice.randint(6, 12)
            at = dice.randrange(len(text) - length)
            if len(CITATION.sub("", text[at : at + length])) > 1:  # else it asks for an article by its number
                made["phrase"].append(text[at : at + length].strip())
        row = dice.choice(rows)
        made["number"].append(f"《{row.version.law.title}》{row.label}")
    return made


def wrong_answers(asked: dict[str, list[str]], rows: list[Any]) -> tuple[int, int]:
    """(wrong, checked): by cutting every text in force into its words anew and looking at each."""
    from shijian.laws import words
    from shijian.laws.queries.searching import MOST, Search

    cut = {row.pk: set(words.of(row.text or row.summary)) for row in rows}
    wrong = checked = 0
    for kind, texts in asked.items():
        for text in texts:
            search = Search(text, on=NOW.date())
            if kind == "number":
                wanted = {row.pk for row in rows if f"《{row.version.law.title}》{row.label}" == text}
                right = search.direct is not None and {search.direct.article.pk} == wanted
            else:
                parts = set(words.of(text))
                expected = {key for key, held in cut.items() if parts and parts <= held}
                expected = expected or {row.pk for row in rows if text in row.text or text in row.summary}
                answer = {hit.article.pk for hit in search.shown}
                right = answer <= expected and len(answer) == min(len(expected), MOST)
                right = right and search.has_more == (len(expected) > MOST)
            if not right:
                node.say(f"{kind} {text}：{len(search.shown)} 条，与逐条核对不符")
            wrong += not right
            checked += 1
    return wrong, checked


def ask(text: str) -> Any:
    """All that the page of the search asks."""
    from shijian.laws.queries.searching import Search

    search = Search(text, on=NOW.date())
    return search.direct, search.laws, search.guides, search.hits


def scan(text: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET enable_bitmapscan = off")
        cursor.execute(
            "SELECT a.id FROM laws_article a JOIN laws_version v ON v.id = a.version_id "
            "WHERE a.text LIKE %s AND v.valid @> %s::date LIMIT 61",
            [f"%{text}%", NOW.date()],
        )
        cursor.fetchall()
        cursor.execute("RESET enable_bitmapscan")


def _timed(act: Callable[[str], Any], text: str) -> float:
    begun = time.perf_counter()
    act(text)
    return (time.perf_counter() - begun) * 1000


def measure(*, folder: Path, each: int) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection

    from shijian.laws import services
    from shijian.laws.models import Article

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_laws", stdout=sys.stderr)
    services.import_laws(folder, by=None, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE laws_article")
    rows = list(Article.objects.filter(version__valid__contains=NOW.date()).select_related("version__law"))
    asked = questions(rows, each)
    wrong, checked = wrong_answers(asked, rows)
    waits: dict[str, list[float]] = {kind: [] for kind in asked}
    scans: list[float] = []
    for _ in range(3):
        for kind, texts in asked.items():
            for text in texts:
                waits[kind].append(_timed(ask, text))
                if kind == "phrase":
                    scans.append(_timed(scan, text))
    return {
        "wrong": wrong, "checked": checked, "articles": Article.objects.count(), "scan_p95": share(scans, 95),
        "p50": {KINDS[kind]: share(each, 50) for kind, each in waits.items()},
        "p95": {KINDS[kind]: share(each, 95) for kind, each in waits.items()},
    }  # fmt: skip


def main(folder: str, each: int) -> None:
    import django

    django.setup()
    sys.stdout.write(json.dumps(measure(folder=Path(folder), each=each), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
