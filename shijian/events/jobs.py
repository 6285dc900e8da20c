"""What runs by itself: the sweep for what is nearly late, told once per rung of the ladder; the adding up of counts."""

from django.utils.timezone import now
from procrastinate.contrib.django import app

from . import services


@app.periodic(cron="*/10 0-12,23 * * *")  # in UTC: 07:00 to 20:59 in Beijing, nobody is rung at night (P5)
@app.task(queueing_lock="events.remind", lock="events.remind", pass_context=False)
def remind(timestamp: int) -> None:
    services.remind_all(now=now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="events.add_up", lock="events.add_up", pass_context=False)
def add_up(timestamp: int) -> None:
    """Figures are right without it (`models.TallyChange`); it keeps what they have to sum up short."""
    services.add_up()
