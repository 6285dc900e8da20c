"""Indexes made and dropped while people work: for migrations (`atomic = False`) on tables of millions of rows."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class AddIndexWhileOpen(AddIndexConcurrently):
    """Like AddIndexConcurrently, and can be run again after it was interrupted: what a half-made index left is dropped."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class DropIndexOfKey(migrations.SeparateDatabaseAndState):
    """A foreign key loses the index of its own that another one makes needless. The key itself is not checked anew."""

    def __init__(self, model: str, name: str, field: Any, *, index: str, table: str) -> None:
        self.given = (model, name, field, index, table)
        super().__init__(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON {table} ({name}_id)",
                )
            ],
            state_operations=[migrations.AlterField(model, name, field)],
        )
