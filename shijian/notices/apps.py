from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "shijian.notices"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "通知"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs
        from shijian.core import desk

        from . import queries
        from .choices import Verb

        verbs.update(Verb.choices)
        desk.sources.append(queries.to_confirm)
