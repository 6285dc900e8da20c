"""Merging clean rows into the register: one COPY and a few statements for a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from shijian.core.sealed import seal

from ..rules.rows import Row

PHONE = "subjects.entity.phone"  # the column it is sealed for

COLUMNS = (
    "id, identity, kind, name, credit_code, registration_no, industry_code, status, address, location_wgs84, "
    "area_code, tags, established_on, scope_text, content_hash, row_print, "
    "phone, phone_print"
)
STAGE = f"""
    CREATE TEMP TABLE IF NOT EXISTS subjects_staging AS
    SELECT {COLUMNS}, 0::bigint AS line FROM subjects_entity WITH NO DATA
"""  # noqa: S608 - a constant
PRESENT = """
    SELECT s.line, e.row_print, e.content_hash <> s.content_hash FROM subjects_staging s
    JOIN subjects_entity e ON e.bureau_code = %s AND e.identity = s.identity WHERE e.row_print IS NOT NULL
"""
CHANGED = """
    INSERT INTO subjects_entitychange (entity_id, at, source, by_name, before, after)
    SELECT e.id, %(now)s, %(source)s, '', d.before, d.after
    FROM subjects_staging s
    JOIN subjects_entity e ON e.bureau_code = %(bureau)s AND e.identity = s.identity
    CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(key, old) AS before, jsonb_object_agg(key, new) AS after FROM (
        SELECT * FROM (VALUES ('name', e.name, s.name), ('status', e.status, s.status), ('address', e.address, s.address),
                     ('kind', e.kind, s.kind), ('industry_code', e.industry_code, s.industry_code),
                     ('credit_code', e.credit_code, s.credit_code), ('scope_text', e.scope_text, s.scope_text)
             ) AS v(key, old, new) WHERE old IS DISTINCT FROM new
        UNION ALL
        SELECT 'phone', CASE e.phone_print WHEN '' THEN '' ELSE '****' END, '****'
        WHERE s.phone_print NOT IN ('', e.phone_print)
    ) told) d
    WHERE e.content_hash <> s.content_hash AND d.after IS NOT NULL
"""
# A place guessed from an address that is no longer the address.
MOVED_AWAY = (
    "subjects_entity.location_source = 'derived' AND excluded.location_wgs84 IS NULL"
    " AND subjects_entity.address <> excluded.address"
)
MERGE = f"""
    INSERT INTO subjects_entity ({COLUMNS}, bureau_code, source, location_source, updated_at)
    SELECT {COLUMNS}, %(bureau)s, %(source)s,
           CASE WHEN location_wgs84 IS NULL THEN 'none' ELSE 'imported' END, %(now)s
    FROM subjects_staging
    ON CONFLICT (bureau_code, identity) DO UPDATE SET
        kind = excluded.kind, name = excluded.name, credit_code = excluded.credit_code,
        registration_no = excluded.registration_no, industry_code = excluded.industry_code, status = excluded.status,
        address = excluded.address, established_on = excluded.established_on, scope_text = excluded.scope_text,
        content_hash = excluded.content_hash, row_print = excluded.row_print,
        phone = CASE WHEN excluded.phone_print IN ('', subjects_entity.phone_print) THEN subjects_entity.phone
                     ELSE excluded.phone END,
        phone_print = CASE excluded.phone_print WHEN '' THEN subjects_entity.phone_print ELSE excluded.phone_print END,
        source = excluded.source, updated_at = excluded.updated_at,
        tags = ARRAY(SELECT DISTINCT unnest(subjects_entity.tags || excluded.tags) ORDER BY 1),
        location_wgs84 = CASE WHEN subjects_entity.location_source = 'corrected' THEN subjects_entity.location_wgs84
                              WHEN {MOVED_AWAY} THEN NULL
                              ELSE coalesce(excluded.location_wgs84, subjects_entity.location_wgs84) END,
        location_source = CASE WHEN {MOVED_AWAY} THEN 'none'
                               WHEN subjects_entity.location_source = 'corrected' OR excluded.location_wgs84 IS NULL
                               THEN subjects_entity.location_source ELSE 'imported' END,
        area_code = CASE WHEN {MOVED_AWAY} THEN ''
                         WHEN subjects_entity.location_source = 'corrected' OR excluded.location_wgs84 IS NULL
                         THEN subjects_entity.area_code ELSE excluded.area_code END
    WHERE subjects_entity.content_hash <> excluded.content_hash
    RETURNING (xmax = 0)
"""  # noqa: S608 - a constant


@dataclass(slots=True)
class Clean:
    """A good row on its way: where it stands in the file, its fingerprint, its place (WGS 84) and grid."""

    line: int
    row_print: int
    row: Row
    content_hash: str = ""
    place: tuple[float, float] | None = None
    area_code: str = ""
    phone_print: str = ""


def stage(rows: Sequence[Clean], ids: Sequence[Any]) -> None:
    """Copy the rows to a temporary table of this connection."""
    text = "".join(_line(each, key) for each, key in zip(rows, ids, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        cursor.execute("TRUNCATE subjects_staging")
        with cursor.copy(f"COPY subjects_staging ({COLUMNS}, line) FROM STDIN") as copy:
            copy.write(text)


def present(bureau_code: str) -> list[tuple[int, int, bool]]:
    """(line, fingerprint so far, whether it changes) of the staged rows whose entity is known by a row already."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT, [bureau_code])
        return list(cursor.fetchall())


def drop(lines: Sequence[int]) -> None:
    """Take staged rows back, by their line."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM subjects_staging WHERE line = ANY (%s)", [list(lines)])


def merge(bureau_code: str, source: str, now: datetime) -> tuple[int, int]:
    """Write what is staged: (created, updated). Rows equal to what is there are not touched."""
    names: dict[str, Any] = {"bureau": bureau_code, "source": source, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, names)
        cursor.execute(MERGE, names)
        fresh = [created for (created,) in cursor.fetchall()]
    return sum(fresh), len(fresh) - sum(fresh)


def _line(clean: Clean, key: Any) -> str:
    """A row in COPY's text form. `tidy` has left no control characters, so only the backslash means something."""
    row = clean.row
    place = f"({clean.place[0]!r},{clean.place[1]!r})" if clean.place else "\\N"
    founded = row.established_on.isoformat() if row.established_on else "\\N"
    texts = "\t".join(
        (
            row.identity, row.kind, row.name, row.credit_code, row.registration_no, row.industry_code, row.status,
            row.address,
        )
    ).replace("\\", "\\\\")  # fmt: skip
    scope = row.scope_text.replace("\\", "\\\\")
    tags = "{" + ",".join(row.tags) + "}"
    return (
        f"{key}\t{texts}\t{place}\t{clean.area_code}\t{tags}\t{founded}\t{scope}\t{clean.content_hash}"
        f"\t{clean.row_print}\t{seal(row.phone, PHONE)}\t{clean.phone_print}\t{clean.line}\n"
    )
