"""R11, short, for the legal base: every address of its modules with ids nobody has, bodies nobody sends, as five roles.

Numbers beyond the database, negative, in other scripts; text in place of ids; JSON of the wrong types; a body that is too large; a
form without its token. The answer is a page or a refusal in words, never a fault of ours, and nothing is written.
"""

import json
import re
from itertools import cycle, islice
from urllib.parse import quote
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shijian.audit.models import Entry

from .test_naughty_forms import NAUGHTY

pytestmark = pytest.mark.django_db
MODULES = ("laws", "deadlines", "workflow", "documents", "seals", "evidence", "discretion", "watch")
ROLES = ("chief", "grid_office", "keeper", "leader", "sysadmin")
IDS = {
    "int": ["0", str(2**31), str(2**63), "9" * 40],
    "uuid": [str(UUID(int=0)), str(UUID(int=2**128 - 1))],
    "slug": ["-", "0", "a" * 300, "event"],
    "str": ["\u202e右", "%", "..", "a\x00b", "٣٤", "𠮷" * 90],
    "path": ["../../etc/passwd", "\x00", "a" * 300],
}
WRONG = [None, True, -1, 1e308, 2**63, "", "\x00", [], [[[]]], {}, {"a": None}, [1, "x", None], "𠮷\u202e"]
NAMES = (
    "id",
    "key",
    "pick",
    "number",
    "page",
    "first",
    "last",
    "on",
    "amount",
    "kind",
    "data",
    "bpmn",
    "reason",
    "note",
)


def routes(patterns=None, route="", namespace=""):
    """(module, route) of every address of the modules, as `path()` was given it."""
    for each in patterns if patterns is not None else get_resolver().url_patterns:
        part = route + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, part, each.namespace or namespace)
        elif isinstance(each, URLPattern) and namespace in MODULES:
            yield part


def filled(route, turn):
    """The address with an id nobody has in every place; which one goes round with the turn."""

    def value(found):
        choices = IDS[found["kind"] or "str"]
        return quote(choices[turn % len(choices)], safe="")

    return "/" + re.sub(r"<(?:(?P<kind>\w+):)?\w+>", value, route)


def wrong_json(turn):
    return json.dumps(dict(zip(NAMES, islice(cycle(WRONG), turn, None), strict=False)))


def wrong_form(turn):
    texts = islice(cycle(NAUGHTY), turn, None)
    return {name: text[:300].encode("utf-8", "replace").decode() for name, text in zip(NAMES, texts, strict=False)}


def test_the_modules_have_more_addresses_than_could_be_listed_by_hand():
    assert len(list(routes())) > 150


@pytest.mark.parametrize("role", ROLES)
def test_an_id_nobody_has_and_a_body_nobody_sends_get_an_answer(world, role):
    client = world.cast.confirmed_client(getattr(world.cast, role))
    client.raise_request_exception = False
    broken, written = [], []
    for turn, route in enumerate(routes(), ROLES.index(role)):
        address, known = filled(route, turn), Entry.objects.count()
        for ask in (
            lambda: client.get(address, wrong_form(turn)),  # noqa: B023
            lambda: client.post(address, wrong_form(turn)),  # noqa: B023
            lambda: client.post(address, wrong_json(turn), content_type="application/json"),  # noqa: B023
        ):
            before = transaction.savepoint()
            answer = ask()
            if answer.status_code >= 500:
                broken.append((route, address[:120], answer.status_code))
                transaction.savepoint_rollback(before)
            if answer.streaming:
                answer.close()
        if "<" in route and Entry.objects.count() != known:
            written.append(route)
    assert (broken, written) == ([], [])


def test_without_its_token_no_form_is_taken_and_a_body_that_is_too_large_is_refused(world):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(world.cast.grid_office, backend="shijian.accounts.backends.WithUnit")
    client = world.cast.client(world.cast.grid_office)
    client.raise_request_exception = False
    large = {"note": "字" * 1_500_000}
    for turn, route in enumerate(routes()):
        if route.startswith("seals/tsa"):
            continue  # asks for nobody's name and changes nothing
        address = filled(route, turn)
        assert careful.post(address, {"reason": "x"}).status_code in {403, 404, 405}, route
        if turn % 12 == 0:
            answer = client.post(address, large)
            assert answer.status_code < 500, route
