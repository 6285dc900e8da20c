"""Adding up what the triggers wrote down (docs/algorithms/tally.md)."""

from django.db import connection, transaction

BATCH = 20_000
LOCK = 20_261_121  # one at a time adds up or counts anew
COUNTED = "reported, open, closed, closed_with_limit, closed_in_time"
KEY = "bureau_code, grain, day, area_code, kind, source"
ADDED = """
    SELECT bureau_code,
        CASE WHEN grouping(area_code) = 1 THEN 'matter' WHEN grouping(kind) = 1 THEN 'place' ELSE 'both' END,
        coalesce(day, month), coalesce(area_code, ''), coalesce(kind, 0), coalesce(source, ''), {sums}
    FROM ({rows}) AS rows
    GROUP BY GROUPING SETS
        ((bureau_code, day, kind, source), (bureau_code, month, area_code, source), (bureau_code, month, area_code, kind))
"""
SUMS = ", ".join(f"sum({name})" for name in COUNTED.split(", "))
MORE = ", ".join(f"{name} = events_tally.{name} + excluded.{name}" for name in COUNTED.split(", "))
ADD_UP = f"""
    WITH taken AS (
        DELETE FROM events_tallychange WHERE id IN (SELECT id FROM events_tallychange ORDER BY id LIMIT %s) RETURNING *
    ), added AS (
        INSERT INTO events_tally ({KEY}, {COUNTED})
        {ADDED.format(sums=SUMS, rows="SELECT *, date_trunc('month', day)::date AS month FROM taken")}
        ON CONFLICT ({KEY}) DO UPDATE SET {MORE}
    )
    SELECT count(*) FROM taken
"""  # noqa: S608 - names of this file only
FROM_ROWS = """
    SELECT bureau_code, area_code, kind_id AS kind, source, state, due_on, due_at, closed_at,
        (reported_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
        date_trunc('month', reported_at AT TIME ZONE 'Asia/Shanghai')::date AS month
    FROM events_event
"""
LIMITED = "state = 'closed' AND due_on IS NOT NULL"
COUNT_ROWS = f"""
    count(*), count(*) FILTER (WHERE state NOT IN ('closed', 'merged')), count(*) FILTER (WHERE state = 'closed'),
    count(*) FILTER (WHERE {LIMITED}),
    count(*) FILTER (WHERE {LIMITED} AND CASE
        WHEN due_at IS NULL THEN (closed_at AT TIME ZONE 'Asia/Shanghai')::date <= due_on ELSE closed_at <= due_at END)
"""
COUNT_ANEW = f"INSERT INTO events_tally ({KEY}, {COUNTED}) {ADDED.format(sums=COUNT_ROWS, rows=FROM_ROWS)}"


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
    """Count all events as one snapshot shows them; the changes it shows are in that count, later ones stay to be added."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # the outermost transaction; inside another one, that one's view counts
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(
            "LOCK TABLE events_tally IN SHARE ROW EXCLUSIVE MODE"
        )  # after any adding up, before the snapshot
        cursor.execute("DELETE FROM events_tallychange")
        cursor.execute("DELETE FROM events_tally")
        cursor.execute(COUNT_ANEW)
