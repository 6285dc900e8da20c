from ..models import Rung
from ..rules.ladder import RungValue


def ladder(bureau_code: str) -> tuple[RungValue, ...]:
    """The rungs of a bureau, its own or the shipped ones."""
    rows = list(Rung.objects.filter(bureau_code__in=["", bureau_code], until=None).order_by("-days_left"))
    own = [row for row in rows if row.bureau_code] or rows
    return tuple(RungValue(row.days_left, row.name, row.levels_up) for row in own)
