import hmac
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import BigIntegerField, Func

from shijian.core.ids import new_id
from shijian.core.scope import ScopedQuerySet

from .. import keys, merkle, proof
from ..hooks import verbs


class Entry(models.Model):
    """One act as it was recorded: copies, not pointers, so that it stays readable whatever becomes of the rows.

    `xid` is the number of the database transaction that wrote it; with `id` it gives the order of sealing. `mac` marks
    it as written by the product, `leaf_hash` is its leaf in the tree.
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
    detail = models.JSONField("内容", default=dict, help_text="JSON 值。记录不能删除，不要写入个人信息。")
    mac = models.CharField("校验码", max_length=64)
    leaf_hash = models.BinaryField(max_length=32)
    xid = models.BigIntegerField(db_default=Func(function="audit_xid", output_field=BigIntegerField()))

    objects = ScopedQuerySet["Entry"].as_manager()

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
            "v": proof.VERSION,
            "uid": str(self.uid),
            "at": _instant(self.at),
            "actor": [self.actor_id, self.employee_no, self.actor_name],
            "verb": self.verb,
            "object": [self.object_type, self.object_id, self.object_label],
            "bureau": self.bureau_code,
            "area": self.area_code,
            "detail": self.detail,
            "mac": self.mac,
        }

    def digest(self) -> bytes:
        """The leaf the present content gives; `leaf_hash` is the one it had when it was recorded."""
        return merkle.leaf_hash(proof.canonical(self.content()))

    def sign(self) -> None:
        """Mark a new entry as ours and compute its leaf. Raises TypeError or ValueError if `detail` is not JSON."""
        self.mac, self.leaf_hash = self._marked()

    def is_ours(self) -> bool:
        """Whether the entry is as the product wrote it."""
        mac, leaf = self._marked()
        return hmac.compare_digest(self.mac.encode(), mac.encode()) and bytes(self.leaf_hash) == leaf

    def _marked(self) -> tuple[str, bytes]:
        """The mark and the leaf of the present content: the mark is over all fields before it."""
        unmarked = proof.canonical({**self.content(), "mac": ""})
        mac = keys.mac(unmarked)
        return mac, merkle.leaf_hash(unmarked.removesuffix(b'""]') + f'"{mac}"]'.encode())


def _instant(at: datetime) -> str:
    """ISO 8601 in UTC without closing zeros of the second: the spelling of PostgreSQL."""
    at = at.astimezone(UTC)
    fraction = f".{at.microsecond:06}".rstrip("0").rstrip(".")
    return f"{at:%Y-%m-%dT%H:%M:%S}{fraction}+00:00"
