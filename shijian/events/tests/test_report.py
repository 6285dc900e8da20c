"""Reporting: the grid, the limit, the number, the person; and everything that can be wrong with a report."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shijian.accounts.testing import BUREAU
from shijian.audit.models import Entry
from shijian.core.ids import new_id
from shijian.events import services
from shijian.events.choices import Act, Source, State
from shijian.events.models import Event, Kind, Step
from shijian.events.services import limits
from shijian.events.services.reporting import InTheFuture, NotOffered, NotThere, SameIdOtherContent
from shijian.events.testing import CLUE, NEXT_GRID, NOW, NOWHERE, OTHER_STATION, PLACE, PLAIN, photo
from shijian.grid.queries import nodes, partitions
from shijian.grid.rules.datum import Datum, from_wgs84
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db


def post(scene, by=None, **changes):
    data = {
        "step_id": str(new_id()),
        "kind": scene.kind().pk,
        "source": "daily_check",
        "description": "营业执照未悬挂",
        "lon": PLACE[0],
        "lat": PLACE[1],
        **changes,
    }
    client = scene.cast.client(by or scene.cast.informant)
    return client.post(reverse("events:report"), {name: value for name, value in data.items() if value is not None})


def test_a_report_finds_its_grid_its_chief_its_number_and_its_limit(scene):
    event = scene.report()
    assert event.number == "SJ2026-000001"
    assert (event.area_code, event.holder_code) == ("050101", "050101")
    assert (event.handler, event.handler_code, event.state) == (scene.cast.chief, "050101", State.DISPATCHED)
    assert event.due_on == date(2026, 11, 27)  # five working days after Friday 20 November
    assert event.respond_by == NOW + timedelta(hours=24)
    (step,) = event.steps.all()
    assert (step.act, step.by, step.to_user) == (Act.REPORT, scene.cast.informant, scene.cast.chief)
    assert step.location_wgs84 == PLACE
    notice = Notice.objects.get(to=scene.cast.chief)
    assert event.number in notice.title
    assert notice.link == f"/events/{event.number}/"


def test_the_audit_entry_holds_hashes_and_no_words_of_the_report(scene):
    event = scene.report(description="店主张某电话13800000000", photos=[photo()])
    entry = Entry.objects.get(object_id=str(event.pk))
    assert entry.verb == "events.event.reported"
    assert entry.detail["content"] == event.payload_hash
    assert "13800000000" not in str(entry.content())
    assert event.attachments.get().file.sha256 in entry.detail["files"]


@pytest.mark.parametrize("source", [each for each in Source if each != Source.INTERFACE])
def test_each_source_can_be_recorded_e_01(scene, source):
    outlet = "华商报" if source == Source.MEDIA else None
    assert post(scene, source=source, outlet=outlet).status_code == 302
    assert Event.objects.get().source == source


def test_a_person_cannot_pretend_to_be_an_interface(scene):
    assert post(scene, source="interface").status_code == 422


def test_a_place_in_no_grid_goes_to_the_grid_office_with_a_hint(scene):
    event = scene.report(place=NOWHERE)
    assert (event.area_code, event.state, event.handler) == ("", State.REPORTED, None)
    told = set(Notice.objects.values_list("to__employee_no", flat=True))
    assert told == {scene.cast.grid_office.employee_no, scene.cast.dispatcher.employee_no}
    page = scene.cast.client(scene.cast.grid_office).get(reverse("events:event", args=[event.number]))
    assert "未落格" in page.content.decode()


def test_a_place_in_the_datum_of_another_map_lands_elsewhere_and_says_so(scene):
    """A point of an ordinary phone map (GCJ-02) taken for WGS 84 is some 500 m off: the page names the grid it hit."""
    lon, lat = (float(each) for each in from_wgs84([PLACE], Datum.GCJ02)[0])
    event = scene.report(place=(lon, lat))
    assert event.location_wgs84 == (lon, lat)
    assert abs(lon - PLACE[0]) > 0.003


def test_without_a_place_the_entity_says_where(scene):
    entity = scene.entity()
    event = scene.report(place=None, entity=entity)
    assert (event.area_code, event.location_wgs84, event.address) == ("050101", PLACE, entity.address)
    assert event.steps.get().location_wgs84 is None, "the reporter was not located"


def test_an_entity_without_a_place_still_has_its_grid(scene):
    event = scene.report(place=None, entity=scene.entity(location_wgs84=None, area_code="050102"))
    assert event.area_code == "050102"


def test_where_no_chief_is_appointed_the_station_dispatches(scene):
    scene.nodes["050101"].staffing.update(valid=(date(2025, 1, 1), date(2025, 2, 1)))
    event = scene.report()
    assert (event.state, event.handler) == (State.REPORTED, None)
    assert list(Notice.objects.values_list("to", flat=True)) == [scene.cast.station_head.pk]


def test_a_chief_whose_account_is_closed_gets_nothing(scene):
    scene.cast.chief.is_active = False
    scene.cast.chief.save()
    assert scene.report().handler is None


def test_a_matter_of_the_unit_goes_to_its_head_at_once(scene):
    event = scene.report(kind="SP06")
    assert (event.handler, event.handler_code, event.holder_code) == (scene.cast.station_head, "0501", "0501")


def test_an_unclear_matter_waits_for_the_dispatcher(scene):
    event = scene.report(kind="QT01")
    assert (event.state, event.handler) == (State.REPORTED, None)


def test_the_chief_who_reports_is_not_notified_of_himself(scene):
    event = scene.report(scene.cast.chief)
    assert event.handler == scene.cast.chief
    assert not Notice.objects.exists()


def test_the_number_is_gapless_per_bureau_and_year(scene):
    assert [scene.report().number for _ in range(3)] == [f"SJ2026-{n:06d}" for n in (1, 2, 3)]
    later = scene.report(now=datetime(2027, 1, 1, 2, tzinfo=UTC))
    assert later.number == "SJ2027-000001"


def test_new_years_eve_in_beijing_is_already_the_new_year(scene):
    assert scene.report(now=datetime(2026, 12, 31, 16, 30, tzinfo=UTC)).number == "SJ2027-000001"


def test_a_refused_report_takes_no_number(scene):
    with pytest.raises(NotThere):
        scene.report(description="  ")
    assert scene.report().number == "SJ2026-000001"


def test_the_millionth_number_is_longer_and_not_cut(scene):
    first = scene.report()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_series SET last = 999999 WHERE name = 'event'")
    assert scene.report().number == "SJ2026-1000000"
    assert first.number == "SJ2026-000001"


def test_the_same_id_with_the_same_content_is_the_same_event(scene):
    key = new_id()
    first, again = scene.report(id=key), scene.report(id=key)
    assert first.pk == again.pk
    assert first.number == again.number
    assert (
        Event.objects.count() == Step.objects.count() == Entry.objects.filter(verb__startswith="events.").count() == 1
    )


@pytest.mark.parametrize(
    "change",
    [
        {"description": "别的"},
        {"place": NEXT_GRID},
        {"kind": "SP01"},
        {"source": "media"},
        {"address": "别处"},
        {"outside_no": "A1"},
    ],
)
def test_the_same_id_with_other_content_is_refused(scene, change):
    key = new_id()
    scene.report(id=key)
    with pytest.raises(SameIdOtherContent):
        scene.report(id=key, **change)


def test_the_same_id_from_another_person_is_refused(scene):
    key = new_id()
    scene.report(id=key)
    with pytest.raises(SameIdOtherContent):
        scene.report(scene.cast.manager, id=key)


def test_a_discovery_in_the_future_is_refused_but_a_fast_clock_is_not(scene):
    with pytest.raises(InTheFuture):
        scene.report(discovered_at=NOW + timedelta(minutes=6))
    assert scene.report(discovered_at=NOW + timedelta(minutes=4)).discovered_at == NOW


def test_an_entity_of_another_bureau_is_refused(scene):
    with pytest.raises(NotThere):
        scene.report(entity=scene.entity(bureau_code="610112"))


def test_a_matter_of_another_bureaus_catalogue_is_refused(scene):
    kind = scene.kind()
    other = Kind.objects.create(bureau_code="610112", code="X1", group="其他", name="外局事项", basis="—")
    with pytest.raises(NotOffered):
        services.report(
            id=new_id(), kind=other, source="media", description="x", place=PLACE, by=scene.cast.chief, now=NOW
        )
    assert kind.bureau_code in {"", BUREAU}


def test_one_report_is_five_statements_and_one_commit(scene, monkeypatch):
    monkeypatch.setattr(limits, "TRUSTED_SECONDS", 600.0)
    for each in (nodes, partitions):
        monkeypatch.setattr(each, "CHECK_EVERY_SECONDS", 600.0)
    for kind in (PLAIN, CLUE):
        scene.report(kind=kind)  # the calendar, the limits and the partition are known to the process now
    for kind in (PLAIN, CLUE):
        facts = {
            "id": new_id(), "kind": scene.kind(kind), "source": "daily_check", "description": "x", "place": PLACE,
            "by": scene.cast.informant, "now": NOW,
        }  # fmt: skip
        with CaptureQueriesContext(connection) as seen:
            services.report(**facts)
        assert len(seen) <= 5, "\n".join(each["sql"][:160] for each in seen)


# Through the page


def test_a_phone_reports_with_one_form(scene):
    response = post(scene, photos=photo("../../IMG 1.jpg"), device_at="2026-11-20T09:58:00+08:00", accuracy_m=12)
    event = Event.objects.get()
    assert response.url == reverse("events:event", args=[event.number])
    assert event.accuracy_m == 12
    assert event.attachments.get().name == "IMG_1.jpg"
    assert event.steps.get().device_at == datetime(2026, 11, 20, 1, 58, tzinfo=UTC)


def test_the_script_gets_an_answer_it_can_read(scene):
    client = scene.cast.client(scene.cast.informant)
    data = {
        "step_id": str(new_id()), "kind": scene.kind().pk, "source": "transfer", "description": "x",
        "lon": PLACE[0], "lat": PLACE[1],
    }  # fmt: skip
    answer = client.post(reverse("events:report"), data, headers={"Accept": "application/json"})
    assert answer.json()["number"] == Event.objects.get().number
    answer = client.post(reverse("events:report"), {**data, "description": ""}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (SimpleUploadedFile("a.jpg", b"MZ not a photo", content_type="image/jpeg"), "不是可接收的类型"),
        (SimpleUploadedFile("a.jpg", b"", content_type="image/jpeg"), "空"),
        (SimpleUploadedFile("a.svg", b"<svg onload=alert(1)>", content_type="image/svg+xml"), "不是可接收的类型"),
        (SimpleUploadedFile("a.html", b"<script>alert(1)</script>", content_type="image/png"), "不是可接收的类型"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_in_plain_words(scene, upload, words):
    response = post(scene, photos=upload)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Event.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_the_limit(scene, settings):
    settings.UPLOAD_MAX_MB = 0
    response = post(scene, photos=photo())
    assert "超过 0 MB" in response.content.decode()


def test_more_photos_than_one_report_may_carry_are_refused(scene):
    response = post(scene, photos=[photo(f"{n}.jpg") for n in range(13)])
    assert "一次最多 12 个文件" in response.content.decode()


@pytest.mark.parametrize("name", ["../../../etc/passwd", "a\x00b.jpg", "<img src=x>.jpg", "长" * 300 + ".jpg"])
def test_a_hostile_file_name_becomes_a_harmless_one(scene, name):
    scene.report(photos=[photo(name)])
    kept = Event.objects.get().attachments.get().name
    assert not set(kept) & set("/\\<>\x00")
    assert len(kept) <= 80


@pytest.mark.parametrize(
    "place",
    [
        {"lon": None, "lat": None},
        {"lon": "34.2", "lat": "109.0"},
        {"lon": "nan", "lat": "34.2"},
        {"lon": "x", "lat": "34.2"},
        {"lon": "0", "lat": "0"},
    ],
)
def test_a_place_that_cannot_be_is_refused(scene, place):
    assert post(scene, **place).status_code == 422
    assert not Event.objects.exists()


def test_a_matter_out_of_use_is_not_offered(scene):
    kind = scene.kind()
    services.change_kind(kind, values={"is_active": False}, by=scene.cast.grid_office, now=NOW)
    assert post(scene, kind=kind.pk).status_code == 422
    page = scene.cast.client(scene.cast.informant).get(reverse("events:report")).content.decode()
    assert kind.name not in page


def test_everybody_in_the_field_may_report_even_outside_his_grid(scene):
    for part in ("monitor", "informant", "manager", "chief", "station_head", "leader"):
        assert post(scene, by=getattr(scene.cast, part), lon=OTHER_STATION[0]).status_code == 302, part


def test_who_reported_sees_his_event_wherever_it_is(scene):
    event = scene.report(scene.cast.informant, place=OTHER_STATION)
    url = reverse("events:event", args=[event.number])
    assert scene.cast.client(scene.cast.informant).get(url).status_code == 200
    assert scene.cast.client(scene.cast.manager).get(url).status_code == 404


def test_an_administrator_does_not_report(scene):
    assert post(scene, by=scene.cast.sysadmin).status_code == 403


def test_what_is_already_open_nearby_is_shown_before_reporting(scene):
    event = scene.report(now=NOW)
    client = scene.cast.client(scene.cast.informant)
    url = reverse("events:same")
    near = client.get(url, {"lon": PLACE[0] + 0.0005, "lat": PLACE[1]}).content.decode()
    assert event.description in near
    assert reverse("events:observation", args=[event.number]) in near
    assert event.description not in client.get(url, {"lon": PLACE[0] + 0.002, "lat": PLACE[1]}).content.decode()
    assert client.get(url, {"lon": "x"}).status_code == 200
    stranger = scene.cast.client(scene.cast.other_chief)
    assert event.description not in stranger.get(url, {"lon": PLACE[0], "lat": PLACE[1]}).content.decode()
