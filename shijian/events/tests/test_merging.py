"""Duplicates: found with reasons, shown side by side, merged without losing a reporter, separated again."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image, ImageDraw

from shijian.core.ids import new_id
from shijian.events import queries, services
from shijian.events.choices import Act, State
from shijian.events.likeness import dhash
from shijian.events.models import Attachment, Event, Merge
from shijian.events.rules.duplicates import Facts, common_pairs, likeness, nearest
from shijian.events.services.merging import NotTheSame
from shijian.events.services.steps import NoReason, NotNow, NotYourLevel
from shijian.events.testing import CLUE, NEXT_GRID, NOW, OTHER_STATION, PLACE
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db
NEAR = (PLACE[0] + 0.0002, PLACE[1])  # 18 metres to the east
FAR = (PLACE[0], PLACE[1] + 0.0045)  # 500 metres


def shopfront(brightness: float = 1.0, size: tuple[int, int] = (640, 480)) -> Image.Image:
    image = Image.new("RGB", size, tuple(int(200 * brightness) for _ in range(3)))
    draw, (wide, high) = ImageDraw.Draw(image), size
    for at, grey in ((0.1, 40), (0.4, 120), (0.7, 20)):
        box = (at * wide, 0.3 * high, (at + 0.2) * wide, 0.9 * high)
        draw.rectangle(box, fill=tuple(int(grey * brightness) for _ in range(3)))
    return image


def upload(image: Image.Image, name: str = "门头.jpg", quality: int = 85) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/jpeg")


def page(scene, by, event, name="duplicates", **data):
    client, url = scene.cast.client(by), reverse(f"events:{name}", args=[event.number])
    return client.post(url, {"step_id": str(new_id()), **data}) if data else client.get(url)


def merged(scene, **facts) -> tuple[Event, Event]:
    double, main = scene.report(by=scene.cast.manager, **facts), scene.report()
    return services.merge(double, main, reason="同一店铺", by=scene.cast.station_head, now=NOW), main


# What is alike


def test_a_photo_taken_again_smaller_and_darker_has_nearly_the_same_bits():
    same = dhash(shopfront(0.8, (800, 600)))
    assert nearest([dhash(shopfront()) or 0], [same or 0]) <= 6
    other = dhash(shopfront().rotate(90, expand=True))
    assert nearest([dhash(shopfront()) or 0], [other or 0]) > 12


def test_a_photo_that_shows_nothing_has_no_bits():
    assert dhash(Image.new("RGB", (640, 480), (90, 90, 90))) is None


def test_points_do_not_depend_on_which_is_compared_with_which():
    one = Facts("WZ02", "无照", "", NOW, "营业执照未悬挂", (1, 2))
    other = Facts("WZ02", "无照", "", NOW + timedelta(hours=3), "未悬挂营业执照", (3,))
    assert likeness(one, other, metres=20) == likeness(other, one, metres=20)


def test_words_are_compared_by_pairs_of_characters():
    assert common_pairs("电梯困人", "电梯困人") == 1
    assert common_pairs("电梯困人", "过期食品") == 0
    assert common_pairs("", "") == 0


def test_what_is_near_of_the_same_kind_and_recent_is_shown_with_reasons(scene):
    event, near = scene.report(), scene.report(place=NEAR, by=scene.cast.manager)
    scene.report(place=FAR)
    scene.report(place=NEAR, now=NOW - timedelta(days=60), discovered_at=NOW - timedelta(days=60))
    found = queries.alike(scene.cast.station_head, event)
    assert [each.event for each in found] == [near]
    assert found[0].likeness.metres == 18
    assert {"相距 18 米", "同一事项"} <= set(found[0].likeness.reasons)


def test_near_but_of_another_kind_and_with_other_words_is_not_a_duplicate(scene):
    event = scene.report()
    scene.report(place=FAR[:1] + NEAR[1:], kind=CLUE, description="消防通道被货物堵住")
    other = scene.report(place=(PLACE[0] + 0.002, PLACE[1]), kind="SP04", description="冷柜温度过高")
    assert other not in [each.event for each in queries.alike(scene.cast.station_head, event)]


def test_the_same_photo_from_another_phone_raises_the_likeness(scene):
    event = scene.report(photos=[upload(shopfront())])
    other = scene.report(place=NEAR, kind="SP04", description="门口堆货", photos=[upload(shopfront(0.9), quality=60)])
    assert Attachment.objects.filter(dhash__isnull=False).count() == 2
    (found,) = queries.alike(scene.cast.station_head, event)
    assert found.event == other
    assert "照片几乎相同" in found.likeness.reasons


def test_comparing_costs_two_statements_for_any_number_of_events(scene, django_assert_max_num_queries):
    event = scene.report()
    for _ in range(8):
        scene.report(place=NEAR)
    head = scene.cast.station_head
    queries.alike(head, event)
    with django_assert_max_num_queries(2):
        queries.alike(head, event)


# Through the page


def test_the_head_sees_them_side_by_side_and_merges_with_one_click(scene):
    event, other = scene.report(), scene.report(place=NEAR, by=scene.cast.manager)
    head = scene.cast.station_head
    assert "可能与 1 件未办结的事件重复" in page(scene, head, event, "event").content.decode()
    text = page(scene, head, event).content.decode()
    assert other.number in text
    assert "相距 18 米" in text
    response = page(scene, head, event, "merge", main=other.number, reason="同一店铺", turn="1")
    assert response.status_code == 302
    other.refresh_from_db()
    assert (other.state, other.merged_into) == (State.MERGED, event)
    assert other.number in page(scene, head, event, "event").content.decode()


@pytest.mark.parametrize("number", ["SJ2026-999999", "xx", ""])
def test_merging_into_what_is_not_there_is_answered_in_plain_words(scene, number):
    event = scene.report()
    response = page(scene, scene.cast.station_head, event, "merge", main=number, reason="x")
    assert response.status_code == 422
    event.refresh_from_db()
    assert event.state == State.DISPATCHED


def test_an_event_of_another_station_cannot_be_merged_by_this_head(scene):
    mine, theirs = scene.report(), scene.report(place=OTHER_STATION)
    assert page(scene, scene.cast.station_head, mine, "merge", main=theirs.number, reason="x").status_code == 422
    with pytest.raises(NotYourLevel):
        services.merge(mine, theirs, reason="x", by=scene.cast.station_head, now=NOW)
    services.merge(mine, theirs, reason="同一辆车流动经营", by=scene.cast.grid_office, now=NOW)


# The act


def test_merging_takes_it_out_of_the_work_and_is_on_both_records(scene):
    double, main = merged(scene)
    assert not double.is_open
    assert double not in Event.objects.open()
    assert [step.act for step in double.steps.all()][-1] == Act.MERGE
    assert [step.act for step in main.steps.all()][-1] == Act.TAKE_IN
    with pytest.raises(NotNow):
        services.accept(double, by=scene.cast.chief, now=NOW)


def test_every_reporter_is_told_when_the_main_event_is_closed(scene):
    double = scene.report(by=scene.cast.monitor)
    main = scene.fed_back()
    services.merge(double, main, reason="同一店铺", by=scene.cast.station_head, now=NOW)
    services.close(main, by=scene.cast.leader, now=NOW)
    told = Notice.objects.filter(kind="events.close", link__contains=main.number).values_list("to", flat=True)
    assert {scene.cast.monitor.pk, scene.cast.informant.pk, scene.cast.chief.pk} == set(told)


def test_who_reported_the_duplicate_may_follow_the_main_event_anywhere(scene):
    double, main = scene.report(by=scene.cast.manager, place=NEXT_GRID), scene.report(place=OTHER_STATION)
    assert page(scene, scene.cast.manager, main, "event").status_code == 404
    services.merge(double, main, reason="同一辆车", by=scene.cast.grid_office, now=NOW)
    assert page(scene, scene.cast.manager, main, "event").status_code == 200
    assert main.number in page(scene, scene.cast.manager, double, "event").content.decode()


def test_merging_never_gives_more_time(scene):
    early = scene.report(now=NOW - timedelta(days=5))
    late = scene.report()
    assert early.due_on < late.due_on
    services.merge(early, late, reason="同一店铺", by=scene.cast.station_head, now=NOW)
    late.refresh_from_db()
    assert late.due_on == early.due_on


def test_an_event_is_not_merged_into_itself_nor_one_that_holds_others(scene):
    double, main = merged(scene)
    third, head = scene.report(), scene.cast.station_head
    with pytest.raises(NotTheSame):
        services.merge(main, main, reason="x", by=head, now=NOW)
    with pytest.raises(NotTheSame, match="反过来"):
        services.merge(main, third, reason="x", by=head, now=NOW)
    with pytest.raises(NotNow):
        services.merge(third, double, reason="x", by=head, now=NOW)


def test_a_result_already_fed_back_is_not_merged_away(scene):
    with pytest.raises(NotNow):
        services.merge(scene.fed_back(), scene.report(), reason="x", by=scene.cast.station_head, now=NOW)


def test_merging_and_separating_need_a_reason(scene):
    with pytest.raises(NoReason):
        services.merge(scene.report(), scene.report(), reason=" ", by=scene.cast.station_head, now=NOW)
    double, _ = merged(scene)
    with pytest.raises(NoReason):
        services.unmerge(double, reason="", by=scene.cast.station_head, now=NOW)


@pytest.mark.parametrize("before", ["dispatched", "handling"])
def test_separated_it_goes_on_where_it_was_with_its_own_clock(scene, before):
    double = scene.accepted() if before == "handling" else scene.report()
    due, main, head = double.due_on, scene.report(), scene.cast.station_head
    services.merge(double, main, reason="x", by=head, now=NOW)
    response = page(scene, head, double, "separation", reason="是隔壁的店")
    assert response.status_code == 302
    double.refresh_from_db()
    assert (double.state, double.merged_into, double.due_on) == (before, None, due)
    assert Merge.objects.get(event=double).undone_by == head
    again = services.merge(double, main, reason="又确认是同一件", by=head, now=NOW)
    assert again.state == State.MERGED


def test_separated_after_its_handler_left_it_waits_for_a_dispatch(scene):
    double, _ = merged(scene)
    scene.cast.chief.is_active = False
    scene.cast.chief.save()
    double = services.unmerge(double, reason="x", by=scene.cast.station_head, now=NOW)
    assert (double.state, double.handler) == (State.REPORTED, None)


def test_a_merged_event_is_not_reminded(scene):
    double, _ = merged(scene)
    assert not services.remind(double, now=NOW + timedelta(days=60))


def test_the_database_itself_refuses_a_merged_event_that_points_nowhere(scene):
    event = scene.report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(state=State.MERGED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(merged_into=scene.report())
