import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand

from shijian.config import environment


class Command(BaseCommand):
    help = "基准测试（quality.md）：bench [NAME …] [--json] [--quick]"

    def run_from_argv(self, argv: list[str]) -> None:
        """In a process of its own: the benchmarks make their own data folders, servers and settings."""
        command = [sys.executable, "-W", "ignore", "-m", "bench", *argv[2:]]
        raise SystemExit(subprocess.run(command, cwd=environment.ROOT, check=False).returncode)  # noqa: S603

    def handle(self, *args: Any, **options: Any) -> None:
        self.run_from_argv(["", "", *args])
