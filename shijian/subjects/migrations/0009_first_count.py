"""The first count of entities, and the order of their last change, which finds those not confirmed for long."""

from typing import Any

from django.db import migrations, models

from shijian.core.indexes import AddIndexWhileOpen
from shijian.subjects.services.tally import count_anew


def count(*_: Any) -> None:
    count_anew()


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("subjects", "0008_tally")]
    operations = [
        migrations.RunPython(count, migrations.RunPython.noop),
        AddIndexWhileOpen("entity", models.Index(fields=["bureau_code", "updated_at", "id"], name="entity_by_update")),
    ]
