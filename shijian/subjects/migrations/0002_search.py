"""Search by two Chinese characters: every pair of neighbouring characters, in a GIN index."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

FUNCTION = """
    CREATE FUNCTION bigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    ARRAY(SELECT DISTINCT substr($1, i, 2) FROM generate_series(1, greatest(length($1) - 1, 1)) AS i)
"""
INDEXES = [
    "CREATE INDEX entity_name_bigrams ON subjects_entity USING gin (bigrams(name))",
    "CREATE INDEX entity_address_bigrams ON subjects_entity USING gin (bigrams(address))",
]


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_registry")]
    operations = [
        TrigramExtension(),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION bigrams(text)"),
        migrations.RunSQL(INDEXES, ["DROP INDEX entity_name_bigrams", "DROP INDEX entity_address_bigrams"]),
    ]
