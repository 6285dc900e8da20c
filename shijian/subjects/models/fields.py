"""A native PostgreSQL point (longitude, latitude in degrees, WGS 84), and the box test its SP-GiST index serves."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Lookup


class PointField(models.Field):  # type: ignore[type-arg]
    """A pair (lon, lat) or None."""

    def db_type(self, connection: Any) -> str:
        return "point"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> tuple[float, float] | None:
        if value is None:
            return None
        lon, lat = str(value).strip("()").split(",")
        return float(lon), float(lat)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else f"({float(value[0])!r},{float(value[1])!r})"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::point"


@PointField.register_lookup
class InBox(Lookup):
    """`location_wgs84__in_box=(west, south, east, north)`. Polygons are decided in Shapely, not here."""

    lookup_name = "in_box"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        west, south, east, north = (float(each) for each in value)
        return "box(point(%s, %s), point(%s, %s))", [west, south, east, north]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        right, more = self.process_rhs(compiler, connection)
        return f"{left} <@ {right}", [*params, *more]


@PointField.register_lookup
class InWideBox(InBox):
    """The same test for a box that holds much of a table: not by the index of places but along the order of the list.

    Of a bare test the database expects one row in a thousand, of a coalesced one every other.
    """

    lookup_name = "in_wide_box"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        test, params = super().as_sql(compiler, connection)
        return f"COALESCE({test}, false)", params


class SearchKeys(Func):
    """The search keys of an entity, as the index `entity_search` holds them."""

    function = "subjects_keys"
    output_field = ArrayField(models.IntegerField())

    def __init__(self) -> None:
        super().__init__("name", "address", "area_code")
