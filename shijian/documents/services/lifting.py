"""A draft begun on an older version of its form is brought to the one in force; nothing else ever changes its form."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User

from .. import queries
from ..choices import Verb
from ..models import Paper
from ..permissions import PAPER_WRITE
from .papers import NotADraft, _locked, _record, _text


@transaction.atomic
def lift(paper: Paper, *, by: User, now: datetime) -> queries.Lift:
    """Take the form in force today: what still fits stays, what has no place any more goes and is named."""
    paper = _locked(paper, by, PAPER_WRITE)
    found = queries.lift_of(paper, on=localdate(now))
    if found is None:
        raise NotADraft("这份草稿用的已是现行格式。")
    paper.form_version, paper.data = found.version, found.data
    paper.offered = {code: value for code, value in paper.offered.items() if code in found.data}
    paper.text, paper.changed_at = _text(found.version.read(), found.data), now
    paper.save(update_fields=["form_version", "data", "offered", "text", "changed_at"])
    _record(Verb.LIFTED, paper, by, now, version=found.version.pk, gone=[field.code for field in found.gone])
    return found
