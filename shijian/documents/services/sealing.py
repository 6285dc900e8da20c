"""The seal on an approved paper: asked for here, decided and pressed in `seals`, and the sealed file taken back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.files import path_of
from shijian.core.records import Record
from shijian.seals import services as seals
from shijian.seals.models import Seal, Use

from ..choices import State, Verb
from ..models import Paper
from ..permissions import PAPER_WRITE
from . import clocking
from .papers import NotADraft, _locked, _record

SEAL_SLOT = "seal"


@transaction.atomic
def ask_seal(paper: Paper, seal: Seal, record: Record, *, by: User, now: datetime) -> Use:
    """Apply for the bureau's seal over the date of an approved paper. Raises NotADraft, UseRefused."""
    paper = _locked(paper, by, PAPER_WRITE, states=(State.APPROVED,))
    content = paper.form_version.read()
    place = next((slot for slot in paper.slots or () if slot["name"] == SEAL_SLOT), None)
    if place is None or paper.file is None:
        raise NotADraft(f"《{content.name}》是内部文书，不加盖印章。")
    return seals.apply_for_use(
        seal, path_of(paper.file.sha256, "original").read_bytes(), title=content.name, purpose=f"{content.name}用印",
        page=place["page"], x_mm=place["x"], y_mm=place["y"], record=record, subject=paper.number, by=by, now=now,
    )  # fmt: skip


def take_sealed(use: Use, sealed: bytes) -> None:
    """Told by `seals` that a seal was pressed: the approved paper of these very bytes is sealed now."""
    rows = Paper.objects.select_for_update(of=("self",)).select_related("form_version__form")
    these = Q(pdf__sha256=use.hash_before, signed_pdf=None) | Q(signed_pdf__sha256=use.hash_before)
    paper = rows.filter(these, state=State.APPROVED, bureau_code=use.bureau_code).first()
    if paper is None or use.sealed is None or use.stamped_by is None or use.stamped_at is None:
        return
    paper.state, paper.sealed_pdf, paper.sealed_at = State.SEALED, use.sealed, use.stamped_at
    paper.save(update_fields=["state", "sealed_pdf", "sealed_at"])
    clocking.sealed(paper, by=use.stamped_by, now=use.stamped_at)
    _record(Verb.SEALED, paper, use.stamped_by, use.stamped_at, use=use.number, sha256=use.hash_after)
