from django.db import models

from shijian.accounts.models import User

from ..choices import PhraseUse


class Phrase(models.Model):
    """A text people write again and again (常用语): a person's own, or without an owner the bureau's."""

    bureau_code = models.CharField("局代码", max_length=12)
    owner = models.ForeignKey(User, models.CASCADE, null=True, related_name="+", verbose_name="本人")
    use = models.CharField("用于", max_length=12, choices=PhraseUse)
    title = models.CharField("名称", max_length=30)
    text = models.TextField("内容", max_length=1000)
    is_active = models.BooleanField("启用", default=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="修改人")
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = "常用语"
        ordering = ["use", "title", "pk"]
        indexes = [
            models.Index(fields=["bureau_code", "use"], condition=models.Q(is_active=True), name="phrase_by_use")
        ]

    def __str__(self) -> str:
        return self.title
