"""Which process an event calls for."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from shijian.events.models import Event
from shijian.events.proposing import for_event
from shijian.events.queries import as_record

pytestmark = pytest.mark.django_db


def proposed(event, **changes):
    Event.objects.filter(pk=event.pk).update(**changes)
    return [each.process for each in for_event(as_record(Event.objects.get(pk=event.pk)))]


def test_the_source_the_matter_and_the_clock_of_an_event_call_for_a_process(scene):
    event = scene.report()
    later = localdate() + timedelta(days=9)
    assert proposed(event, source="daily_check", due_on=later) == []
    assert proposed(event, source="report") == ["report_verification"]
    assert proposed(event, source="complaint", due_on=localdate()) == ["complaint_handling", "event_extension"]


def test_a_closed_event_calls_for_none(scene):
    assert proposed(scene.closed(), source="report") == []
