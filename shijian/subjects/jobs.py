from django.utils.timezone import now
from procrastinate.contrib.django import app

from shijian.core.errors import Refused

from .choices import FilterNotice
from .models import Entity, Import
from .services import duplicates, subscriptions, tally
from .services.importing import run_import
from .services.placing import place_by_address


@app.task(queue="imports", lock="subjects.import")
def import_entities(run_id: str) -> None:
    try:
        run = run_import(Import.objects.select_related("by").get(pk=run_id))
    except Refused:
        return  # the run itself says what is wrong with the file; trying again would not help
    place_by_address(run.bureau_code, by=run.by, now=now())
    duplicates.propose(run.bureau_code, now=now())


@app.periodic(cron="10 18 * * *")  # in UTC: 02:10 in Beijing
@app.task(queueing_lock="subjects.duplicates", lock="subjects.import", pass_context=False)
def propose_duplicates(timestamp: int) -> None:
    for bureau_code in Entity.objects.order_by().values_list("bureau_code", flat=True).distinct():
        duplicates.propose(bureau_code, now=now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="subjects.tell_soon", lock="subjects.tell", pass_context=False)
def tell_soon(timestamp: int) -> None:
    subscriptions.tell_all(FilterNotice.SOON, now=now())


@app.periodic(cron="0 0 * * *")  # in UTC: eight in the morning in Beijing
@app.task(queueing_lock="subjects.tell_daily", lock="subjects.tell", pass_context=False)
def tell_daily(timestamp: int) -> None:
    subscriptions.tell_all(FilterNotice.DAILY, now=now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="subjects.add_up", lock="subjects.add_up", pass_context=False)
def add_up(timestamp: int) -> None:
    """Numbers are right without it (`models.TallyChange`); it keeps what they have to sum up short."""
    tally.add_up()
