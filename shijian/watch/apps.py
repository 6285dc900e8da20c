from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "shijian.watch"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "智能监察"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs

        from .choices import Verb
        from .providers import clocks, people, records, seals  # noqa: F401 - they register their rules

        verbs.update(Verb.choices)
