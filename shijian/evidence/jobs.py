"""What runs by itself."""

from django.utils.timezone import now
from procrastinate.contrib.django import app

from . import services


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="evidence.forget_uploads", pass_context=False)
def forget_uploads(timestamp: int) -> None:
    """Uploads nobody finished within two days are dropped."""
    services.forget_expired(now=now())
