from django.db import models

from .event import Event


class MediaExposure(models.Model):
    """Where a matter was made public (媒体曝光): the outlet, the address of the report, the day."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="media", verbose_name="事件")
    outlet = models.CharField("媒体", max_length=80)
    url = models.URLField("链接", max_length=500, blank=True, default="")
    published_on = models.DateField("报道日期", null=True)

    class Meta:
        verbose_name = "媒体曝光"

    def __str__(self) -> str:
        return self.outlet
