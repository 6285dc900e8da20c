from typing import Any

from django.core.management.base import BaseCommand

from shijian.deadlines import services


class Command(BaseCommand):
    help = "写入随产品发布的时限提醒阶梯；各局修改过的是各局自己的。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"新增 {services.load_ladder()} 级。")
