from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "shijian.exchange"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "数据交换"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs

        from .choices import Verb

        verbs.update(Verb.choices)
