from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localdate

from shijian.documents import services


class Command(BaseCommand):
    help = "写入随产品发布的文书格式；可重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        services.keep_slots()  # before anything of the layout can differ from what was printed
        told = services.load_forms(today=localdate())
        self.stdout.write(
            f"文书格式：新增 {told['created']} 种，更新 {told['updated']} 种，未变 {told['unchanged']} 种。"
        )
