from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "shijian.documents"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "文书"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs

        from .choices import Verb

        verbs.update(Verb.choices)
