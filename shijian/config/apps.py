from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "shijian.config"
    verbose_name = "系统"
