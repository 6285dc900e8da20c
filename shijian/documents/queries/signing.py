"""Where a paper is signed by hand, and who has signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from shijian.seals.models import SignatureRequest, Slot
from shijian.seals.pdf.lettering import DATE_WIDTH
from shijian.seals.pdf.placing import Box

from ..catalogue import DECIDES, Content
from ..models import Paper
from ..rules import schema

BELOW = 1.5  # how far a signature reaches below the line it stands on, in millimetres


@dataclass(frozen=True, slots=True)
class SlotOfForm:
    """A place of a form by its name: its label, where on the pages, where the date goes, who probably signs."""

    name: str
    label: str
    boxes: tuple[Box, ...]
    dates: tuple[Box, ...]
    likely: tuple[str, ...]


def places_of(paper: Paper, content: Content) -> list[SlotOfForm]:
    """The places of the approved paper, those in the text before those at the foot of each page."""
    found: dict[str, list[dict[str, Any]]] = {}
    for slot in paper.slots or ():
        if slot["name"] not in DECIDES:
            found.setdefault(slot["name"], []).append(slot)
    return [
        SlotOfForm(name, slots[0]["label"], *_boxes(slots), _likely(name, content, paper.data))
        for name, slots in found.items()
    ]


def _boxes(slots: Iterable[dict[str, Any]]) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    places = sorted((each for each in slots if not each["em"]), key=lambda each: -each["w"])
    boxes = tuple(
        Box(each["page"], _r(each["x"]), _r(each["y"] - each["h"] + BELOW), _r(each["w"]), each["h"]) for each in places
    )
    dates = tuple(
        Box(each["page"], _r(each["x"]), _r(each["y"] - each["em"]), _r(each["em"] * DATE_WIDTH), _r(each["em"] * 1.2))
        for each in slots
        if each["em"]
    )
    return boxes, dates


def _r(value: float) -> float:
    return round(value, 2)


def _likely(name: str, content: Content, data: dict[str, Any]) -> tuple[str, ...]:
    """Whose names the paper itself suggests for a place."""
    if name in content.fields and isinstance(value := data.get(name), str) and value:
        return (value,)
    if name in {"officers", "server", "executors", "handler"}:
        rows = data.get("officers") or []
        return tuple(str(row[0]) for row in rows if isinstance(row, list) and row and str(row[0]).strip())
    codes = ("inquired_name", "party_head", "party_name") if name == "party" else ()
    return next(((str(data[code]),) for code in codes if not schema.is_empty(data.get(code))), ())


def signing_of(paper: Paper) -> SignatureRequest | None:
    """The signatures asked for on this paper, given or still waited for."""
    if paper.pdf is None:
        return None
    rows = SignatureRequest.objects.filter(digest=paper.pdf.sha256, bureau_code=paper.bureau_code)
    with_signatures = Prefetch("slots", Slot.objects.select_related("signature"))
    return rows.prefetch_related(with_signatures).order_by("-asked_at").first()


def home_of(digest: str) -> tuple[str, str] | None:
    """The page of the paper that has these bytes as approved or as signed."""
    for field in ("pdf__sha256", "signed_pdf__sha256"):
        if paper := Paper.objects.filter(**{field: digest}).select_related("form_version").first():
            return f"{paper.form_version.name} {paper.number}".strip(), reverse("documents:paper", args=[paper.pk])
    return None
