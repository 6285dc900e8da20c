from django.db import models


class Cell(models.Model):
    """How many entities of one grid and status are in a cell of the map, and the sums of their places in millionths of a
    degree. Entities that were merged into another are not counted; x and y are null for those without a place.
    """

    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    status = models.CharField("经营状态", max_length=12)
    x = models.IntegerField("列", null=True)
    y = models.IntegerField("行", null=True)
    number = models.IntegerField("户数")
    lon = models.BigIntegerField("经度和")
    lat = models.BigIntegerField("纬度和")

    class Meta:
        abstract = True


class Tally(Cell):
    """Entities counted by cells of three sizes (`zoom`): a map or a table sums up some thousand of these."""

    zoom = models.PositiveSmallIntegerField("级别")

    class Meta:
        verbose_name = "主体计数"
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "zoom", "x", "y", "area_code", "status"],
                name="entity_tally_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.number}"


class TallyChange(Cell):
    """What an act adds to the counts, by cells of the smallest size; written by the database in the act's transaction."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        verbose_name = "主体计数变动"

    def __str__(self) -> str:
        return f"{self.area_code} {self.number:+}"
