"""The contact phone: sealed, masked, found again by its print, and a reason to think that two entities are one."""

import pytest
from django.db import connection
from django.urls import reverse

from shijian.accounts.choices import Verb as AccountVerb
from shijian.audit.models import Entry
from shijian.core.sealed import MARK
from shijian.subjects import services
from shijian.subjects.models import Entity, EntityChange, Import, Merger, Pair
from shijian.subjects.rules.phones import clean_phone
from shijian.subjects.services import duplicates
from shijian.subjects.testing import HEAD, NOW, an_entity, credit_code, report_of, run_command, versions, write_csv

BUREAU = "610111"
CANARY, MASKED = "13877550922", "138****0922"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("138-7755-0922", CANARY),
        (" +86 138 7755 0922 ", CANARY),
        ("008613877550922", CANARY),
        ("13877550922/13800138000", CANARY),
        ("（029）8345 6789转801", "02983456789"),
        ("+86 29 8345 6789", ""),
        ("83456789", "83456789"),
        ("400-810-1234", "4008101234"),
        ("12345", ""),
        ("138775509221", ""),
        ("无", ""),
        ("", ""),
    ],
)
def test_one_number_has_one_form(written, number):
    assert clean_phone(written) == number


def everything_stored():
    """All the subjects and audit tables as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(subjects|audit)_'")
        text = ""
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM \"{table}\" t")
            text += cursor.fetchone()[0] or ""
    return text


def test_an_equal_phone_is_proposed_and_an_agents_is_not(scene):
    an_entity(identity="a", name="甲店", phone=CANARY)
    an_entity(identity="b", name="乙店", phone=CANARY, address="别处")
    an_entity(identity="c", name="丙店", phone=CANARY, status="closed")
    for number in range(duplicates.MOST_CALLED + 1):
        an_entity(identity=f"agent{number}", name=f"代办{number}", phone="02983456789")
    an_entity(identity="d", name="丁店")
    an_entity(identity="e", name="戊店")
    assert duplicates.propose(BUREAU, now=NOW) == 1
    pair = Pair.objects.get()
    assert ({pair.first.identity, pair.second.identity}, pair.reason_names) == ({"a", "b"}, ["联系电话相同"])


def test_the_import_reads_it_keeps_it_and_says_what_is_none(scene, cast, tmp_path):
    rows = [
        ["甲店", credit_code(1), "纺东街1号", "", "", "", "138 7755 0922"],
        ["乙店", credit_code(2), "纺东街2号", "", "", "", "123"],
        ["丙店", credit_code(3), "纺东街3号", "", "", "", "无"],
    ]
    path = write_csv(tmp_path / "a.csv", rows, head=[*HEAD, "联系电话"])
    answer = run_command(path)
    assert (answer["created"], report_of(answer)) == (3, [])
    assert Import.objects.get().message == "1 行的联系电话不是电话号码，未存入，其余内容照常导入。"
    assert dict(Entity.objects.values_list("name", "phone")) == {"甲店": CANARY, "乙店": "", "丙店": ""}
    before = versions()
    assert run_command(path)["unchanged"] == 3
    assert versions() == before

    rows[0][-1], rows[1][-1] = "13800138000", "02983456789"
    assert run_command(write_csv(tmp_path / "b.csv", rows, head=[*HEAD, "电话"]))["updated"] == 2
    told = dict(EntityChange.objects.values_list("entity__name", "before"))
    assert told == {"甲店": {"phone": "****"}, "乙店": {"phone": ""}}
    run_command(write_csv(tmp_path / "c.csv", [row[:-1] for row in rows]))
    assert Entity.objects.get(name="甲店").phone == "13800138000", "a file without the column takes nothing away"
    assert not any(number in everything_stored() for number in (CANARY, "13800138000", "02983456789"))


def test_prints_of_files_with_phones_cannot_be_tried_out(scene, tmp_path, settings):
    """Who has the database but not the key cannot run all numbers through the fingerprints of rows."""
    from shijian.subjects.services.fingerprints import prints_of, salt_of

    head, row = [*HEAD, "电话"], ["甲店", credit_code(1), "纺东街1号", "", "", "", CANARY]
    run_command(write_csv(tmp_path / "a.csv", [row], head=head))
    source = Entity.objects.get().source
    assert Entity.objects.get().row_print != prints_of([row], salt_of(head, source=source, datum="wgs84"))[0]
    assert (
        Entity.objects.get().row_print == prints_of([row], salt_of(head, source=source, datum="wgs84", keyed=True))[0]
    )


def test_merging_takes_the_phone_and_gives_it_back_and_tells_it_only_masked(scene, cast):
    kept, other = an_entity(name="甲店", phone="13800138000"), an_entity(name="甲店", phone=CANARY)
    merger = duplicates.merge(kept, other, take=["phone"], reason="同一户", by=cast.clerk, now=NOW)
    assert Entity.objects.get(pk=kept.pk).phone == CANARY
    assert EntityChange.objects.get(entity=kept).after == {"phone": MASKED}
    assert [value.startswith(MARK) for value in Merger.objects.get().taken["phone"]] == [True, True]
    assert CANARY not in everything_stored()
    duplicates.unmerge(merger, by=cast.clerk, now=NOW)
    kept.refresh_from_db()
    assert (kept.phone, other.phone_print == kept.phone_print) == ("13800138000", False)
    assert EntityChange.objects.filter(entity=kept).count() == 2
    an_entity(identity="third", name="乙店", phone="13800138000")
    duplicates.propose(BUREAU, now=NOW)
    assert Pair.objects.filter(reasons=["phone"]).count() == 1, "the print went back with the phone"


def test_the_pages_show_it_masked_and_whole_only_for_a_reason_on_record(scene, cast, settings, caplog):
    one, two = an_entity(name="甲店", phone=CANARY), an_entity(name="乙店", phone=CANARY)
    duplicates.propose(BUREAU, now=NOW)
    client = cast.confirmed_client(cast.station_head)
    address = reverse("subjects:phone", args=[one.pk])
    for page in (
        reverse("subjects:entity", args=[one.pk]), reverse("subjects:edit", args=[one.pk]),
        reverse("subjects:pair", args=[Pair.objects.get().pk]), address,
    ):  # fmt: skip
        text = client.get(page).content.decode()
        assert MASKED in text, page
        assert CANARY not in text, page
    assert "联系电话相同" in client.get(reverse("subjects:pair", args=[Pair.objects.get().pk])).content.decode()
    for kind in ("csv", "xlsx"):
        export = client.get(f"{reverse('subjects:list')}?export={kind}")
        assert CANARY.encode() not in (b"".join(export) if export.streaming else export.content)
    assert CANARY in client.post(address, {"reason": "核对主体联系电话"}).content.decode()
    entry = Entry.objects.get(verb=AccountVerb.UNMASKED)
    assert entry.detail == {"field": "subjects.entity.phone", "reason": "核对主体联系电话"}
    settings.UNMASK_PER_DAY = 1
    refused = client.post(reverse("subjects:phone", args=[two.pk]), {"reason": "核对主体联系电话"})
    assert (refused.status_code, CANARY in refused.content.decode()) == (422, False)
    assert CANARY not in everything_stored() + caplog.text


def test_it_is_edited_without_being_seen(scene, cast):
    one = an_entity(name="甲店", phone=CANARY)
    client, address = cast.client(cast.clerk), reverse("subjects:edit", args=[one.pk])
    given = {"name": "甲店", "address": "纺东街1号附1", "industry_code": "", "tags": []}
    assert client.post(address, {**given, "phone": MASKED}).status_code == 302
    one.refresh_from_db()
    assert (one.phone, one.address) == (CANARY, "纺东街1号附1")
    assert client.post(address, {**given, "phone": "139****"}).status_code == 422
    assert client.post(address, {**given, "phone": "029-83456789"}).status_code == 302
    one.refresh_from_db()
    assert one.phone == "02983456789"
    services.edit_entity(one, changes={"phone": ""}, by=cast.clerk, now=NOW)
    one.refresh_from_db()
    assert (one.phone, one.phone_print) == ("", "")
    assert [change.after for change in EntityChange.objects.order_by("pk")][1:] == [
        {"phone": "029****6789"},
        {"phone": ""},
    ]
    assert not any(number in everything_stored() for number in (CANARY, "02983456789"))
