from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "shijian.events"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "事件"
