from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User

from ..choices import RelationKind
from .entity import Entity


class Relation(models.Model):
    """One entity stands in a relation to another: a branch to its head office, a stall to its market."""

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="relations", verbose_name="主体")
    other = models.ForeignKey(Entity, models.CASCADE, related_name="relations_back", verbose_name="对方")
    kind = models.CharField("关系", max_length=12, choices=RelationKind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("登记时间")
    ended_at = models.DateTimeField("解除时间", null=True)

    class Meta:
        verbose_name = "主体关系"
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "other", "kind"], condition=Q(ended_at=None), name="relation_once"
            ),
            models.CheckConstraint(condition=~Q(entity=F("other")), name="related_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.get_kind_display()} {self.other_id}"
