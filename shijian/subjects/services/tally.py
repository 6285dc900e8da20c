"""Adding up what the triggers wrote down about entities; docs/algorithms/tally.md."""

from django.db import connection, transaction

BATCH = 50_000
LOCK = 20_261_122  # one at a time adds up or counts anew
KEY = "bureau_code, zoom, x, y, area_code, status"
CELLS = """
    SELECT bureau_code, zoom, div(x, size)::int AS x, div(y, size)::int AS y, area_code, status,
        sum(number), sum(lon), sum(lat)
    FROM ({rows}) AS rows, (VALUES (0, 1), (1, 5), (2, 25)) AS zooms(zoom, size)
    GROUP BY 1, 2, 3, 4, 5, 6
"""
ADD_UP = f"""
    WITH taken AS (
        DELETE FROM subjects_tallychange WHERE id IN (SELECT id FROM subjects_tallychange ORDER BY id LIMIT %s) RETURNING *
    ), added AS (
        INSERT INTO subjects_tally ({KEY}, number, lon, lat) {CELLS.format(rows="SELECT * FROM taken")}
        ON CONFLICT ({KEY}) DO UPDATE SET number = subjects_tally.number + excluded.number,
            lon = subjects_tally.lon + excluded.lon, lat = subjects_tally.lat + excluded.lat
    )
    SELECT count(*) FROM taken
"""  # noqa: S608 - names of this file only
FROM_ROWS = """
    SELECT bureau_code, area_code, status,
        floor(location_wgs84[0] * 1000)::int AS x, floor(location_wgs84[1] * 1000)::int AS y, count(*) AS number,
        coalesce(sum((location_wgs84[0] * 1e6)::bigint), 0) AS lon, coalesce(sum((location_wgs84[1] * 1e6)::bigint), 0) AS lat
    FROM subjects_entity WHERE merged_into_id IS NULL GROUP BY 1, 2, 3, 4, 5
"""
COUNT_ANEW = f"INSERT INTO subjects_tally ({KEY}, number, lon, lat) {CELLS.format(rows=FROM_ROWS)}"


def add_up() -> int:
    """Add the changes so far to the tally; how many there were. What is read is the same before and after."""
    taken = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute(ADD_UP, [BATCH])
            number = int(cursor.fetchone()[0])
        taken += number
        if number < BATCH:
            return taken


def count_anew() -> None:
    """Count all entities as one snapshot shows them; changes committed later stay to be added."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # the outermost transaction; inside another one, that one's view counts
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(
            "LOCK TABLE subjects_tally IN SHARE ROW EXCLUSIVE MODE"
        )  # after any adding up, before the snapshot
        cursor.execute("DELETE FROM subjects_tallychange")
        cursor.execute("DELETE FROM subjects_tally")
        cursor.execute(COUNT_ANEW)
