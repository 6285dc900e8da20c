from django.db import models
from django.db.models import Q

from ..choices import TallyGrain


class Counts(models.Model):
    """Figures of the registry (`metrics.py`) by the day of the report, each field named as its metric."""

    bureau_code = models.CharField("局代码", max_length=12)
    day = models.DateField("上报日期")
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    kind = models.PositiveIntegerField(
        "事项", default=0
    )  # the key of a Kind; no foreign key, which every count would check
    source = models.CharField("来源", max_length=20, blank=True, default="")
    reported = models.IntegerField("上报")
    open = models.IntegerField("未办结")
    closed = models.IntegerField("已办结")
    closed_with_limit = models.IntegerField("有期限的办结")
    closed_in_time = models.IntegerField("按期办结")

    class Meta:
        abstract = True


class Tally(Counts):
    """Events counted, at three grains: what a page sums up is some thousand of these, however many events there are.

    By matter: a day, its matters and sources. By place: a month (its first day), its grids and sources. By place and
    matter: a month, its grids and matters. A field that a grain leaves out is empty.
    """

    grain = models.CharField("粒度", max_length=6, choices=TallyGrain)

    class Meta:
        verbose_name = "事件计数"
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "grain", "day", "area_code", "kind", "source"], name="tally_once"
            ),
            models.CheckConstraint(condition=Q(grain__in=TallyGrain.values), name="tally_grain_known"),
        ]
        indexes = [
            models.Index(fields=["bureau_code", "grain", "area_code", "day"], name="tally_by_area"),
            models.Index(fields=["bureau_code", "grain", "kind", "day"], name="tally_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.area_code} {self.reported}"


class TallyChange(Counts):
    """What an act adds to the counts, written by the database in the act's transaction; a job adds it up into `Tally`.

    Every figure is the sum of both, so it is right at every commit, and no two acts wait for one row of counts.
    """

    id = models.BigAutoField(primary_key=True)

    class Meta:
        verbose_name = "事件计数变动"

    def __str__(self) -> str:
        return f"{self.day} {self.area_code} {self.reported:+}"
