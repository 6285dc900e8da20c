from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shijian.accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs

        from . import factor_record  # noqa: F401
        from .choices import Verb

        verbs.update(Verb.choices)
