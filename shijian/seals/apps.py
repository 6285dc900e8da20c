from django.apps import AppConfig


class SealsConfig(AppConfig):
    name = "shijian.seals"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "印章和签名"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs

        from .choices import Verb

        verbs.update(Verb.choices)
