from typing import Any

from django.db import models

from shijian.core.records import Record


class Attached(models.Model):
    """What belongs to a record of any kind: its key, its number as it was, and where it lies for lists across records."""

    record_kind = models.SlugField("卷宗类别", max_length=20)
    record_id = models.UUIDField("卷宗编号")
    record_number = models.CharField("卷宗号", max_length=60)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")

    class Meta:
        abstract = True


def attached_to(record: Record) -> dict[str, Any]:
    """The columns of `Attached` for a record."""
    return {
        "record_kind": record.kind,
        "record_id": record.id,
        "record_number": record.number[:60],
        "bureau_code": record.bureau_code,
        "area_code": record.area_code,
    }
