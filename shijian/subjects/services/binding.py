"""Binding entities to the grid after a boundary changed: set-based, and only rows that move are written."""

from collections.abc import Collection, Iterable
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from shijian.grid import queries as grid

CHUNK = 200_000
MOVE = """
    UPDATE subjects_entity e SET area_code = m.code
    FROM unnest(%s::uuid[], %s::text[]) AS m(id, code) WHERE e.id = m.id
"""


LOCATED = """
    SELECT id::text, area_code, location_wgs84[0], location_wgs84[1] FROM subjects_entity
    WHERE bureau_code = %s AND location_wgs84 IS NOT NULL
"""
NEAR = " AND area_code = ANY(%s)"


def rebind(bureau_code: str, codes: Iterable[str] | None, on: date) -> int:
    """Give every located entity the grid its place lies in; returns how many moved.

    Runs in the caller's transaction. With `codes`, only entities bound to these grids or to none are asked about: a
    boundary between two grids moves nobody else.
    """
    partition, moved = grid.partition(bureau_code, on=on), 0
    values: list[str | list[str]]
    sql, values = LOCATED, [bureau_code]
    if codes is not None:
        sql, values = LOCATED + NEAR, [bureau_code, [*codes, ""]]
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(CHUNK):
            keys, old, lon, lat = (list(column) for column in zip(*rows, strict=True))
            new = partition.assign(np.column_stack([lon, lat]))
            at = np.flatnonzero(new != np.array(old, dtype=object))
            if len(at):
                with connection.cursor() as writer:
                    writer.execute(MOVE, [[keys[i] for i in at], [new[i] for i in at]])
                moved += len(at)
    return moved


def located(bureau_code: str, codes: Collection[str]) -> tuple[NDArray[np.float64], list[str]]:
    """The places of the entities bound to these grids or to none, and their present codes."""
    with connection.cursor() as cursor:
        cursor.execute(LOCATED + NEAR, [bureau_code, [*codes, ""]])
        rows = cursor.fetchall()
    return np.array([row[2:] for row in rows], dtype=np.float64).reshape(-1, 2), [row[1] for row in rows]
