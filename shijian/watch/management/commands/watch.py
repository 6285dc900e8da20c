"""`watch`: run every rule now, as the night does."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from shijian.watch import services


class Command(BaseCommand):
    help = "立即运行全部监察规则。"

    def handle(self, *args: Any, **options: Any) -> None:
        for made in services.run_all(now=now()):
            failed = f"，未能运行：{'、'.join(made.failed)}" if made.failed else ""
            self.stdout.write(
                f"{made.bureau_code}：规则 {made.rules} 条，现有命中 {made.found}，新增 {made.new}，消除 {made.gone}{failed}"
            )
