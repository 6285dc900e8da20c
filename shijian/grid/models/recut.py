from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..choices import RecutStatus, Verdict
from .node import Node


class Recut(models.Model):
    """A proposed change of boundaries: the steps made on the map, agreed by the heads it touches, then approved.

    `steps` are what a person did; the outlines are worked out from them on the server every time. `base` is the
    boundary each touched node had when it was proposed: another change in between makes the proposal void.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("编码", max_length=12, blank=True)  # what all touched nodes have in common
    unit_code = models.CharField("单元编码", max_length=12, blank=True)  # the sheet it was drawn on
    title = models.CharField("事项", max_length=80)
    reason = models.TextField("调整理由")
    steps = models.JSONField("操作")
    base = models.JSONField("原边界")
    summary = models.JSONField("影响")
    status = models.CharField("状态", max_length=10, choices=RecutStatus, default=RecutStatus.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审定人")
    decided_at = models.DateTimeField("审定时间", null=True)
    decision_note = models.CharField("审定意见", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "边界调整"
        ordering = ["-proposed_at"]
        indexes = [models.Index(fields=["bureau_code", "status", "-proposed_at"], name="recut_open")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status in {RecutStatus.PROPOSED, RecutStatus.AGREED}

    @property
    def rows(self) -> list[dict[str, str]]:
        """What becomes of each area, for the page."""
        return [
            {**row, "before": f"{row['before_m2']:,}", "after": f"{row['after_m2']:,}"}
            for row in self.summary.get("areas", [])
        ]


class Consent(models.Model):
    """The word of one side of a boundary change: its head agrees or objects, by name and time."""

    recut = models.ForeignKey(Recut, models.CASCADE, related_name="consents")
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name="一方")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="负责人")
    verdict = models.CharField("意见", max_length=10, choices=Verdict, blank=True, default="")
    note = models.CharField("说明", max_length=200, blank=True, default="")
    at = models.DateTimeField("时间", null=True)

    class Meta:
        verbose_name = "边界调整意见"
        ordering = ["node__area_code"]
        constraints = [
            models.UniqueConstraint(fields=["recut", "node"], name="one_word_per_side"),
            models.CheckConstraint(
                condition=Q(verdict="", person=None, at=None)
                | ~Q(verdict="") & Q(person__isnull=False, at__isnull=False),
                name="a_word_has_a_speaker",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.get_verdict_display()}"
