"""Questions to neighbours and superiors, with read state (E-14); who has what in hand, and taking over; phrases."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.events import queries, services
from shijian.events.choices import Act, State, Verb
from shijian.events.models import Message, Phrase, Reader
from shijian.events.services.dispatching import CannotHandle
from shijian.events.services.standing_in import SamePerson
from shijian.events.services.steps import NoReason, OfficersOnly
from shijian.events.services.talking import NobodyToRead, NothingSaid
from shijian.events.testing import NEXT_GRID, NOW, NOWHERE, OTHER_STATION
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db


def get(scene, by, event, name="talk"):
    return scene.cast.client(by).get(reverse(f"events:{name}", args=[event.number]))


def post(scene, by, event, **data):
    return scene.cast.client(by).post(reverse("events:talk", args=[event.number]), data)


# Questions and answers


def test_chiefs_above_and_of_the_neighbouring_grids_are_offered(scene):
    event, cast = scene.report(), scene.cast
    people = {person: why for why, person in queries.people_to_ask(cast.station_head, event, on=NOW.date())}
    assert set(people) == {cast.chief, cast.other_grid_chief}
    assert people[cast.other_grid_chief].startswith("相邻网格")
    beside = scene.report(place=NEXT_GRID)
    people = [person for _, person in queries.people_to_ask(cast.chief, beside, on=NOW.date())]
    assert set(people) == {cast.other_grid_chief, cast.station_head, cast.other_chief}


def test_a_question_reaches_the_neighbour_who_then_sees_the_event_and_answers(scene):
    event, cast = scene.accepted(), scene.cast
    assert get(scene, cast.other_chief, event).status_code == 404
    assert post(scene, cast.chief, event, text="你们那边见过这辆车吗", to=[cast.other_chief.pk]).status_code == 302
    assert Notice.objects.get(kind="events.message").to == cast.other_chief
    assert "未读" in get(scene, cast.chief, event).content.decode()
    assert "你们那边见过这辆车吗" in get(scene, cast.other_chief, event).content.decode()
    assert "未读" not in get(scene, cast.chief, event).content.decode()
    question = Message.objects.get()
    assert post(scene, cast.other_chief, event, text="昨天在席王街见过", answers=question.pk).status_code == 302
    assert Notice.objects.filter(kind="events.message", to=cast.chief).count() == 1
    assert "昨天在席王街见过" in get(scene, cast.chief, event, "event").content.decode()


def test_talking_is_no_act_and_changes_nothing(scene):
    event, cast = scene.accepted(), scene.cast
    steps = event.steps.count()
    services.say(event, text="怎么办", to=[cast.station_head], by=cast.chief, now=NOW)
    event.refresh_from_db()
    assert (event.state, event.steps.count()) == (State.HANDLING, steps)
    entry = Entry.objects.get(verb=Verb.ASKED)
    assert "怎么办" not in str(entry.detail)


def test_the_reader_is_marked_once_and_only_by_himself(scene):
    event, cast = scene.accepted(), scene.cast
    services.say(event, text="怎么办", to=[cast.station_head, cast.leader], by=cast.chief, now=NOW)
    assert queries.unread_among(queries.said(event), cast.leader) == 1
    services.mark_read(event, by=cast.station_head, now=NOW)
    assert queries.unread_among(queries.said(event), cast.leader) == 1
    services.mark_read(event, by=cast.leader, now=NOW)
    first = Reader.objects.get(person=cast.leader).read_at
    services.mark_read(event, by=cast.leader, now=NOW + timedelta(days=1))
    assert Reader.objects.get(person=cast.leader).read_at == first


def test_an_answer_goes_to_everybody_in_the_thread_once(scene):
    event, cast = scene.accepted(), scene.cast
    question = services.say(event, text="1", to=[cast.station_head, cast.leader], by=cast.chief, now=NOW)
    answer = services.say(event, text="2", answers=question, by=cast.leader, now=NOW)
    again = services.say(event, text="3", answers=answer, by=cast.station_head, now=NOW)
    assert again.answers == question
    assert {reader.person for reader in again.readers.all()} == {cast.chief, cast.leader}


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_said_or_nobody_to_read_is_refused(scene, text):
    event, cast = scene.accepted(), scene.cast
    with pytest.raises(NothingSaid):
        services.say(event, text=text, to=[cast.leader], by=cast.chief, now=NOW)
    with pytest.raises(NobodyToRead):
        services.say(event, text="x", to=[cast.chief, cast.sysadmin], by=cast.chief, now=NOW)


@pytest.mark.parametrize(("named", "status"), [("T2000", 302), ("单元二", 302), ("无此人", 422), ("", 422)])
def test_anybody_of_the_bureau_can_be_named(scene, named, status):
    event = scene.accepted()
    assert post(scene, scene.cast.chief, event, text="请协助", also=named).status_code == status


@pytest.mark.parametrize("key", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_broken_recipient_is_not_found(scene, key):
    assert post(scene, scene.cast.chief, scene.accepted(), text="x", to=key).status_code == 404


def test_a_question_of_another_event_cannot_be_answered_here(scene):
    event, other, cast = scene.accepted(), scene.accepted(), scene.cast
    question = services.say(other, text="x", to=[cast.leader], by=cast.chief, now=NOW)
    assert post(scene, cast.leader, event, text="y", answers=question.pk).status_code == 404


# Who has what in hand


def test_the_head_sees_who_has_what_and_every_figure_opens_its_rows(scene):
    cast = scene.cast
    scene.accepted(now=NOW - timedelta(days=60))
    scene.report(now=NOW - timedelta(days=60))
    scene.report(place=NEXT_GRID)
    scene.report(place=OTHER_STATION)
    rows = {row["handler__name"]: row for row in queries.workload(cast.station_head, now=NOW)}
    assert set(rows) == {"程网一", "程网二"}
    assert (rows["程网一"]["in_hand"], rows["程网一"]["overdue"], rows["程网一"]["unanswered"]) == (2, 2, 1)
    client = cast.client(cast.station_head)
    for query in ("hand=1", "hand=1&overdue=1"):
        page = client.get(f"{reverse('events:list')}?handler={cast.chief.pk}&{query}")
        assert page.context["list"].total == 2
    assert "程网一" in client.get(reverse("events:workload")).content.decode()
    assert [row["handler__name"] for row in client.get(reverse("events:workload"), {"q": "网一"}).context["rows"]] == [
        "程网一"
    ]
    assert client.get(reverse("events:workload"), {"q": "无此人"}).context["count"] == 0


def test_whom_one_watches_comes_first_and_has_a_filter(scene):
    cast = scene.cast
    scene.accepted()
    scene.accepted()
    scene.report(place=NEXT_GRID)
    client = cast.client(cast.station_head)
    client.post(reverse("events:watching", args=[cast.other_grid_chief.pk]))
    assert queries.workload(cast.station_head, now=NOW)[0]["handler__name"] == "程网二"
    assert client.get(reverse("events:list") + "?watched=1").context["list"].total == 1
    client.post(reverse("events:watching", args=[cast.other_grid_chief.pk]))
    assert queries.workload(cast.station_head, now=NOW)[0]["handler__name"] == "程网一"
    with pytest.raises(SamePerson):
        services.watch(cast.chief, by=cast.chief, now=NOW)


def test_the_head_moves_everything_of_who_is_away_to_another_each_step_on_record(scene):
    cast = scene.cast
    events = [scene.accepted(), scene.report(), scene.fed_back(), scene.closed()]
    url = reverse("events:takeover", args=[cast.chief.pk])
    assert "3 件" in cast.client(cast.station_head).get(url).content.decode()
    response = cast.client(cast.station_head).post(url, {"to": cast.other_grid_chief.pk, "reason": "休假"})
    assert response.status_code == 302
    for event in events:
        event.refresh_from_db()
    assert [event.handler for event in events] == [cast.other_grid_chief] * 3 + [cast.chief]
    assert [event.state for event in events] == ["dispatched", "dispatched", "reviewing", "closed"]
    for event in events[:3]:
        step = event.steps.last()
        assert (step.act, step.to_user, step.note) == (Act.TAKE_OVER, cast.other_grid_chief, "由程网一转交：休假")
        assert Entry.objects.filter(object_id=str(event.pk), verb=Verb.TAKEN_OVER).count() == 1
    told = Notice.objects.filter(kind="events.take_over")
    assert {notice.to for notice in told} == {cast.chief, cast.other_grid_chief}


def test_taking_over_keeps_the_due_date_and_stays_within_the_scope(scene):
    cast = scene.cast
    mine, away = scene.accepted(), scene.report(place=NOWHERE)
    services.dispatch(away, cast.chief, by=cast.grid_office, now=NOW)
    due = mine.due_on
    done = services.take_over(cast.chief, cast.station_head, reason="x", by=cast.station_head, now=NOW)
    assert [event.number for event in done.moved] == [mine.number]
    mine.refresh_from_db()
    away.refresh_from_db()
    assert (mine.due_on, away.handler) == (due, cast.chief)


def test_nothing_is_moved_to_who_cannot_handle_it_and_everything_needs_a_reason(scene):
    cast = scene.cast
    scene.accepted()
    for to in (cast.manager, cast.leader):
        done = services.take_over(cast.chief, to, reason="x", by=cast.station_head, now=NOW)
        assert done.moved == []
        assert len(done.refused) == 1
    with pytest.raises(NoReason):
        services.take_over(cast.chief, cast.other_grid_chief, reason="", by=cast.station_head, now=NOW)
    with pytest.raises(SamePerson):
        services.take_over(cast.chief, cast.chief, reason="x", by=cast.station_head, now=NOW)
    assert OfficersOnly.code != CannotHandle.code


# Phrases


def phrase(scene, by, **facts):
    given = {"use": "feed_back", "title": "已整改", "text": "{主体}已于{今天}整改（{事件号}）。", **facts}
    return scene.cast.client(by).post(reverse("events:phrase_new"), given)


def test_an_own_phrase_is_offered_in_its_form_with_the_facts_filled_in(scene):
    cast, event = scene.cast, scene.accepted(entity=None)
    assert phrase(scene, cast.chief).status_code == 302
    form = get(scene, cast.chief, event, "feedback").content.decode()
    assert f"整改（{event.number}）" in form
    assert "{主体}" not in form
    assert "已整改" not in get(scene, cast.chief, event, "observation").content.decode()


def test_another_persons_phrase_is_neither_offered_nor_open(scene):
    cast, event = scene.cast, scene.accepted()
    phrase(scene, cast.chief, use="observe", title="程网一的话")
    assert "程网一的话" not in get(scene, cast.station_head, event, "observation").content.decode()
    mine = Phrase.objects.get()
    client = cast.client(cast.station_head)
    assert client.get(reverse("events:phrase", args=[mine.pk])).status_code == 404
    assert client.post(reverse("events:phrase_drop", args=[mine.pk])).status_code == 404


def test_the_bureaus_phrases_are_kept_by_the_grid_office_and_offered_to_all(scene):
    cast, event = scene.cast, scene.fed_back()
    phrase(scene, cast.station_head, use="close", title="同意", text="同意办结。", for_bureau="on")
    assert Phrase.objects.get().owner == cast.station_head  # he may not share, so it is his own
    phrase(scene, cast.grid_office, use="close", title="属实办结", text="情况属实，同意办结。", for_bureau="on")
    text = get(scene, cast.leader, event, "review").content.decode()
    assert "属实办结" in text
    assert "同意办结。</span>" in text
    shared = Phrase.objects.get(owner=None)
    client = cast.client(cast.station_head)
    assert (
        client.post(reverse("events:phrase", args=[shared.pk]), {"use": "close", "title": "x", "text": "x"}).status_code
        == 403
    )
    assert cast.client(cast.grid_office).post(reverse("events:phrase_drop", args=[shared.pk])).status_code == 302
    assert "属实办结" not in get(scene, cast.leader, event, "review").content.decode()
    assert Entry.objects.filter(verb=Verb.PHRASE_DROPPED).count() == 1


def test_the_database_refuses_to_ask_the_same_person_twice(scene):
    event, cast = scene.accepted(), scene.cast
    message = services.say(event, text="x", to=[cast.leader], by=cast.chief, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reader.objects.create(message=message, person=cast.leader)


def test_the_page_of_an_event_costs_the_same_however_much_was_said(scene, django_assert_max_num_queries):
    event, cast = scene.accepted(), scene.cast
    for number in range(12):
        services.say(event, text=str(number), to=[cast.leader, cast.station_head], by=cast.chief, now=NOW)
    client = cast.client(cast.station_head)
    url = reverse("events:event", args=[event.number])
    client.get(url)
    with django_assert_max_num_queries(21):
        client.get(url)
