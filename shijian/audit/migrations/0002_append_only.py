"""Nobody changes or deletes what was recorded; a superuser who switches this off is found by the verification."""

from django.db import migrations

TABLES = ["audit_entry", "audit_leaf", "audit_node", "audit_treehead"]
TRIGGERS = {"append_only": "UPDATE OR DELETE", "no_truncate": "TRUNCATE"}
FORWARD = [
    """
    CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    *(
        f"CREATE TRIGGER {name} BEFORE {acts} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
        for table in TABLES
        for name, acts in TRIGGERS.items()
    ),
]
BACKWARD = [
    *(f"DROP TRIGGER {name} ON {table}" for table in TABLES for name in TRIGGERS),
    "DROP FUNCTION audit_append_only()",
]


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_entries_and_tree")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
