from datetime import date, datetime
from decimal import Decimal

import pytest

from shijian.documents.rules import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "零元整"), ("0.05", "伍分"), ("0.50", "伍角整"), ("1", "壹元整"), ("10", "壹拾元整"), ("105", "壹佰零伍元整"),
        ("5000", "伍仟元整"), ("10010", "壹万零壹拾元整"), ("100000", "壹拾万元整"), ("12345.67", "壹万贰仟叁佰肆拾伍元陆角柒分"),
        ("1000000", "壹佰万元整"), ("10000.05", "壹万元零伍分"), ("100010000", "壹亿零壹万元整"), ("20003000", "贰仟万叁仟元整"),
    ],
)  # fmt: skip
def test_money_in_capital_figures(value, text):
    assert wording.money_upper(Decimal(value)) == text


def test_money_beyond_the_scale_is_no_amount():
    with pytest.raises(ValueError, match="1000000000000"):
        wording.money_upper(Decimal("1000000000000"))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"),
        (6, "六"),
        (10, "十"),
        (15, "十五"),
        (30, "三十"),
        (60, "六十"),
        (105, "一百零五"),
        (1010, "一千零一十"),
    ],
)
def test_whole_numbers_in_chinese(number, text):
    assert wording.count(number) == text


def test_a_date_has_no_padding_and_a_time_has_minutes():
    assert wording.day(date(2026, 1, 5)) == "2026年1月5日"
    assert wording.moment(datetime(2026, 1, 5, 9, 5)) == "2026年1月5日9时05分"


def test_a_penalty_number_has_hexagonal_brackets_and_no_padding():
    assert wording.number("灞桥", "处罚", 2026, 17) == "灞桥市监处罚〔2026〕17号"
    assert wording.complaint_number("灞桥", "投受", 2026, 17) == "灞桥市监投受﹝2026﹞第17号"


@pytest.mark.parametrize(
    ("name", "short"),
    [("灞桥区市场监督管理局", "灞桥"), ("西安市市场监督管理局", "西安"), ("蓝田县市场监督管理局", "蓝田")],
)
def test_the_short_name_of_a_region_is_suggested(name, short):
    assert wording.short_name(name) == short
