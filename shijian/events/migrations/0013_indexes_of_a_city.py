"""Ten million events: what is open has an index of its own, units have theirs, and keys that another index serves have none.

No statement here keeps people waiting: indexes are made and dropped concurrently.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Left

from shijian.core.indexes import AddIndexWhileOpen, DropIndexOfKey

PROTECT = django.db.models.deletion.PROTECT
USER = settings.AUTH_USER_MODEL


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("events", "0012_studies"),
        ("subjects", "0006_checks_mergers_relations"),
        migrations.swappable_dependency(USER),
    ]
    operations = [
        AddIndexWhileOpen(
            "event",
            models.Index(
                models.F("bureau_code"),
                Left("area_code", 4),
                models.F("reported_at"),
                models.F("id"),
                name="event_by_unit",
            ),
        ),
        AddIndexWhileOpen("event", models.Index(fields=["handler", "reported_at", "id"], name="event_by_handler_time")),
        AddIndexWhileOpen(
            "event",
            models.Index(
                fields=["bureau_code", "reported_at", "id"],
                include=["area_code", "state", "due_on", "due_at", "respond_by", "supervised_until", "handler"],
                condition=models.Q(("state__in", ["reported", "dispatched", "handling", "handed_over", "reviewing"])),
                name="event_open_by_time",
            ),
        ),
        DropIndexOfKey(
            "event",
            "kind",
            models.ForeignKey("events.kind", PROTECT, related_name="events", verbose_name="事项", db_index=False),
            index="events_event_kind_id_87051f59",
            table="events_event",
        ),
        DropIndexOfKey(
            "event",
            "entity",
            models.ForeignKey(
                "subjects.entity",
                django.db.models.deletion.SET_NULL,
                null=True,
                blank=True,
                related_name="events",
                verbose_name="涉及主体",
                db_index=False,
            ),
            index="events_event_entity_id_3ce6a39c",
            table="events_event",
        ),
        DropIndexOfKey(
            "event",
            "reported_by",
            models.ForeignKey(USER, PROTECT, related_name="+", verbose_name="上报人", db_index=False),
            index="events_event_reported_by_id_2e1f5ece",
            table="events_event",
        ),
        DropIndexOfKey(
            "event",
            "handler",
            models.ForeignKey(
                USER, PROTECT, null=True, related_name="handled_events", verbose_name="处置人", db_index=False
            ),
            index="events_event_handler_id_4c1e6660",
            table="events_event",
        ),
        DropIndexOfKey(
            "step",
            "event",
            models.ForeignKey("events.event", PROTECT, related_name="steps", db_index=False),
            index="events_step_event_id_f8ca4f74",
            table="events_step",
        ),
        DropIndexOfKey(
            "step",
            "by",
            models.ForeignKey(USER, PROTECT, related_name="+", verbose_name="经办人", db_index=False),
            index="events_step_by_id_e59e43a3",
            table="events_step",
        ),
        DropIndexOfKey(
            "step",
            "to_user",
            models.ForeignKey(USER, PROTECT, null=True, related_name="+", verbose_name="交给", db_index=False),
            index="events_step_to_user_id_e25bb29c",
            table="events_step",
        ),
    ]
