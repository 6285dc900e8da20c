from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q


class Delegation(models.Model):
    """A leave of absence covered (委托代理): between two days the deputy may stand in for the principal in some roles.

    Nothing is copied: what the deputy may do is cut out of what the principal may do on the day of the act.
    """

    principal = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="delegations_given", verbose_name="委托人"
    )
    deputy = models.ForeignKey("accounts.User", models.PROTECT, related_name="delegations_taken", verbose_name="代理人")
    bureau_code = models.CharField("局代码", max_length=12)
    roles = ArrayField(models.CharField(max_length=40), verbose_name="委托的角色")
    area_prefix = models.CharField("网格范围", max_length=12, blank=True, default="")
    valid = DateRangeField("委托期间")
    reason = models.CharField("事由", max_length=100)
    made_at = models.DateTimeField("委托时间")

    class Meta:
        verbose_name = "委托代理"
        ordering = ["-valid"]
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("deputy")), name="delegation_to_another"),
            models.CheckConstraint(
                condition=Q(valid__startswith__isnull=False, valid__endswith__isnull=False) | Q(valid__isempty=True),
                name="delegation_dated",
            ),
            models.CheckConstraint(condition=Q(roles__len__gt=0), name="delegation_of_something"),
            ExclusionConstraint(
                name="delegation_not_twice",
                expressions=[
                    ("principal", RangeOperators.EQUAL),
                    ("deputy", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="该期间已委托过同一人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} 代 {self.principal}"

    @property
    def last_day(self) -> date | None:
        """The last day it covers; None when it was withdrawn before it began."""
        return self.valid.upper - timedelta(days=1) if self.valid.upper else None
