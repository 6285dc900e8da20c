from django.db.models import TextChoices


class Verb(TextChoices):
    CALENDAR_IMPORTED = "core.calendar.imported", "导入工作日历"
