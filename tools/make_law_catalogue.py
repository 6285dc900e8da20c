"""Write `shijian/laws/data/catalogue.csv` from a folder of law texts: titles, dates and counts, no text.

python tools/make_law_catalogue.py ../shared/data/laws
"""

import csv
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")

COLUMNS = [
    "title",
    "level",
    "issuer",
    "promulgated_on",
    "in_force_on",
    "start_basis",
    "articles",
    "replaces",
    "repealed_on",
]
# Laws that took the place of one of another title, with the last day of the old one: 市场监管总局令第121号.
REPLACED = {"市场监督管理投诉举报处理办法": "市场监督管理投诉举报处理暂行办法"}
REPEALED = {"市场监督管理投诉举报处理暂行办法": "2026-04-15"}


def main(folder: Path) -> None:
    import django

    django.setup()
    from shijian.laws.services import importing

    levels = importing._levels(folder)
    rows = []
    for path in sorted(folder.rglob("*.md")):
        if path.name.lower() in importing.SKIPPED:
            continue
        found = importing._read(path, levels.get(str(path.relative_to(folder)), ""))
        if isinstance(found, list):
            raise SystemExit(f"{path.name}: {found}")
        text = found.text
        starts_on, basis = importing.start_of(text)
        rows.append(
            [
                text.title, found.level, found.issuer, text.promulgated_on, starts_on, str(basis), len(text.articles),
                REPLACED.get(text.title, ""), REPEALED.get(text.title, ""),
            ]
        )  # fmt: skip
    rows.sort(key=lambda row: (row[1], row[7] != "", row[0], row[3]))
    with (ROOT / "shijian" / "laws" / "data" / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
