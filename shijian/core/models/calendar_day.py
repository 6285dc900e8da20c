from django.db import models

from ..rules.kinds import DayKind

# The kinds a year table names; every other day is a workday or a weekend by its weekday.
EXCEPTIONAL = [DayKind.STATUTORY_HOLIDAY, DayKind.HOLIDAY_REST, DayKind.MAKEUP_WORKDAY]


class CalendarYear(models.Model):
    """A year whose holiday arrangement has been loaded; years without a row are only estimated."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    notice = models.CharField("依据", max_length=200)
    is_complete = models.BooleanField("完整", default=True)
    digest = models.CharField("内容摘要", max_length=64)
    loaded_at = models.DateTimeField("导入时间")

    class Meta:
        verbose_name = "年度日历"
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.year} 年"


class CalendarDay(models.Model):
    """A day that is not what its weekday says, as the State Council arranged it."""

    on = models.DateField("日期", primary_key=True)
    year = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days", verbose_name="年度日历")
    kind = models.CharField("类型", max_length=20, choices=[(k.value, k.label) for k in EXCEPTIONAL])
    name = models.CharField("名称", max_length=40, blank=True)

    class Meta:
        verbose_name = "特殊日"
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()} {self.name}".rstrip()
