from django.db import models
from django.db.models import Q

from shijian.accounts.models import User

from .event import Event


class Supervision(models.Model):
    """督办: a leader or the command centre wants an event done by a date and hears of it daily until he lets go."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="supervisions", verbose_name="事件")
    reason = models.CharField("督办要求", max_length=1000)
    until = models.DateField("督办期限")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="督办人")
    at = models.DateTimeField("督办时间")
    answered_at = models.DateTimeField("最近回复", null=True)
    reminded_on = models.DateField("最近提醒", null=True)
    reminders = models.PositiveSmallIntegerField("提醒次数", default=0)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="解除人")
    released_at = models.DateTimeField("解除时间", null=True)
    release_note = models.CharField("解除说明", max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = "督办"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["event"], condition=Q(released_at=None), name="supervision_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | (Q(released_at__isnull=False, released_by__isnull=False) & ~Q(release_note="")),
                name="supervision_released_with_note",
            ),
        ]
        indexes = [models.Index(fields=["reminded_on"], condition=Q(released_at=None), name="supervision_to_remind")]

    def __str__(self) -> str:
        return f"督办 {self.event}"
