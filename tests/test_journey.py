"""A photographed finding from the phone to its reviewed close, through the pages, as five people see it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate
from PIL import Image

from shijian.audit.models import Entry
from shijian.core.ids import new_id
from shijian.events.models import Event, Kind

from .world import PLACE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def photo():
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 120, 80)).save(buffer, "JPEG")
    return SimpleUploadedFile("../../现场.jpg", buffer.getvalue(), content_type="image/jpeg")


def act(client, event, name, **data):
    response = client.post(reverse(f"events:{name}", args=[event.number]), {"step_id": str(new_id()), **data})
    assert response.status_code == 302, response.content.decode()[-3000:]
    event.refresh_from_db()
    return event


def report(cast, **data):
    kind = Kind.objects.get(code="SP04")
    fields = {
        "step_id": str(new_id()), "kind": kind.pk, "source": "daily_check", "description": "后厨地面有积水",
        "lon": PLACE[0], "lat": PLACE[1], "photos": photo(), **data,
    }  # fmt: skip
    return cast.client(cast.informant).post(reverse("events:report"), fields)


def test_a_photographed_finding_goes_to_its_reviewed_close(world):
    cast = world.cast
    response = report(cast)
    assert response.status_code == 302
    event = Event.objects.latest("reported_at")
    assert event.area_code == "050101"
    assert event.handler == cast.chief
    assert event.due_on is not None
    chief, head = cast.client(cast.chief), cast.client(cast.station_head)
    page = chief.get(reverse("events:event", args=[event.number])).content.decode()
    assert "接收" in page
    assert "怎么算的" in page
    act(chief, event, "acceptance")
    response = chief.post(reverse("events:feedback", args=[event.number]), {"step_id": str(new_id()), "note": "已清理"})
    assert response.status_code == 422, "this matter asks for a photo"
    act(chief, event, "feedback", note="已当场清理", photos=photo())
    assert event.state == "reviewing"
    assert chief.get(reverse("events:review", args=[event.number])).status_code == 403
    act(head, event, "review", note="属实", verdict="close")
    assert event.state == "closed"
    assert event.closed_by == cast.station_head
    page = cast.client(cast.leader).get(reverse("events:event", args=[event.number])).content.decode()
    for text in ("发现受理", "接收", "反馈结果", "复核办结", cast.chief.name, cast.station_head.name):
        assert text in page
    verbs = list(Entry.objects.filter(object_id=str(event.pk)).order_by("id").values_list("verb", flat=True))
    assert verbs == [f"events.event.{verb}" for verb in ("reported", "accepted", "fed_back", "closed")]


def test_what_the_grid_cannot_handle_goes_up_and_keeps_its_clock(world):
    cast, event = world.cast, world.event
    due = event.due_on
    act(cast.client(cast.chief), event, "acceptance")
    act(cast.client(cast.chief), event, "escalation", reason="需要所里统一核查")
    assert (event.state, event.holder_code, event.handler) == ("reported", "0501", None)
    head = cast.client(cast.station_head)
    assert "推荐" in head.get(reverse("events:dispatch", args=[event.number])).content.decode()
    act(head, event, "dispatch", to=str(cast.other_grid_chief.pk), note="两人同去")
    other = cast.client(cast.other_grid_chief)
    act(other, event, "acceptance")
    act(other, event, "feedback", note="已整改")
    act(head, event, "review", note="请补拍门头", verdict="reject")
    assert event.state == "handling"
    act(other, event, "feedback", note="已补")
    act(head, event, "review", verdict="close")
    assert event.due_on == due
    act(head, event, "reopening", reason="回访发现又摘下")
    assert event.state == "handling"
    assert event.reopened == 1


def test_a_matter_of_another_department_is_handed_over_with_a_letter_and_a_receipt(world):
    cast, event = world.cast, world.event
    head = cast.client(cast.station_head)
    act(cast.client(cast.chief), event, "refusal", reason="属城管职责")
    act(head, event, "handover", department="区城管局", reason="占道经营属城管职责")
    assert event.state == "handed_over"
    act(head, event, "receipt", receiver="王某", received_on=str(localdate()))
    assert event.state == "reviewing"
    assert event.handovers.get().received_on is not None


def test_sending_the_same_report_twice_makes_one_event(world):
    key = str(new_id())
    before = Event.objects.count()
    first, second = report(world.cast, step_id=key), report(world.cast, step_id=key)
    assert first.url == second.url
    assert Event.objects.count() == before + 1
    changed = report(world.cast, step_id=key, description="别的内容")
    assert changed.status_code == 422
    assert "已经上报过" in changed.content.decode()


def test_an_auxiliary_may_report_and_observe_but_not_handle(world):
    cast, event = world.cast, world.event
    client = cast.client(cast.manager)
    assert client.get(reverse("events:acceptance", args=[event.number])).status_code == 403
    act(client, event, "observation", note="店主说明天挂上")
    page = client.get(reverse("events:event", args=[event.number])).content.decode()
    assert "补充情况" in page
    assert reverse("events:dispatch", args=[event.number]) not in page


def test_a_fake_photo_and_a_missing_place_are_answered_in_plain_words(world):
    fake = SimpleUploadedFile("a.jpg", b"MZ this is a program", content_type="image/jpeg")
    response = report(world.cast, photos=fake)
    assert response.status_code == 422
    assert "不是可接收的类型" in response.content.decode()
    response = report(world.cast, lon="", lat="")
    assert "请在地图上点选位置" in response.content.decode()


def test_a_place_outside_every_grid_goes_to_the_grid_office(world):
    response = report(world.cast, lon=109.5, lat=34.5)
    assert response.status_code == 302
    event = Event.objects.latest("reported_at")
    assert (event.area_code, event.state, event.handler) == ("", "reported", None)
    office = world.cast.client(world.cast.grid_office)
    assert event.number in office.get(reverse("portal:desk")).content.decode()


def test_photos_lose_their_metadata_and_stay_behind_the_door(world):
    report(world.cast)
    event = Event.objects.latest("reported_at")
    attachment = event.attachments.get()
    url = reverse("events:file", args=[event.number, attachment.pk, "display"])
    response = world.cast.client(world.cast.chief).get(url)
    assert response["Content-Type"] == "image/jpeg"
    assert b"Exif" not in b"".join(response.streaming_content)
    assert world.cast.client(world.cast.other_chief).get(url).status_code == 404
