from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shijian.accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs
        from shijian.core import desk

        from . import factor_record, waiting  # noqa: F401
        from .choices import Verb

        verbs.update(Verb.choices)
        desk.sources.extend((waiting.resets, waiting.certificates))
