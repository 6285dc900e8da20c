"""Entities that may be one: the list, the two side by side, merging and taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage, Search
from shijian.core.personal import mask_phone
from shijian.grid import queries as grid

from .. import queries
from ..choices import EntityStatus, Likeness, PairState
from ..models import Entity, Merger, Pair
from ..permissions import ENTITY_MERGE
from ..services import duplicates
from .exporting import on_export

ROWS = [
    ("name", "名称"),
    ("credit_code", "信用代码"),
    ("registration_no", "注册号"),
    ("kind", "类型"),
    ("industry_code", "行业代码"),
    ("status", "经营状态"),
    ("address", "住所"),
    ("phone", "联系电话"),
    ("established_on", "成立日期"),
    ("scope_text", "经营范围"),
]


@requires(ENTITY_MERGE)
@require_GET
def pairs(request: PersonRequest) -> HttpResponseBase:
    asked = request.GET.get("state", "")
    state = asked if asked in PairState.values else PairState.PROPOSED
    listing = ListPage(
        request,
        queries.pairs_for(request.user).filter(state=state),
        [
            Column("甲", "first__name"),
            Column("乙", "second__name"),
            Column("理由", lambda row: "，".join(row.reason_names)),
            Column("甲住所", "first__address"),
            Column("乙住所", "second__address"),
            Column("提出", "found_at", css="narrow"),
        ],
        order="-id",
        name="疑似重复主体",
        filters=[
            Choice("state", "状态", choices=PairState.choices),
            Choice(
                "reason",
                "理由",
                choices=Likeness.choices,
                narrow=lambda rows, why: rows.filter(reasons__contains=[why]),
            ),
            Search("name", "名称", field="first__name__contains"),
        ],
        link=lambda row: reverse("subjects:pair", args=[row.pk]),
        on_export=on_export(request, "疑似重复主体"),
        empty="没有待核对的疑似重复主体。",
        empty_icon="circle-check",
    )
    lead = "每天夜间比对代码、名称、住所、位置和联系电话后提出；认定“不是同一户”的不再提出。"
    return listing.response("ui/list_page.html", {"title": "疑似重复主体", "lead": lead})


@requires(ENTITY_MERGE)
def pair(request: PersonRequest, key: int) -> HttpResponse:
    """The two side by side; choose which record stays and what it takes from the other."""
    found = get_object_or_404(queries.pairs_for(request.user), pk=key)
    refusal = ""
    if request.method == "POST":
        kept, absorbed = found.first, found.second
        if request.POST.get("keep") == "second":
            kept, absorbed = absorbed, kept
        # A tick is "the other's value": of the column that is not kept.
        try:
            duplicates.merge(
                kept, absorbed, take=request.POST.getlist("take"), reason=request.POST.get("reason", ""),
                by=request.user, now=now(),
            )  # fmt: skip
            messages.success(request, f"已把“{absorbed.name}”并入“{kept.name}”，可在主体页撤销。")
            return redirect("subjects:entity", kept.pk)
        except Refused as error:
            refusal = error.message
    context = {
        "pair": found,
        "rows": [_row(found, name, label) for name, label in ROWS],
        "place": _place_row(found),
        "apart": _metres(found),
        "open": found.state == PairState.PROPOSED,
        "refusal": refusal,
        "title": "可能是同一户",
        "back": reverse("subjects:pairs"),
    }
    return render(request, "subjects/pair.html", context, status=409 if refusal else 200)


@requires(ENTITY_MERGE)
@require_POST
def difference(request: PersonRequest, key: int) -> HttpResponse:
    found = get_object_or_404(queries.pairs_for(request.user), pk=key)
    try:
        duplicates.keep_apart(found, by=request.user, now=now())
        messages.success(request, "已记下：不是同一户，以后不再提出。")
    except Refused as error:
        messages.error(request, error.message)
    return redirect("subjects:pairs")


@requires(ENTITY_MERGE)
@require_POST
def undoing(request: PersonRequest, key: int) -> HttpResponse:
    merger = Merger.objects.select_related("kept").filter(pk=key).first()
    if merger is None:
        raise Http404
    queries.entity_for(request.user, merger.kept_id, may=ENTITY_MERGE)
    try:
        duplicates.unmerge(merger, by=request.user, now=now())
        messages.success(request, "已撤销合并，两户恢复为各自的记录。")
    except Refused as error:
        messages.error(request, error.message)
    return redirect("subjects:entity", merger.kept_id)


@requires(ENTITY_MERGE)
def twins(request: PersonRequest, key: Any) -> HttpResponse:
    """Somebody knows that two entities are one: find the other one, and compare them."""
    entity = queries.entity_for(request.user, key, may=ENTITY_MERGE)
    text = request.GET.get("q", entity.name)
    others = [each for each in queries.search(request.user, text, limit=20) if each.pk != entity.pk]
    if request.method == "POST":
        other = queries.entity_for(request.user, _key(request.POST.get("other", "")), may=ENTITY_MERGE)
        first, second = sorted([entity, other], key=lambda each: each.pk.bytes)
        if first == second:
            raise PermissionDenied
        made, _ = Pair.objects.get_or_create(
            first=first, second=second,
            defaults={"bureau_code": entity.bureau_code, "reasons": [], "found_at": now()},
        )  # fmt: skip
        if made.state == PairState.DIFFERENT:
            Pair.objects.filter(pk=made.pk).update(state=PairState.PROPOSED, decided_by=None, decided_at=None)
        return redirect("subjects:pair", made.pk)
    context = {"entity": entity, "others": others, "text": text, "title": f"查找重复 {entity.name}"}
    return render(request, "subjects/twins.html", context)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _row(found: Pair, name: str, label: str) -> dict[str, Any]:
    first, second = (_shown(each, name) for each in (found.first, found.second))
    compared = "phone_print" if name == "phone" else name
    differs = getattr(found.first, compared) != getattr(found.second, compared)
    return {"name": name, "label": label, "first": first, "second": second, "differs": differs}


def _shown(entity: Entity, name: str) -> str:
    if name == "kind":
        return str(entity.get_kind_display())
    if name == "status":
        return str(EntityStatus(entity.status).label)
    if name == "phone":
        return mask_phone(entity.phone)
    value = getattr(entity, name)
    return str(value) if value else ""


def _place_row(found: Pair) -> dict[str, Any]:
    texts = []
    for each in (found.first, found.second):
        chain = grid.chain_of(each.bureau_code, each.area_code, on=localdate()) if each.area_code else []
        where = str(chain[0].node) if chain else each.area_code
        texts.append(f"{each.get_location_source_display()} {where}".strip())
    both = bool(found.first.location_wgs84 and found.second.location_wgs84)
    return {
        "first": texts[0],
        "second": texts[1],
        "differs": both and found.first.location_wgs84 != found.second.location_wgs84,
    }


def _metres(found: Pair) -> int | None:
    one, other = found.first, found.second
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    return round(queries.metres(one.lon, one.lat, other.lon, other.lat))
