from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.permissions import PERSON_UNMASK
from shijian.accounts.requests import PersonRequest
from shijian.accounts.unmasking import phone_page
from shijian.core import facts
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.geo import coordinates
from shijian.core.pages import Bulk, Column, ListPage
from shijian.core.personal import mask_phone
from shijian.core.records import tabs_of
from shijian.grid import queries as grid

from .. import hooks, lineage, queries, register, services
from ..choices import ChainLink, FilterNotice, Tag
from ..forms import EntityForm, PlaceForm
from ..models import Entity, SavedFilter
from ..permissions import ENTITY_EDIT, ENTITY_IMPORT, ENTITY_LOCATE, ENTITY_MERGE, ENTITY_VIEW
from .exporting import on_export
from .timeline import moments_of


@requires(ENTITY_VIEW)
@require_GET
def entity_list(request: PersonRequest) -> HttpResponseBase:
    user = request.user

    listing = ListPage(
        request,
        queries.visible_to(user).defer("scope_text", "phone"),
        [
            Column("名称", "name", sort="name"),
            Column("统一社会信用代码", lambda row: row.credit_code or row.registration_no, css="narrow"),
            Column("类型", "get_kind_display", css="narrow"),
            Column("状态", "get_status_display", css="narrow"),
            Column("住所", "address"),
            Column("网格", lambda row: row.area_code or "未落格", css="narrow"),
            Column("更新", "updated_at", sort="updated_at", css="narrow"),
        ],
        order="name",
        name="经营主体",
        filters=register.filters(),
        link=lambda row: reverse("subjects:entity", args=[row.pk]),
        bulk=[Bulk("标注重点对象", reverse("subjects:tagging"), "tag")] if user.may(ENTITY_EDIT) else [],
        empty="没有符合条件的主体。",
        empty_icon="building-store",
        on_export=on_export(request, "主体列表"),
    )
    acts: list[dict[str, Any]] = []
    acts.append({"url": reverse("subjects:links"), "label": "生产流通消费", "icon": "arrows-right"})
    if user.may(ENTITY_MERGE):
        acts.append({"url": reverse("subjects:pairs"), "label": "疑似重复", "icon": "copy"})
    if user.may(ENTITY_IMPORT):
        acts.append({"url": reverse("subjects:imports"), "label": "导入", "icon": "upload", "main": True})
    query = urlencode([(key, value) for key, value in request.GET.items() if key not in {"after", "export"} and value])
    context = {
        "title": "经营主体",
        "acts": acts,
        "saved": SavedFilter.objects.filter(by=user),
        "query": query,
        "notices": FilterNotice.choices,
    }
    return listing.response("subjects/list.html", context)


@requires(ENTITY_VIEW)
@require_GET
def entity_page(request: PersonRequest, key: Any) -> HttpResponse:
    """One file per subject: facts, place, who answers for it, and one timeline of everything."""
    user, entity = request.user, queries.entity_for(request.user, key, beside=True)
    if entity.merged_into_id:
        messages.info(request, f"“{entity.name}”已并入本主体。")
        return redirect("subjects:entity", entity.merged_into_id)
    past = list(entity.mergers.select_related("absorbed", "by", "undone_by")) if entity.has_mergers else []  # type: ignore[attr-defined]
    mergers = [merger for merger in past if merger.undone_at is None]
    family = [entity, *(merger.absorbed for merger in mergers)]
    told = [source(family, user) for source in hooks.profiles]
    context = {
        "entity": entity,
        "phone": mask_phone(entity.phone),
        "industry": f"{entity.industry_code} {entity.industry_name}" if entity.industry_name else "",  # type: ignore[attr-defined]
        "link": ChainLink(entity.chain_link or entity.industry_link),  # type: ignore[attr-defined]
        "chain": grid.chain_of(entity.bureau_code, entity.area_code, on=localdate()) if entity.area_code else [],
        "moments": moments_of(family, past, [moment for moments, _ in told for moment in moments]),
        "tabs": [tab for _, tab in told] + [tab[:3] for tab in queries.dossier_tabs(entity, entity.dossier_counts)],  # type: ignore[attr-defined]
        "mergers": mergers,
        "record_tabs": tabs_of(queries.as_record(entity), user),
        "relations": queries.relations_of(entity, user) if entity.has_relations else [],  # type: ignore[attr-defined]
        "twins": queries.twins_of(entity)[:3] if entity.has_twins and user.may(ENTITY_MERGE, entity) else [],  # type: ignore[attr-defined]
        "stale": entity.is_stale(localdate()),
        "may": {
            "edit": user.may(ENTITY_EDIT, entity),
            "locate": user.may(ENTITY_LOCATE, entity),
            "merge": user.may(ENTITY_MERGE, entity),
            "unmask": user.may(PERSON_UNMASK, entity),
        },
    }
    return render(request, "subjects/entity.html", context)


@requires(ENTITY_EDIT)
def edit(request: PersonRequest, key: Any) -> HttpResponse:
    entity = queries.entity_for(request.user, key, may=ENTITY_EDIT)
    names = ["name", "address", "industry_code", "chain_link", "tags"]
    known = {name: getattr(entity, name) for name in names} | {"phone": mask_phone(entity.phone)}
    form = EntityForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        changes = {
            name: value for name, value in form.cleaned_data.items() if (name, value) != ("phone", known["phone"])
        }
        try:
            services.edit_entity(entity, changes=changes, by=request.user, now=now())
            facts.count(lineage.EDIT, bureau_code=entity.bureau_code, known=form.initial, sent=form.cleaned_data)
            return redirect("subjects:entity", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _form_page(request, form, f"修改 {entity.name}", entity, "保存")


@requires(PERSON_UNMASK)
@never_cache
def phone(request: PersonRequest, key: Any) -> HttpResponse:
    """The whole contact phone of an entity, for a reason."""
    queries.entity_for(request.user, key)  # who may not see the entity need not know its phone
    entity = queries.entity_for(request.user, key, may=PERSON_UNMASK)
    return phone_page(request, entity, [("主体", entity.name), ("住所", entity.address or "—")])


@requires(ENTITY_LOCATE)
def location(request: PersonRequest, key: Any) -> HttpResponse:
    """Correct the place: pick on the map, use the phone's position, or type it; the grid it moves to is shown first."""
    entity = queries.entity_for(request.user, key, may=ENTITY_LOCATE)
    chosen = coordinates(request.GET.get("lon", ""), request.GET.get("lat", ""))
    lon, lat = chosen or (entity.lon, entity.lat)
    initial = {"lon": lon, "lat": lat, "datum": "wgs84"}
    form = PlaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        lon, lat = form.place()
        services.locate(entity, lon=lon, lat=lat, by=request.user, now=now())
        moved = Entity.objects.get(pk=entity.pk)
        where = moved.area_code or "不在任何网格内"
        messages.success(request, f"位置已校正，所在网格：{where}。")
        if moved.area_code and request.user.scope(ENTITY_VIEW).reaches(moved.bureau_code, moved.area_code):
            return redirect("subjects:entity", key)
        return redirect("subjects:list")
    places = queries.places_of(entity.bureau_code, entity.address, on=localdate()) if entity.address else []
    context = {"entity": entity, "form": form, "title": f"校正位置 {entity.name}", "places": places}
    return render(request, "subjects/location.html", context, status=422 if form.errors else 200)


@requires(ENTITY_EDIT)
@require_POST
def tagging(request: PersonRequest) -> HttpResponse:
    """Bulk: choose the type for the ticked entities, then mark them."""
    keys = request.POST.getlist("pick")[:500]
    rows = Entity.objects.within(request.user.scope(ENTITY_EDIT)).filter(pk__in=[key for key in keys if len(key) == 36])
    tag = request.POST.get("tag", "")
    if tag in Tag.values:
        count = services.tag_entities(rows, tag=tag, by=request.user, now=now())
        messages.success(request, f"已把 {count} 户标注为“{Tag(tag).label}”。")
        return redirect("subjects:list")
    return render(request, "subjects/tagging.html", {"rows": rows, "tags": Tag.choices})


def _form_page(request: PersonRequest, form: Any, title: str, entity: Entity, submit: str) -> HttpResponse:
    back = reverse("subjects:entity", args=[entity.pk])
    context = {"title": title, "form": form, "submit": submit, "back": back}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
