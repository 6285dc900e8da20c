from django.db import models

from ..choices import UnitKind


class Unit(models.Model):
    """A node of the organisation: bureau, division, brigade, station or group."""

    bureau_code = models.CharField("局代码", max_length=12)
    code = models.CharField("机构代码", max_length=20)
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=12, choices=UnitKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    path = models.CharField("路径", max_length=120, editable=False)
    area_code = models.CharField("管辖网格编码", max_length=12, blank=True, default="")

    class Meta:
        verbose_name = "机构"
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "code"],
                name="unit_code_unique",
                violation_error_message="该机构代码已被使用。",
            ),
            models.UniqueConstraint(fields=["bureau_code", "path"], name="unit_path_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_path(self) -> str:
        return self.path
