from datetime import UTC
from typing import Any

from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..choices import CustodyAct, ProofKind
from ..rules.custody import Link, entry_hash
from .item import Item
from .measure import Good


class CustodyEntry(models.Model):
    """One step of the chain of custody of an item or a good: append-only, each bears the hash of the one before.

    Both sides of a hand-over sign by proving who they are again shortly before (`proved_how`, `proved_at`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="chain", verbose_name="证据")
    good = models.ForeignKey(Good, models.PROTECT, null=True, related_name="chain", verbose_name="物品")
    seq = models.PositiveIntegerField("次序")
    act = models.CharField("行为", max_length=10, choices=CustodyAct)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="接收人")
    outside = models.CharField("外单位", max_length=120, blank=True, default="")
    place = models.CharField("地点", max_length=200, blank=True, default="")
    note = models.CharField("说明", max_length=500, blank=True, default="")
    proved_how = models.CharField("身份验证方式", max_length=20, blank=True, default="", choices=ProofKind)
    proved_at = models.DateTimeField("身份验证时间", null=True)
    content = models.JSONField(editable=False)
    previous = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = "保管记录"
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["item", "seq"], name="custody_item_seq"),
            models.UniqueConstraint(fields=["good", "seq"], name="custody_good_seq"),
            models.CheckConstraint(
                condition=Q(item=None, good__isnull=False) | Q(item__isnull=False, good=None),
                name="custody_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.get_act_display()}"

    def sign(self) -> None:
        """Fix what the entry says and its hash."""
        self.content = self.said()
        self.hash = entry_hash(self.content)

    def said(self) -> dict[str, Any]:
        told = {
            "v": 1,
            "subject": f"item:{self.item_id}" if self.item_id else f"good:{self.good_id}",
            "seq": self.seq,
            "act": self.act,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "by": [self.by.employee_no, self.by.name],
            "to": [self.to.employee_no, self.to.name] if self.to else None,
            "outside": self.outside,
            "place": self.place,
            "note": self.note,
            "previous": self.previous,
        }
        if self.proved_at:  # entries from before this was asked for have no such key
            told["proved"] = [self.proved_how, self.proved_at.astimezone(UTC).isoformat(timespec="microseconds")]
        return told

    def as_link(self) -> Link:
        """The entry as the rules see it, from its columns: a change of them or of the stored content shows. Names of
        persons are those of the day. `by` and `to` come along."""
        told = {**self.said(), "by": [self.by.employee_no, self.content["by"][1]]}
        if self.to and self.content["to"]:
            told["to"] = [self.to.employee_no, self.content["to"][1]]
        content = told if told == self.content else {**told, "stored": self.content}
        return Link(
            self.seq, self.act, self.at, str(self.by_id), str(self.to_id or ""), content, self.previous, self.hash
        )
