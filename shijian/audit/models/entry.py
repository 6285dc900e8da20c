from datetime import UTC
from typing import Any

from django.db import models
from django.db.models import BigIntegerField, Func, TextField
from django.db.models.functions import Cast

from shijian.core.ids import new_id

from ..hooks import verbs
from ..proof import canonical


class Entry(models.Model):
    """One act as it was recorded: copies, not pointers, so that it stays readable whatever becomes of the rows.

    `xid` is the database transaction that wrote it; with `id` it gives the order in which entries are sealed.
    """

    uid = models.UUIDField(default=new_id, unique=True)
    at = models.DateTimeField("时间")
    actor_id = models.CharField("操作人标识", max_length=40)
    employee_no = models.CharField("工号", max_length=20)
    actor_name = models.CharField("操作人", max_length=40)
    verb = models.CharField("行为", max_length=80)
    object_type = models.CharField("对象类型", max_length=60)
    object_id = models.CharField("对象标识", max_length=60)
    object_label = models.CharField("对象", max_length=200)
    bureau_code = models.CharField("局代码", max_length=12, blank=True, default="")
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    detail = models.JSONField("内容", default=dict)
    leaf_hash = models.BinaryField(max_length=32)
    xid = models.BigIntegerField(
        db_default=Cast(Cast(Func(function="pg_current_xact_id"), TextField()), BigIntegerField())
    )

    class Meta:
        verbose_name = "审计记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["xid", "id"], name="audit_sealing_order"),
            models.Index(fields=["object_type", "object_id", "id"], name="audit_by_object"),
            models.Index(fields=["employee_no", "id"], name="audit_by_actor"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb_name} {self.object_label}"

    @property
    def verb_name(self) -> str:
        return verbs.get(self.verb, self.verb)

    def content(self) -> dict[str, Any]:
        """What is hashed: everything but the two numbers the database gave."""
        return {
            "v": 1,
            "uid": str(self.uid),
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": [self.actor_id, self.employee_no, self.actor_name],
            "verb": self.verb,
            "object": [self.object_type, self.object_id, self.object_label],
            "bureau": self.bureau_code,
            "area": self.area_code,
            "detail": self.detail,
        }

    def content_bytes(self) -> bytes:
        return canonical(self.content())
