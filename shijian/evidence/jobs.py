"""What runs by itself."""

from django.utils.timezone import now
from procrastinate.contrib.django import app

from . import services
from .models import Package


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="evidence.forget_uploads", pass_context=False)
def forget_uploads(timestamp: int) -> None:
    """Uploads nobody finished within two days are dropped."""
    services.forget_expired(now=now())


@app.periodic(cron="30 23 * * *")  # in UTC: half past seven in Beijing
@app.task(queueing_lock="evidence.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Preservation past its limit is released."""
    services.sweep(now=now())


@app.periodic(cron="10 18 * * *")  # in UTC: ten past two at night in Beijing
@app.task(queueing_lock="evidence.alarm", pass_context=False)
def alarm(timestamp: int) -> None:
    """Every chain of custody is checked whole; the keepers of those with a fault are told."""
    services.alarm(now=now())


@app.task(name="shijian.evidence.jobs.make_package", pass_context=False)
def make_package(key: str) -> None:
    """A package somebody asked for on the page."""
    services.make_package(Package.objects.select_related("asked_by").get(pk=key), now=now())
