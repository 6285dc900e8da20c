from django.db import models

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.models import StoredFile

from ..choices import EntityStatus
from .entity import Entity


class Check(models.Model):
    """现场核实: somebody stood before the premises and saw whether the entity does business there. No inspection."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="checks", verbose_name="主体")
    before = models.CharField("原状态", max_length=12, choices=EntityStatus)
    found = models.CharField("核实状态", max_length=12, choices=EntityStatus)
    note = models.CharField("情况", max_length=500, blank=True, default="")
    photos = models.ManyToManyField(StoredFile, related_name="+", verbose_name="照片")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="核实人")
    at = models.DateTimeField("核实时间")

    class Meta:
        verbose_name = "现场核实"
        ordering = ["-at"]
        indexes = [models.Index(fields=["entity", "-at"], name="check_by_entity")]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.get_found_display()}"
