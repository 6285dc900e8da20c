from django.apps import AppConfig


class DiscretionConfig(AppConfig):
    name = "shijian.discretion"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "裁量"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs
        from shijian.core import desk
        from shijian.laws import hooks as laws

        from . import queries, waiting
        from .choices import Verb

        verbs.update(Verb.choices)
        desk.sources.append(waiting.drafts)
        desk.searches.append(waiting.found)
        laws.uses.append(queries.uses_of_laws)
