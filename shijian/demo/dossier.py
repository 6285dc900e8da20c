"""What other systems would know of some demo entities, through the import a bureau uses. Numbers and rows are invented."""

import csv
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.subjects import services
from shijian.subjects.models import Entity
from shijian.subjects.rules.dossier import HEADS

ENTITIES = 40
FOOD = r"^(521|522|62)"  # shops and kitchens, so that a food licence fits
# kind, name, days ago, days valid, result, every so manieth entity
ROWS: list[tuple[str, str, int, int, str, int]] = [
    ("登记许可", "营业执照", 900, 0, "准予登记", 1),
    ("登记许可", "食品经营许可证", 420, 1826, "准予许可", 2),
    ("监督检查", "日常监督检查", 190, 0, "未发现问题", 1),
    ("监督检查", "双随机抽查", 40, 0, "发现一般问题，责令改正，已改正", 2),
    ("行政处罚", "未按规定公示营业执照案", 130, 0, "警告", 7),
    ("投诉举报", "反映明码标价不清", 75, 0, "已调解，双方达成一致", 3),
    ("投诉举报", "反映食品超过保质期", 20, 0, "核查后不属实，已答复", 5),
    ("知识产权", "商标注册（第 35 类）", 700, 3652, "已注册", 6),
]


def play(clerk: User, *, now: datetime) -> None:
    today, source = localdate(now), "演示业务系统"
    known = Entity.objects.active().filter(industry_code__regex=FOOD).exclude(credit_code="").exclude(area_code="")
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        for place, code in enumerate(
            known.order_by("area_code", "name").values_list("credit_code", flat=True)[:ENTITIES]
        ):
            for kind, name, ago, valid, result, every in ROWS:
                if place % every == 0:
                    day = today - timedelta(days=ago + place)
                    until = day + timedelta(days=valid) if valid else ""
                    writer.writerow([code, kind, f"演示{ago:03d}-{place + 1:04d}", name, day, until, result])
        file.flush()
        services.import_dossier(Path(file.name), file_name="演示档案.csv", source=source, by=clerk, now=now)
