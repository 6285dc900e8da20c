from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "shijian.notices"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "通知"
