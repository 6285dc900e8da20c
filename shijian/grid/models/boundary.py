from typing import Any

import shapely
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from .node import Node


class Boundary(models.Model):
    """The outline of a node for a span of days: WKB, longitude and latitude in WGS 84 (CGCS2000 within a metre)."""

    node = models.ForeignKey(Node, models.PROTECT, related_name="boundaries", verbose_name="网格")
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("编码", max_length=12, blank=True)
    geometry_wkb = models.BinaryField()
    area_m2 = models.FloatField("面积（平方米）")
    valid = DateRangeField("有效期")
    source = models.CharField("来源", max_length=120)

    class Meta:
        verbose_name = "网格边界"
        ordering = ["node", "-valid"]
        indexes = [models.Index(fields=["bureau_code", "area_code"], name="boundary_code")]
        constraints = [
            ExclusionConstraint(
                name="one_boundary_at_a_time",
                expressions=[("node", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.valid}"

    @property
    def geometry(self) -> Any:
        return shapely.from_wkb(bytes(self.geometry_wkb))

    @property
    def area_km2(self) -> float:
        return self.area_m2 / 1e6
