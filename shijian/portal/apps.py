from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "shijian.portal"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "工作台"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs

        from .choices import Verb

        verbs.update(Verb.choices)
