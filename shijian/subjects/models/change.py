from django.db import models

from .entity import Entity


class EntityChange(models.Model):
    """What changed in an entity, from what to what, and by which source: the record's history."""

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="changes")
    at = models.DateTimeField("时间")
    source = models.CharField("来源", max_length=60)
    by_name = models.CharField("经办人", max_length=40, blank=True, default="")
    before = models.JSONField("原值", default=dict)
    after = models.JSONField("新值", default=dict)

    class Meta:
        verbose_name = "主体变更"
        ordering = ["-at"]
        indexes = [models.Index(fields=["entity", "-at"], name="change_by_entity")]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.at:%Y-%m-%d}"

    @property
    def text(self) -> str:
        """名称：甲 → 乙；…"""
        names = {field.name: str(field.verbose_name) for field in Entity._meta.fields}
        return "；".join(
            f"{names.get(key, key)}：{self.before.get(key) or '（空）'} → {value or '（空）'}"
            for key, value in self.after.items()
        )
