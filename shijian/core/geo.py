"""Reading places out of an address."""

from django.http import HttpRequest

WORLD = (73.0, 3.0, 136.0, 54.0)
Box = tuple[float, float, float, float]


def box_of(request: HttpRequest) -> Box:
    """`bbox=west,south,east,north` in degrees; anything else is the whole country."""
    try:
        west, south, east, north = (float(part) for part in request.GET.get("bbox", "").split(","))
    except ValueError:
        return WORLD
    return (west, south, east, north) if -180 <= west < east <= 180 and -90 <= south < north <= 90 else WORLD


def coordinates(lon: str, lat: str) -> tuple[float, float] | None:
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    return (x, y) if -180 <= x <= 180 and -90 <= y <= 90 else None
