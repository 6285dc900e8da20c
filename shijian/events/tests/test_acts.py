"""Each act through its page: what a person sees and what is on record, the refusal, the other unit, the wrong role."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.testing import BUREAU
from shijian.audit.models import Entry
from shijian.core.ids import new_id
from shijian.events import queries, services
from shijian.events.choices import VERB_OF, Act, State
from shijian.events.models import Event, Step
from shijian.events.services.dispatching import CannotHandle
from shijian.events.services.handling import NoEvidence, NoReceiptYet
from shijian.events.services.steps import (
    NoReason,
    NotAboveHandler,
    NotNow,
    NotYourLevel,
    NotYours,
    OfficersOnly,
    SentTwice,
)
from shijian.events.testing import CLUE, NEXT_GRID, NOW, NOWHERE, OTHER_STATION, WITH_PHOTO, photo
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


def page(scene, by, event, name="event", **data):
    client, url = scene.cast.client(by), reverse(f"events:{name}", args=[event.number])
    return client.post(url, {"step_id": str(new_id()), **data}) if data else client.get(url)


def offered(scene, by, event):
    """The acts the event's page offers to a person."""
    text = page(scene, by, event).content.decode()
    names = [name for _, name, _ in _pages()]
    return {name for name in names if reverse(f"events:{name}", args=[event.number]) in text}


def _pages():
    from shijian.events.views.events import ACT_PAGES

    return ACT_PAGES


def verbs(event):
    return list(Entry.objects.filter(object_id=str(event.pk)).order_by("id").values_list("verb", flat=True))


def told(event, kind):
    return set(Notice.objects.filter(kind=f"events.{kind}", link__contains=event.number).values_list("to", flat=True))


# Acceptance and refusal


def test_the_chief_accepts_and_the_record_shows_it(scene):
    event = scene.report()
    response = page(scene, scene.cast.chief, event, "acceptance", lon=109.005, lat=34.205)
    assert response.url == reverse("events:event", args=[event.number])
    event.refresh_from_db()
    assert event.state == State.HANDLING
    step = event.steps.get(act=Act.ACCEPT)
    assert (step.by, step.location_wgs84) == (scene.cast.chief, (109.005, 34.205))
    assert verbs(event) == ["events.event.reported", "events.event.accepted"]
    entry = Entry.objects.filter(object_id=str(event.pk)).latest("id")
    assert entry.detail["from"] == "dispatched"
    assert entry.detail["state"] == "handling"
    assert entry.area_code == "050101"


def test_nobody_accepts_for_another(scene):
    event = scene.report()
    response = page(scene, scene.cast.station_head, event, "acceptance", confirm="1")
    assert response.status_code == 422
    assert "程网一" in response.content.decode()
    with pytest.raises(NotYours):
        services.accept(event, by=scene.cast.station_head, now=NOW)


def test_a_refused_dispatch_goes_to_the_level_above_and_keeps_its_clock(scene):
    event = scene.report()
    due = event.due_on
    response = page(scene, scene.cast.chief, event, "refusal", reason="位置在隔壁网格")
    assert response.status_code == 302
    event.refresh_from_db()
    assert (event.state, event.handler, event.holder_code, event.due_on) == (State.REPORTED, None, "0501", due)
    assert told(event, "refuse") == {scene.cast.station_head.pk}


def test_a_refusal_needs_a_reason(scene):
    event = scene.report()
    assert page(scene, scene.cast.chief, event, "refusal", reason=" ").status_code == 422
    with pytest.raises(NoReason):
        services.refuse(event, reason="  ", by=scene.cast.chief, now=NOW)


# Dispatch


def test_the_head_sees_ranked_candidates_with_reasons_and_sends_with_one_more_click(scene):
    event = scene.report(kind="QT01")
    text = page(scene, scene.cast.station_head, event, "dispatch").content.decode()
    assert text.index("程网一") < text.index("程网二")
    assert "本网格" in text
    assert "在办 0 件" in text
    response = page(scene, scene.cast.station_head, event, "dispatch", to=str(scene.cast.chief.pk), note="请今天去看")
    assert response.status_code == 302
    event.refresh_from_db()
    assert (event.state, event.handler, event.handler_code) == (State.DISPATCHED, scene.cast.chief, "050101")
    assert told(event, "dispatch") == {scene.cast.chief.pk}


def test_officers_of_other_stations_are_found_by_name_only(scene):
    event = scene.report(kind="QT01")
    client, url = scene.cast.client(scene.cast.grid_office), reverse("events:dispatch", args=[event.number])
    assert "席网一" not in client.get(url).content.decode()
    assert "席网一" in client.get(url, {"named": "席网"}).content.decode()


@pytest.mark.parametrize("part", ["manager", "informant", "monitor", "source"])
def test_nothing_is_dispatched_to_who_is_no_officer_goban_2024_54(scene, part):
    event = scene.report(kind="QT01")
    with pytest.raises(OfficersOnly) as refused:
        services.dispatch(event, getattr(scene.cast, part), by=scene.cast.station_head, now=NOW)
    assert "国办发〔2024〕54号" in refused.value.article
    response = page(scene, scene.cast.station_head, event, "dispatch", to=str(getattr(scene.cast, part).pk))
    assert response.status_code == 422
    assert "不是监管人员" in response.content.decode()


def test_nothing_is_dispatched_to_who_cannot_handle_or_has_left(scene):
    event = scene.report(kind="QT01")
    for person in (scene.cast.leader, scene.cast.sysadmin):
        with pytest.raises(CannotHandle):
            services.dispatch(event, person, by=scene.cast.station_head, now=NOW)
    scene.cast.chief.is_active = False
    with pytest.raises(CannotHandle):
        services.dispatch(event, scene.cast.chief, by=scene.cast.station_head, now=NOW)


def test_what_went_up_to_the_bureau_is_not_dispatched_by_the_station(scene):
    event = scene.accepted()
    services.escalate(event, reason="办不了", by=scene.cast.chief, now=NOW)
    services.escalate(event, reason="所里也办不了", by=scene.cast.station_head, now=NOW)
    event.refresh_from_db()
    assert event.holder_code == "05"
    with pytest.raises(NotYourLevel):
        services.dispatch(event, scene.cast.chief, by=scene.cast.station_head, now=NOW)
    assert services.dispatch(event, scene.cast.chief, by=scene.cast.dispatcher, now=NOW).handler == scene.cast.chief


def test_the_head_takes_a_matter_over_from_a_handler_who_is_away_i12(scene):
    event = scene.accepted()
    event = services.dispatch(event, scene.cast.other_grid_chief, by=scene.cast.station_head, now=LATER)
    assert (event.state, event.handler) == (State.DISPATCHED, scene.cast.other_grid_chief)
    assert event.respond_by == LATER + timedelta(hours=24)


def test_many_events_are_sent_at_once_each_to_its_best(scene):
    events = [scene.report(kind="QT01"), scene.report(kind="QT01", place=NEXT_GRID), scene.closed()]
    client = scene.cast.client(scene.cast.station_head)
    numbers = [each.number for each in events]
    asked = client.post(reverse("events:dispatching"), {"pick": numbers})
    assert "已选 3 件" in asked.content.decode()
    client.post(reverse("events:dispatching"), {"pick": numbers, "to": "", "note": "本周办结"})
    handlers = [Event.objects.get(pk=each.pk).handler for each in events]
    assert handlers == [scene.cast.chief, scene.cast.other_grid_chief, scene.cast.chief]
    assert Event.objects.get(pk=events[2].pk).state == State.CLOSED, "a closed one is refused and the others go on"


def test_bulk_dispatch_does_not_reach_into_another_station(scene):
    event = scene.report(kind="QT01", place=OTHER_STATION)
    client = scene.cast.client(scene.cast.station_head)
    client.post(reverse("events:dispatching"), {"pick": [event.number], "to": str(scene.cast.chief.pk)})
    event.refresh_from_db()
    assert event.handler is None


def test_a_broken_person_in_a_bulk_dispatch_is_not_found(scene):
    event = scene.report(kind="QT01")
    client = scene.cast.client(scene.cast.station_head)
    assert client.post(reverse("events:dispatching"), {"pick": [event.number], "to": "x"}).status_code == 404
    assert page(scene, scene.cast.station_head, event, "dispatch", to="x").status_code == 404


# Up and down


def test_what_the_grid_cannot_handle_goes_to_the_unit_with_its_reason_and_its_clock_e_04(scene):
    event = scene.accepted(kind=CLUE)
    due = event.due_on
    assert page(scene, scene.cast.chief, event, "escalation", reason="需要抽样检验").status_code == 302
    event.refresh_from_db()
    assert (event.state, event.holder_code, event.handler, event.due_on) == (State.REPORTED, "0501", None, due)
    assert told(event, "escalate") == {scene.cast.station_head.pk}
    assert "需要抽样检验" in page(scene, scene.cast.station_head, event).content.decode()


def test_the_upper_level_may_give_it_back_with_advice(scene):
    event = scene.accepted()
    services.escalate(event, reason="办不了", by=scene.cast.chief, now=NOW)
    assert page(scene, scene.cast.station_head, event, "return", reason="按一般程序先拍照").status_code == 302
    event.refresh_from_db()
    assert event.holder_code == "050101"
    assert scene.cast.chief.pk in told(event, "send_back")


def test_an_unplaced_event_cannot_go_up_and_comes_back_to_the_office_when_refused(scene):
    event = scene.report(place=NOWHERE)
    event = services.dispatch(event, scene.cast.chief, by=scene.cast.grid_office, now=NOW)
    event = services.accept(event, by=scene.cast.chief, now=NOW)
    event = services.escalate(event, reason="不在我网格", by=scene.cast.chief, now=NOW)
    assert (event.holder_code, event.state) == ("", State.REPORTED)
    assert {scene.cast.grid_office.pk, scene.cast.dispatcher.pk} <= told(event, "escalate")


# Feedback


def test_feedback_needs_words_and_where_the_matter_asks_for_it_a_photo(scene):
    event = scene.accepted(kind=WITH_PHOTO)
    response = page(scene, scene.cast.chief, event, "feedback", note="已清理")
    assert response.status_code == 422
    assert "须附现场照片" in response.content.decode()
    with pytest.raises(NoEvidence):
        services.feed_back(event, note=" ", photos=[photo()], by=scene.cast.chief, now=NOW)
    assert page(scene, scene.cast.chief, event, "feedback", note="已清理", photos=photo()).status_code == 302
    event.refresh_from_db()
    assert event.state == State.REVIEWING
    assert told(event, "feed_back") == {scene.cast.station_head.pk}


def test_feedback_by_somebody_else_is_refused(scene):
    event = scene.accepted()
    for person in (scene.cast.station_head, scene.cast.other_grid_chief):
        with pytest.raises(NotYours):
            services.feed_back(event, note="x", by=person, now=NOW)
    assert page(scene, scene.cast.manager, event, "feedback", note="x").status_code == 403


def test_feedback_before_acceptance_is_refused_with_the_present_state(scene):
    with pytest.raises(NotNow) as refused:
        services.feed_back(scene.report(), note="x", by=scene.cast.chief, now=NOW)
    assert "待接收" in refused.value.message


# Review


def test_the_grid_does_not_close_its_own_event_grd_05(scene):
    event = scene.fed_back()
    with pytest.raises(NotAboveHandler) as refused:
        services.close(event, by=scene.cast.chief, now=NOW)
    assert "六(二)4" in refused.value.article
    assert page(scene, scene.cast.chief, event, "review", verdict="close").status_code == 403
    assert "review" not in offered(scene, scene.cast.chief, event)


def test_a_head_who_handled_it_himself_does_not_review_it_even_through_the_page(scene):
    event = scene.report()
    event = services.dispatch(event, scene.cast.station_head, by=scene.cast.station_head, now=NOW)
    services.accept(event, by=scene.cast.station_head, now=NOW)
    event = services.feed_back(event, note="已办", by=scene.cast.station_head, now=NOW)
    response = page(scene, scene.cast.station_head, event, "review", verdict="close")
    assert response.status_code == 422
    assert "不能复核自己经手的事件" in response.content.decode()
    assert page(scene, scene.cast.station_head, event, "review").status_code == 409
    assert told(event, "feed_back") >= {scene.cast.grid_office.pk, scene.cast.leader.pk}
    assert services.close(event, by=scene.cast.leader, now=NOW).closed_by == scene.cast.leader


def test_a_head_who_once_accepted_it_does_not_review_it_after_passing_it_on(scene):
    event = services.dispatch(scene.report(), scene.cast.station_head, by=scene.cast.station_head, now=NOW)
    event = services.accept(event, by=scene.cast.station_head, now=NOW)
    event = services.dispatch(event, scene.cast.chief, by=scene.cast.station_head, now=NOW)
    event = services.accept(event, by=scene.cast.chief, now=NOW)
    event = services.feed_back(event, note="已办", by=scene.cast.chief, now=NOW)
    with pytest.raises(NotAboveHandler):
        services.close(event, by=scene.cast.station_head, now=NOW)
    assert scene.cast.station_head.pk not in told(event, "feed_back"), "who may not review is not asked to"


def test_another_stations_head_neither_sees_nor_reviews(scene):
    event = scene.fed_back()
    assert page(scene, scene.cast.other_head, event, "review", verdict="close").status_code == 404
    with pytest.raises(NotAboveHandler):
        services.close(event, by=scene.cast.other_head, now=NOW)


def test_a_rejected_result_goes_back_to_its_handler_and_the_clock_goes_on(scene):
    event = scene.fed_back()
    due = event.due_on
    assert page(scene, scene.cast.station_head, event, "review", verdict="reject").status_code == 422, "needs a reason"
    response = page(scene, scene.cast.station_head, event, "review", verdict="reject", note="请补拍门头")
    assert response.status_code == 302
    event.refresh_from_db()
    assert (event.state, event.handler, event.due_on) == (State.HANDLING, scene.cast.chief, due)
    assert told(event, "reject") == {scene.cast.chief.pk}


def test_closing_tells_the_handler_and_who_reported(scene):
    event = scene.closed()
    assert told(event, "close") == {scene.cast.chief.pk, scene.cast.informant.pk}
    assert event.closed_by == scene.cast.station_head


def test_a_closed_event_takes_nothing_more_but_reopening(scene):
    event, cast = scene.closed(), scene.cast
    acts = [
        lambda: services.accept(event, by=cast.chief, now=NOW),
        lambda: services.observe(event, note="x", by=cast.chief, now=NOW),
        lambda: services.feed_back(event, note="x", by=cast.chief, now=NOW),
        lambda: services.close(event, by=cast.leader, now=NOW),
    ]
    for act in acts:
        with pytest.raises(NotNow):
            act()
    assert offered(scene, cast.station_head, event) == {"reopening"}


def test_reopening_restarts_the_handlers_clock_and_is_limited_i11(scene):
    event = scene.closed(kind=CLUE)
    first = event.due_on
    kind = event.kind
    kind.reopenings_max = 1
    kind.save()
    later = NOW + timedelta(days=40)
    event = services.reopen(event, reason="回访发现又在经营", by=scene.cast.station_head, now=later)
    assert (event.state, event.handler, event.reopened) == (State.HANDLING, scene.cast.chief, 1)
    assert event.due_on > first
    assert event.working["from"] == localdate(later).isoformat()
    assert scene.cast.chief.pk in told(event, "reopen")
    event = services.feed_back(event, note="已停业", photos=[photo()], by=scene.cast.chief, now=later)
    event = services.close(event, by=scene.cast.station_head, now=later)
    response = page(scene, scene.cast.station_head, event, "reopening", reason="又开了")
    assert "请作为新事件上报" in response.content.decode()


def test_reopening_an_event_whose_handler_left_goes_to_the_dispatcher(scene):
    event = scene.closed()
    scene.cast.chief.is_active = False
    scene.cast.chief.save()
    event = services.reopen(event, reason="问题仍在", by=scene.cast.station_head, now=LATER)
    assert (event.state, event.handler) == (State.REPORTED, None)


# Handover


def test_a_transfer_has_a_gapless_letter_a_receipt_date_and_goes_to_review_e_07(scene):
    event = scene.accepted()
    response = page(scene, scene.cast.station_head, event, "handover", department="区城管局", reason="属城管职责")
    assert response.status_code == 302
    event.refresh_from_db()
    letter = event.handovers.get()
    assert event.state == State.HANDED_OVER
    assert letter.letter_no.endswith("1号")
    assert "〔" in letter.letter_no
    assert letter.receipt_due_on > localdate()
    response = page(
        scene, scene.cast.station_head, event, "receipt", receiver="王某", received_on=str(localdate()), photos=photo()
    )
    assert response.status_code == 302
    event.refresh_from_db()
    assert event.state == State.REVIEWING
    with pytest.raises(NotAboveHandler):
        services.close(event, by=scene.cast.station_head, now=NOW)
    assert services.close(event, by=scene.cast.grid_office, now=NOW).state == State.CLOSED


def test_the_grid_itself_sends_no_letters(scene):
    event = scene.accepted()
    assert page(scene, scene.cast.chief, event, "handover", department="x", reason="y").status_code == 403
    with pytest.raises(NotYourLevel):
        services.hand_over(event, department="区城管局", reason="x", by=scene.cast.chief, now=NOW)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_receipt_from_before_the_letter_or_from_tomorrow_is_refused(scene, days):
    event = services.hand_over(scene.accepted(), department="区城管局", reason="x", by=scene.cast.station_head, now=NOW)
    with pytest.raises(NoReceiptYet):
        services.record_receipt(
            event, receiver="王", received_on=localdate(NOW) + timedelta(days=days), by=scene.cast.station_head, now=NOW
        )


# Observations


@pytest.mark.parametrize("part", ["manager", "informant", "monitor", "chief", "station_head"])
def test_whoever_sees_it_may_add_what_he_saw_and_the_handler_is_told(scene, part):
    event = scene.accepted()
    person = getattr(scene.cast, part)
    assert page(scene, person, event, "observation", note="店主说明天挂上").status_code == 302
    step = event.steps.get(act=Act.OBSERVE)
    assert (step.by, step.note) == (person, "店主说明天挂上")
    if person != scene.cast.chief:
        assert told(event, "observe") == {scene.cast.chief.pk}
    event.refresh_from_db()
    assert event.state == State.HANDLING


def test_an_empty_observation_is_refused(scene):
    with pytest.raises(NoEvidence):
        services.observe(scene.report(), note=" ", by=scene.cast.manager, now=NOW)


def test_an_auxiliary_is_offered_observation_and_nothing_else_r2(scene):
    for event in (scene.report(), scene.accepted(), scene.fed_back()):
        for part in ("manager", "informant", "monitor"):
            assert offered(scene, getattr(scene.cast, part), event) == {"observation"}, (part, event.state)


def test_who_could_not_handle_it_is_not_recommended_again(scene):
    event = scene.accepted()
    services.escalate(event, reason="需要抽样检验", by=scene.cast.chief, now=NOW)
    event.refresh_from_db()
    ranked = queries.candidates(event, on=NOW.date())
    assert ranked[0].candidate.key != str(scene.cast.chief.pk)
    [his] = [each for each in ranked if each.candidate.key == str(scene.cast.chief.pk)]
    assert "曾退回或上报办不了" in his.reasons


# What all acts share


def test_the_page_offers_exactly_what_the_services_allow(scene):
    event = scene.report()
    assert offered(scene, scene.cast.chief, event) == {"acceptance", "refusal", "location", "observation"}
    assert offered(scene, scene.cast.station_head, event) == {"dispatch", "location", "duplicates", "observation"}
    services.accept(event, by=scene.cast.chief, now=NOW)
    assert offered(scene, scene.cast.chief, event) == {"feedback", "escalation", "location", "observation"}
    assert offered(scene, scene.cast.station_head, event) == {
        "dispatch",
        "handover",
        "location",
        "duplicates",
        "observation",
    }
    assert offered(scene, scene.cast.leader, event) == {"supervision", "observation"}


def test_a_page_of_an_act_that_is_not_open_says_why_instead_of_showing_a_form(scene):
    event = scene.report()
    response = page(scene, scene.cast.chief, event, "feedback")
    assert response.status_code == 409
    text = response.content.decode()
    assert "待接收" in text
    assert 'name="note"' not in text


def test_the_same_step_sent_again_changes_nothing(scene):
    event, key = scene.report(), new_id()
    for _ in range(3):
        result = services.accept(event, step_id=key, by=scene.cast.chief, now=NOW)
        assert result.state == State.HANDLING
    assert event.steps.filter(act=Act.ACCEPT).count() == 1
    assert verbs(event).count("events.event.accepted") == 1


def test_a_retry_through_the_page_is_answered_as_the_first_time(scene):
    event, key = scene.accepted(), str(new_id())
    first = page(scene, scene.cast.chief, event, "feedback", step_id=key, note="已挂", photos=photo())
    again = page(scene, scene.cast.chief, event, "feedback", step_id=key, note="已挂", photos=photo())
    assert first.status_code == again.status_code == 302
    assert event.steps.filter(act=Act.FEED_BACK).count() == 1
    assert event.attachments.count() == 1


@pytest.mark.parametrize("change", ["words", "act", "event", "person"])
def test_the_id_of_a_step_used_for_something_else_is_refused(scene, change):
    event, key = scene.accepted(), new_id()
    services.observe(event, note="甲", step_id=key, by=scene.cast.chief, now=NOW)
    cast = scene.cast
    again: Any = {"step_id": key, "now": NOW}
    acts = {
        "words": lambda: services.observe(event, note="乙", by=cast.chief, **again),
        "act": lambda: services.feed_back(event, note="甲", by=cast.chief, **again),
        "event": lambda: services.observe(scene.accepted(), note="甲", by=cast.chief, **again),
        "person": lambda: services.observe(event, note="甲", by=cast.manager, **again),
    }
    with pytest.raises(SentTwice):
        acts[change]()


def test_steps_cannot_be_changed_or_deleted(scene):
    from django.db import IntegrityError, transaction

    event = scene.report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(event=event).update(note="改了")
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(event=event)._raw_delete("default")


def test_the_database_itself_refuses_a_close_by_the_handler(scene):
    from django.db import IntegrityError, transaction

    event = scene.fed_back()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(state="closed", closed_by=scene.cast.chief, closed_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(state="gone")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(state="handling", handler=None)


def test_an_act_that_fails_midway_leaves_nothing(scene, monkeypatch):
    event = scene.accepted()

    def broken(**_):
        raise RuntimeError

    monkeypatch.setattr("shijian.events.services.steps.audit.record", broken)
    with pytest.raises(RuntimeError):
        services.feed_back(event, note="x", by=scene.cast.chief, now=NOW)
    event.refresh_from_db()
    assert event.state == State.HANDLING
    assert not event.steps.filter(act=Act.FEED_BACK).exists()


def test_every_act_leaves_its_own_audit_verb(scene):
    cast = scene.cast
    event = scene.report(place=NOWHERE)
    event = services.dispatch(event, cast.chief, by=cast.grid_office, now=NOW)
    event = services.refuse(event, reason="x", by=cast.chief, now=NOW)
    event = services.dispatch(event, cast.chief, by=cast.grid_office, now=NOW)
    event = services.accept(event, by=cast.chief, now=NOW)
    event = services.escalate(event, reason="x", by=cast.chief, now=NOW)
    other = scene.accepted()
    other = services.escalate(other, reason="x", by=cast.chief, now=NOW)
    other = services.send_back(other, reason="x", by=cast.station_head, now=NOW)
    other = services.observe(other, note="x", by=cast.manager, now=NOW)
    other = services.hand_over(other, department="x", reason="x", by=cast.station_head, now=NOW)
    other = services.record_receipt(other, receiver="x", received_on=localdate(NOW), by=cast.station_head, now=NOW)
    other = services.reject(other, reason="x", by=cast.leader, now=NOW)
    closed = services.reopen(scene.closed(), reason="x", by=cast.leader, now=NOW)
    services.remind(other, now=NOW + timedelta(days=30))
    double, main = scene.report(), scene.report()
    double = services.merge(double, main, reason="x", by=cast.station_head, now=NOW)
    double = services.unmerge(double, reason="x", by=cast.station_head, now=NOW)
    main = services.supervise(main, reason="x", until=localdate(NOW), by=cast.leader, now=NOW)
    main = services.answer(main, note="x", by=cast.chief, now=NOW)
    main = services.release(main, note="x", by=cast.leader, now=NOW)
    services.take_over(cast.chief, cast.station_head, reason="x", by=cast.station_head, now=NOW)
    moved = services.locate(scene.report(), lon=NEXT_GRID[0], lat=NEXT_GRID[1], reason="x", by=cast.chief, now=NOW)
    seen = {*verbs(moved), *verbs(event), *verbs(other), *verbs(closed), *verbs(double), *verbs(main)}
    assert seen == set(VERB_OF.values()) - {VERB_OF[Act.RECODE]}  # by the system: test_recoding.py


def test_a_walk_through_three_levels_and_back_keeps_one_clock(scene):
    """发现受理 → 网格办不了 → 单元办不了 → 片区派遣 → 反馈 → 退回 → 反馈 → 上级复核办结 (G-14, E-04, E-06)."""
    cast, event = scene.cast, scene.accepted(kind=CLUE)
    due = event.due_on
    event = services.escalate(event, reason="网格办不了", by=cast.chief, now=NOW)
    event = services.dispatch(event, cast.station_head, by=cast.station_head, now=NOW)
    event = services.accept(event, by=cast.station_head, now=NOW)
    event = services.escalate(event, reason="所里办不了", by=cast.station_head, now=LATER)
    assert event.holder_code == "05"
    event = services.dispatch(event, cast.other_grid_chief, note="牵头", by=cast.grid_office, now=LATER)
    event = services.accept(event, by=cast.other_grid_chief, now=LATER)
    event = services.feed_back(event, note="已查封", photos=[photo()], by=cast.other_grid_chief, now=LATER)
    with pytest.raises(NotAboveHandler):
        services.close(event, by=cast.station_head, now=LATER)
    event = services.reject(event, reason="补笔录", by=cast.leader, now=LATER)
    event = services.feed_back(event, note="已补", photos=[photo()], by=cast.other_grid_chief, now=LATER)
    event = services.close(event, note="同意", by=cast.leader, now=LATER)
    assert (event.state, event.due_on, event.area_code) == (State.CLOSED, due, "050101")
    text = page(scene, cast.leader, event).content.decode()
    for name in ("发现受理", "核查取证", "处置上报", "结果反馈", "复核办结", "牵头", "补笔录", "单元一", "程网二"):
        assert name in text
    for step in event.steps.all():
        assert step.by_id
        assert step.at


def test_candidates_cost_the_same_for_any_number_of_people(scene, django_assert_max_num_queries):
    event = scene.report(kind="QT01")
    with django_assert_max_num_queries(6):
        queries.candidates(event, on=date(2026, 11, 20))


def test_a_person_of_another_bureau_has_no_power_here(scene):
    event = scene.fed_back()
    stranger = scene.cast.leader
    stranger.bureau_code = "610112"
    with pytest.raises(NotAboveHandler):
        services.close(event, by=stranger, now=NOW)
    assert event.bureau_code == BUREAU
