from typing import Any

from django.contrib import messages as page_messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core import files
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.geo import box_of
from shijian.core.pages import Bulk, Column, ListPage
from shijian.core.records import tabs_of
from shijian.grid import queries as grid

from .. import hooks, queries, services
from ..choices import Act, State
from ..models import Attachment, Event, FieldTask
from ..permissions import (
    EVENT_DISPATCH,
    EVENT_HANDLE,
    EVENT_REPORT,
    EVENT_REVIEW,
    EVENT_VIEW,
    TASK_REGISTER,
)
from .listing import due_cell, event_filters, exported, state_tag

MAPPED = ("number", "state", "location_wgs84", "kind__name")  # of an event on the map


@requires(EVENT_VIEW)
@require_GET
def event_list(request: PersonRequest) -> HttpResponseBase:
    user = request.user

    rows = queries.visible_to(user).select_related("kind", "handler", "reported_by")
    listing = ListPage(
        request,
        rows.defer("working"),
        [
            Column("事件", "number", css="narrow"),
            Column("事项", "kind__name"),
            Column("情况", lambda row: row.description[:60]),
            Column("网格", lambda row: row.area_code or "未落格", css="narrow"),
            Column("状态", "get_state_display", show=state_tag),
            Column("处置人", lambda row: row.handler.name if row.handler else "", css="narrow"),
            Column("上报", "reported_at", sort="reported_at", css="narrow"),
            Column("期限", "due_on", show=due_cell, css="narrow"),
        ],
        order="-reported_at",
        name="事件",
        filters=event_filters(request),
        link=lambda row: reverse("events:event", args=[row.number]),
        bulk=[Bulk("批量派遣", reverse("events:dispatching"), "send")] if user.may(EVENT_DISPATCH) else [],
        key="number",
        empty="没有符合条件的事件。",
        empty_icon="flag-off",
        on_export=exported(request, "事件列表"),
        parts=queries.parts_of(user),
    )
    if (entity := request.GET.get("entity", "")) and len(entity) == 36:
        listing.narrow(lambda found: found.filter(entity=entity))
    acts = []
    if user.may(EVENT_REPORT):
        acts.append({"url": reverse("events:report"), "label": "上报", "icon": "camera-plus", "main": True})
    if user.may(EVENT_DISPATCH):
        acts.append({"url": reverse("events:workload"), "label": "在办情况", "icon": "users"})
    acts.append({"url": reverse("events:analysis"), "label": "分析", "icon": "chart-bar"})
    acts.append({"url": reverse("events:problems"), "label": "三张清单", "icon": "clipboard-list"})
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
    messages = queries.said(event)
    moments = queries.moments(event, messages)
    was_handed_over = any(step.act == Act.HAND_OVER for step in event.steps.all())
    context = {
        "event": event,
        "moments": moments,
        "unread": queries.unread_among(messages, request.user),
        "acts": possible_acts(request.user, event),
        "chain": grid.chain_of(event.bureau_code, event.area_code, on=localdate()) if event.area_code else [],
        "handovers": list(event.handovers.all()) if was_handed_over else [],
        "tasks": FieldTask.objects.filter(event=event),
        "may_task": event.is_open and request.user.may(TASK_REGISTER, event),
        "supervision": queries.supervision_of(event) if event.is_supervised else None,
        "merged": queries.merged_into(event),
        "record_tabs": tabs_of(queries.as_record(event), request.user),
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
    (Act.LOCATE, "location", "map-pin"),
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
    rows = queries.in_box(queries.visible_to(request.user).open(), box_of(request))
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
        for event in rows.select_related("kind").only(*MAPPED).order_by("-reported_at")[: queries.MAP_EVENTS]
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
