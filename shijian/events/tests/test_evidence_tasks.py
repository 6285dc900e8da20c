"""E-13: evidence taken on an act of investigation names the registered task its officers are out under."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from shijian.events import queries, services
from shijian.events.choices import TaskKind
from shijian.events.testing import NOW
from shijian.evidence.models import Item
from shijian.evidence.services.capturing import content_hash, particulars
from shijian.evidence.testing import certify, jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(scene):
    certify(scene.cast.chief, scene.cast.station_head, scene.cast.other_chief)

    def registered(*officers, at=NOW, event=None, start=False):
        people = officers or (scene.cast.chief, scene.cast.station_head)
        day = localdate(at)
        task = services.register_task(
            kind=TaskKind.values[0], title="夜市检查", officers=people, begins_on=day, ends_on=day, event=event,
            by=scene.cast.station_head, now=at,
        )  # fmt: skip
        return services.start_task(task, by=people[0], now=at) if start else task

    return registered


def test_one_s_own_running_task_is_the_usual_one_and_others_tasks_are_not_offered(
    scene, register, django_assert_num_queries
):
    event = scene.accepted()
    planned, running = register(), register(start=True)
    register(scene.cast.other_chief, scene.cast.station_head)
    record = queries.as_record(event)
    with django_assert_num_queries(1):
        told = queries.tasks_for_evidence(scene.cast.chief, record, NOW)
    assert [(each.number, each.is_usual) for each in told] == [(running.number, True), (planned.number, False)]
    assert queries.tasks_for_evidence(scene.cast.chief, record, NOW + timedelta(days=1))[0].number == running.number
    assert queries.tasks_for_evidence(scene.cast.manager, record, NOW) == []


def test_the_form_preselects_it_and_the_item_keeps_and_shows_it(scene, register, settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    event = scene.accepted()
    task = register(at=now(), start=True)
    client = scene.cast.client(scene.cast.chief)
    address = reverse("evidence:capture", args=["event", event.pk])
    assert f'<option value="{task.pk}" selected>' in client.get(address).content.decode()
    fields = {
        "medium": "photo", "way": "on_site", "purpose": "证明现场状况", "officer": "T1001", "second_officer": "T1000",
        "taken_at": "2026-11-20T09:55", "task": str(task.pk), "files": _upload(),
    }  # fmt: skip
    other = register(scene.cast.other_chief, scene.cast.station_head, at=now())
    assert client.post(address, {**fields, "task": str(other.pk), "files": _upload()}).status_code == 422
    assert client.post(address, fields).status_code == 302
    item = Item.objects.get()
    assert (item.task_id, item.task_number) == (task.pk, task.number)
    assert particulars(item)["task"] == task.number
    page = client.get(reverse("evidence:item", args=[item.pk])).content.decode()
    assert reverse("events:task", args=[task.pk]) in page
    process = client.get(reverse("evidence:process", args=["event", event.pk])).content.decode()
    assert f"执法任务 {task.number}" in process


def test_an_item_without_a_task_keeps_the_hash_it_had(scene, settings, tmp_path):
    item = Item(officer=scene.cast.chief, first_keeper=scene.cast.chief, captured_by=scene.cast.chief)
    before = content_hash(item)
    assert "task" not in particulars(item)
    item.task_number = "RW2026-00001"
    assert content_hash(item) != before


def _upload():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("现场.jpg", jpeg(), content_type="image/jpeg")
