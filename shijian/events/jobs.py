"""The sweep: what is nearly late or late is told to those concerned, once per rung of the ladder."""

from django.utils.timezone import now
from procrastinate.contrib.django import app

from . import services


@app.periodic(cron="*/10 0-12,23 * * *")  # in UTC: 07:00 to 20:59 in Beijing, nobody is rung at night (P5)
@app.task(queueing_lock="events.remind", lock="events.remind", pass_context=False)
def remind(timestamp: int) -> None:
    services.remind_all(now=now())
