import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from shijian.subjects.models import Industry
from shijian.subjects.rules.chain import link_of

DATA = Path(__file__).resolve().parents[2] / "data"
SHIPPED, LINKS = DATA / "industries.csv", DATA / "chain_links.csv"


class Command(BaseCommand):
    help = "写入 GB/T 4754-2017 行业分类；可重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        with SHIPPED.open(encoding="utf-8", newline="") as file:
            rows = [Industry(**row) for row in csv.DictReader(file)]
        with LINKS.open(encoding="utf-8", newline="") as file:
            links = {row["code"]: row["link"] for row in csv.DictReader(file)}
        for row in rows:
            row.chain_link = link_of(row.code, row.section, links)
        fields = ["name", "parent", "section", "chain_link"]
        Industry.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=fields)
        self.stdout.write(f"行业分类 {len(rows)} 条。")
