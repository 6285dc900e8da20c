"""A holiday arrangement sent through the page: taken, refused row by row, on record."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shijian.audit.models import Entry

pytestmark = pytest.mark.django_db
GOOD = "日期,类型,名称\n2027-01-01,法定节假日,元旦\n2027-02-20,调休上班,春节\n"


def send(cast, text, *, encoding="utf-8", name="2027.csv"):
    file = SimpleUploadedFile(name, text.encode(encoding), content_type="text/csv")
    return cast.client(cast.sysadmin).post(reverse("portal:calendar_import"), {"file": file})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_good_rows_are_taken_and_the_act_is_on_record(cast, encoding):
    response = send(cast, GOOD, encoding=encoding)
    assert response.status_code == 200
    assert (response.context["outcome"].created, response.context["outcome"].rejected) == (2, 0)
    entry = Entry.objects.get(verb="core.calendar.imported")
    assert (entry.employee_no, entry.object_label) == (cast.sysadmin.employee_no, "2027 年工作日历")


def test_a_refused_row_is_told_with_line_and_reason_and_the_others_stay(cast):
    response = send(cast, GOOD + "2027-02-30,放假调休,春节\n")
    [fault] = response.context["outcome"].faults
    assert fault.line == 4
    assert fault.reason in response.content.decode()
    assert response.context["outcome"].created == 2


@pytest.mark.parametrize("text", ["", "甲乙丙", "日期,类型,名称\n"])
def test_what_is_no_table_is_refused_with_a_sentence_and_leaves_no_record(cast, text):
    response = send(cast, text)
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not Entry.objects.filter(verb="core.calendar.imported").exists()


def test_a_huge_file_is_refused_before_it_is_read(cast):
    assert "文件过大" in send(cast, "x" * (2**20 + 1)).content.decode()
