from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "shijian.deadlines"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "办理时限"

    def ready(self) -> None:
        from django.urls import reverse

        from shijian.audit.hooks import verbs
        from shijian.core import desk, records

        from . import queries
        from .choices import Verb
        from .permissions import CLOCK_VIEW

        verbs.update(Verb.choices)
        desk.sources.append(queries.open_section)
        records.sources.append(records.Source("办理时限", queries.moments_of, (CLOCK_VIEW,)))
        records.tabs.append(
            records.Tab(
                "办理时限",
                "hourglass",
                lambda record: reverse("deadlines:record", args=[record.kind, record.id]),
                (CLOCK_VIEW,),
            )
        )
