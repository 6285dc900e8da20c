"""Signatures by hand on a screen: strokes and picture bound to the paper's hash; a refusal with reason and witness.

Source: 市场监督管理行政处罚程序规定 (2022-09-29) art. 29, 43 (who refuses or is absent: noted, recorded on film, a
witness where needed); 电子签名法 (2019-04-23) art. 13.
"""

import base64
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from PIL import Image, UnidentifiedImageError

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.core.records import Record

from .. import hooks
from ..choices import Verb
from ..models import Signature, SignatureRequest, Slot
from ..pdf import lettering, signing
from ..pdf.intake import PdfRefused, examine
from ..pdf.placing import Box, located
from . import papers

MOST_POINTS = 20_000
LEAST_POINTS = 8
MOST_SIDE = 4000


class SignatureRefused(Refused):
    code = "seals.signature_refused"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose signature stands where: the role of `choices.Role`, the name, the box in millimetres.

    `again` are further boxes that get the same signature (the foot of every page), `dates` those for the day of signing.
    """

    role: str
    signer: str
    box: Box
    again: tuple[Box, ...] = ()
    dates: tuple[Box, ...] = ()


@transaction.atomic
def ask_signatures(
    document: bytes, places: Sequence[Place], *, title: str, record: Record | None = None, subject: str = "",
    by: User, now: datetime,
) -> SignatureRequest:  # fmt: skip
    """Lay a paper before its signers. Raises PdfRefused for a paper or a place that will not do."""
    facts = examine(document, name=title)
    if facts.signatures:
        raise PdfRefused(f"“{title}”已经盖章，不能再签名。请先签名后盖章。")
    if not places:
        raise ValueError("nobody to sign")
    request = SignatureRequest.objects.create(
        bureau_code=record.bureau_code if record else by.bureau_code, area_code=record.area_code if record else "",
        record_kind=record.kind if record else "", record_id=record.id if record else None, subject=subject, title=title,
        document=papers.keep(document, name=title, now=now), digest=hashlib.sha256(document).hexdigest(),
        asked_by=by, asked_at=now,
    )  # fmt: skip
    for number, place in enumerate(places, 1):
        for box in (place.box, *place.again, *place.dates):
            located(box, facts)
        Slot.objects.create(
            request=request, place=number, role=place.role, signer=place.signer, page=place.box.page, x_mm=place.box.x,
            y_mm=place.box.y, width_mm=place.box.width, height_mm=place.box.height,
            again=[astuple(box) for box in place.again], dates=[astuple(box) for box in place.dates],
        )  # fmt: skip
    _note(request, Verb.SIGNATURES_ASKED, by, now, slots=len(places))
    return request


@transaction.atomic
def record_signature(
    slot: Slot, *, strokes: Any, picture: str, place_name: str = "", device: str = "", by: User, now: datetime
) -> Signature:
    """Keep a signature: `strokes` as the pad gives them, `picture` a PNG as data address. Raises SignatureRefused."""
    request = _open(slot)
    _require_strokes(strokes)
    image = _clean(picture)
    made = Signature.objects.create(
        slot=slot, digest=request.digest, strokes=strokes, picture=image, picture_sha256=hashlib.sha256(image).hexdigest(),
        place_name=place_name[:120], device=device[:200], recorded_by=by, recorded_at=now,
    )  # fmt: skip
    _note(request, Verb.SIGNED, by, now, slot=slot.place, role=slot.role, picture=made.picture_sha256)
    _complete(request, now)
    return made


@transaction.atomic
def record_refusal(
    slot: Slot, *, reason: str, witness: str, place_name: str = "", device: str = "", by: User, now: datetime
) -> Signature:
    """Note that a person would not or could not sign: why, and who witnessed it. Raises SignatureRefused."""
    request = _open(slot)
    if not reason.strip() or not witness.strip():
        raise SignatureRefused("拒绝签名的，须写明原因和见证人（或注明全程音像记录）。")
    made = Signature.objects.create(
        slot=slot, digest=request.digest, is_refused=True, reason=reason.strip(), witness=witness.strip(),
        place_name=place_name[:120], device=device[:200], recorded_by=by, recorded_at=now,
    )  # fmt: skip
    _note(request, Verb.SIGNING_REFUSED, by, now, slot=slot.place, role=slot.role)
    _complete(request, now)
    return made


def _open(slot: Slot) -> SignatureRequest:
    request = SignatureRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=slot.request_id)
    if Signature.objects.filter(slot=slot).exists():
        raise SignatureRefused(f"{slot} 已经签过，签名不能更改。")
    return request


def _complete(request: SignatureRequest, now: datetime) -> None:
    """When the last one has signed or refused, put the pictures on the paper: the step before sealing."""
    slots = list(request.slots.select_related("signature"))
    if any(not hasattr(slot, "signature") for slot in slots):
        return
    data = signing.place(papers.read(request.document), [mark for slot in slots for mark in _marks(slot)])
    request.signed, request.completed_at = papers.keep(data, name=request.title, now=now), now
    request.save(update_fields=["signed", "completed_at"])
    for told in hooks.signed:
        told(request, data)


def _marks(slot: Slot) -> Iterator[tuple[Box, bytes]]:
    """What one person leaves on the paper: the signature, or that it was refused, wherever it belongs, and the day."""
    signature = slot.signature
    picture = lettering.words("拒绝签名") if signature.is_refused else bytes(signature.picture or b"")
    first = Box(slot.page, float(slot.x_mm), float(slot.y_mm), float(slot.width_mm), float(slot.height_mm))
    for box in (first, *(Box(*each) for each in slot.again)):
        yield box, picture
    for each in slot.dates:
        yield Box(*each), lettering.figures(localdate(signature.recorded_at))


@transaction.atomic
def withdraw_request(request: SignatureRequest, *, by: User, now: datetime) -> None:
    """Take a paper back from its signers, as long as nobody has signed or refused."""
    request = SignatureRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if Signature.objects.filter(slot__request=request).exists():
        raise SignatureRefused("已有人签名或拒签，不能撤回。需要改动文书的，请制作新版本后重新签名。")
    _note(request, Verb.SIGNATURES_WITHDRAWN, by, now)
    request.slots.all().delete()
    request.delete()


def _require_strokes(strokes: Any) -> None:
    """Groups of points with a place and a time each, as signature_pad writes them; too few are no signature."""
    try:
        count = sum(
            len([(float(at["x"]), float(at["y"]), int(at["time"])) for at in group["points"]]) for group in strokes
        )
    except (TypeError, KeyError, ValueError):
        raise SignatureRefused("签名数据不完整，请清除后重签。") from None
    if count < LEAST_POINTS:
        raise SignatureRefused("签名笔画太少，请在框内完整书写姓名。")
    if count > MOST_POINTS:
        raise SignatureRefused("签名笔画过多，请清除后重签。")


def _clean(address: str) -> bytes:
    """The picture drawn anew as PNG, cut to its ink: nothing of the sent file remains but what is seen."""
    head, _, body = address.partition(",")
    try:
        if head != "data:image/png;base64" or len(body) > 2_000_000:
            raise ValueError("not a picture of ours")
        with Image.open(io.BytesIO(base64.b64decode(body, validate=True)), formats=["PNG"]) as image:
            if max(image.size) > MOST_SIDE:
                raise ValueError("too large")
            drawn = image.convert("RGBA")
        ink = drawn.getchannel("A").getbbox()
        if ink is None:
            raise ValueError("empty")
        out = io.BytesIO()
        drawn.crop(ink).save(out, "PNG", optimize=True)
    except (ValueError, OSError, UnidentifiedImageError, SyntaxError, Image.DecompressionBombError):
        raise SignatureRefused("签名图像无法读取，请清除后重签。") from None
    return out.getvalue()


def _note(request: SignatureRequest, verb: str, by: User, now: datetime, **detail: Any) -> None:
    audit.record(
        by=by, verb=verb, on=request, at=now, detail={"sha256": request.digest, **detail},
        bureau_code=request.bureau_code, area_code=request.area_code,
    )  # fmt: skip
