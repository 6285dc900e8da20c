import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from shijian.events.models import Kind, LadderRung

DATA = Path(__file__).resolve().parents[2] / "data"
SHIPPED = DATA / "kinds.csv"


class Command(BaseCommand):
    help = "写入随产品发布的事项库和提醒阶梯；已有的事项不动；各局修改过的是各局自己的版本。"

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(Kind.objects.filter(bureau_code="").values_list("code", flat=True))
        with SHIPPED.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["code"] not in known]
        Kind.objects.bulk_create(_kind(row) for row in rows)
        if not LadderRung.objects.filter(bureau_code="").exists():
            with (DATA / "ladder.csv").open(encoding="utf-8", newline="") as file:
                LadderRung.objects.bulk_create(LadderRung(**row) for row in csv.DictReader(file))
        self.stdout.write(f"新增事项 {len(rows)} 项。")


def _kind(row: dict[str, str]) -> Kind:
    limit = f"法定期限 {row['limit_key']}" if row["limit_key"] else "本局内部时限（可配置）"
    return Kind(
        code=row["code"],
        group=row["group"],
        name=row["name"],
        basis=row["basis"],
        limit_key=row["limit_key"],
        limit_amount=int(row["limit_amount"]) if row["limit_amount"] else None,
        limit_unit=row["limit_unit"],
        limit_basis=limit,
        respond_hours=int(row["respond_hours"]),
        first_handler=row["first_handler"],
        wants_certificate=row["wants_certificate"] == "1",
        wants_photo=row["wants_photo"] == "1",
    )
