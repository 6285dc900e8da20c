from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models

from ..choices import Lane
from .user import User


class Role(models.Model):
    """A set of permissions with a name; the sets are kept in `config/roles.py`."""

    code = models.CharField("代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=40)
    lane = models.CharField("类别", max_length=12, choices=Lane, default=Lane.BUSINESS)
    permissions = ArrayField(models.CharField(max_length=80), verbose_name="权限", default=list)

    class Meta:
        verbose_name = "角色"
        ordering = ["lane", "code"]

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A role held by a person for a time, over a part of the bureau; `lane` is copied from it for the constraint."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name="人员")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants", verbose_name="角色")
    lane = models.CharField("类别", max_length=12, choices=Lane, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_prefix = models.CharField("网格范围", max_length=12, blank=True, default="")
    unit_path = models.CharField("机构范围", max_length=120, blank=True, default="")
    valid = DateRangeField("有效期")

    class Meta:
        verbose_name = "授权"
        ordering = ["user", "role", "valid"]
        constraints = [
            ExclusionConstraint(
                name="grant_one_lane_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("lane", RangeOperators.NOT_EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="系统、安全、审计管理员与业务角色互斥，不能由同一人兼任。",
            ),
            ExclusionConstraint(
                name="grant_not_twice",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("area_prefix", RangeOperators.EQUAL),
                    ("unit_path", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="该人员在此期间已有相同授权。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.area_prefix or '全局'}"
