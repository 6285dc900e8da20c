from typing import Any

from django.core.management.base import BaseCommand

from shijian.accounts.services import sync_roles
from shijian.config.roles import ROLES


class Command(BaseCommand):
    help = "Write the roles of config/roles.py to the database."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write(f"{sync_roles(ROLES)} 个角色")
