"""分析研判: figures kept as they were, a conclusion, measures, who answers by when, what became of it (E-15)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.audit.models import Entry
from shijian.events import services
from shijian.events.choices import Verb
from shijian.events.models import Study
from shijian.events.services.studying import NotResponsible
from shijian.events.testing import NOW, OTHER_STATION
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db
YEAR = "by=group&at_from=2026-01-01&at_to=2026-12-31"


def new(scene, by, query=YEAR, **changes):
    data = {
        "title": "无照经营上升",
        "conclusion": "集中在纺东街",
        "measures": "联合街道走访",
        "responsible": "程网一",
        "due_on": (localdate() + timedelta(days=10)).isoformat(),
        **changes,
    }
    return scene.cast.client(by).post(f"{reverse('events:study_new')}?{query}", data)


def test_a_study_keeps_its_figures_and_shows_todays_beside_them(scene):
    scene.report()
    assert new(scene, scene.cast.station_head).status_code == 302
    study = Study.objects.get()
    assert study.figures[0] == {"key": "reported", "label": "上报", "text": "1", "rows": 1}
    assert Notice.objects.get(kind="events.study").to == scene.cast.chief
    assert Entry.objects.filter(verb=Verb.STUDIED).count() == 1
    scene.report()
    page = scene.cast.client(scene.cast.station_head).get(reverse("events:study", args=[study.pk]))
    (kept, present), *_ = page.context["figures"]
    assert (kept["rows"], present.rows) == (1, 2)
    assert "集中在纺东街" in page.content.decode()


def test_who_answers_for_it_says_what_became_of_it_and_the_author_is_told(scene):
    new(scene, scene.cast.station_head)
    study = Study.objects.get()
    url = reverse("events:study", args=[study.pk])
    assert "登记落实" not in scene.cast.client(scene.cast.leader).get(url).content.decode()
    assert scene.cast.client(scene.cast.chief).post(url, {"result": "走访 32 户，规范 5 户"}).status_code == 302
    study.refresh_from_db()
    assert study.settled_at
    assert Notice.objects.filter(kind="events.study", to=scene.cast.station_head).count() == 1
    with pytest.raises(NotResponsible):
        services.settle_study(study, result="x", by=scene.cast.chief, now=NOW)
    text = scene.cast.client(scene.cast.leader).get(reverse("events:studies")).content.decode()
    assert "已落实" in text


@pytest.mark.parametrize(
    "changes",
    [{"responsible": "无此人"}, {"due_on": "2020-01-01"}, {"conclusion": ""}, {"due_on": "明天"}, {"title": ""}],
)
def test_without_somebody_who_answers_a_day_or_words_there_is_no_study(scene, changes):
    assert new(scene, scene.cast.station_head, **changes).status_code == 422
    assert not Study.objects.exists()


def test_another_station_does_not_learn_of_a_study_of_this_one(scene):
    scene.report(place=OTHER_STATION)
    new(scene, scene.cast.leader, f"{YEAR}&area=0501", responsible="单元一")
    url = reverse("events:study", args=[Study.objects.get().pk])
    assert scene.cast.client(scene.cast.other_head).get(url).status_code == 404
    assert scene.cast.client(scene.cast.station_head).get(url).status_code == 200


def test_only_who_reviews_makes_studies(scene):
    assert new(scene, scene.cast.chief).status_code == 403
    assert "形成研判" not in scene.cast.client(scene.cast.chief).get(reverse("events:analysis")).content.decode()
    assert "形成研判" in scene.cast.client(scene.cast.leader).get(reverse("events:analysis")).content.decode()


def test_the_database_refuses_a_result_without_its_day(scene):
    new(scene, scene.cast.station_head)
    with pytest.raises(IntegrityError), transaction.atomic():
        Study.objects.update(result="x")
