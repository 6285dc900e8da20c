from django.apps import AppConfig


class LawsConfig(AppConfig):
    name = "shijian.laws"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "法律法规"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs
        from shijian.core import desk

        from . import hooks, queries, waiting
        from .choices import Verb

        verbs.update(Verb.choices)
        hooks.uses += [queries.time_limit_uses, queries.own_uses]
        desk.sources.append(waiting.impacts)
        desk.searches.append(waiting.found)
