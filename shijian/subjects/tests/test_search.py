"""Search answers what a full scan would, whichever way it takes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shijian.core.scope import Scope
from shijian.subjects.models import Entity
from shijian.subjects.queries import finding, matching, search
from shijian.subjects.rules import grams
from shijian.subjects.testing import an_entity, credit_code

CHARS = "西安灞桥纺织柏便利店长乐东路1号aB（）_%\\ "
NAMES = [
    "西安安柏便利店有限公司",
    "西安市灞桥区安柏便利店",
    "西安长乐超市",
    "灞桥区纺东路KFC餐厅",
    "安便利店",
    "100%纯果汁店",
    "西安_下划线_商行",
    "西安安伯便利商店",
    "乐乐",
    "𠮷野家西安店",
]
INITIALS = {"西": "x", "安": "a", "柏": "b", "便": "b", "利": "l", "店": "d", "长": "c", "乐": "l"}


class Everybody:
    def scope(self, permission):
        return Scope("610111", ("",))


class OnlyStation(Everybody):
    def __init__(self, *prefixes):
        self.prefixes = prefixes

    def scope(self, permission):
        return Scope("610111", self.prefixes)


@pytest.fixture
def names(db):
    for number, name in enumerate(NAMES):
        an_entity(identity=f"n{number}", name=name, address=f"纺东街{number}号", credit_code=credit_code(number))
    return Entity.objects.all()


def found(text, user=None, limit=50):
    return [entity.name for entity in search(user or Everybody(), text, limit=limit)]


def near(word, text):
    """Whether the text holds the word with at most one character wrong, missing or too many: by plain comparison."""
    forms = [word]
    for at in range(len(word) + 1):
        left, right = re.escape(word[:at]), word[at:]
        forms += [f"{left}.{re.escape(right)}", f"{left}.{re.escape(right[1:])}", left + re.escape(right[1:])]
    return any(re.search(form if form != word else re.escape(word), text.lower(), re.DOTALL) for form in forms)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("安柏", {NAMES[0], NAMES[1]}),
        ("便利店 灞桥", {NAMES[1]}),
        ("kfc", {NAMES[3]}),
        ("0%", {NAMES[5]}),
        ("_下", {NAMES[6]}),
        ("乐乐", {NAMES[8]}),
        ("野家", {NAMES[9]}),
        ("\\", set()),
        ("' OR 1=1 --", set()),
        ("纺东街3号", {NAMES[3]}),
        (credit_code(3)[:-1], {NAMES[3]}),
        (credit_code(3).lower(), {NAMES[3]}),
    ],
)
def test_words_are_found_in_names_addresses_and_codes(names, text, expected):
    assert set(found(text)) == expected


@pytest.mark.parametrize(("letters", "name"), [("abbl", 0), ("ABBLD", 1), ("clcs", 2), ("kfcct", 3), ("xacl", 2)])
def test_pinyin_initials_find_the_name(names, letters, name):
    assert NAMES[name] in found(letters)


@pytest.mark.parametrize(("letters", "name"), [("abbl", 0), ("CLCS", 2), ("kfcct", 3)])
def test_a_list_is_narrowed_by_initials_too(names, letters, name):
    assert NAMES[name] in set(matching(Entity.objects.all(), letters).values_list("name", flat=True))


def test_a_text_nobody_types_costs_no_more_than_a_long_name(names):
    with CaptureQueriesContext(connection) as caught:
        assert found("便利店安柏" * 2000) == []
        assert not matching(Entity.objects.all(), "店铺" * 5000).exists()
    assert max(len(query["sql"]) for query in caught) < 100_000


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("西安长东超市", 2),
        ("西安长超市", 2),
        ("西安长乐乐超市", 2),
        ("东安长乐超市", 2),
        ("西安长乐超时", 2),
        ("长了超市", 2),
    ],
)
def test_one_character_wrong_missing_or_too_many_is_forgiven(names, typed, name):
    assert NAMES[name] in found(typed)


def test_the_whole_name_comes_first_then_beginnings_then_shorter_names(names):
    assert found("西安长乐超市")[0] == NAMES[2]
    assert found("安便利店")[0] == "安便利店"
    assert found("西安")[0] == NAMES[2]


def test_a_name_is_found_as_soon_as_it_is_written_and_no_longer_when_it_is_gone(names):
    entity = an_entity(identity="new", name="西安新张小吃店")
    assert found("新张小") == ["西安新张小吃店"]
    Entity.objects.filter(pk=entity.pk).update(name="西安旧张小吃店")
    assert found("旧张小") == ["西安旧张小吃店"]
    assert "西安新张小吃店" not in found("新张")
    entity.delete()
    assert found("旧张小") == []


def test_search_keeps_to_the_scope_of_the_person(names):
    an_entity(identity="far", name="西安远处便利店", area_code="050201")
    an_entity(identity="nowhere", name="西安无格便利店", area_code="")
    assert "西安远处便利店" not in found("便利店", OnlyStation("0501"))
    assert found("远处", OnlyStation("0502")) == ["西安远处便利店"]
    assert found("远处", OnlyStation("050201", "050101")) == ["西安远处便利店"]
    assert found("便利", OnlyStation()) == []
    assert found("西安远初便利店", OnlyStation("0501")) != ["西安远处便利店"]
    assert set(found("便利店", OnlyStation("0501"))) == {name for name in NAMES if "便利店" in name}


def test_keys_of_a_word_are_among_the_keys_of_every_text_that_holds_it(db):
    @settings(max_examples=60, deadline=None)
    @given(st.text(CHARS + "𠮷é１", min_size=2, max_size=12), st.data())
    def check(name, data):
        start = data.draw(st.integers(0, len(name) - 2))
        end = data.draw(st.integers(start + 2, len(name)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT subjects_keys(%s, '', ''), subjects_initials(%s)", [name, name])
            keys, letters = cursor.fetchone()
        assert set(grams.pairs(name.lower()[start:end])) <= set(keys)
        assert set(grams.initial_keys(letters)) <= set(keys)

    check()


@pytest.fixture
def every_way(monkeypatch):
    """Run a check by the index alone, and by a sample first as for frequent words in a large register."""

    def run(check):
        check()
        monkeypatch.setattr(finding, "_is_frequent", lambda keys, share=0: True)
        check()

    return run


def test_search_and_list_find_exactly_what_a_full_scan_finds(db, every_way):
    texts = st.text(CHARS, min_size=1, max_size=10).map(lambda text: " ".join(text.split())).filter(len)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(texts, texts), min_size=1, max_size=12), st.data())
    def check(rows, data):
        Entity.objects.all().delete()
        for number, (name, address) in enumerate(rows):
            an_entity(identity=str(number), name=name, address=address)
        source = data.draw(st.sampled_from(rows))[data.draw(st.integers(0, 1))]
        start = data.draw(st.integers(0, max(0, len(source) - 2)))
        text = source[start : start + data.draw(st.integers(2, 6))]
        words = [word for word in text.lower().split() if len(word) > 1]
        if not words or not text.strip():
            return
        scanned = {
            str(number)
            for number, (name, address) in enumerate(rows)
            if all(word in name.lower() or word in address.lower() for word in words)
        }
        assert {entity.identity for entity in search(Everybody(), text, limit=50)} >= scanned
        listed = {entity.identity for entity in matching(Entity.objects.all(), text)}
        assert listed >= scanned
        if not finding._code(text) and not grams.initial_keys(words[0]):
            assert listed == scanned

    every_way(check)


def test_typos_find_exactly_what_comparing_every_name_finds(db):
    words = st.text("西安柏便利店长乐", min_size=2, max_size=8)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(words, min_size=1, max_size=10), st.text("西安柏便利店长乐", min_size=4, max_size=6))
    def check(rows, word):
        Entity.objects.all().delete()
        for number, name in enumerate(rows):
            an_entity(identity=str(number), name=name, address="")
        answer = {entity.identity for entity in search(Everybody(), word, limit=50)}
        exact = {str(number) for number, name in enumerate(rows) if word in name}
        expected = {str(number) for number, name in enumerate(rows) if near(word, name)}
        assert answer == (exact or expected)

    check()


def test_the_shares_of_keys_are_read_past_the_wall(scene, cast, monkeypatch):
    """Behind it the database shows no statistics, and every frequent word would be taken for a rare one."""
    from shijian.core import wall
    from shijian.subjects.queries import finding

    an_entity(identity="s1")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE subjects_entity")
    monkeypatch.setattr(finding, "_known", finding._Shares())
    wall.raise_for(wall.side_of(cast.leader), reading=True)
    try:
        assert finding._shares().of
    finally:
        wall.lower()
