from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "shijian.documents"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "文书"

    def ready(self) -> None:
        from django.urls import reverse

        from shijian.audit.hooks import verbs
        from shijian.core import desk, records
        from shijian.laws import hooks as laws
        from shijian.seals import hooks as seals

        from . import queries, services, waiting
        from .choices import Verb
        from .permissions import PAPER_VIEW

        verbs.update(Verb.choices)
        desk.sources.append(waiting.papers)
        desk.sources.append(waiting.forms_to_approve)
        desk.sources.append(waiting.unfiled)
        desk.sources.append(waiting.on_the_way)
        desk.searches.append(waiting.found)
        laws.uses.append(queries.uses_of_laws)
        laws.runs.append(queries.runs_of_power)
        laws.papers.append(queries.addresses)
        seals.pressed.append(services.take_sealed)
        seals.signed.append(services.take_signed)
        seals.homes.append(queries.home_of)
        records.sources.append(records.Source("文书", queries.moments_of, (PAPER_VIEW,)))
        records.sources.append(records.Source("送达", queries.deliveries_of, (PAPER_VIEW,)))
        records.tabs.append(
            records.Tab(
                "文书",
                "file-text",
                lambda record: reverse("documents:record", args=[record.kind, record.id]),
                (PAPER_VIEW,),
            )
        )
