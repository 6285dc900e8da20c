"""Data scope: which rows of a large table a person reaches. A prefix test, the same below every page, export and job."""

from dataclasses import dataclass
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Scope:
    """Area code prefixes and unit path prefixes within one bureau; "" as a prefix is the whole bureau."""

    bureau_code: str
    prefixes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def reaches(self, bureau_code: str, area_code: str) -> bool:
        return bureau_code == self.bureau_code and area_code.startswith(self.prefixes)

    def area_q(self, field: str = "area_code", bureau_field: str = "bureau_code") -> Q:
        """The rows whose area lies in scope; no prefix at all selects nothing."""
        if not self.prefixes:
            return Q(pk__in=[])
        inside = Q(**{bureau_field: self.bureau_code})
        if "" in self.prefixes:
            return inside
        areas = Q()
        for prefix in self.prefixes:
            areas |= Q(**{f"{field}__startswith": prefix})
        return inside & areas

    def unit_q(self, field: str = "path", bureau_field: str = "bureau_code") -> Q:
        """The rows owned by units in scope."""
        if not self.units:
            return Q(pk__in=[])
        inside = Q(**{bureau_field: self.bureau_code})
        if "" in self.units:
            return inside
        units = Q()
        for path in self.units:
            units |= Q(**{f"{field}__startswith": path})
        return inside & units


class ScopedQuerySet(models.QuerySet[M]):
    """Rows that carry `bureau_code` (GB/T 2260 code) and `area_code` (grid code, "" = not placed)."""

    def within(self, scope: Scope) -> Self:
        return self.filter(scope.area_q())
