"""What was captured, noted or written into a chain of custody stays; of a good only its state and place change."""

from django.db import migrations

FORWARD = """
    CREATE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE FUNCTION evidence_good_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF to_jsonb(NEW) - 'state' - 'storage' IS DISTINCT FROM to_jsonb(OLD) - 'state' - 'storage' THEN
            RAISE EXCEPTION 'a listed good does not change' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON evidence_item FOR EACH ROW EXECUTE FUNCTION evidence_stays();
    CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON evidence_note FOR EACH ROW EXECUTE FUNCTION evidence_stays();
    CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON evidence_keeping FOR EACH ROW EXECUTE FUNCTION evidence_stays();
    CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON evidence_custodyentry FOR EACH ROW EXECUTE FUNCTION evidence_stays();
    CREATE TRIGGER stays BEFORE DELETE ON evidence_good FOR EACH ROW EXECUTE FUNCTION evidence_stays();
    CREATE TRIGGER stays BEFORE DELETE ON evidence_measure FOR EACH ROW EXECUTE FUNCTION evidence_stays();
    CREATE TRIGGER says_the_same BEFORE UPDATE ON evidence_good
        FOR EACH ROW EXECUTE FUNCTION evidence_good_stays();
"""
BACKWARD = """
    DROP TRIGGER says_the_same ON evidence_good;
    DROP TRIGGER stays ON evidence_measure;
    DROP TRIGGER stays ON evidence_good;
    DROP TRIGGER stays ON evidence_custodyentry;
    DROP TRIGGER stays ON evidence_keeping;
    DROP TRIGGER stays ON evidence_note;
    DROP TRIGGER stays ON evidence_item;
    DROP FUNCTION evidence_good_stays();
    DROP FUNCTION evidence_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_attached_evidence")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
