from django.db import models

from ..choices import DossierKind
from .entity import Entity


class DossierEntry(models.Model):
    """What another system knows of an entity: a licence, an inspection, a penalty, a complaint, an intellectual property right.

    A row is recognised by its source, kind and number, so that a file may come again. Who complained is never kept.
    """

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="dossier", verbose_name="主体")
    bureau_code = models.CharField("局代码", max_length=12)
    kind = models.CharField("类别", max_length=12, choices=DossierKind)
    number = models.CharField("编号", max_length=80)
    title = models.CharField("名称", max_length=200)
    happened_on = models.DateField("日期")
    valid_until = models.DateField("有效期至", null=True)
    result = models.CharField("结果", max_length=500, blank=True, default="")
    source = models.CharField("来源", max_length=60)
    imported_at = models.DateTimeField("导入时间")

    class Meta:
        verbose_name = "主体档案"
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "source", "kind", "number"], name="dossier_once"),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("happened_on")),
                name="dossier_in_order",
            ),
        ]
        indexes = [models.Index(fields=["entity", "kind", "-happened_on", "-id"], name="dossier_by_entity")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
