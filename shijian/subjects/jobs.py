from procrastinate.contrib.django import app

from shijian.core.errors import Refused

from .models import Import
from .services.importing import run_import


@app.task(queue="imports", lock="subjects.import")
def import_entities(run_id: str) -> None:
    try:
        run_import(Import.objects.select_related("by").get(pk=run_id))
    except Refused:
        return  # the run itself says what is wrong with the file; trying again would not help
