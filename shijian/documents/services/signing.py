"""Signatures by hand on a paper: asked for here with the places the layout has, taken in `seals`, and the signed file back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User
from shijian.core.files import path_of
from shijian.core.records import Record
from shijian.seals import services as seals
from shijian.seals.choices import Role
from shijian.seals.models import SignatureRequest
from shijian.seals.services.signing import Place

from .. import queries
from ..choices import State, Verb
from ..models import Paper
from ..permissions import PAPER_WRITE
from .papers import NotADraft, _locked, _record

OFFICERS = {"officers", "handler", "server", "executors", "extractor", "sampler", "registrar"}
ROLES = dict.fromkeys(OFFICERS, Role.OFFICER) | {
    "recorder": Role.RECORDER, "witness": Role.WITNESS, "supervisor": Role.WITNESS, "party": Role.PARTY, "recipient": Role.PARTY,
    "complainant": Role.PARTY, "reporter": Role.PARTY, "applicant": Role.PARTY, "principal": Role.PARTY, "speaker": Role.PARTY,
    "right_holder": Role.PARTY, "respondent": Role.PARTY,
}  # fmt: skip


@transaction.atomic
def ask_signers(
    paper: Paper, names: Mapping[str, Sequence[str]], record: Record, *, by: User, now: datetime
) -> SignatureRequest:
    """Lay a settled or approved paper before its signers: `names` by slot of the form, several share one line.

    Raises NotADraft when it may not be signed now, PdfRefused when a place will not do.
    """
    paper = _locked(paper, by, PAPER_WRITE, states=(State.SETTLED, State.APPROVED))
    content = paper.form_version.read()
    if paper.signed_pdf_id or paper.pdf is None:
        raise NotADraft("这份文书已经签过名。需要改动的，请制作新版本后重新签名。")
    if queries.signing_of(paper) is not None:
        raise NotADraft("这份文书正在签名，请在签名页上继续，或者在没有人签名时撤回后重新填写。")
    known = queries.places_of(paper, content)
    places = [place for slot in known for place in _shared(slot, names.get(slot.name, ()))]
    if not places:
        raise NotADraft("请至少填写一名签名人。")
    request = seals.ask_signatures(
        path_of(paper.pdf.sha256, "original").read_bytes(), places, title=content.name, record=record,
        subject=paper.number, by=by, now=now,
    )  # fmt: skip
    _record(Verb.SIGNING_ASKED, paper, by, now, signers=[place.signer for place in places])
    return request


def _shared(slot: queries.SlotOfForm, names: Sequence[str]) -> list[Place]:
    """The line of a slot divided among those who sign there; the first also gets the dates."""
    first, *again = slot.boxes
    return [
        Place(
            ROLES.get(slot.name, Role.OTHER), name[:40], first.part(at, len(names)),
            tuple(box.part(at, len(names)) for box in again), slot.dates if at == 0 else (),
        )
        for at, name in enumerate(names)
    ]  # fmt: skip


def take_signed(request: SignatureRequest, signed: bytes) -> None:
    """Told by `seals` that everybody has signed or refused: the paper of these very bytes is signed now."""
    rows = Paper.objects.select_for_update(of=("self",)).select_related("form_version__form")
    states = (State.SETTLED, State.APPROVED)
    paper = rows.filter(pdf__sha256=request.digest, state__in=states, bureau_code=request.bureau_code).first()
    if paper is None or paper.signed_pdf_id or request.signed is None or request.completed_at is None:
        return
    paper.signed_pdf, paper.signed_at = request.signed, request.completed_at
    paper.save(update_fields=["signed_pdf", "signed_at"])
    _record(Verb.SIGNED, paper, request.asked_by, request.completed_at, sha256=request.signed.sha256)
