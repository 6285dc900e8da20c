from typing import Any

from django.db import models

from ..choices import Tag
from .entity import Entity

FIELDS: dict[str, Any] = {field.name: field for field in Entity._meta.fields}


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
        return "；".join(
            f"{_label(name)}：{_shown(name, self.before.get(name))} → {_shown(name, value)}"
            for name, value in self.after.items()
        )


def _label(name: str) -> str:
    return str(FIELDS[name].verbose_name) if name in FIELDS else name


def _shown(name: str, value: Any) -> str:
    """A value as the page shows it: the word for a choice, a list with 、between."""
    if value in (None, "", []):
        return "（空）"
    if name == "tags":
        return "、".join(str(dict(Tag.choices).get(each, each)) for each in value)
    if isinstance(value, list):
        return "，".join(map(str, value))
    choices = dict(FIELDS[name].flatchoices) if name in FIELDS else {}
    return str(choices.get(value, value))
