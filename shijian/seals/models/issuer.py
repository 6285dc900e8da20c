from django.db import models


class Issuer(models.Model):
    """An issuer of certificates the bureau trusts, with what he has revoked."""

    name = models.CharField("名称", max_length=120)
    certificate = models.BinaryField("根证书")
    fingerprint = models.CharField("SHA-256", max_length=64, unique=True)
    revocations = models.BinaryField("吊销列表", null=True)
    added_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "受信任的发证机构"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
