"""A step is what happened: nobody changes or deletes it."""

from django.db import migrations

FORWARD = """
    CREATE FUNCTION events_step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'steps are append-only' USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON events_step FOR EACH ROW EXECUTE FUNCTION events_step_stays();
"""
BACKWARD = "DROP TRIGGER stays ON events_step; DROP FUNCTION events_step_stays();"


class Migration(migrations.Migration):
    dependencies = [("events", "0001_loop")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
