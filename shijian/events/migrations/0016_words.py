"""Words in events: pairs of neighbouring characters of description and address in one index (docs/algorithms/search.md)."""

from django.db import migrations

KEYS = """
    CREATE OR REPLACE FUNCTION events_keys(description text, address text) RETURNS int4[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    DECLARE
        char text; c int; one int := 0; made int4[] := '{}';
    BEGIN
        FOREACH char IN ARRAY string_to_array(lower(description || E'\\n' || address), NULL) LOOP
            c := ascii(char);
            IF one > 10 AND c > 10 THEN made := made || ((one << 16) | (c & 65535)); END IF;
            one := c;
        END LOOP;
        RETURN made;
    END $$
"""
INDEX = "CREATE INDEX CONCURRENTLY event_words ON events_event USING gin (events_keys(description, address))"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("events", "0015_first_count")]
    operations = [
        migrations.RunSQL(KEYS, "DROP FUNCTION events_keys(text, text)"),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS event_words", migrations.RunSQL.noop),
        migrations.RunSQL(INDEX, "DROP INDEX CONCURRENTLY event_words"),
    ]
