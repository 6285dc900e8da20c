from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "shijian.exchange"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "数据交换"
