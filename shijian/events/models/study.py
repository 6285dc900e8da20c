from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.scope import ScopedQuerySet


class Study(models.Model):
    """分析研判: what the figures say about hot and hard matters, what is to be done, who answers for it by when.

    `asked` are the filters of the analysis it rests on, `figures` what they showed on the day: name, value and rows.
    """

    sent_id = models.UUIDField(null=True, unique=True, editable=False)  # made by the form: sent twice, kept once
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    title = models.CharField("题目", max_length=60)
    asked = models.JSONField("统计条件", default=dict)
    figures = models.JSONField("当时的数字", default=list)
    conclusion = models.TextField("研判结论", max_length=2000)
    measures = models.TextField("措施", max_length=2000)
    responsible = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="责任人")
    due_on = models.DateField("完成期限")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="研判人")
    at = models.DateTimeField("研判时间")
    result = models.TextField("落实情况", max_length=2000, blank=True, default="")
    settled_at = models.DateTimeField("落实时间", null=True)

    objects = ScopedQuerySet["Study"].as_manager()

    class Meta:
        verbose_name = "分析研判"
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, result="") | (Q(settled_at__isnull=False) & ~Q(result="")),
                name="study_settled_with_result",
            )
        ]
        indexes = [models.Index(fields=["bureau_code", "-at"], name="study_by_time")]

    def __str__(self) -> str:
        return self.title
