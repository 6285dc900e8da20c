from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.scope import ScopedQuerySet

from ..choices import Outcome
from ..rules.delivery import Way
from .paper import Paper

WAYS = [
    (Way.DIRECT.value, "直接送达"), (Way.ANNOUNCED.value, "宣告后当场交付"), (Way.LEFT.value, "留置送达"),
    (Way.ELECTRONIC.value, "电子送达"), (Way.POST.value, "邮寄送达"), (Way.ENTRUSTED.value, "委托（转交）送达"),
    (Way.PUBLIC.value, "公告送达"),
]  # fmt: skip


class Delivery(models.Model):
    """One attempt to serve a paper (送达) and what came of it. A failed one stays: the last resort rests on it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="deliveries", verbose_name="文书")
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    way = models.CharField("送达方式", max_length=12, choices=WAYS)
    recipient = models.CharField("受送达人", max_length=120)
    receiver = models.CharField("签收人、受托单位", max_length=80, blank=True, default="")
    relation = models.CharField("与受送达人的关系", max_length=20, blank=True, default="")
    place = models.CharField("地点", max_length=200, blank=True, default="")
    reason = models.CharField("事由", max_length=300, blank=True, default="")
    witness = models.CharField("见证人", max_length=80, blank=True, default="")
    is_filmed = models.BooleanField("有拍照、录像", default=False)
    is_missing = models.BooleanField("受送达人下落不明", default=False)
    account = models.CharField("电子送达账号", max_length=120, blank=True, default="")
    tracking = models.CharField("邮件号码", max_length=40, blank=True, default="")
    consent = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+", verbose_name="送达地址确认书")
    is_confirmed = models.BooleanField("送往确认的地址", default=False)
    is_returned = models.BooleanField("邮件退回", default=False)
    receipt = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+", verbose_name="送达回证")
    began_at = models.DateTimeField("送达、交寄、公告时间")
    due_on = models.DateField("公告期至", null=True)
    outcome = models.CharField("结果", max_length=8, choices=Outcome)
    served_at = models.DateTimeField("送达时间", null=True)
    ended_note = models.CharField("结果说明", max_length=300, blank=True, default="")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")

    objects = ScopedQuerySet["Delivery"].as_manager()

    class Meta:
        verbose_name = "送达"
        ordering = ["-began_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=Outcome.SERVED, served_at__isnull=False)
                | ~Q(outcome=Outcome.SERVED) & Q(served_at__isnull=True),
                name="delivery_served_at",
            ),
            models.CheckConstraint(
                condition=Q(is_confirmed=False) | Q(consent__isnull=False), name="delivery_to_confirmed_address"
            ),
            models.CheckConstraint(
                condition=Q(is_returned=False) | Q(is_confirmed=True, way=Way.POST.value) | Q(served_at=None),
                name="delivery_returned_counts_when_confirmed",
            ),
            models.UniqueConstraint(
                fields=["paper"], condition=Q(outcome=Outcome.SERVED), name="paper_served_once",
                violation_error_message="这份文书已登记送达。",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["bureau_code", "-began_at"], name="delivery_register")]

    def __str__(self) -> str:
        return f"{self.paper} {self.get_way_display()}"
