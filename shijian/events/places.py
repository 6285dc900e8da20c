"""Where a year's events were, for the grid sandbox."""

from collections.abc import Collection
from datetime import timedelta

import numpy as np
from django.utils.timezone import now
from numpy.typing import NDArray

from .models import Event


def of_a_year(bureau_code: str, codes: Collection[str]) -> NDArray[np.float64]:
    """The places (n × 2, WGS 84) of the events of the last 365 days in these grids."""
    rows = Event.objects.filter(
        bureau_code=bureau_code, area_code__in=list(codes), location_wgs84__isnull=False,
        reported_at__gte=now() - timedelta(days=365),
    ).values_list("location_wgs84", flat=True)  # fmt: skip
    return np.array([(place[0], place[1]) for place in rows if place], dtype=np.float64).reshape(-1, 2)
