"""Open events near a place; one transfer at a time that awaits its receipt, and when it was urged."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0004_steps_know_retries")]
    operations = [
        migrations.AddIndex(
            "event",
            django.contrib.postgres.indexes.SpGistIndex(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=["location_wgs84"],
                name="event_open_by_place",
            ),
        ),
        migrations.AddField("handover", "reminded_at", models.DateTimeField(null=True, verbose_name="催办时间")),
        migrations.AddConstraint(
            "handover",
            models.UniqueConstraint(
                condition=models.Q(("received_on", None)), fields=("event",), name="handover_one_awaits_receipt"
            ),
        ),
    ]
