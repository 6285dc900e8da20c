"""Questions and answers about an event."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now

from shijian.accounts.models import User
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..forms import MessageForm
from ..models import Message
from ..permissions import EVENT_VIEW


@requires(EVENT_VIEW)
def talk(request: PersonRequest, number: str) -> HttpResponse:
    """Ask neighbours, superiors or anybody of the bureau; opening the page marks what was said to me as read."""
    event = queries.event_for(request.user, number)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answers = request.POST.get("answers", "")
        question = get_object_or_404(Message, pk=answers, event=event) if answers.isdecimal() else None
        try:
            people = _chosen(request, form.cleaned_data["also"].strip())
            services.say(event, text=form.cleaned_data["text"], to=people, answers=question, by=request.user, now=now())
            return redirect("events:talk", number)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    services.mark_read(event, by=request.user, now=now())
    context = {
        "event": event,
        "threads": queries.threads(event),
        "people": queries.people_to_ask(request.user, event, on=localdate()),
        "form": form,
        "back": reverse("events:event", args=[number]),
    }
    return render(request, "events/talk.html", context, status=422 if form.errors else 200)


def _chosen(request: PersonRequest, named: str) -> list[User]:
    people = [queries.colleague_for(request.user, key) for key in request.POST.getlist("to")[:20]]
    return [*people, queries.colleague_named(request.user, named)] if named else people
