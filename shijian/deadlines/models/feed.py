from django.db import models
from django.db.models import Q

from shijian.accounts.models import User


class Feed(models.Model):
    """A person's calendar subscription: whoever has the address reads it, so only its hash is kept and it can be revoked."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="本人")
    digest = models.CharField("地址摘要", max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间")
    revoked_at = models.DateTimeField("停用时间", null=True)
    read_at = models.DateTimeField("最近读取", null=True)

    class Meta:
        verbose_name = "日历订阅"
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at=None), name="feed_one_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.made_at:%Y-%m-%d}"
