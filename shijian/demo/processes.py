"""People with the roles of procedure, and processes at different steps on the events of the demo bureau."""

from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from shijian.accounts.models import EnforcementCertificate, Grant, Role, Unit, User
from shijian.events.choices import State
from shijian.events.models import Event
from shijian.events.queries.record import as_record
from shijian.workflow import services
from shijian.workflow.models import Instance, Process, Qualification, Task

SINCE, UNTIL = date(2024, 1, 1), date(2029, 12, 31)
# number, name, post, unit, role, certified, qualified
PEOPLE = [
    ("J003", "秦望舒", "局长", "", "bureau_head", True, False),
    ("J004", "闻思远", "副局长", "", "leader", True, False),
    ("F001", "郝明理", "法规科科长", "LEGAL", "legal_reviewer", True, True),
    ("F002", "苗知行", "法规科科员", "LEGAL", "case_reviewer", True, False),
    ("A001", "鲁正平", "执法大队大队长", "BRIGADE", "unit_head", True, False),
    ("A002", "石清源", "执法大队办案人员", "BRIGADE", "case_officer", True, False),
    ("A003", "向怀瑾", "执法大队办案人员", "BRIGADE", "case_officer", True, False),
    ("A004", "邵守诚", "执法大队执行岗", "BRIGADE", "enforcement_officer", True, False),
    ("T001", "常语宁", "投诉举报受理岗", "COMMAND", "complaint_clerk", False, False),
]
# process, the events it fits, how far each of them has got
PLANS = [
    ("event_transfer", Q(kind__code="QT01"), (1, 2)),
    ("event_extension", Q(state=State.HANDLING), (1, 2)),
    ("filing", Q(kind__code__in=("SP01", "SP02")), (2, 4)),
]


def play(staff: dict[str, User], *, now: datetime) -> None:
    """Appoint them, then start processes on a few open events and walk each a little further than the one before."""
    known = Process.objects.in_bulk(field_name="key")
    if not known:
        return  # a node without the shipped processes has nothing to start
    some = next(iter(staff.values()))
    bureau = Unit.objects.get(bureau_code=some.bureau_code, parent=None)
    cast = {**staff, **{row[0]: _appoint(bureau, some.password, *row) for row in PEOPLE}}
    in_hand = Event.objects.select_related("kind", "entity").filter(
        closed_at=None, reported_at__lt=now - timedelta(days=1)
    )
    for key, fitting, steps in PLANS:
        events = in_hand.filter(fitting).exclude(area_code="").order_by("-number")
        for event, count in zip(events[: len(steps)], steps, strict=False):
            starter = cast.get(f"W{event.area_code}") or cast["A002"]
            at = max(now - timedelta(days=3), event.reported_at + timedelta(hours=1))
            instance = services.start(known[key], as_record(event), by=starter, now=at)
            for number in range(1, count):
                _do(instance, cast, now=at + timedelta(hours=4 * number))


def _do(instance: Instance, cast: dict[str, User], *, now: datetime) -> None:
    task = Task.objects.filter(instance=instance, state="ready").select_related("assignee").first()
    if task is None:
        return
    heads = {"Check": f"S{instance.area_code[:4]}", "Approve": "J002", "Name": f"S{instance.area_code[:4]}"}
    if instance.version.process.key == "event_extension":
        heads["Approve"] = f"S{instance.area_code[:4]}"
    person = task.assignee or cast[heads.get(task.node_id, "J002")]
    filled = {
        "department": "区城市管理和综合执法局",
        "reason": "经核查，此事属于占道经营，由城市管理部门负责",
        "days": 5,
        "finding": "现场核查属实，当事人承认，已拍照并复制进货单据",
        "proposal": "立案",
    }
    outcome = "file" if task.node_id == "Approve" and instance.version.process.key == "filing" else None
    node = services.outcomes_of(task)
    services.complete(
        task, outcome=outcome or node[0], opinion="同意" if len(node) > 1 else "", data=filled, by=person, now=now
    )


def _appoint(
    bureau: Unit,
    password: str,
    number: str,
    name: str,
    post: str,
    unit: str,
    role: str,
    certified: bool,
    qualified: bool,
) -> User:
    place = Unit.objects.get(bureau_code=bureau.bureau_code, code=unit) if unit else bureau
    user = User.objects.create(
        employee_no=number, name=name, unit=place, bureau_code=bureau.bureau_code, post=post, password=password
    )
    held = Role.objects.get(code=role)
    Grant.objects.create(
        user=user,
        role=held,
        lane=held.lane,
        bureau_code=bureau.bureau_code,
        unit_path=bureau.path,
        valid=DateRange(SINCE, None, "[)"),
    )
    if certified:
        EnforcementCertificate.objects.create(
            user=user,
            number=f"演示{number}",
            organ="演示发证机关",
            field="市场监管",
            valid_from=SINCE,
            valid_until=UNTIL,
        )
    if qualified:
        Qualification.objects.create(user=user, number=f"演示法{number}", valid_from=SINCE)
    return user
