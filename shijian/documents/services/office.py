from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit

from ..choices import Verb
from ..models import Office


@transaction.atomic
def set_office(office: Office, *, by: User, now: datetime) -> Office:
    """Keep what the papers of a bureau say about itself; papers already approved keep what they said."""
    office.save()
    audit.record(
        by=by, verb=Verb.OFFICE_SET, on=office, at=now, bureau_code=office.bureau_code,
        detail={"short_name": office.short_name, "government": office.government, "court": office.court},
    )  # fmt: skip
    return office
