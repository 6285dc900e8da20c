import hashlib
import secrets

from django.db import models

from shijian.accounts.models import User


class Token(models.Model):
    """A key of another system, acting as one user of kind system; only its hash is kept."""

    name = models.CharField("名称", max_length=60)
    user = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name="代表的系统账号")
    bureau_code = models.CharField("局代码", max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("签发时间")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="签发人")
    expires_on = models.DateField("有效期止")
    revoked_at = models.DateTimeField("吊销时间", null=True)

    class Meta:
        verbose_name = "接口令牌"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


def new_secret() -> str:
    return "sj_" + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
