"""What runs by itself: every night, when nobody writes."""

from django.utils.timezone import now
from procrastinate.contrib.django import app

from . import services


@app.periodic(cron="30 18 * * *")  # in UTC: 02:30 in Beijing
@app.task(queueing_lock="watch.run", lock="watch.run", pass_context=False)
def run(timestamp: int) -> None:
    services.run_all(now=now())
