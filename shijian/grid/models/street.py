from typing import Any

import shapely
from django.db import models

from .node import Node


class StreetGrid(models.Model):
    """A grid of another department (综治, 城市管理) and the market grid most of it lies in (方案 九(四), 五(一))."""

    bureau_code = models.CharField("局代码", max_length=12)
    system = models.CharField("所属网格体系", max_length=20)
    outer_code = models.CharField("外部编码", max_length=40)
    outer_name = models.CharField("外部名称", max_length=80)
    node = models.ForeignKey(Node, models.PROTECT, null=True, related_name="street_grids", verbose_name="对应网格")
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    share = models.FloatField("占比")  # of its own area that lies in the market grid, 0 to 1
    geometry_wkb = models.BinaryField()

    class Meta:
        verbose_name = "部门网格对应"
        ordering = ["system", "outer_code"]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "system", "outer_code"], name="street_grid_once"),
            models.CheckConstraint(condition=models.Q(share__gte=0, share__lte=1), name="street_grid_share"),
        ]

    def __str__(self) -> str:
        return f"{self.outer_code} {self.outer_name}"

    @property
    def geometry(self) -> Any:
        return shapely.from_wkb(bytes(self.geometry_wkb))

    @property
    def share_text(self) -> str:
        return f"{self.share:.0%}"
