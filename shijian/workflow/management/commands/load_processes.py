from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from shijian.workflow import services
from shijian.workflow.library import draw, procedures
from shijian.workflow.models import Process


class Command(BaseCommand):
    help = "写入并发布随产品发布的流程；已有的流程不动，各局可以在此基础上修改。"

    def handle(self, *args: Any, **options: Any) -> None:
        known, made = set(Process.objects.values_list("key", flat=True)), 0
        for each in procedures():
            if each.key in known:
                continue
            process = Process.objects.create(
                key=each.key, name=each.name, group=each.group, basis=each.basis, record_kinds=list(each.kinds)
            )
            draft = services.save_draft(process, draw(each), note="随产品发布", by=None, now=now())
            services.publish(draft, by=None, now=now())
            made += 1
        self.stdout.write(f"新增流程 {made} 个。")
