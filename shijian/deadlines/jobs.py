"""What runs by itself: the reminders of the morning, and clocks that follow the calendar."""

from django.utils.timezone import now
from procrastinate.contrib.django import app

from . import services


@app.periodic(cron="10 0,5 * * *")  # in UTC: 08:10 and 13:10 in Beijing
@app.task(queueing_lock="deadlines.sweep", lock="deadlines.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    services.follow_calendar(now=now())
    services.sweep(now=now())
