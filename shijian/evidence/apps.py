from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EvidenceConfig(AppConfig):
    name = "shijian.evidence"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "证据"

    def ready(self) -> None:
        from django.urls import reverse

        from shijian.audit.hooks import verbs
        from shijian.core import desk, records
        from shijian.deadlines import hooks as deadlines
        from shijian.laws import hooks as laws

        from . import queries, waiting
        from .choices import Verb
        from .permissions import EVIDENCE_VIEW

        laws.runs.append(queries.runs_of_power)
        verbs.update(Verb.choices)
        desk.sources.append(waiting.handovers)
        records.tabs.append(
            records.Tab(
                "证据",
                "camera",
                lambda record: reverse("evidence:record", args=[record.kind, record.id]),
                (EVIDENCE_VIEW,),
            )
        )
        records.tabs.append(
            records.Tab(
                "全过程",
                "timeline-event",
                lambda record: reverse("evidence:process", args=[record.kind, record.id]),
                (EVIDENCE_VIEW,),
            )
        )
        records.register(records.RecordKind("measure", "保存和查封扣押", queries.find_measure))
        deadlines.waiting.append(queries.running)
        deadlines.self_kept.add("measure")
        records.sources.append(records.Source("证据", queries.moments_of, (EVIDENCE_VIEW,)))
        post_migrate.connect(_ship, sender=self, dispatch_uid="evidence.ship")


def _ship(**_: Any) -> None:
    """The classes of retention there are at first; a bureau changes them."""
    from .models import RetentionClass
    from .rules.retention import SHIPPED

    rows = [
        RetentionClass(code=code, name=name, months=months, basis=basis)
        for code, (name, months, basis) in SHIPPED.items()
    ]
    RetentionClass.objects.bulk_create(rows, ignore_conflicts=True)
