from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "shijian.portal"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "工作台"
