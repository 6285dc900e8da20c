"""Whose time stamps are used: a recognised service by address, else our own in this process."""

from datetime import datetime

from django.conf import settings
from pyhanko.sign.timestamps import TimeStamper

from ..crypto import vault
from ..crypto.timestamps import LocalStamper, RemoteStamper, StampTrouble

LOCAL = "tsa"


def stamper(at: datetime) -> TimeStamper:
    """Raises StampTrouble when the node has neither."""
    if settings.TIMESTAMP_URL:
        return RemoteStamper(settings.TIMESTAMP_URL)
    if not vault.has(LOCAL):
        raise StampTrouble("没有配置时间戳服务，不能盖章。请系统管理员设置 TIMESTAMP_URL。")
    return LocalStamper(vault.take(LOCAL), lambda: at)
