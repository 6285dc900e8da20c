"""Where an approved paper is signed and sealed is kept with it; `load_forms` fills it in for papers approved before."""

from django.db import migrations, models

SLOTS = """
    CREATE FUNCTION documents_slots_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state <> 'draft' AND OLD.slots IS NOT NULL AND OLD.approved_at IS NOT NULL
            AND NEW.slots IS DISTINCT FROM OLD.slots THEN
            RAISE EXCEPTION 'the places of an approved paper stay' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER slots_stay BEFORE UPDATE OF slots ON documents_paper
        FOR EACH ROW EXECUTE FUNCTION documents_slots_stay();
"""
BACK = "DROP TRIGGER slots_stay ON documents_paper; DROP FUNCTION documents_slots_stay();"


class Migration(migrations.Migration):
    dependencies = [("documents", "0006_own_forms")]
    operations = [
        migrations.AddField("paper", "slots", models.JSONField(null=True, verbose_name="签名盖章位置")),
        migrations.RunSQL(SLOTS, BACK),
    ]
