"""Areas in square metres on the CGCS2000 ellipsoid, of polygons whose sides are straight in longitude and latitude.

The equal-area cylindrical projection of the ellipsoid keeps every area: x = a·λ, y = a·q(φ)/2 with the authalic q.
Sides of a grid are tens to hundreds of metres, so their slight bending by the projection stays below a millionth of
the area. Source: GB 22021-2008 (CGCS2000: a = 6 378 137 m, f = 1/298.257 222 101); Snyder, Map Projections, eq.
3-12 and 10-14.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

A = 6378137.0
F = 1 / 298.257222101
E2 = F * (2 - F)
E = E2**0.5


def to_equal_area(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees to metres of the equal-area cylinder, on which plane areas are areas on the ellipsoid."""
    s = np.sin(np.radians(lonlat[:, 1]))
    q = (1 - E2) * (s / (1 - E2 * s * s) + np.arctanh(E * s) / E)
    return np.column_stack([A * np.radians(lonlat[:, 0]), A * q / 2])


def area_m2(geometry: Any) -> float:
    """The area of one polygon or multipolygon; 0 for anything without an inside."""
    return float(shapely.area(shapely.transform(geometry, to_equal_area)))


def areas_m2(geometries: Any) -> NDArray[np.float64]:
    """The same for many at once."""
    return np.asarray(shapely.area(shapely.transform(np.asarray(geometries, dtype=object), to_equal_area)))


def metres_to_degrees(metres: float, latitude: float) -> float:
    """A length as degrees of latitude or longitude, the larger of the two: for tolerances, not for measuring."""
    return metres / (111_320.0 * max(0.1, float(np.cos(np.radians(latitude)))))
