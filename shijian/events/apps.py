from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "shijian.events"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "事件"

    def ready(self) -> None:
        from django.urls import reverse

        from shijian.audit.hooks import verbs
        from shijian.core import desk, records
        from shijian.documents import hooks as documents
        from shijian.evidence import hooks as evidence
        from shijian.grid import hooks as grid
        from shijian.laws import hooks as laws
        from shijian.subjects import hooks as subjects
        from shijian.workflow import hooks as workflow

        from . import places, proposing, queries, report_lines, waiting, watching
        from .choices import Verb
        from .permissions import LEAD_RECEIVE, LEAD_SEND
        from .services import recoding

        verbs.update(Verb.choices)
        laws.uses.append(queries.uses_of_laws)
        laws.runs.append(queries.runs_of_power)
        grid.rebinders.append(recoding.rebind)
        grid.counters.append(grid.Counter("events", "未办结事件", queries.count_by_area, queries.list_url))
        grid.report_lines.append(report_lines.of_period)
        grid.workloads.append(grid.Workload("events", "近一年事件", 3.0, places.of_a_year))
        subjects.profiles.append(queries.of_entities)
        workflow.proposals.append(proposing.for_event)
        documents.finished["event"] = queries.closed_of
        evidence.presences.append(queries.presences_of)
        evidence.tasks.append(
            evidence.TaskBook(queries.tasks_for_evidence, lambda key: reverse("events:task", args=[key]))
        )
        records.register(records.RecordKind("event", "事件", queries.record_of_event))
        records.tabs.append(
            records.Tab(
                "违法线索",
                "gavel",
                lambda record: reverse("events:record_leads", args=[record.kind, record.id]),
                (LEAD_SEND, LEAD_RECEIVE),
            )
        )
        desk.sources.append(waiting.leads_to_receive)
        desk.sources.append(waiting.tasks_of_today)
        records.sources.insert(0, records.Source("事件", queries.process_of_event))
        watching.register_rules()
