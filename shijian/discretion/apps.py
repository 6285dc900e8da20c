from django.apps import AppConfig


class DiscretionConfig(AppConfig):
    name = "shijian.discretion"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "裁量"
