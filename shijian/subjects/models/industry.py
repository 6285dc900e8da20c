from django.db import models

from ..choices import ChainLink


class Industry(models.Model):
    """国民经济行业分类 GB/T 4754-2017: sections A–T, divisions, groups and classes."""

    code = models.CharField("代码", max_length=4, primary_key=True)
    name = models.CharField("名称", max_length=80)
    parent = models.CharField("上级", max_length=4, blank=True)
    section = models.CharField("门类", max_length=1)
    chain_link = models.CharField("环节", max_length=12, choices=ChainLink, default=ChainLink.NONE)

    class Meta:
        verbose_name = "行业"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
