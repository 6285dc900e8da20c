"""The working of a deadline in sentences: every step with its article and the dates it led from and to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .citations import articles, in_words, unit_article
from .kinds import Approver, Bearer, DayKind, Direction, Expiry, RollOver, SpanKind, Unit
from .limits import Extension, Limit
from .period import Deduction
from .working_days import WorkCalendar

DAY = timedelta(days=1)
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of the working, the article it rests on, and the dates it led from and to."""

    text: str
    citation: str = ""
    moved_from: date | datetime | None = None
    moved_to: date | datetime | None = None

    @property
    def article(self) -> str:
        return in_words(self.citation)

    def as_json(self) -> dict[str, str]:
        step = {"text": self.text, "citation": self.citation}
        if self.moved_from and self.moved_to:
            step |= {"from": self.moved_from.isoformat(), "to": self.moved_to.isoformat()}
        return step


def day_words(on: date) -> str:
    return f"{on:%Y-%m-%d}（星期{WEEKDAYS[on.weekday()]}）"


def instant_words(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}（星期{WEEKDAYS[at.weekday()]}）"


def basis(limit: Limit) -> Step:
    """Which article of which version gives the number."""
    if not limit.citation:
        return Step(f"期限：{limit.name}为 {limit.length}。")
    doubt = "" if limit.verified in ("", "已核对原文") else f"（{limit.verified}）"
    until = f"至 {limit.valid_until} " if limit.valid_until else "起"
    words = f"依据：{in_words(limit.citation)}，{limit.name}为 {limit.length}{doubt}；"
    return Step(f"{words}适用 {limit.valid_from} {until}有效的规定。", limit.citation)


def started(limit: Limit, start: date, article: str) -> Step:
    """The start day is not counted. Source: 程序规定 art. 80; 投诉举报处理办法 art. 45; 民法典 art. 201."""
    back = limit.direction is Direction.BEFORE
    first = start - DAY if back else start + DAY
    way = "起倒推" if back else "起计算"
    text = f"起算：{day_words(start)}{limit.starts_on_name}，当日不计入，自 {day_words(first)}{way}。"
    return Step(text, article, start, first)


def counted(limit: Limit, start: date, last: date, amount: int, unit: Unit, calendar: WorkCalendar) -> Step:
    """How the number of days, months or years was counted off."""
    if unit is Unit.WORKING_DAYS:
        back = last < start
        way = _way(calendar, last, start - DAY) if back else _way(calendar, start + DAY, last)
        text = f"计算：{'往前' if back else ''}第 {amount} 个工作日为 {day_words(last)}。{way}"
        return Step(text, unit_article(limit.citation, amount, unit), start, last)
    if unit is Unit.CALENDAR_DAYS:
        text = f"计算：第 {amount} 日为 {day_words(last)}，按自然日计算，休息日和节假日计算在内。"
        return Step(text, "", start, last)
    missing = "（该月没有相应日，取月末日）" if last.day != start.day else ""
    text = f"计算：{amount} {unit.label}的相应日为 {day_words(last)}{missing}，休息日和节假日计算在内。"
    return Step(text, "民法典 202", start, last)


def deducted(limit: Limit, deductions: Sequence[Deduction], last: date, unit: Unit) -> Iterator[Step]:
    """Every merged interval that fell inside the period, and where it moved the last day."""
    unit_word = "个工作日" if unit is Unit.WORKING_DAYS else "日"
    for each in deductions:
        kinds = "、".join(SpanKind.label_of(kind) for kind in each.interval.kinds)
        overlap = "（相连、重叠的时间合并，只扣除一次）" if each.interval.merged_from > 1 else ""
        yield Step(
            f"扣除：{kinds} {each.interval.first} 至 {each.interval.last}，共 {each.days} {unit_word}{overlap}，"
            f"{limit.span_ends.label}；期满日由 {day_words(last)}改为 {day_words(each.last)}。",
            limit.citation,
            last,
            each.last,
        )
        last = each.last


def extended(limit: Limit, extension: Extension, previous: date, last: date) -> Step:
    by = f"经{Approver.label_of(extension.approver)}批准，" if extension.approver else "经批准，"
    document = f"（{extension.document}）" if extension.document else ""
    return Step(
        f"延长：{by}延长 {extension.amount} {extension.unit.label}{document}，"
        f"自 {day_words(previous)}期满后接续计算，期满日为 {day_words(last)}。",
        limit.citation,
        previous,
        last,
    )


def rolled(limit: Limit, last: date, due: date, to_the_letter: date, calendar: WorkCalendar, article: str) -> Step:
    """Why the last day moved, and what the letter of the article alone would give."""
    text = f"顺延：{day_words(last)}是{calendar.day(last).label}，顺延至 {day_words(due)}。"
    if to_the_letter == last:
        text += "条文只写“法定节假日”，周末和放假调休是否顺延没有统一规定；"
    elif to_the_letter != due:
        text += f"条文只写“法定节假日”，只按字面为 {day_words(to_the_letter)}；"
    if to_the_letter != due:
        text += f"现按“{RollOver.WORKING.label}”执行，可以设置。"
    if limit.bears is Bearer.BUREAU:
        text += f"提醒按 {last}，{due} 为最后期限。"
    return Step(text, article, last, due)


def moved_forward(last: date, due: date) -> Step:
    return Step(f"提前：{day_words(last)}不是工作日，为不迟于法定日期，提前至 {day_words(due)}。", "", last, due)


def not_rolled() -> Step:
    return Step("顺延：这一期限不是办事的期限，最后一日不因节假日顺延。")


def on_the_clock(limit: Limit, start: datetime, exact: datetime, due: datetime, article: str) -> Step:
    """Hours and minutes run through nights and holidays. Source: 民法典 art. 201; 程序规定 art. 80."""
    begun = f"起算：{instant_words(start)}{limit.starts_on_name}，"
    if due == exact:
        return Step(
            f"{begun}自该时刻起连续计算 {limit.length}，夜间和节假日照常计算，至 {instant_words(exact)}。",
            "民法典 201",
            start,
            exact,
        )
    return Step(
        f"{begun}开始的时不计入，自下一小时起连续计算 {limit.length}，夜间和节假日照常计算，"
        f"至 {instant_words(due)}。提醒按起算时刻后的 {instant_words(exact)}。",
        article,
        start,
        due,
    )


def estimated(warning: str) -> Step:
    return Step(f"注意：{warning}", "放假办法 7")


def outcome(limit: Limit, due: str) -> Step:
    word = "最迟" if limit.direction is Direction.BEFORE else "期满日"
    return Step(f"结果：{word} {due}。{Expiry.label_of(limit.on_expiry)}。")


def citations(steps: Sequence[Step]) -> tuple[str, ...]:
    """Every article of the steps once, in the order in which they were used."""
    return tuple(dict.fromkeys(article for step in steps for article in articles(step.citation)))


def _way(calendar: WorkCalendar, first: date, last: date) -> str:
    """Which days on the way were not counted, holiday by holiday, and which weekend days were."""
    special = calendar.special_between(first, last)
    breaks: list[tuple[date, date, str]] = []
    for day in (each for each in special if each.kind is not DayKind.MAKEUP_WORKDAY):
        if breaks and breaks[-1][1] + DAY == day.on:
            breaks[-1] = (breaks[-1][0], day.on, breaks[-1][2])
        else:
            breaks.append((day.on, day.on, day.name))
    parts = [f"{name}放假 {begin}{f' 至 {end}' if end > begin else ''} 不计" for begin, end, name in breaks]
    parts += [f"{day_words(day.on)}调休上班计入" for day in special if day.kind is DayKind.MAKEUP_WORKDAY]
    resting = sum((end - begin).days + 1 for begin, end, _ in breaks)
    weekends = (last - first).days + 1 - calendar.working_days_between(first - DAY, last) - resting
    if weekends:
        parts.append(f"周末 {weekends} 天不计")
    return f"其间{'，'.join(parts)}。" if parts else ""
