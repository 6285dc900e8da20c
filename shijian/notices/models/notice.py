from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id


class Notice(models.Model):
    """A message to one person, with its read state."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    to = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name="收件人")
    bureau_code = models.CharField("局代码", max_length=12)
    kind = models.CharField("类别", max_length=40)
    title = models.CharField("标题", max_length=120)
    body = models.CharField("内容", max_length=500, blank=True, default="")
    link = models.CharField("链接", max_length=200, blank=True, default="")
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)

    class Meta:
        verbose_name = "通知"
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["to", "-at", "id"], name="notice_inbox"),
            models.Index(fields=["to"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title
