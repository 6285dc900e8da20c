from django.utils.timezone import now
from procrastinate.contrib.django import app

from shijian.core.errors import Refused

from .models import Entity, Import
from .services import duplicates
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
