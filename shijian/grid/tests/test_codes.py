"""Codes of the grid tree (G-01, G-03; GRD-02)."""

import pytest

from shijian.grid.rules.codes import Scheme, code_fault, next_code

DISTRICT = Scheme((2, 2, 2), ("管理片区", "管理单元", "管理网格"))
CITY = Scheme((0, 2, 2, 2), ("全市", "管理片区", "管理单元", "管理网格"))
HANGZHOU = Scheme((2, 2, 3), ("管理片区", "管理单元", "管理网格"))
STATIONS = {f"05{number:02d}" for number in range(1, 7)}
APPROVED = {"05", *STATIONS}


def test_grids_below_a_station_are_numbered_from_01_in_sequence():
    taken = set(APPROVED)
    for number in range(1, 11):
        code = next_code(DISTRICT, "0501", taken)
        assert code == f"0501{number:02d}"
        assert code_fault(DISTRICT, code, "0501", taken=taken, approved=APPROVED) is None
        taken.add(code)


@pytest.mark.parametrize(
    ("code", "parent", "words"),
    [
        ("050101", "0501", "已被使用"),
        ("0507", "0501", "不属于上级 0501"),
        ("050701", "0507", "尚未审定"),
        ("050701", "0501", "不属于上级 0501"),
        ("050100", "0501", "应从 01 开始"),
        ("050109", "0501", "下一个编码是 050102"),
        ("05011", "0501", "位数只能是 2、4、6 位"),
        ("05010a", "0501", "不合规则"),
        ("05010１", "0501", "不合规则"),
        ("05010101", "050101", "不合规则"),
        ("0501", None, "必须指定上级"),
    ],
)
def test_a_stranger_or_duplicate_is_refused_with_its_reason(code, parent, words):
    fault = code_fault(DISTRICT, code, parent, taken={*APPROVED, "050101"}, approved={*APPROVED, "050101"})
    assert fault is not None
    assert words in fault.reason


def test_an_existing_code_book_may_have_missing_numbers():
    assert code_fault(DISTRICT, "050109", "0501", taken=APPROVED, approved=APPROVED, in_sequence=False) is None


def test_a_retired_number_is_not_given_again():
    assert next_code(DISTRICT, "0501", {"050101", "050103"}) == "050104"


def test_a_full_parent_has_no_next_number():
    assert next_code(DISTRICT, "0501", {"050199"}) is None
    assert next_code(HANGZHOU, "0501", {"0501099"}) == "0501100"


def test_a_city_has_a_fourth_level_with_an_empty_code_on_top():
    assert CITY.depth_of("") == 0
    assert CITY.chain("050101") == ["", "05", "0501", "050101"]
    assert CITY.parent_of("05") == ""
    assert next_code(CITY, "", {""}) == "01"
    assert code_fault(CITY, "05", "", taken={""}, approved={""}, in_sequence=False) is None
    assert code_fault(CITY, "", None, taken=set(), approved=set()) is None


def test_a_district_has_three_levels():
    assert DISTRICT.chain("050101") == ["05", "0501", "050101"]
    assert DISTRICT.parent_of("05") is None
    assert DISTRICT.depth_of("050") is None


@pytest.mark.parametrize("digits", [(2, 0, 2), (7,), (6, 6, 6), ()])
def test_widths_that_cannot_work_are_refused(digits):
    with pytest.raises(ValueError, match=r"digits|width"):
        Scheme(digits, tuple("层" for _ in digits))
