"""Transaction numbers begin anew in a restored database: a constant added to them keeps the order of the log."""

from django.db import migrations, models

FORWARD = [
    "CREATE FUNCTION audit_xid_offset() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 0::bigint'",
    """
    CREATE FUNCTION audit_xid() RETURNS bigint LANGUAGE sql VOLATILE
    AS 'SELECT pg_current_xact_id()::text::bigint + audit_xid_offset()'
    """,
]
BACKWARD = ["DROP FUNCTION audit_xid()", "DROP FUNCTION audit_xid_offset()"]


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_entry_mac")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AlterField(
            model_name="entry",
            name="xid",
            field=models.BigIntegerField(
                db_default=models.Func(function="audit_xid", output_field=models.BigIntegerField())
            ),
        ),
    ]
