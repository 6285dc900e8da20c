from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "shijian.evidence"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "证据"
