"""The sealing job: every two seconds, on whichever worker is free."""

from procrastinate.contrib.django import app

from . import sealing


@app.periodic(cron="* * * * * */2")  # the sixth field is the second
@app.task(queueing_lock="audit.seal", lock="audit.seal", pass_context=False)
def seal(timestamp: int) -> None:
    sealing.seal()
