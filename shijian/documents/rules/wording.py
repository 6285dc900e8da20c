"""How dates, numbers and money are written in a paper."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零一二三四五六七八九"
UPPER = "零壹贰叁肆伍陆柒捌玖"
UNITS = {"cd": "日", "wd": "个工作日", "m": "个月", "y": "年", "h": "小时"}


def day(value: date) -> str:
    """2026年11月20日: Arabic figures without padding, as GB/T 9704-2012 7.3.5.4 asks."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """2026年11月20日10时05分; the caller gives local time."""
    return f"{day(value.date())}{value.hour}时{value.minute:02d}分"


def count(number: int) -> str:
    """A whole number below ten thousand in Chinese: 六十, 十五, 一百零五."""
    if not 0 <= number < 10_000:
        raise ValueError(number)
    text, open_zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if open_zero else "") + DIGITS[digit] + unit
            open_zero = False
        elif text and number % place:
            open_zero = True
    return text.removeprefix("一") if text.startswith("一十") else text or DIGITS[0]


def period(amount: int, unit: str) -> str:
    """六十日, 六个月, 十个工作日."""
    return count(amount) + UNITS[unit]


def money(value: Decimal) -> str:
    """12,345.60 → 12345.6: no grouping, no idle zeros, as amounts stand in decisions."""
    text = f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_upper(value: Decimal) -> str:
    """人民币 in capital figures (票据法 conventions): 壹万贰仟叁佰元整, 伍角; 0 ≤ value < one trillion."""
    fen = int((value * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if not 0 <= fen < 10**14:
        raise ValueError(value)
    yuan, jiao, fen = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_groups(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return (text or "零元") + "整"
    if jiao:
        text += UPPER[jiao] + "角"
    elif text:
        text += "零"
    return text + (UPPER[fen] + "分" if fen else "整")


def _groups(yuan: int) -> str:
    text, zero = "", False
    for place, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = yuan // place % 10_000
        if not part:
            zero = bool(text)
            continue
        text += ("零" if text and (zero or part < 1000) else "") + _thousands(part) + name
        zero = False
    return text


def _thousands(part: int) -> str:
    text, zero = "", False
    for place, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = part // place % 10
        if digit:
            text += ("零" if zero else "") + UPPER[digit] + name
            zero = False
        elif text:
            zero = True
    return text


def short_name(bureau: str) -> str:
    """The region in document numbers (区域简称): 灞桥 of 灞桥区市场监督管理局.

    Only the suggestion a bureau starts from; it sets its own in the office's particulars.
    """
    name = bureau.removesuffix("市场监督管理局")
    return name[:-1] if len(name) > 2 and name[-1] in "省市区县旗" else name


def number(office: str, word: str, year: int, n: int) -> str:
    """灞桥市监处罚〔2026〕17号: hexagonal brackets, no 第, no padding (GB/T 9704-2012 7.2.5; 文书格式范本 2021)."""
    return f"{office}市监{word}〔{year}〕{n}号"


def complaint_number(office: str, word: str, year: int, n: int) -> str:
    """灞桥市监投受﹝2026﹞第17号: the 2026 complaint forms print 第, and small hexagonal brackets."""
    return f"{office}市监{word}﹝{year}﹞第{n}号"
