"""What the worker does for the log: sealing every two seconds, verifying every night and when asked."""

from dataclasses import dataclass
from typing import Any

from django.utils.timezone import now
from procrastinate.contrib.django import app

from . import inspections, sealing


@dataclass(slots=True)
class Asker:
    """Who asked for a job, or the system itself."""

    pk: str = "system"
    employee_no: str = ""
    name: str = "系统"


@app.periodic(cron="* * * * * */2")  # the sixth field is the second
@app.task(queueing_lock="audit.seal", lock="audit.seal")
def seal(timestamp: int) -> None:
    sealing.seal()


@app.periodic(cron="30 3 * * *")
@app.task(queueing_lock="audit.verify.nightly", lock="audit.verify")
def verify_nightly(timestamp: int) -> None:
    inspections.inspect(by=Asker(), bureau_code="", now=now())


@app.task(name=inspections.TASK, queueing_lock=inspections.TASK, lock="audit.verify")
def verify(asker: dict[str, Any], bureau_code: str) -> None:
    inspections.inspect(by=Asker(**asker), bureau_code=bureau_code, now=now())
