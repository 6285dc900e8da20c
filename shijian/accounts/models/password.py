from django.db import models

from .user import User


class PasswordRecord(models.Model):
    """A password somebody had, as its hash: the profile forbids that one of the last few returns."""

    user = models.ForeignKey(User, models.CASCADE, related_name="password_records")
    password = models.CharField("密码摘要", max_length=128)
    at = models.DateTimeField("启用时间")

    class Meta:
        verbose_name = "历史密码"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d}"
