from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "shijian.core"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "公共部件"
