"""The first count of what was there before, and the index of what is open with the columns that figures group by."""

from typing import Any

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from shijian.core.indexes import AddIndexWhileOpen
from shijian.events.services.tally import count_anew


def count(*_: Any) -> None:
    count_anew()


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("events", "0014_tally")]
    operations = [
        migrations.RunPython(count, migrations.RunPython.noop),
        AddIndexWhileOpen(
            "event",
            models.Index(
                fields=["bureau_code", "reported_at", "id"],
                include=["area_code", "kind", "source", "state", "due_on", "due_at", "supervised_until", "handler"],
                condition=models.Q(("state__in", ["reported", "dispatched", "handling", "handed_over", "reviewing"])),
                name="event_open",
            ),
        ),
        RemoveIndexConcurrently("event", "event_open_by_time"),
    ]
