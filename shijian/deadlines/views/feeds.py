"""Clocks in a person's own calendar program (RFC 5545): the address is the key."""

from datetime import timedelta

import icalendar
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires

from .. import queries, services
from ..choices import OPEN
from ..models import Feed
from ..permissions import CLOCK_VIEW

MOST = 500


@requires(CLOCK_VIEW)
def feed(request: PersonRequest) -> HttpResponse:
    """Make, replace or stop the address; it is shown once."""
    address = ""
    if request.method == "POST":
        if "revoke" in request.POST:
            services.revoke_feed(by=request.user, now=now())
            messages.success(request, "已停用，原来的地址不再有效。")
            return redirect("deadlines:feed")
        secret = services.make_feed(by=request.user, now=now())
        address = request.build_absolute_uri(reverse("deadlines:calendar", args=[secret]))
    context = {
        "address": address,
        "feed": Feed.objects.filter(person=request.user, revoked_at=None).first(),
        "back": reverse("deadlines:mine"),
    }
    return render(request, "deadlines/feed.html", context)


@require_GET
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The open clocks of one person. Names of limits and numbers of records only: the file leaves the bureau."""
    person = services.person_of(secret, now=now())
    if person is None:
        raise Http404
    made = icalendar.Calendar()
    made.add("prodid", "-//Shijian//deadlines//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "办理时限")
    for clock in queries.mine(person).filter(state__in=OPEN).order_by("due_on", "pk")[:MOST]:
        entry = icalendar.Event()
        entry.add("uid", f"{clock.pk}@shijian")
        entry.add("dtstamp", now())
        entry.add("summary", f"{clock.name}（{clock.record_number}）")
        entry.add("dtstart", clock.due_at or clock.due_on)
        entry.add("dtend", clock.due_at or clock.due_on + timedelta(days=1))
        entry.add("description", clock.citation)
        entry.add("url", request.build_absolute_uri(reverse("deadlines:clock", args=[clock.pk])))
        made.add_component(entry)
    response = HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response
