"""A superior's template is taken in once, mapped by the likeness of names, and filled without harm."""

import io
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate, now
from openpyxl import Workbook, load_workbook

from shijian.accounts.testing import BUREAU
from shijian.audit.models import Entry
from shijian.core.models import FormCount
from shijian.exchange import services, workbooks
from shijian.exchange.models import Sheet
from shijian.subjects.models import Entity


def template(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def add(cast, content, **more):
    given = {"name": "网格化月报", "asked_by": "市局网格办", "kind": "cells", **more}
    return services.add_sheet(content=content, by=cast.grid_office, today=localdate(), now=now(), **given)


def filled(sheet, by):
    day = localdate()
    content, made = services.fill_sheet(sheet, area_code="", first=day, last=day, by=by, now=now())
    return load_workbook(io.BytesIO(content)).worksheets[0], made


def entity(name, number=1):
    return Entity.objects.create(
        bureau_code=BUREAU, area_code="050101", identity=f"t{number}", kind="enterprise", name=name, source="测试",
        content_hash="x", updated_at=now(),
    )  # fmt: skip


def test_names_of_the_template_find_their_figures_and_the_rest_is_left_to_a_person(ready):
    sheet = add(ready, template(["灞桥区网格化月报"], ["事件上报（件）", None], ["网格数", None], ["工作打算", None]))
    assert set(sheet.mapping.values()) == {"metric:reported", "grids"}
    page, made = filled(sheet, ready.grid_office)
    assert made.cells == 2
    assert page["B2"].value == 0
    assert page["B4"].value is None


def test_what_the_template_says_stays_and_its_totals_still_add_up(ready):
    entity("甲店")
    content = template(["序号", "主体名称", "备注"], [None, None, "由所填写"], ["合计", "=COUNTA(B2:B2)", None])
    page, _ = filled(add(ready, content, kind="rows", register="entities"), ready.grid_office)
    assert [cell.value for cell in page[2]] == [1, "甲店", "由所填写"]
    assert page["B3"].value == "=COUNTA(B2:B2)"


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1+1", "@SUM(A1)", "-2+3", "\t=1"])
def test_a_name_that_looks_like_a_formula_is_written_as_text(ready, name):
    entity(name)
    page, _ = filled(add(ready, template(["序号", "主体名称"]), kind="rows", register="entities"), ready.grid_office)
    cell = page["B2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


@pytest.mark.parametrize("formula", ['=WEBSERVICE("http://x")', "=cmd|'/c calc'!A1", "=[1]Sheet1!A1", "=INDIRECT(A1)"])
def test_a_template_that_reaches_outside_is_refused(ready, formula):
    with pytest.raises(workbooks.BadWorkbook):
        add(ready, template(["网格数", None], ["合计", formula]))


def with_part(name, text):
    file = io.BytesIO(template(["网格数", None]))
    with ZipFile(file, "a") as archive:
        archive.writestr(name, text)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"not a workbook", b"PK\x03\x04", template(["网格数"])[:500], b"x" * (workbooks.LARGEST + 1),
        with_part("xl/vbaProject.bin", "x"), with_part("xl/externalLinks/externalLink1.xml", "<x/>"),
        with_part("xl/more.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), with_part("xl/big.xml", "0" * (workbooks.LARGEST_OPEN + 1)),
    ],
)  # fmt: skip
def test_what_is_no_harmless_workbook_is_refused_in_words(ready, content):
    with pytest.raises(workbooks.BadWorkbook):
        add(ready, content)
    assert not Sheet.objects.exists()


def test_a_template_without_blanks_is_refused(ready):
    with pytest.raises(services.sheets.NothingToFill):
        add(ready, template([1, 2], [3, 4]))


def test_a_form_is_uploaded_mapped_and_downloaded_in_the_browser(ready):
    client = ready.client(ready.grid_office)
    upload = SimpleUploadedFile(
        "月报.xlsx", template(["单元名称", "网格数", "事件已超期", "说明"], ["纺织城所", None, None, None])
    )
    sent = {"name": "月报", "asked_by": "市局", "kind": "units", "file": upload}
    client.post(reverse("exchange:sheet_new"), sent)
    sheet = Sheet.objects.get()
    there = reverse("exchange:sheet_mapping", args=[sheet.pk])
    assert "说明" in client.get(there).content.decode()
    client.post(there, {"at_A": "unit:name", "at_B": "grids", "at_C": "nonsense", "at_Z": "grids"})
    sheet.refresh_from_db()
    assert sheet.mapping == {"A": "unit:name", "B": "grids"}
    page = reverse("exchange:sheet", args=[sheet.pk])
    assert client.get(page).status_code == 200
    day = localdate().isoformat()
    answer = client.post(page, {"area": "-", "first": day, "last": day})
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.post(page, {"area": "-", "first": day, "last": "2020-01-01"}).status_code == 422
    assert client.post(page, {"area": "99", "first": day, "last": day}).status_code == 422
    count = FormCount.objects.get(form="exchange.sheet")
    assert (count.asked, count.known, count.retyped) == (4, 2, 0)
    assert Entry.objects.filter(verb="exchange.sheet.filled").count() == 1
    client.post(reverse("exchange:sheet_retirement", args=[sheet.pk]), follow=True)
    assert "月报" not in client.get(reverse("exchange:sheets")).content.decode()


def test_a_second_form_of_the_same_name_is_refused_and_another_bureau_sees_none(ready):
    sheet = add(ready, template(["网格数", None]))
    with pytest.raises(services.sheets.NameTaken):
        add(ready, template(["网格数", None]))
    Sheet.objects.filter(pk=sheet.pk).update(bureau_code="330106")
    for name in ("sheet", "sheet_mapping", "sheet_template"):
        assert ready.client(ready.grid_office).get(reverse(f"exchange:{name}", args=[sheet.pk])).status_code == 404


@pytest.mark.parametrize(
    ("part", "status"), [("grid_office", 200), ("station_head", 200), ("chief", 403), ("sysadmin", 403)]
)
def test_who_reports_to_superiors_reaches_the_forms(ready, part, status):
    sheet = add(ready, template(["网格数", None]))
    client = ready.client(getattr(ready, part))
    assert client.get(reverse("exchange:sheets")).status_code == status
    assert client.get(reverse("exchange:sheet", args=[sheet.pk])).status_code == status
    new = client.get(reverse("exchange:sheet_new")).status_code
    assert new == (200 if part == "grid_office" else 403)
