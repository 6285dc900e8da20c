"""The sweep of timers."""

from django.utils.timezone import now
from procrastinate.contrib.django import app

from . import services


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="workflow.timers", lock="workflow.timers", pass_context=False)
def fire_due(timestamp: int) -> None:
    services.fire_due(now=now())
