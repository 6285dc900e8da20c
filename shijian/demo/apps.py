from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "shijian.demo"
    verbose_name = "演示"
