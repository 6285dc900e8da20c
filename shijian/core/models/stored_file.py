from django.db import models

from ..ids import new_id


class StoredFile(models.Model):
    """A file kept once by its content. The original stays sealed; an image has a copy for display without metadata."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.BigIntegerField("字节数")
    media_type = models.CharField("类型", max_length=60)
    width = models.PositiveIntegerField("宽", null=True)
    height = models.PositiveIntegerField("高", null=True)
    facts = models.JSONField("拍摄信息", default=dict)
    stored_at = models.DateTimeField("存入时间")

    class Meta:
        verbose_name = "文件"

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")
