from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from .user import User

HOLDS_FOR = timedelta(hours=24)


class PasswordReset(models.Model):
    """A new password asked for an administrator: the system administrator asks, a security administrator agrees."""

    user = models.ForeignKey(User, models.PROTECT, related_name="password_resets", verbose_name="人员")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间")
    agreed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name="确认人")
    agreed_at = models.DateTimeField("确认时间", null=True)
    ended_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = "管理员密码重置"
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="password_reset_one_open"),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("asked_by")) & ~Q(agreed_by=F("user")),
                name="password_reset_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"重置 {self.user} 的密码"

    def holds(self, now: datetime) -> bool:
        return self.ended_at is None and now - self.asked_at < HOLDS_FOR
