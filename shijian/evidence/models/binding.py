from datetime import UTC
from typing import Any

from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User
from shijian.core.ids import new_id

from .item import Item


class Binding(models.Model):
    """A recording that shows how a paper came about (录音录像与文书的绑定), with the hash of both as they were that moment.

    Never changed and never deleted; a wrong one is taken back by a `Note` of the item that names it.
    Source: 市场监督管理行政处罚程序规定 (2022-09-29) art. 44; 行政处罚法 (2021-01-22) art. 47.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="bindings", verbose_name="录音录像")
    paper_id = models.UUIDField("文书")
    paper_name = models.CharField("文书名称", max_length=60)
    paper_number = models.CharField("文号", max_length=60, blank=True, default="")
    paper_version = models.PositiveSmallIntegerField("文书版本", default=1)
    paper_sha256 = models.CharField("文书定稿 SHA-256", max_length=64)
    item_sha256 = models.CharField("录音录像 SHA-256", max_length=64)
    first_second = models.PositiveIntegerField("起（秒）", null=True)
    last_second = models.PositiveIntegerField("止（秒）", null=True)
    remark = models.CharField("说明", max_length=200, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="绑定人")
    at = models.DateTimeField("绑定时间")
    content_hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = "录音录像绑定"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["paper_id"], name="binding_by_paper")]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_second=None) | Q(first_second__isnull=False, last_second__gt=F("first_second")),
                name="binding_seconds_in_order",
                violation_error_message="结束时间应当晚于开始时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} → {self.paper_label}"

    @property
    def paper_label(self) -> str:
        version = f"（第 {self.paper_version} 版）" if self.paper_version > 1 else ""
        return f"《{self.paper_name}》{self.paper_number}{version}"

    @property
    def span(self) -> str:
        """From when to when in the recording, as 0:12–1:05; "" for all of it."""
        if self.first_second is None:
            return ""
        end = clock(self.last_second) if self.last_second is not None else "结束"
        return f"{clock(self.first_second)}–{end}"

    @property
    def fragment(self) -> str:
        """The part of the address that makes a player play just this (W3C Media Fragments)."""
        if self.first_second is None:
            return ""
        return f"#t={self.first_second}" + (f",{self.last_second}" if self.last_second is not None else "")

    def told(self) -> dict[str, Any]:
        """What the binding says, as its hash covers it."""
        return {
            "v": 1,
            "id": str(self.pk),
            "item": str(self.item_id),
            "item_sha256": self.item_sha256,
            "paper": str(self.paper_id),
            "paper_name": self.paper_name,
            "paper_number": self.paper_number,
            "paper_version": self.paper_version,
            "paper_sha256": self.paper_sha256,
            "seconds": [self.first_second, self.last_second],
            "remark": self.remark,
            "by": [self.by.employee_no, self.by.name],
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
        }


def clock(seconds: int) -> str:
    """75 → 1:15, 3675 → 1:01:15."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
