from typing import Any

from django.core.management.base import BaseCommand

from shijian.discretion import services


class Command(BaseCommand):
    help = "写入随产品发布的裁量基准（国家规定）；各地自己的版本不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        made = services.load_shipped()
        self.stdout.write(f"新增违法行为 {made} 条。")
