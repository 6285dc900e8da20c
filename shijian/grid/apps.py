from django.apps import AppConfig


class GridConfig(AppConfig):
    name = "shijian.grid"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "网格"

    def ready(self) -> None:
        from shijian.accounts import hooks as accounts
        from shijian.audit.hooks import verbs
        from shijian.core import burden

        from . import queries, watching
        from .choices import Verb

        verbs.update(Verb.choices)
        accounts.person_sections.append(queries.duties_of)
        burden.sources.append(queries.settings_of)
        watching.register_rules()
