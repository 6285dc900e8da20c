from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from shijian.accounts.models import Grant, User

from ..choices import Duty
from .node import Node


class Staffing(models.Model):
    """A person's duty at a node for a span of days, and the grant that goes with it (一长多员, 一员多责)."""

    node = models.ForeignKey(Node, models.PROTECT, related_name="staffing", verbose_name="网格")
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("编码", max_length=12, blank=True)
    person = models.ForeignKey(User, models.PROTECT, related_name="staffing", verbose_name="人员")
    duty = models.CharField("职责", max_length=10, choices=Duty)
    valid = DateRangeField("任期")
    grant = models.ForeignKey(Grant, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "网格人员"
        ordering = ["area_code", "duty", "valid"]
        indexes = [models.Index(fields=["bureau_code", "area_code"], name="staffing_code")]
        constraints = [
            ExclusionConstraint(
                name="one_chief_at_a_time",
                expressions=[("node", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(duty=Duty.CHIEF),
            ),
            ExclusionConstraint(
                name="not_twice_in_one_duty",
                expressions=[
                    ("node", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("duty", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.get_duty_display()} {self.person}"
