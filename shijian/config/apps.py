from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "shijian.config"
    verbose_name = "系统"

    def ready(self) -> None:
        from . import personal_data  # noqa: F401 - fills the register
