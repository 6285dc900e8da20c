"""Search keys: pairs of neighbouring characters, pairs around one character, three pinyin initials, area prefixes.

One GIN index over integers serves substrings, initials, one typo and the scope of the person; see
docs/algorithms/search.md. `rules/grams.py` makes the same keys for what is asked.
"""

from pathlib import Path

from django.db import migrations

INITIALS = Path(__file__).resolve().parents[1] / "data" / "pinyin_initials.txt"
TABLE = f"'{INITIALS.read_text(encoding='ascii').replace(chr(10), '')}'::bytea"

# A letter as a number: a-z 1 to 26, 0-9 27 to 36, 0 for what has none. Chinese characters by the table.
LETTER = f"""
    CASE WHEN c BETWEEN 19968 AND 40959 THEN greatest(get_byte({TABLE}, c - 19968) - 96, 0)
         WHEN c BETWEEN 97 AND 122 THEN c - 96 WHEN c BETWEEN 48 AND 57 THEN c - 21 ELSE 0 END
"""
LETTERS = f"""
    CREATE FUNCTION subjects_initials(name text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    DECLARE
        char text; c int; letter int; made text := '';
    BEGIN
        FOREACH char IN ARRAY string_to_array(lower(name), NULL) LOOP
            c := ascii(char);
            letter := {LETTER};
            IF letter > 0 THEN made := made || chr(CASE WHEN letter > 26 THEN letter + 21 ELSE letter + 96 END); END IF;
        END LOOP;
        RETURN made;
    END $$
"""
KEYS = f"""
    CREATE FUNCTION subjects_keys(name text, address text, area text) RETURNS int4[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    DECLARE
        char text; c int; letter int; made int4[] := '{{}}';
        one int := 0; two int := 0;      -- the character before, and the one before that
        first int := 0; second int := 0; -- the same of the letters
    BEGIN
        FOREACH char IN ARRAY string_to_array(lower(name), NULL) LOOP
            c := ascii(char);
            IF one > 0 THEN made := made || ((one << 16) | (c & 65535)); END IF;
            IF two > 0 THEN made := made || (((two # 32768) << 16) | (c & 65535)); END IF;
            two := one; one := c;
            letter := {LETTER};
            IF letter > 0 THEN
                IF second > 0 THEN made := made || (second * 1369 + first * 37 + letter); END IF;
                second := first; first := letter;
            END IF;
        END LOOP;
        one := 0;
        FOREACH char IN ARRAY string_to_array(lower(address), NULL) LOOP
            c := ascii(char);
            IF one > 0 THEN made := made || ((one << 16) | (c & 65535)); END IF;
            one := c;
        END LOOP;
        IF area ~ '^[0-9]{{2}}' THEN
            made := made || ('1' || left(area, 2))::int;
            IF area ~ '^[0-9]{{4}}' THEN made := made || ('1' || left(area, 4))::int; END IF;
            IF area ~ '^[0-9]{{6}}' THEN made := made || ('1' || left(area, 6))::int; END IF;
        END IF;
        RETURN made;
    END $$
"""
INDEX = "CREATE INDEX entity_search ON subjects_entity USING gin (subjects_keys(name, address, area_code))"
BIGRAMS = """
    CREATE FUNCTION bigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    ARRAY(SELECT DISTINCT substr($1, i, 2) FROM generate_series(1, greatest(length($1) - 1, 1)) AS i)
"""
OLD_INDEXES = [
    "CREATE INDEX entity_name_bigrams ON subjects_entity USING gin (bigrams(name))",
    "CREATE INDEX entity_address_bigrams ON subjects_entity USING gin (bigrams(address))",
]


class Migration(migrations.Migration):
    dependencies = [("subjects", "0002_search")]
    operations = [
        migrations.RunSQL(
            ["DROP INDEX entity_name_bigrams", "DROP INDEX entity_address_bigrams", "DROP FUNCTION bigrams(text)"],
            [BIGRAMS, *OLD_INDEXES],
        ),
        migrations.RunSQL(LETTERS, "DROP FUNCTION subjects_initials(text)"),
        migrations.RunSQL(KEYS, "DROP FUNCTION subjects_keys(text, text, text)"),
        migrations.RunSQL(INDEX, "DROP INDEX entity_search"),
    ]
