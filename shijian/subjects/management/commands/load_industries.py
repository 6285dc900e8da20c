import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from shijian.subjects.models import Industry

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "industries.csv"


class Command(BaseCommand):
    help = "写入 GB/T 4754-2017 行业分类；可重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        with SHIPPED.open(encoding="utf-8", newline="") as file:
            rows = [Industry(**row) for row in csv.DictReader(file)]
        fields = ["name", "parent", "section"]
        Industry.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=fields)
        self.stdout.write(f"行业分类 {len(rows)} 条。")
