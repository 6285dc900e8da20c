from django.utils.timezone import now
from procrastinate.contrib.django import app

from . import services


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="exchange.forget", pass_context=False)
def forget_answers(timestamp: int) -> None:
    """Answers older than thirty days are no longer repeated."""
    services.forget_answers(now=now())
