"""Which tables stand behind the second wall (`core.wall`), and on what terms; written to the database after migrating."""

from typing import Any

from shijian.core import wall

BUREAU = "bureau_code = (SELECT current_setting('shijian.bureau', true))"
AREA = (
    "(SELECT current_setting('shijian.prefixes', true)) = '*'"
    " OR area_code ^@ ANY ((SELECT string_to_array(current_setting('shijian.prefixes', true), ','))::text[])"
)
HATS = "(SELECT current_setting('shijian.hats', true)::uuid[])::uuid[]"  # cast once a query, not once a row

POLICIES = {
    "events_event": (
        f"{BUREAU} AND ({AREA} OR handler_id = ANY ({HATS}) OR reported_by_id = ANY ({HATS})"
        " OR id = ANY ((SELECT shijian_shared_events())::uuid[]))",
        BUREAU,
    ),
    "documents_paper": (f"{BUREAU} AND ({AREA} OR drafted_by_id = ANY ({HATS}))", BUREAU),
    "subjects_entity": (f"{BUREAU} AND ({AREA} OR id = ANY ((SELECT shijian_own_entities())::uuid[]))", BUREAU),
}
# What a person may see because of another row is asked past the wall, by the owner of the tables.
FUNCTIONS = [
    """
    CREATE OR REPLACE FUNCTION shijian_shared_events() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
        SELECT ARRAY(
            SELECT merged_into_id FROM events_event
            WHERE state = 'merged' AND reported_by_id = ANY (current_setting('shijian.hats', true)::uuid[])
            UNION
            SELECT event_id FROM events_message JOIN events_reader ON events_reader.message_id = events_message.id
            WHERE person_id = ANY (current_setting('shijian.hats', true)::uuid[])
        )
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION shijian_own_entities() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
        SELECT coalesce(array_agg(DISTINCT entity_id), '{}') FROM events_event
        WHERE entity_id IS NOT NULL AND (handler_id = ANY (current_setting('shijian.hats', true)::uuid[])
            OR reported_by_id = ANY (current_setting('shijian.hats', true)::uuid[]))
    $$
    """,
]
# These compare and raise no error that tells of a row: so marked, indexes serve them also behind the wall.
LEAKPROOF = [
    "pg_catalog.textlike(text, text)",
    "pg_catalog.texticlike(text, text)",
    'pg_catalog."left"(text, integer)',
    "pg_catalog.on_pb(point, box)",
    "pg_catalog.box_contain_pt(box, point)",
    "pg_catalog.arraycontains(anyarray, anyarray)",
    "pg_catalog.arrayoverlap(anyarray, anyarray)",
    "public.subjects_keys(text, text, text)",
    "public.subjects_initials(text)",
    "public.events_keys(text, text)",
    "public.bigrams(text)",
]


def build(**_: Any) -> None:
    """After every `migrate` (`config.apps`)."""
    wall.build(POLICIES, FUNCTIONS, LEAKPROOF)
