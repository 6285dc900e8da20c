"""Business numbers: gapless within a series, because the number is taken in the transaction of the record that bears it."""

from django.db import connection, models

TAKE = """
    INSERT INTO core_series (bureau_code, name, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (bureau_code, name, year) DO UPDATE SET last = core_series.last + 1
    RETURNING last
"""


class Series(models.Model):
    """The last number given out; the row is locked from the taking to the commit, so a rollback leaves no gap."""

    bureau_code = models.CharField(max_length=12)
    name = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bureau_code", "name", "year"], name="one_series")]

    def __str__(self) -> str:
        return f"{self.bureau_code} {self.name} {self.year}: {self.last}"


def next_number(*, name: str, bureau_code: str, year: int) -> int:
    """The next number of the series, counted from 1. Take it last in the transaction: others wait for the commit."""
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken in the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [bureau_code, name, year])
        return int(cursor.fetchone()[0])
