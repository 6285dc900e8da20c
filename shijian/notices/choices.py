from django.db.models import TextChoices


class CircularKind(TextChoices):
    NOTIFICATION = "notification", "通知"
    BULLETIN = "bulletin", "通报"


class Verb(TextChoices):
    """Audit verbs of this module."""

    SENT = "notices.circular.sent", "发送通知通报"
    WITHDRAWN = "notices.circular.withdrawn", "撤回通知通报"
    REMINDED = "notices.circular.reminded", "催读通知通报"
    CONFIRMED = "notices.circular.confirmed", "确认收到通知通报"
