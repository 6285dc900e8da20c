"""The articles the benchmarks measure by, for the law library."""

from collections.abc import Iterable

from django.urls import reverse

from shijian.laws.hooks import Use
from shijian.laws.models import Version

from ..choices import State
from ..permissions import BENCHMARK_EDIT
from .catalogue import visible


def uses_of_laws(bureau_code: str) -> Iterable[Use]:
    """Each approved benchmark that has no end; it was written for the version of the law it names."""
    rows = visible(bureau_code).filter(state=State.APPROVED, valid_until=None).defer("lines")
    starts = {
        (each.law.short, each.promulgated_on): each.starts_on
        for each in Version.objects.filter(law__short__in=rows.values("law")).select_related("law")
    }
    for row in rows:
        since = max(row.valid_from, starts.get((row.law, row.version_on), row.version_on))
        url = reverse("discretion:violation", args=[row.code])
        yield Use("裁量基准", f"{row.region_code}:{row.code}", row.name, url, (row.citation,), BENCHMARK_EDIT, since)
