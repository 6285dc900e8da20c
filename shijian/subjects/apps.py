from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    name = "shijian.subjects"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "经营主体"
