from datetime import datetime
from typing import Any

from django.db import models

from shijian.accounts.models import User
from shijian.core.ids import new_id

from .. import rules


class Token(models.Model):
    """A key another system holds. Of the secret only the hash is kept: it is shown once, when it is issued."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name="系统账号")
    bureau_code = models.CharField("局代码", max_length=12)
    name = models.CharField("用途", max_length=60)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    per_minute = models.PositiveIntegerField("每分钟最多请求数", default=600)
    created_at = models.DateTimeField("签发时间")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="签发人")
    expires_at = models.DateTimeField("到期时间")
    last_used_at = models.DateTimeField("最近使用", null=True)
    revoked_at = models.DateTimeField("吊销时间", null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="吊销人")

    class Meta:
        verbose_name = "接口令牌"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["bureau_code", "-created_at", "id"], name="token_by_bureau")]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_path(self) -> Any:
        return self.user.unit_path

    def is_usable(self, now: datetime) -> bool:
        return rules.is_usable(revoked_at=self.revoked_at, expires_at=self.expires_at, now=now)
