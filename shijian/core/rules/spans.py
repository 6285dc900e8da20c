"""Excluded spans: time a period does not count, merged before it is deducted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ..errors import Refused
from .kinds import SpanEnds, SpanKind

DAY = timedelta(days=1)


class SpanRefused(Refused):
    code = "core.span_not_deductible"


@dataclass(frozen=True, slots=True)
class Span:
    """Time that stands still, both end days as the two documents name them."""

    first: date
    last: date
    kind: str
    start_document: str = ""
    end_document: str = ""

    @property
    def label(self) -> str:
        return SpanKind.label_of(self.kind)


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from `first` to `last`, both deducted, with the kinds and the number of spans that caused it."""

    first: date
    last: date
    kinds: tuple[str, ...] = ()
    merged_from: int = 1

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def merged(spans: Iterable[Span], ends: SpanEnds = SpanEnds.BOTH) -> tuple[Interval, ...]:
    """The union of the spans as disjoint intervals in order, so that a day under two spans is deducted once.

    Spans that overlap or follow each other without a day between become one; only then are its end days dropped,
    as `ends` says. Source: derived from 程序规定 art. 18, 38, 64 (rules CAL-14).
    """
    union: list[Interval] = []
    for span in sorted(spans, key=lambda each: (each.first, each.last)):
        if span.last < span.first:
            raise SpanRefused(f"扣除时段 {span.first} 至 {span.last} 的截止日早于起始日，请改正。")
        if union and span.first <= union[-1].last + DAY:
            before = union[-1]
            kinds = before.kinds if span.kind in before.kinds else (*before.kinds, span.kind)
            union[-1] = Interval(before.first, max(before.last, span.last), kinds, before.merged_from + 1)
        else:
            union.append(Interval(span.first, span.last, (span.kind,)))
    first_shift, last_shift = {SpanEnds.BOTH: (0, 0), SpanEnds.LAST: (1, 0), SpanEnds.NEITHER: (1, 1)}[ends]
    trimmed = (replace(each, first=each.first + first_shift * DAY, last=each.last - last_shift * DAY) for each in union)
    return tuple(each for each in trimmed if each.first <= each.last)


def refuse_unlisted(spans: Iterable[Span], allowed: tuple[str, ...], name: str, article: str) -> None:
    """Refuse a span of a kind the article of the limit does not let stand still."""
    for span in spans:
        if span.kind not in allowed:
            listed = "、".join(f"{SpanKind.label_of(kind)}（{kind}）" for kind in allowed)
            remedy = f"可以扣除的有：{listed}。" if listed else "这一期限没有可以扣除的时段。"
            raise SpanRefused(f"“{name}”不扣除{span.label}的时间。{remedy}", article=article)
