from django.db import models


class Level(models.Model):
    """One level of a bureau's grid tree, from the top (depth 0) down: 管理片区, 管理单元, 管理网格."""

    bureau_code = models.CharField("局代码", max_length=12)
    depth = models.PositiveSmallIntegerField("层次")
    name = models.CharField("名称", max_length=20)
    chief_title = models.CharField("负责人称谓", max_length=20)
    digits = models.PositiveSmallIntegerField("编码位数")
    key = models.CharField("代码", max_length=12)  # area, unit, grid: what imports call it

    class Meta:
        verbose_name = "网格层级"
        ordering = ["bureau_code", "depth"]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "depth"], name="level_depth_unique"),
            models.UniqueConstraint(fields=["bureau_code", "key"], name="level_key_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth_text(self) -> str:
        return str(self.depth)
