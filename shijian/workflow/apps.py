from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "shijian.workflow"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "流程"

    def ready(self) -> None:
        from django.urls import reverse

        from shijian.audit.hooks import verbs
        from shijian.core import desk, records
        from shijian.deadlines import hooks as deadlines
        from shijian.laws import hooks as laws

        from . import handlers, hooks, queries, waiting
        from .choices import Verb
        from .permissions import TASK_DO
        from .views import pictures

        verbs.update(Verb.choices)
        laws.uses.append(queries.uses_of_laws)
        laws.procedures.append(queries.addresses)
        desk.sources.append(waiting.tasks)
        deadlines.waiting.append(waiting.on_record)
        tab = records.Tab(
            "流程", "route", lambda record: reverse("workflow:record", args=[record.kind, record.id]), (TASK_DO,)
        )
        records.tabs.append(tab)
        records.sources.append(records.Source("流程", pictures.moments_of_record, (TASK_DO,)))
        hooks.handlers["workflow.tell_starter"] = hooks.Handler("通知发起人", handlers.tell_starter)
