from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shijian.accounts.services import reseal_factors
from shijian.config import environment, secret


class Command(BaseCommand):
    help = "Change the secret key of the data folder, or seal everything with the new one and let the old one go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--finish", action="store_true", help="after a restart: seal anew, forget the former key")

    def handle(self, *args: Any, **options: Any) -> None:
        if environment.text("SECRET_KEY") and not options["finish"]:
            raise CommandError(
                "SECRET_KEY 由环境变量给出：请在那里更换，旧值写入 SECRET_KEY_FALLBACKS，再运行 --finish。"
            )
        if options["finish"]:
            count = reseal_factors()
            secret.forget(Path(settings.HOME))
            self.stderr.write(f"已用现在的密钥重新加密 {count} 个两步验证，旧密钥已删除。请再重启一次。")
        else:
            secret.rotate(Path(settings.HOME))
            self.stderr.write("已更换密钥，旧密钥仍可解开已有内容。请重启，确认正常后运行 rotate_secret_key --finish。")
