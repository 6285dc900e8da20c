from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User


class Watch(models.Model):
    """Somebody keeps an eye on what another has in hand."""

    by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="关注人")
    person = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="被关注人")
    since = models.DateTimeField("关注时间")

    class Meta:
        verbose_name = "关注"
        constraints = [
            models.UniqueConstraint(fields=["by", "person"], name="watch_once"),
            models.CheckConstraint(condition=~Q(by=F("person")), name="watch_another"),
        ]

    def __str__(self) -> str:
        return str(self.person)
