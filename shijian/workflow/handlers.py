"""Work of service tasks that belongs to no other module."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shijian.notices import services as notices

from .models import Instance


def tell_starter(instance: Instance, data: Mapping[str, Any], *, by: Any, now: datetime) -> None:
    """Put a notice into the inbox of who began the process."""
    notices.notify(
        [instance.started_by],
        kind="workflow.told",
        title=f"{instance.record_number} {instance.version.process.name}：已办到下一步",
        link=f"/workflow/instances/{instance.pk}/",
        at=now,
        bureau_code=instance.bureau_code,
    )
