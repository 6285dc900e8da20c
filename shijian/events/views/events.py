from datetime import timedelta
from typing import Any

from django.contrib import messages as page_messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.models import User
from shijian.accounts.requests import PersonRequest
from shijian.audit import services as audit
from shijian.core import deadlines, files
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.geo import box_of
from shijian.core.pages import Bulk, Choice, Column, Flag, ListPage, Period, Search
from shijian.grid import queries as grid

from .. import hooks, queries, services
from ..choices import Act, DueLevel, Source, State, Verb
from ..models import Attachment, Event, Kind
from ..models.event import IN_HAND, OPEN
from ..permissions import (
    EVENT_DISPATCH,
    EVENT_HANDLE,
    EVENT_REPORT,
    EVENT_REVIEW,
    EVENT_VIEW,
)


@requires(EVENT_VIEW)
@require_GET
def event_list(request: PersonRequest) -> HttpResponseBase:
    user = request.user

    def exported(kind: str, count: int) -> None:
        with transaction.atomic():
            audit.record(
                by=user,
                verb=Verb.EXPORTED,
                on=("events.list", user.bureau_code, "事件列表"),
                at=now(),
                bureau_code=user.bureau_code,
                detail={"format": kind, "rows": count, "query": request.GET.urlencode()[:300]},
            )

    kinds = [(kind.code, f"{kind.group} · {kind.name}") for kind in Kind.objects.current(user.bureau_code)]
    rows = queries.visible_to(user).select_related("kind", "handler", "reported_by")
    listing = ListPage(
        request,
        rows.defer("working"),
        [
            Column("事件", "number", sort="number", css="narrow"),
            Column("事项", "kind__name"),
            Column("情况", lambda row: row.description[:60]),
            Column("网格", lambda row: row.area_code or "未落格", css="narrow"),
            Column("状态", "get_state_display", show=_state),
            Column("处置人", lambda row: row.handler.name if row.handler else "", css="narrow"),
            Column("上报", "reported_at", sort="reported_at", css="narrow"),
            Column("期限", "due_on", show=_due, css="narrow"),
        ],
        order="-reported_at",
        name="事件",
        filters=[
            Search("q", "事件号、情况、地点", narrow=_search),
            Choice("state", "状态", choices=State.choices),
            Choice("kind", "事项", choices=kinds, field="kind__code"),
            Choice("source", "来源", choices=Source.choices),
            Search("area", "网格编码", field="area_code__startswith"),
            Period("at", "上报日期", narrow=_period),
            Choice("handler", "处置人", choices=_handlers(request), field="handler"),
            Flag("watched", "我关注的人", narrow=lambda found, _: found.filter(handler__in=queries.watched_by(user))),
            Flag("mine", "我处置的", narrow=lambda found, _: found.filter(handler__in=user.hats)),
            Flag("hand", "待接收和处置中", narrow=lambda found, _: found.filter(state__in=IN_HAND)),
            Flag("open", "未办结", narrow=lambda found, _: found.filter(state__in=OPEN)),
            Flag("overdue", "已超期", narrow=lambda found, _: _due_level(found, DueLevel.OVERDUE)),
            Flag("supervised", "督办中", narrow=lambda found, _: found.filter(supervised_until__isnull=False)),
            Choice("due", "期限", choices=DueLevel.choices, narrow=_due_level),
            Flag("reported", "我上报的", narrow=lambda found, _: found.filter(reported_by__in=user.hats)),
        ],
        link=lambda row: reverse("events:event", args=[row.number]),
        bulk=[Bulk("批量派遣", reverse("events:dispatching"), "send")] if user.may(EVENT_DISPATCH) else [],
        key="number",
        empty="没有符合条件的事件。",
        empty_icon="flag-off",
        on_export=exported,
    )
    if (entity := request.GET.get("entity", "")) and len(entity) == 36:
        listing.rows = listing.rows.filter(entity=entity)
    acts = []
    if user.may(EVENT_REPORT):
        acts.append({"url": reverse("events:report"), "label": "上报", "icon": "camera-plus", "main": True})
    if user.may(EVENT_DISPATCH):
        acts.append({"url": reverse("events:workload"), "label": "在办情况", "icon": "users"})
    acts.append({"url": reverse("events:kinds"), "label": "事项库", "icon": "list-details"})
    return listing.response("ui/list_page.html", {"title": "事件", "acts": acts})


@requires(EVENT_VIEW)
@require_GET
def mine(request: PersonRequest) -> HttpResponse:
    """What I have in hand, the most urgent first."""
    return redirect(f"{reverse('events:list')}?mine=1&open=1")


@requires(EVENT_VIEW)
@require_GET
def event_page(request: PersonRequest, number: str) -> HttpResponse:
    """Facts on the left, the clock and the next permitted acts on the right, everything that happened below."""
    event = queries.event_for(request.user, number)
    handovers = list(event.handovers.all()) if event.state != State.REPORTED else []
    messages = queries.said(event)
    context = {
        "event": event,
        "moments": queries.moments(event, messages),
        "unread": queries.unread_among(messages, request.user),
        "acts": possible_acts(request.user, event),
        "chain": grid.chain_of(event.bureau_code, event.area_code, on=localdate()) if event.area_code else [],
        "handovers": handovers,
        "supervision": queries.supervision_of(event) if event.is_supervised else None,
        "merged": queries.merged_into(event),
        "alike": len(queries.alike(request.user, event))
        if request.user.may(EVENT_DISPATCH, event) and event.is_open
        else 0,
    }
    return render(request, "events/event.html", context)


# The act, the name of its page, its icon: in the order in which the page offers them, the first one as the main one.
ACT_PAGES = [
    (Act.ACCEPT, "acceptance", "check"),
    (Act.FEED_BACK, "feedback", "message-check"),
    (Act.CLOSE, "review", "circle-check"),
    (Act.DISPATCH, "dispatch", "send"),
    (Act.RECEIPT, "receipt", "receipt"),
    (Act.REFUSE, "refusal", "arrow-back"),
    (Act.ESCALATE, "escalation", "arrow-up"),
    (Act.SEND_BACK, "return", "arrow-down"),
    (Act.HAND_OVER, "handover", "external-link"),
    (Act.REOPEN, "reopening", "rotate"),
    (Act.ANSWER, "answer", "message-reply"),
    (Act.RELEASE, "release", "lock-open"),
    (Act.SUPERVISE, "supervision", "eye-exclamation"),
    (Act.MERGE, "duplicates", "git-merge"),
    (Act.UNMERGE, "separation", "arrows-split"),
    (Act.OBSERVE, "observation", "eye"),
]


def possible_acts(user: Any, event: Event) -> list[dict[str, Any]]:
    """The acts this person may do now, and what modules above add."""
    possible = queries.acts_for(user, event)
    acts: list[dict[str, Any]] = [
        {"label": act.label, "url": reverse(f"events:{name}", args=[event.number]), "icon": icon}
        for act, name, icon in ACT_PAGES
        if act in possible
    ]
    links = [link for links_of in hooks.act_links for link in links_of(event, user)]
    acts += [{"label": link.label, "url": link.url, "icon": link.icon} for link in links]
    return [{**act, "main": place == 0} for place, act in enumerate(acts)]


@requires(EVENT_VIEW)
@require_GET
def working(request: PersonRequest, number: str) -> HttpResponse:
    """How the due date was reached, step by step, with the articles; printable."""
    event = queries.event_for(request.user, number)
    return render(request, "events/working.html", {"event": event, "back": reverse("events:event", args=[number])})


@requires(EVENT_VIEW)
@require_GET
def file(request: PersonRequest, number: str, key: Any, variant: str) -> HttpResponseBase:
    """A photo behind the event's door; the untouched original only for those who work on the event."""
    event = queries.event_for(request.user, number)
    attachment = get_object_or_404(Attachment.objects.select_related("file"), pk=key, event=event)
    if variant not in {"thumb", "display", "original"}:
        raise Http404
    if variant == "original" and attachment.file.is_image:
        event_for_work = EVENT_REVIEW if request.user.may(EVENT_REVIEW, event) else EVENT_HANDLE
        queries.event_for(request.user, number, may=event_for_work)
    return files.serve(request, attachment.file, variant, name=attachment.name)


@requires(EVENT_DISPATCH)
@require_POST
def dispatching(request: PersonRequest) -> HttpResponse:
    """Bulk: send the ticked events each to its best candidate, or to one chosen person."""
    numbers = request.POST.getlist("pick")[:200]
    events = list(queries.visible_to(request.user).filter(number__in=numbers).select_related("kind", "handler"))
    if "to" not in request.POST:
        ranked = queries.candidates(events[0], on=localdate()) if events else []
        names = [(each.candidate.key, each.candidate.name, "、".join(each.reasons)) for each in ranked[:40]]
        return render(request, "events/dispatching.html", {"events": events, "people": names})
    sent, refused = 0, []
    for event in events:
        ranked = queries.candidates(event, on=localdate())
        chosen = request.POST["to"] or (ranked[0].candidate.key if ranked else "")
        try:
            services.dispatch(
                event,
                queries.colleague_for(request.user, chosen),
                note=request.POST.get("note", ""),
                by=request.user,
                now=now(),
            )
            sent += 1
        except Refused as refusal:
            refused.append(f"{event.number}：{refusal.message}")
    page_messages.success(request, f"已派遣 {sent} 件。")
    for text in refused[:10]:
        page_messages.warning(request, text)
    return redirect("events:list")


@requires(EVENT_VIEW)
@require_GET
def map_json(request: PersonRequest) -> HttpResponse:
    """Open events in a box as points, at most a few thousand."""
    rows = queries.visible_to(request.user).open().filter(location_wgs84__in_box=box_of(request))
    if (state := request.GET.get("state", "")) in State.values:
        rows = rows.filter(state=state)
    features = [
        {
            "type": "Feature",
            "properties": {
                "number": event.number,
                "name": event.kind.name,
                "state": event.get_state_display(),
                "url": reverse("events:event", args=[event.number]),
            },
            "geometry": {"type": "Point", "coordinates": [event.lon, event.lat]},
        }
        for event in rows.select_related("kind").order_by("-reported_at")[: queries.MAP_EVENTS]
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _handlers(request: PersonRequest) -> list[tuple[str, str]]:
    """Those the reader watches, and whom the address asks for."""
    asked = request.GET.get("handler", "")
    wanted = Q(pk__in=queries.watched_by(request.user)) | (Q(pk=asked) if len(asked) == 36 else Q())
    people = User.objects.filter(wanted, bureau_code=request.user.bureau_code)
    return [(str(key), name) for key, name in people.values_list("pk", "name").order_by("name")[:100]]


def _search(rows: Any, text: str) -> Any:
    if text.upper().startswith("SJ"):
        return rows.filter(number__startswith=text.upper())
    return rows.filter(description__contains=text) | rows.filter(address__contains=text)


def _period(rows: Any, span: Any) -> Any:
    first, last = span
    if first:
        rows = rows.filter(reported_at__date__gte=first)
    return rows.filter(reported_at__date__lte=last) if last else rows


def _due_level(rows: Any, level: str) -> Any:
    today = localdate()
    if level == DueLevel.OVERDUE:
        return rows.filter(state__in=OPEN, due_on__lt=today)
    if level == DueLevel.UNANSWERED:
        return rows.filter(state=State.DISPATCHED, respond_by__lt=now())
    return rows.filter(state__in=OPEN, due_on__range=(today, today + timedelta(days=5)))


def _state(row: Event) -> Any:
    tone = {State.CLOSED: "green", State.REVIEWING: "accent", State.REPORTED: "amber", State.DISPATCHED: "amber"}
    supervised = mark_safe(' <span class="tag tag-red">督办</span>') if row.is_supervised else ""
    return format_html(
        '<span class="tag tag-{}">{}</span>{}', tone.get(State(row.state), "plain"), row.get_state_display(), supervised
    )


def _due(row: Event) -> Any:
    if not row.is_open or not row.due:
        return row.due_on.isoformat() if row.due_on else "—"
    face = (
        deadlines.clock_at(row.due_at, now())
        if row.due_at
        else deadlines.clock(row.due_on, localdate(), deadlines.calendar.current())  # type: ignore[arg-type]
    )
    return format_html('<span class="left-{}">{}</span>', face.level, face.text)
