"""R11, short: every form a role can open, filled with naughty strings, answers in words: no 5xx, nothing run, nothing changed.

What was typed either comes back as it was typed or is refused in the form; a page never breaks on it.
"""

import re
from html.parser import HTMLParser

import pytest
from django.db import transaction

from .test_permissions import TABLE, addresses  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
ROLES = ("sysadmin", "grid_office", "station_head", "keeper")
# Of the kinds in the Big List of Naughty Strings, written anew: what breaks parsers, databases, encodings and pages.
NAUGHTY = [
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "'; DROP TABLE events_event; --", "{{ 1237*89 }}{% csrf_token %}",
    "${1237*89}#{1237*89}", "%s%s%n%d%%", "../../../../etc/passwd", "\x00", "a\x00b", "\x07\x1b[31m", "\ufeff\u200b\u202e右到左", "👨‍👩‍👧‍👦🏳️‍🌈",
    "Ｔｈｅ ｑｕｉｃｋ", "𠮷野家𡈽", "Z̸̢̛a̵l̷g̶o̴", "NULL", "undefined", "NaN", "-1", "1e309", "99999999999999999999999", "0x1F", "１２３", "٣٤٥",
    "2026-02-30", "0000-00-00", "9999-12-31", "true", "[]", "{\"a\": 1}", "a" * 5000, "\r\nSet-Cookie: x=1", "\ud83d",
]  # fmt: skip
SKIPPED = {"accounts:sessions_end", "account_logout"}


class Forms(HTMLParser):
    """The forms of a page that send something: action and fields with their kind and first value."""

    def __init__(self):
        super().__init__()
        self.found, self.select = [], None

    def handle_starttag(self, tag, pairs):
        given = dict(pairs)
        if tag == "form":
            self.found.append((given.get("method", "get").lower(), given.get("action", ""), {}))
        if not self.found:
            return
        fields = self.found[-1][2]
        if tag in {"input", "textarea"} and (name := given.get("name")):
            kind = given.get("type", "text") if tag == "input" else "text"
            if kind not in {"submit", "button", "file"} and (kind not in {"checkbox", "radio"} or name not in fields):
                fields[name] = (kind, given.get("value") or "")
        if tag == "select" and given.get("name"):
            self.select = given["name"]
            fields[self.select] = ("select", "")
        if tag == "option" and self.select and given.get("value") and not fields[self.select][1]:
            fields[self.select] = ("select", given["value"])


def forms_of(page, address):
    parser = Forms()
    parser.feed(page)
    for method, action, fields in parser.found:
        if method == "post" and any(kind == "text" for kind, _ in fields.values()):
            yield action or address, fields


def filled(fields, number):
    """Naughty strings in all fields that take text; what is chosen or hidden stays, but for every third time."""
    data = {}
    for place, (name, (kind, value)) in enumerate(fields.items()):
        chosen = kind in {"select", "checkbox", "radio", "hidden"}
        data[name] = (
            value
            if chosen and (name == "csrfmiddlewaretoken" or number % 3)
            else NAUGHTY[(number + place) % len(NAUGHTY)]
        )
    return data


def encoded(data):
    return {name: text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for name, text in data.items()}


@pytest.mark.parametrize("part", ROLES)
def test_no_form_breaks_on_what_people_can_type(world, addresses, part):  # noqa: F811
    client = world.cast.confirmed_client(getattr(world.cast, part))
    client.raise_request_exception = False
    broken, sent, seen = [], 0, set()
    for name, (allowed, _, method) in TABLE.items():
        if part not in allowed or method != "get" or name in SKIPPED:
            continue
        page = client.get(addresses[name])
        if page.status_code != 200 or "html" not in page.headers.get("Content-Type", "") or page.streaming:
            continue
        for action, fields in forms_of(page.content.decode(), addresses[name]):
            shape = (re.sub(r"[0-9a-f-]{36}|\d+", "#", action), tuple(fields))
            if shape in seen or "logout" in action or "sessions/end" in action:
                continue
            seen.add(shape)
            for number in range(0, len(NAUGHTY), 6):
                before = transaction.savepoint()
                answer = client.post(action, encoded(filled(fields, number)))
                sent += 1
                if answer.status_code >= 500:
                    broken.append((name, action, number))
                    transaction.savepoint_rollback(before)
                elif "html" in answer.headers.get("Content-Type", ""):
                    text = answer.content.decode()
                    assert "<script>alert(1)" not in text, (name, action)
                    assert "<img src=x" not in text, (name, action)
                    assert "110093" not in text, (name, action)  # 1237*89
    assert broken == []
    assert sent >= 8


@pytest.mark.parametrize("part", ROLES)
def test_no_list_breaks_on_what_stands_in_its_address(world, addresses, part):  # noqa: F811
    client = world.cast.client(getattr(world.cast, part))
    client.raise_request_exception = False
    broken = []
    names = (
        "q",
        "area",
        "after",
        "sort",
        "export",
        "at_from",
        "unit",
        "kind",
        "state",
        "metric",
        "level",
        "bbox",
        "page",
    )
    for name, (allowed, _, method) in TABLE.items():
        if part in allowed and method == "get":
            for number in range(0, len(NAUGHTY), 17):
                query = encoded(
                    {each: NAUGHTY[(number + place) % len(NAUGHTY)][:300] for place, each in enumerate(names)}
                )
                before = transaction.savepoint()
                if client.get(addresses[name], query).status_code >= 500:
                    broken.append((name, number))
                    transaction.savepoint_rollback(before)
    assert broken == []
