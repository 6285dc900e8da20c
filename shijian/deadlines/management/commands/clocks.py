"""`clocks`: what the timer does twice a day, now."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from shijian.deadlines import services


class Command(BaseCommand):
    help = "按现行日历重算办理时限，并发出到期提醒。"

    def handle(self, *args: Any, **options: Any) -> None:
        followed, swept = services.follow_calendar(now=now()), services.sweep(now=now())
        self.stdout.write(
            f"日历变动 {followed['days']} 天，期限变动 {followed['moved']} 个；提醒 {swept['told']} 个，"
            f"中止顺延 {swept['moved']} 个。"
        )
