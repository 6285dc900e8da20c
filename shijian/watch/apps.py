from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "shijian.watch"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "智能监察"
