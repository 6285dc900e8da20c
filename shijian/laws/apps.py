from django.apps import AppConfig


class LawsConfig(AppConfig):
    name = "shijian.laws"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "法律法规"
