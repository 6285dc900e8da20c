"""What a person must do now, by when and why; figures for leaders; one search over everything."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, Func, Q, QuerySet, Sum, Value
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now

from shijian.accounts.models import User
from shijian.accounts.permissions import PERSON_VIEW
from shijian.core import burden
from shijian.core.desk import Section, Task
from shijian.core.metrics import Figure
from shijian.core.metrics import registry as metrics
from shijian.core.models import FormCount
from shijian.core.parts import first_of
from shijian.documents.queries import current_forms
from shijian.events import queries as events
from shijian.events.choices import State
from shijian.events.metrics import OPEN_NOW, OVERDUE, REVIEWING, SUPERVISED
from shijian.events.models import Event
from shijian.events.permissions import EVENT_DISPATCH, EVENT_HANDLE, EVENT_REVIEW, EVENT_VIEW
from shijian.grid import queries as grid
from shijian.grid.models import Level, Node
from shijian.grid.permissions import GRID_APPROVE, GRID_STAFF, WORK_VIEW
from shijian.subjects import queries as subjects
from shijian.subjects.choices import EntityKind, Tag
from shijian.subjects.permissions import ENTITY_VIEW

SHOWN, RECENT = 7, 6
TOLD_APART = 150
DESK = (OPEN_NOW, OVERDUE, REVIEWING, SUPERVISED)


@dataclass(frozen=True, slots=True)
class Tile:
    """A number at the top of the desk, what it counts, and its rows."""

    label: str
    number: int
    url: str
    tone: str = ""
    definition: str = ""


@dataclass(slots=True)
class Desk:
    sections: list[Section] = field(default_factory=list)
    recent: list[Event] = field(default_factory=list)
    tiles: list["Tile"] = field(default_factory=list)
    stations: list[tuple[Node, list[Figure]]] = field(default_factory=list)


def desk(user: User, *, today: date) -> Desk:
    """The first page of a person, by what he may do."""
    made = Desk()
    _fill(made, _waiting(user))
    if user.may(WORK_VIEW) or user.may(GRID_APPROVE):
        _grid_work(made, user, today)
    whole = user.may(EVENT_REVIEW) and "" in user.scope(EVENT_VIEW).prefixes
    if user.may(EVENT_VIEW):
        counted = _count_open(user, now())
        _tiles(made, user, counted)
        if whole:
            made.stations = station_figures(user.bureau_code, counted)
        else:
            rows = events.visible_to(user).select_related("kind")
            made.recent = list(first_of(rows, events.parts_of(user), ("-reported_at", "-id"), RECENT))
    if user.may(GRID_STAFF):
        faults = grid.staffing_faults(user.bureau_code, on=today, prefix=_widest(user))
        if faults:
            made.tiles.append(Tile("人员配置问题", len(faults), reverse("grid:check"), "amber"))
    return made


def station_figures(bureau_code: str, counted: dict[str, Counter[str]]) -> list[tuple[Node, list[Figure]]]:
    """The desk's figures per station, each with its rows."""
    above_lowest = Level.objects.filter(bureau_code=bureau_code).order_by("-depth").values("depth")[1:2]
    nodes = list(
        Node.objects.approved().filter(bureau_code=bureau_code, level__depth=above_lowest).order_by("area_code")
    )
    sums: dict[str, Counter[str]] = {node.area_code: Counter() for node in nodes}
    lengths = {len(node.area_code) for node in nodes}
    for code, numbers in counted.items():
        for length in lengths:
            if code[:length] in sums:
                sums[code[:length]].update(numbers)
    return [(node, [each.figure(sums[node.area_code], area=node.area_code) for each in DESK]) for node in nodes]


def _count_open(user: User, at: datetime) -> dict[str, Counter[str]]:
    """The desk's figures by grid code; "" is outside all. Only open events are read: their number does not grow."""
    rows = events.visible_to(user).open().order_by().values_list("area_code")
    found = rows.annotate(**{each.key: each.expression(at) for each in DESK})
    return {code: Counter(dict(zip((each.key for each in DESK), row, strict=True))) for code, *row in found}


def _sum(numbers: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in numbers:
        total.update(each)
    return total


def search(user: User, text: str) -> list[dict[str, Any]]:
    """Groups of what was found, each within the person's scope."""
    groups = []
    if user.may(ENTITY_VIEW):
        found = subjects.search(user, text, limit=8)
        rows = [
            (entity.name, f"{entity.credit_code} {entity.address}", reverse("subjects:entity", args=[entity.pk]))
            for entity in found
        ]
        groups.append({"title": "主体", "rows": rows, "more": f"{reverse('subjects:list')}?q={text}"})
    if user.may(EVENT_VIEW):
        several = [events.matching(part, text) for part in events.parts_of(user)]
        rows_seen = events.matching(events.visible_to(user), text).select_related("kind").defer("working")
        hits = first_of(rows_seen, several, ("-reported_at", "-id"), 8)
        rows = [
            (f"{event.number} {event.kind}", event.description[:60], reverse("events:event", args=[event.number]))
            for event in hits
        ]
        groups.append({"title": "事件", "rows": rows, "more": f"{reverse('events:list')}?q={text}"})
    nodes = Node.objects.approved().filter(bureau_code=user.bureau_code)
    nodes = nodes.filter(Q(name__contains=text) | Q(area_code__startswith=text)).select_related("level")[:8]
    rows = [(str(node), node.level.name, reverse("grid:node", args=[node.area_code])) for node in nodes]
    groups.append({"title": "网格", "rows": rows, "more": f"{reverse('grid:ledger')}?q={text}"})
    if user.may(PERSON_VIEW):
        people = User.objects.filter(user.scope(PERSON_VIEW).unit_q("unit__path"))
        people = people.filter(Q(name__contains=text) | Q(employee_no__startswith=text)).select_related("unit")[:8]
        rows = [
            (
                f"{person.name} {person.employee_no}",
                f"{person.unit} {person.post}",
                reverse("accounts:person", args=[person.pk]),
            )
            for person in people
        ]
        groups.append({"title": "人员", "rows": rows, "more": ""})
    return [group for group in groups if group["rows"]]


@dataclass(frozen=True, slots=True)
class Place:
    """A hit of the map's search: an area by its code, or a point."""

    label: str
    note: str
    code: str = ""
    place: tuple[float, float] | None = None


def places(user: User, text: str) -> list[Place]:
    """Grids by code or name, then entities with a location, within the person's scope."""
    nodes = Node.objects.approved().filter(bureau_code=user.bureau_code)
    nodes = nodes.filter(Q(name__contains=text) | Q(area_code__startswith=text)).select_related("level")[:5]
    found = [Place(str(node), node.level.name, code=node.area_code) for node in nodes]
    if user.may(ENTITY_VIEW):
        entities = (entity for entity in subjects.search(user, text, limit=12) if entity.location_wgs84)
        found += [Place(entity.name, entity.address, place=entity.location_wgs84) for entity in entities]
    return found


def area_figures(user: User, code: str) -> list[tuple[str, int, str]]:
    """(label, number, address of the rows) of an area for the map's panel: entities by kind and key tag, open events."""
    figures: list[tuple[str, int, str]] = []
    if user.may(ENTITY_VIEW):
        rows = subjects.visible_to(user).active().filter(area_code__startswith=code).order_by()
        base = f"{reverse('subjects:list')}?area={code}&active=1"
        kinds = dict(rows.values_list("kind").annotate(Count("pk")))
        figures += [(kind.label, kinds[kind], f"{base}&kind={kind}") for kind in EntityKind if kinds.get(kind)]
        tags = dict(rows.annotate(tag=Func("tags", function="unnest")).values_list("tag").annotate(Count("pk")))
        figures += [(tag.label, tags[tag], f"{base}&tag={tag}") for tag in Tag if tags.get(tag)]
    if user.may(EVENT_VIEW):
        open_events = events.visible_to(user).open().filter(area_code__startswith=code)
        figures.append(("未办结事件", open_events.count(), f"{reverse('events:list')}?area={code}&open=1"))
    return figures


def home_area(user: User, *, today: date) -> str:
    """The area a person's map opens on: his own grid, else his station, else the whole bureau."""
    own = grid.own_codes(user, on=today)
    return min(own, key=len) if own else user.unit.area_code


def map_nodes(bureau_code: str, home: str) -> list[Node]:
    """The nodes of a person's own area, and those of the topmost level to go elsewhere."""
    rows = Node.objects.approved().filter(bureau_code=bureau_code).select_related("level").order_by("area_code")
    return list(rows.filter(Q(area_code__startswith=home) | Q(level__depth=0)))


def shown_depth(nodes: list[Node], home: str) -> int:
    """The level a map opens with: the lowest of which a person's area has few enough to be told apart."""
    sizes = Counter(node.level.depth for node in nodes if node.area_code.startswith(home))
    return max((depth for depth, size in sizes.items() if size <= TOLD_APART), default=0)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A section of events: its rows, what is asked of the reader, which date presses, and the list of all of them."""

    title: str
    rows: QuerySet[Event]
    why: str
    due: str
    query: str


def _waiting(user: User) -> list[_Wanted]:
    """What waits for a person, section by section, the most pressing first."""
    by_due = F("due_on").asc(nulls_last=True)
    wanted = []
    if user.may(EVENT_VIEW):
        rows = events.supervised_for(user).order_by("supervised_until")
        wanted.append(_Wanted("督办", rows, "督办中，请回复进展或解除", "supervised_until", "supervised=1"))
    if user.may(EVENT_HANDLE):
        rows = Event.objects.filter(handler__in=user.hats)
        new, doing = rows.filter(state=State.DISPATCHED), rows.filter(state=State.HANDLING)
        wanted += [
            _Wanted("待接收", new.order_by("respond_by"), "请接收或退回", "respond_by", "mine=1&state=dispatched"),
            _Wanted("处置中", doing.order_by(by_due), "请处置并反馈", "due", "mine=1&state=handling"),
        ]
    if user.may(EVENT_REVIEW):
        prefixes = user.scope(EVENT_REVIEW).prefixes
        below = Q()
        for prefix in prefixes:
            below |= Q(handler_code__startswith=prefix) & ~Q(handler_code=prefix)
        if "" in prefixes:
            below |= Q(handler_code="")
        rows = events.visible_to(user).filter(below, state=State.REVIEWING).exclude(handler__in=user.hats)
        wanted.append(_Wanted("待复核", rows.order_by(by_due), "请复核办结或退回", "due", "state=reviewing"))
    if user.may(EVENT_DISPATCH):
        scope = user.scope(EVENT_DISPATCH)
        rows = Event.objects.filter(scope.area_q("holder_code"), state=State.REPORTED)
        if "" in scope.prefixes:  # what a unit holds is for its head to send; the list has it all
            rows = rows.filter(Q(holder_code="") | Q(holder_code__in=grid.top_codes(user.bureau_code)))
        sent = Event.objects.filter(scope.area_q(), state=State.HANDED_OVER)
        wanted += [
            _Wanted("待派遣", rows.order_by(by_due), "请派遣", "due", "state=reported"),
            _Wanted("等待移送回执", sent.order_by(by_due), "请跟踪回执", "due", "state=handed_over"),
        ]
    return wanted


def _fill(made: Desk, wanted: list[_Wanted]) -> None:
    """All sections with one statement."""
    parts = [
        each.rows.select_related("kind").annotate(section=Value(place))[: SHOWN + 1]
        for place, each in enumerate(wanted)
    ]
    if not parts:
        return
    found: dict[int, list[Any]] = {}
    for event in parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]:
        found.setdefault(event.section, []).append(event)
    for place, each in enumerate(wanted):
        last = datetime.max.replace(tzinfo=UTC)
        rows = sorted(found.get(place, []), key=lambda event: (_pressing(event, each.due) or last, event.number))
        if rows:
            tasks = [_task(event, each) for event in rows[:SHOWN]]
            address = f"{reverse('events:list')}?{each.query}"
            made.sections.append(Section(each.title, tasks, address, len(rows)))


def _pressing(event: Event, due: str) -> datetime | None:
    day = getattr(event, due)
    if day is None or isinstance(day, datetime):
        return day
    return datetime.combine(day, time.max, tzinfo=get_current_timezone())


def _task(event: Event, wanted: _Wanted) -> Task:
    return Task(
        f"{event.kind}：{event.description[:40]}",
        f"{event.number} · {event.address or event.area_code or '未落格'} · {wanted.why}",
        reverse("events:event", args=[event.number]),
        getattr(event, wanted.due),
    )


def _grid_work(made: Desk, user: User, today: date) -> None:
    """Tasks, opinions and decisions about the grid itself."""
    waiting = grid.waiting_for(user, on=today)
    for title, url, kinds in (
        ("网格事项", f"{reverse('grid:tasks')}?mine=1", {"task", "opinion"}),
        ("边界调整", reverse("grid:recuts"), {"consent", "recut"}),
        ("网格编码待审定", reverse("grid:proposals"), {"node"}),
    ):
        tasks = [Task(each.title, each.why, each.url, each.due) for each in waiting if each.kind in kinds]
        if tasks:
            made.sections.append(Section(title, tasks[:SHOWN], url, len(tasks)))


def _tiles(made: Desk, user: User, counted: dict[str, Counter[str]]) -> None:
    sums = _sum(counted.values())
    for figure in (each.figure(sums) for each in DESK):
        tone = "red" if figure.metric is OVERDUE and figure.rows else ""
        made.tiles.append(Tile(figure.metric.label, figure.rows, figure.url, tone, figure.metric.definition))
    if user.may(ENTITY_VIEW):
        made.tiles.append(Tile("在管主体", subjects.count_active(user), f"{reverse('subjects:list')}?active=1"))


def _widest(user: User) -> str:
    return min(user.scope(GRID_STAFF).prefixes, key=len, default="")


@dataclass(frozen=True, slots=True)
class BurdenCheck:
    """One line of the self-check: what was looked at, how much of it, and what runs against which prohibition."""

    title: str
    looked_at: str
    wrong: list[tuple[str, str, str, str]]  # (where, words, prohibition, address)


def burden_checks(user: User) -> list[BurdenCheck]:
    """Settings of the bureau, figures of the product, data it keeps: each held against the five prohibitions."""
    settings, against = burden.of_settings(user.bureau_code)
    fields, kept = burden.of_fields()
    figures = [
        (metric.label, found.words, found.prohibition.name, reverse("events:metrics"))
        for metric in metrics.values()
        for found in burden.findings(metric.label, metric.definition)
    ]
    return [
        BurdenCheck(
            "工作要求",
            f"在用的日常职责、实施计划、交办事项 {settings} 项",
            [(f"{each.kind}：{each.title}", found.words, found.prohibition.name, each.url) for each, found in against],
        ),
        BurdenCheck("统计指标", f"平台的全部统计指标 {len(metrics)} 项", figures),
        BurdenCheck(
            "收集的数据",
            f"平台保存的全部数据项 {fields} 项",
            [(label, name, each.name, "") for label, name, each in kept],
        ),
    ]


def form_counts(bureau_code: str, *, since: date) -> list[dict[str, Any]]:
    """What each form asked in the bureau since a day, the most sent first."""
    rows = FormCount.objects.filter(bureau_code=bureau_code, on__gte=since).values("form")
    names = ("sent", "asked", "known", "offered", "retyped")
    return [dict(row) for row in rows.annotate(**{name: Sum(name) for name in names}).order_by("-sent", "form")]


@dataclass(frozen=True, slots=True)
class PaperLineage:
    """How many forms and fields the papers have, and the fields that several forms share: written once, carried on."""

    forms: int
    fields: int
    shared: list[tuple[str, int]]


@lru_cache(maxsize=1)
def paper_lineage(today: date) -> PaperLineage:
    """Counted once a day from the forms in force: a field of one code is one fact in whichever form it stands."""
    uses: Counter[str] = Counter()
    labels: dict[str, str] = {}
    forms = list(current_forms(today, ""))
    for version in forms:
        for code, field_ in version.read().fields.items():
            uses[code] += 1
            labels.setdefault(code, field_.label)
    return PaperLineage(
        len(forms), sum(uses.values()), [(labels[code], n) for code, n in uses.most_common(12) if n > 1]
    )
