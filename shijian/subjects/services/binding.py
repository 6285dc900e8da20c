"""Binding entities to the grid after a boundary changed: set-based, and only rows that move are written."""

from collections.abc import Iterable
from datetime import date

import numpy as np
from django.db import connection

from shijian.grid import queries as grid

CHUNK = 200_000
MOVE = """
    UPDATE subjects_entity e SET area_code = m.code
    FROM unnest(%s::uuid[], %s::text[]) AS m(id, code) WHERE e.id = m.id
"""


def rebind(bureau_code: str, codes: Iterable[str] | None, on: date) -> int:
    """Give every located entity the grid its place lies in; returns how many moved.

    Runs in the caller's transaction. `codes` limits nothing yet: the assignment costs about a second for a million
    entities, the writing only what moved.
    """
    partition, moved = grid.partition(bureau_code, on=on), 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT id::text, area_code, location_wgs84[0], location_wgs84[1] FROM subjects_entity "
            "WHERE bureau_code = %s AND location_wgs84 IS NOT NULL",
            [bureau_code],
        )
        while rows := cursor.fetchmany(CHUNK):
            keys, old, lon, lat = (list(column) for column in zip(*rows, strict=True))
            new = partition.assign(np.column_stack([lon, lat]))
            at = np.flatnonzero(new != np.array(old, dtype=object))
            if len(at):
                with connection.cursor() as writer:
                    writer.execute(MOVE, [[keys[i] for i in at], [new[i] for i in at]])
                moved += len(at)
    return moved
