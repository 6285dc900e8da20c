from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "shijian.workflow"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "流程"
