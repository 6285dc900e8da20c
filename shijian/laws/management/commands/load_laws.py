from typing import Any

from django.core.management.base import BaseCommand

from shijian.laws import services


class Command(BaseCommand):
    help = "写入随产品发布的法规目录、别称、条文提要和操作指南；已导入的条文不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        counts = services.load_catalogue() | {"guides": services.load_guides()}
        self.stdout.write("，".join(f"{name} {count}" for name, count in counts.items()))
