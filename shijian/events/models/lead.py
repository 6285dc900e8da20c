from django.db import models
from django.db.models import Q

from shijian.accounts.models import Unit, User
from shijian.core.ids import new_id
from shijian.core.scope import ScopedQuerySet

from ..choices import LeadState


class Lead(models.Model):
    """违法线索: what daily supervision found to be an offence, handed to who investigates it (《日常监管违法线索移交办法》, E-09).

    It names the record it comes from and keeps that record's facts as they were; the module of cases will take it over as 案源.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField("线索编号", max_length=24)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    record_kind = models.CharField("来源种类", max_length=20)
    record_id = models.UUIDField("来源记录")
    record_number = models.CharField("来源编号", max_length=60)
    record_title = models.CharField("来源名称", max_length=200)
    party = models.CharField("涉嫌违法的主体", max_length=200, blank=True, default="")
    suspected = models.CharField("涉嫌违法行为", max_length=200)
    facts_text = models.TextField("已查明的情况", max_length=5000)
    found_on = models.DateField("发现日期")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="接收单位")
    due_on = models.DateField("核查期限")
    limit_text = models.CharField("期限依据", max_length=200)
    state = models.CharField("状态", max_length=12, choices=LeadState, default=LeadState.SENT)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="移交人")
    sent_at = models.DateTimeField("移交时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="接收人")
    decided_at = models.DateTimeField("接收或退回时间", null=True)
    note = models.CharField("意见", max_length=500, blank=True, default="")

    objects = ScopedQuerySet["Lead"].as_manager()

    class Meta:
        verbose_name = "违法线索"
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "number"], name="lead_number_once"),
            models.UniqueConstraint(
                fields=["record_kind", "record_id"], condition=~Q(state=LeadState.RETURNED), name="lead_one_per_record"
            ),
            models.CheckConstraint(
                condition=Q(state=LeadState.SENT, decided_by=None, decided_at=None)
                | ~Q(state=LeadState.SENT) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="lead_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=LeadState.RETURNED) | ~Q(note=""), name="lead_returned_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["bureau_code", "-sent_at"], name="lead_by_time")]

    def __str__(self) -> str:
        return f"{self.number} {self.suspected}"
