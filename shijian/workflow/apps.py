from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "shijian.workflow"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "流程"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs

        from . import handlers, hooks
        from .choices import Verb

        verbs.update(Verb.choices)
        hooks.handlers["workflow.tell_starter"] = hooks.Handler("通知发起人", handlers.tell_starter)
