from django.apps import AppConfig


class DiscretionConfig(AppConfig):
    name = "shijian.discretion"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "裁量"

    def ready(self) -> None:
        from django.urls import reverse

        from shijian.audit.hooks import verbs
        from shijian.core import desk, records
        from shijian.laws import hooks as laws

        from . import queries, waiting
        from .choices import Verb
        from .permissions import BENCHMARK_VIEW

        verbs.update(Verb.choices)
        desk.sources.append(waiting.drafts)
        desk.searches.append(waiting.found)
        laws.uses.append(queries.uses_of_laws)
        laws.runs.append(queries.runs_of_power)
        records.tabs.append(
            records.Tab(
                "裁量计算单",
                "scale",
                lambda record: f"{reverse('discretion:worksheets')}?record_kind={record.kind}&record_id={record.id}",
                (BENCHMARK_VIEW,),
            )
        )
