from django.db import migrations

FORWARD = [
    """
    CREATE FUNCTION seals_signature_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a signature is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    "CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON seals_signature FOR EACH ROW EXECUTE FUNCTION seals_signature_stays()",
]
BACKWARD = ["DROP TRIGGER stays ON seals_signature", "DROP FUNCTION seals_signature_stays()"]


class Migration(migrations.Migration):
    dependencies = [("seals", "0001_registers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
