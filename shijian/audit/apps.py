from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "shijian.audit"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "审计"

    def ready(self) -> None:
        from . import hooks, sealing
        from .choices import Verb

        hooks.verbs.update(Verb.choices)
        post_migrate.connect(sealing.settle, sender=self, dispatch_uid="audit.settle")
