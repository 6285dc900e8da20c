"""What other tests need of the interface: a kind to report, a token to report it with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils.timezone import now

from shijian.accounts.models import User
from shijian.events.models import Kind

from . import services
from .models import Token


def a_kind(code: str = "T01") -> Kind:
    kind, _ = Kind.objects.get_or_create(
        code=code,
        defaults={"group": "测试", "name": "占道经营", "basis": "测试", "limit_amount": 5, "limit_unit": "wd"},
    )
    return kind


def a_token(user: User, by: User, **changes: Any) -> tuple[Token, str]:
    facts = {"name": "城管平台报送", "expires_at": now() + timedelta(days=30), "per_minute": 100_000, **changes}
    return services.issue_token(user, **facts, by=by, now=datetime(2026, 1, 5, 2, tzinfo=UTC))


class ApiClient(Client):
    """Speaks as the holder of a secret."""

    def __init__(self, secret: str) -> None:
        super().__init__(headers={"Authorization": f"Bearer {secret}"})

    def submit(self, content: Any, key: str = "key-00000001", **headers: Any) -> Any:
        return self.post(
            "/api/v1/events", content, content_type="application/json", headers={"Idempotency-Key": key, **headers}
        )
