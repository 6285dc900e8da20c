from typing import Any

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "shijian.config"
    verbose_name = "系统"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from . import personal_data, wall  # noqa: F401 - the first fills the register
        from .roles import require_known

        require_known(settings.SECOND_FACTOR_ROLES)

        post_migrate.connect(_build_wall, dispatch_uid="config.wall")


def _build_wall(sender: AppConfig, **_: Any) -> None:
    """Once per `migrate`: all tables are there when the signals are sent."""
    from django.db import connection

    from . import wall

    tables = set(connection.introspection.table_names())
    if sender.name == "shijian.core" and set(wall.POLICIES) <= tables:
        wall.build()
