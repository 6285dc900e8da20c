from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "shijian.deadlines"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "办理时限"
