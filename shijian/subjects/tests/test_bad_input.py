"""What bureaus really send: every bad row is named with its line, field, reason and remedy, the good ones are kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shijian.core.errors import InvalidInput
from shijian.subjects.models import Entity, Import
from shijian.subjects.testing import HEAD, INSIDE, credit_code, report_of, run_command, write_csv


def a_row(number, **other):
    facts = dict(
        zip(HEAD, [f"西安第{number}便利店", credit_code(number), f"纺东街{number}号", *INSIDE, ""], strict=True)
    )
    return [{**facts, **other}[name] for name in HEAD]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_the_encoding_is_found_by_itself(scene, tmp_path, encoding):
    path = write_csv(tmp_path / "甲.csv", [a_row(1), a_row(2)], encoding=encoding)
    assert run_command(path)["created"] == 2
    assert Entity.objects.get(credit_code=credit_code(1)).name == "西安第1便利店"


def test_half_empty_rows_are_named_and_the_rest_is_kept(scene, tmp_path):
    rows = [a_row(1), a_row(2, 名称=""), ["", "", "", "", "", ""], ["只有名称"], a_row(5)]
    answer = run_command(write_csv(tmp_path / "a.csv", rows))
    assert (answer["read"], answer["created"], answer["rejected"]) == (5, 2, 3)
    faults = {(row["line"], row["field"]) for row in report_of(answer)}
    assert faults == {
        ("3", "名称"),
        ("4", "名称"),
        ("4", "统一社会信用代码"),
        ("5", "统一社会信用代码"),
    }
    assert all("请" in row["reason"] or "至少" in row["reason"] for row in report_of(answer))


def test_a_wrong_check_character_says_what_it_should_be(scene, tmp_path):
    right = credit_code(7)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    answer = run_command(write_csv(tmp_path / "a.csv", [a_row(7, 统一社会信用代码=wrong), a_row(8)]))
    (fault,) = report_of(answer)
    assert (fault["line"], fault["field"], fault["value"]) == ("2", "统一社会信用代码", wrong)
    assert f"应为 {right[-1]}" in fault["reason"]
    assert answer["created"] == 1


def test_letters_that_codes_never_hold_are_pointed_out(scene, tmp_path):
    answer = run_command(write_csv(tmp_path / "a.csv", [a_row(7, 统一社会信用代码="9161O111" + credit_code(7)[8:])]))
    (fault,) = report_of(answer)
    assert "第 5 位“O”" in fault["reason"]
    assert "可能是 0" in fault["reason"]


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(34.205, 109.005), (0, 0), (12133650.0, 4055728.0), ("东经109度", "34"), ("", 34.2), ("nan", "inf")],
)
def test_a_place_that_cannot_be_degrees_in_china_is_refused_in_words(scene, tmp_path, lon, lat):
    answer = run_command(write_csv(tmp_path / "a.csv", [a_row(1, 经度=lon, 纬度=lat), a_row(2)]))
    (fault,) = report_of(answer)
    assert fault["line"] == "2"
    assert "经纬度" in fault["reason"]
    assert answer["created"] == 1


def test_swapped_coordinates_are_recognised(scene, tmp_path):
    answer = run_command(write_csv(tmp_path / "a.csv", [a_row(1, 经度=34.205, 纬度=109.005)]))
    assert "写反" in report_of(answer)[0]["reason"]


def test_the_wrong_datum_is_noticed_when_the_right_one_would_fit_better(scene, tmp_path):
    """Points of a Baidu map read as WGS 84 lie some 700 m off: many fall outside the grid, and the answer says so."""
    from shijian.grid.rules.datum import Datum, from_wgs84

    places = from_wgs84([(109.001 + 0.0001 * n, 34.208) for n in range(60)], Datum.BD09)
    rows = [a_row(n, 经度=f"{lon:.6f}", 纬度=f"{lat:.6f}") for n, (lon, lat) in enumerate(places.tolist())]
    path = write_csv(tmp_path / "a.csv", rows)
    run_command(path, "--datum", "wgs84")
    run = Import.objects.latest("started_at")
    assert "BD-09" in run.message
    assert Entity.objects.unbound().count() > 0
    run_command(path, "--datum", "bd09")
    assert Entity.objects.unbound().count() == 0
    assert not Import.objects.latest("started_at").message


def test_the_same_entity_twice_in_a_file_is_kept_once(scene, tmp_path):
    answer = run_command(write_csv(tmp_path / "a.csv", [a_row(1), a_row(2), a_row(1, 名称="西安另名便利店")]))
    assert (answer["created"], answer["rejected"]) == (2, 1)
    (fault,) = report_of(answer)
    assert fault["line"] == "4"
    assert "第 2 行" in fault["reason"]


def test_numbers_kept_as_numbers_and_codes_with_spaces_are_understood(scene, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEAD)
    code = credit_code(3)
    book.active.append(["西安第3便利店", f" {code[:6]} {code[6:]}".lower(), "纺东街3号", *INSIDE, None])
    book.active.append(["西安第4便利店", f"'{credit_code(4)}", "纺东街４号", "109.005", "34.205", 17])
    book.save(tmp_path / "a.xlsx")
    assert run_command(tmp_path / "a.xlsx")["created"] == 2
    assert Entity.objects.get(credit_code=credit_code(4)).address == "纺东街4号"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.csv", b""),
        ("不是表.csv", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("假.xlsx", b"PK\x03\x04 not a book"),
        ("假.parquet", b"PAR1 nothing PAR1"),
        ("程序.exe", b"MZ"),
        ("没有列名.csv", "甲,乙\n1,2\n".encode()),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_name(scene, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput) as refusal:
        run_command(tmp_path / name)
    assert name in refusal.value.message or "名称" in refusal.value.message
    assert Entity.objects.count() == 0


def test_a_parquet_cut_off_in_the_middle_is_refused(scene, shared, tmp_path):
    whole = shared("market_subjects/xian_enterprises.parquet").read_bytes()
    (tmp_path / "半.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InvalidInput):
        run_command(tmp_path / "半.parquet")
    assert Entity.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.csv", "a\x00b.csv", "<script>alert(1)</script>.csv", "长" * 300 + ".csv", "..csv", "CON.csv"],
)
def test_hostile_file_names_are_only_ever_shown(scene, cast, tmp_path, name, django_capture_on_commit_callbacks):
    content = write_csv(tmp_path / "x.csv", [a_row(1)]).read_bytes()
    upload = SimpleUploadedFile("x.csv", content)
    upload._name = name  # past the form parser, which would clean it
    from shijian.subjects.views.imports import keep_upload

    path = keep_upload(upload)
    assert path.parent == tmp_path / "imports"
    assert path.read_bytes() == content
    client = cast.client(cast.clerk)
    response = client.post(
        "/entities/imports/new/", {"file": SimpleUploadedFile(name, content), "source": "登记", "datum": "wgs84"}
    )
    assert response.status_code in {302, 422}
    for run in Import.objects.all():
        page = client.get(f"/entities/imports/{run.pk}/")
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def test_control_characters_formulas_and_quotes_do_no_harm(scene, tmp_path):
    rows = [
        a_row(1, 名称="西安\x00\u202e第1\u200b便利店"),
        a_row(2, 名称='=HYPERLINK("http://x")'),
        a_row(3, 名称='西安"引号",逗号\n换行店'),
        a_row(4, 名称="'; DROP TABLE subjects_entity; --"),
        a_row(5, 住所="\\N"),
        a_row(6, 住所="长" * 900),
    ]
    answer = run_command(write_csv(tmp_path / "a.csv", rows))
    assert answer["created"] == 6, report_of(answer)
    assert Entity.objects.get(credit_code=credit_code(1)).name == "西安第1便利店"
    assert Entity.objects.get(credit_code=credit_code(5)).address == "\\N"
    assert "\n" not in Entity.objects.get(credit_code=credit_code(3)).name


def test_the_report_does_not_let_a_spreadsheet_run_a_cell(scene, tmp_path):
    answer = run_command(write_csv(tmp_path / "a.csv", [a_row(1, 统一社会信用代码="=1+1")]))
    assert report_of(answer)[0]["value"] == "'=1+1"
