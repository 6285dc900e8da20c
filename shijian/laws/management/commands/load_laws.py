from typing import Any

from django.core.management.base import BaseCommand

from shijian.laws import services


class Command(BaseCommand):
    help = "写入随产品发布的法规目录、别称和条文提要；已导入的条文不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        counts = services.load_catalogue()
        self.stdout.write("，".join(f"{name} {count}" for name, count in counts.items()))
