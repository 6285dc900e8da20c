import tempfile
from datetime import datetime
from pathlib import Path

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.calendar_file import Outcome, import_calendar
from shijian.core.errors import InvalidInput
from shijian.core.files import Upload, safe_name

from .choices import Verb

CALENDAR_BYTES = 2**20


def take_calendar(upload: Upload, *, by: User, now: datetime) -> Outcome:
    """Load the holiday arrangement a person sent, good rows kept and refused rows told, on record as his act.

    Source: 全国年节及纪念日放假办法 (2024-11-10); rules CAL-04. Raises InvalidInput for what is no such table.
    """
    if (upload.size or 0) > CALENDAR_BYTES:
        raise InvalidInput("文件过大", field="文件", remedy="一年的日历不过几十行，请检查是否选错了文件。")
    with tempfile.NamedTemporaryFile(suffix=".csv") as file, transaction.atomic():
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        outcome = import_calendar(Path(file.name), now=now)
        years = "、".join(str(year) for year in outcome.years)
        audit.record(
            by=by,
            verb=Verb.CALENDAR_IMPORTED,
            on=("core.calendar", years[:60], f"{years} 年工作日历"),
            at=now,
            bureau_code=by.bureau_code,
            detail={
                "file": safe_name(upload.name),
                "created": outcome.created,
                "updated": outcome.updated,
                "rejected": outcome.rejected,
            },
        )
    return outcome
