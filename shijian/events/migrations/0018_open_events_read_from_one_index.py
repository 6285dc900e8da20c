"""The second wall asks who reported, and a map where: with both columns in it the index of what is open answers alone.

It does so while the database knows which pages all can see, so the table is cleaned after 1 % of changes, not after 20 %.
"""

from django.contrib.postgres.indexes import SpGistIndex
from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from shijian.core.indexes import AddIndexWhileOpen

OPEN = models.Q(("state__in", ["reported", "dispatched", "handling", "handed_over", "reviewing"]))
CLEAN = "ALTER TABLE events_event SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01)"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("events", "0017_recoding_and_studies_sent_twice")]
    operations = [
        migrations.RunSQL(CLEAN, "ALTER TABLE events_event RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)"),
        AddIndexWhileOpen(
            "event",
            models.Index(
                fields=["bureau_code", "reported_at", "id"],
                include=[
                    "area_code", "kind", "source", "state", "due_on", "due_at", "supervised_until", "handler", "reported_by",
                    "location_wgs84",
                ],
                condition=OPEN,
                name="event_is_open",
            ),
        ),
        RemoveIndexConcurrently("event", "event_open"),
        AddIndexWhileOpen("event", SpGistIndex(fields=["location_wgs84"], condition=OPEN, name="event_open_places")),
        RemoveIndexConcurrently("event", "event_open_by_place"),
    ]  # fmt: skip
