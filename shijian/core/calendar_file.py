"""Loading a new year's holiday arrangement from a file (`import calendar FILE`)."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction

from . import calendar
from .errors import InvalidInput
from .pages.exports import harmless
from .rules.kinds import DayKind
from .rules.working_days import Day, YearTable, fixed_holidays

COLUMNS = {
    "date": ("date", "日期"),
    "kind": ("kind", "类型"),
    "name": ("name", "名称", "holiday_zh"),
    "notice": ("notice", "依据"),
}
KINDS = {kind.value: kind for kind in DayKind} | {kind.label: kind for kind in DayKind}
# chinesecalendar and tables made from it know the break only, not which of its days is the statutory one.
BREAK = {"statutory_holiday_period", "statutory_holiday_period+in_lieu"}
FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
NAME_LENGTH = 40
FIRST_YEAR, LAST_YEAR = 2000, 2100
LOCK = "SELECT pg_advisory_xact_lock(hashtext('core.calendar'))"


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused row, for the report: `line,field,value,reason`."""

    line: int
    field: str
    value: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What an import did; `read` is the sum of the other four counts."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    years: tuple[int, ...] = ()
    incomplete_years: tuple[int, ...] = ()

    @property
    def rejected(self) -> int:
        return len(self.faults)


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    on: date
    kind: str
    name: str
    notice: str


def import_calendar(path: Path, *, now: datetime) -> Outcome:
    """Load the days of a CSV file (日期, 类型, 名称; UTF-8 or GBK); the same file again changes nothing.

    Only days that are not what their weekday says need a row; a row 工作日 or 周末 takes an exception back. Every
    refused row is in `faults`, all others are kept; a year with a refused row, or without all statutory holidays,
    stays marked as incomplete, and dates in it keep their warning. Raises `InvalidInput` when the file is no table.

    Source: 全国年节及纪念日放假办法 (2024-11-10) art. 2, 6, 7; rules CAL-04.
    """
    outcome = Outcome()
    rows: defaultdict[int, list[Row]] = defaultdict(list)
    unplaced = False
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        known = calendar.tables()
        faulty: set[int] = set()
        seen: dict[date, str] = {}
        for line, values in _lines(path):
            outcome.read += 1
            row = _row(line, values)
            fault = row if isinstance(row, Fault) else _doubled(row, seen)
            if isinstance(row, Row) and not fault:
                seen[row.on] = row.kind
                rows[row.on.year].append(row)
                continue
            outcome.faults += [fault] if fault else []
            year = _year_of(values["date"])
            unplaced = unplaced or year is None
            faulty |= {year} if year else set()
        if not outcome.read:
            raise InvalidInput("文件里没有数据行", remedy="请检查是否选错了文件。")
        if unplaced:
            faulty |= set(rows)
        incomplete = []
        for year, days in sorted(rows.items()):
            table = _merged(year, days, known.get(year), outcome, is_faulty=year in faulty)
            calendar.store(table, now=now)
            if not table.is_complete:
                incomplete.append(year)
        outcome.years, outcome.incomplete_years = tuple(sorted(rows)), tuple(incomplete)
    return outcome


def write_report(outcome: Outcome, folder: Path, *, now: datetime) -> Path:
    """The refused rows as a CSV file `line,field,value,reason`; written also when there are none."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"calendar-{now:%Y%m%dT%H%M%S%f}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "field", "value", "reason"])
        writer.writerows(
            [fault.line, fault.field, harmless(str(fault.value)), fault.reason] for fault in outcome.faults
        )
    return path


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"打不开文件 {path}", remedy="请检查路径和读取权限。") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise InvalidInput("文件不是 UTF-8 或者 GBK 编码的文本", remedy="请另存为 CSV（UTF-8）后重试。") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        places = _places([name.strip().lower() for name in next(reader, [])])
        for values in reader:
            if any(value.strip() for value in values):
                cells = {name: values[place].strip() if place < len(values) else "" for name, place in places.items()}
                yield reader.line_num, cells
    except csv.Error as error:
        raise InvalidInput("这一行不是合格的 CSV", row=reader.line_num, remedy="请检查引号是否成对。") from error


def _places(header: list[str]) -> dict[str, int]:
    places = {name: header.index(alias) for name, aliases in COLUMNS.items() for alias in aliases if alias in header}
    for needed in ("date", "kind"):
        if needed not in places:
            raise InvalidInput(
                f"缺少“{COLUMNS[needed][1]}”列",
                row=1,
                remedy="首行须有：日期（date）、类型（kind），可有名称（name）、依据（notice）。",
            )
    return places


def _row(line: int, values: dict[str, str]) -> Row | Fault:
    text, word = values["date"], values["kind"]
    try:
        on = date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return Fault(line, "日期", text, "不是日期，应写成 2027-01-01 的形式")
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        return Fault(line, "日期", text, f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间")
    name = FULL_NAMES.get(values.get("name", ""), values.get("name", ""))
    if len(name) > NAME_LENGTH:
        return Fault(line, "名称", name, f"不能超过 {NAME_LENGTH} 个字")
    if word in BREAK:
        return Row(line, on, word, name, values.get("notice", ""))
    kind = KINDS.get(word)
    if kind is None:
        return Fault(line, "类型", word, f"应为{'、'.join(each.label for each in DayKind)}之一")
    is_weekend = on.weekday() >= 5
    if kind in (DayKind.MAKEUP_WORKDAY, DayKind.WEEKEND) and not is_weekend:
        return Fault(line, "类型", word, f"{on} 不是周六、周日，不能是{kind.label}")
    if kind is DayKind.WORKDAY and is_weekend:
        return Fault(line, "类型", word, f"{on} 是周六或者周日，上班应写“{DayKind.MAKEUP_WORKDAY.label}”")
    if kind.is_working and (on.month, on.day) in fixed_holidays(on.year):
        return Fault(
            line, "类型", word, f"{on} 是法定节假日（{fixed_holidays(on.year)[on.month, on.day]}），不能是{kind.label}"
        )
    return Row(line, on, kind.value, name, values.get("notice", ""))


def _doubled(row: Row, seen: dict[date, str]) -> Fault | None:
    if seen.get(row.on, row.kind) == row.kind:
        return None
    return Fault(row.line, "日期", str(row.on), "同一日期在文件中出现两次，类型不一致，保留前一行")


def _year_of(text: str) -> int | None:
    year = text[:4]
    return int(year) if year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR else None


def _merged(year: int, rows: list[Row], known: YearTable | None, outcome: Outcome, *, is_faulty: bool) -> YearTable:
    """The table of the year with the rows laid over what is known; counts each row in the outcome."""
    before = {day.on: day for day in known.days} if known else {}
    after = dict(before)
    for row in rows:
        old = after.get(row.on)
        new = _day(row, old)
        if new:
            after[row.on] = new
        else:
            after.pop(row.on, None)
        if new == old:
            outcome.unchanged += 1
        elif old is None:
            outcome.created += 1
        else:
            outcome.updated += 1
    days = tuple(sorted(after.values(), key=lambda day: day.on))
    title = next((row.notice for row in rows if row.notice), "") or (known.notice if known else "")
    # A whole year that came without a fault stays complete when a later file only touches a few of its days.
    is_complete = not is_faulty and has_statutory_days(year, days)
    return YearTable(year, days, title or calendar.notice(year), is_complete)


def _day(row: Row, old: Day | None) -> Day | None:
    """What the row makes of the day; None for a day that is what its weekday says."""
    rests = old is not None and not old.kind.is_working
    if row.kind == DayKind.WORKDAY or (row.kind == DayKind.WEEKEND and not rests):
        return None
    if rests and (row.kind == DayKind.WEEKEND or row.kind in BREAK):
        return old
    if row.kind in BREAK:
        moved = row.kind.endswith("+in_lieu")
        return Day(row.on, DayKind.HOLIDAY_REST if moved else DayKind.STATUTORY_HOLIDAY, row.name)
    return Day(row.on, DayKind(row.kind), row.name or (old.name if old else ""))


def has_statutory_days(year: int, days: tuple[Day, ...]) -> bool:
    """Whether a table can be the whole arrangement of its year: fixed days present, and as many as the law gives.

    13 statutory days since 2025, 11 from 2008, 10 before; one less when Mid-Autumn falls on the National Days.
    Source: 全国年节及纪念日放假办法 (2024-11-10) art. 2 and its versions of 1999, 2007 and 2013.
    """
    statutory = {(day.on.month, day.on.day) for day in days if day.kind is DayKind.STATUTORY_HOLIDAY}
    least = 12 if year >= 2025 else 10
    return fixed_holidays(year).keys() <= statutory and len(statutory) >= least
