"""A small process, people with the roles of procedure, and a record: for the tests of this module and those above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from shijian.accounts.models import EnforcementCertificate, Grant, Role, Unit, User
from shijian.accounts.testing import BUREAU, Cast
from shijian.core.ids import new_id
from shijian.core.records import Record

from . import services
from .library.drawing import Procedure, Step, draw
from .models import Instance, Process, Qualification, Task

NOW = datetime(2026, 9, 14, 2, 0, tzinfo=UTC)  # Monday 10:00 in Beijing
SINCE = date(2024, 1, 1)
REVIEW = {"agree": ("同意", "decide"), "refuse": ("退回补正", "inquire")}
LANES = {"办案机构": "grid_chief", "审核机构": "legal_reviewer grid_office", "局领导": "leader"}


def steps(*, review: Mapping[str, str] | None = None, decide: Mapping[str, str] | None = None) -> Sequence[Step]:
    """调查 → 审核 (another person, qualified) → 决定; with other marks on the review or the decision."""
    return [
        Step("begin", "开始", "办案机构", "inquire", kind="startEvent"),
        Step(
            "inquire", "调查终结", "办案机构", "review", marks={"needsCertificate": "true"},
            form=[("party", "当事人", "text", "required"), ("fine", "拟罚款", "number")],
        ),
        Step(
            "review", "法制审核", "审核机构", REVIEW,
            marks=review if review is not None else {"differsFrom": "inquire", "qualification": "legal", "limit": "review"},
        ),
        Step("decide", "负责人决定", "局领导", {"agree": ("同意", "over"), "refuse": ("不同意", "inquire")}, marks=decide or {}),
        Step("over", "办结", "局领导", kind="endEvent"),
    ]  # fmt: skip


def publish(name: str, made: Sequence[Step], lanes: Mapping[str, str] = LANES) -> Process:
    """A published process of these steps."""
    process, _ = Process.objects.get_or_create(key=name, defaults={"name": "小案流程", "record_kinds": ["event"]})
    bpmn = draw(Procedure(name, "小案流程", "测试", "", lanes, made))
    services.publish(services.save_draft(process, bpmn, by=None, now=NOW), by=None, now=NOW)
    return process


def record(area_code: str = "050101") -> Record:
    return Record("event", new_id(), "SJ2026-000001", "无照经营", "/events/SJ2026-000001/", BUREAU, area_code)


def certify(user: User, until: date = date(2030, 1, 1)) -> EnforcementCertificate:
    return EnforcementCertificate.objects.create(
        user=user, number=f"陕{user.employee_no}", organ="市监局", field="市场监管", valid_from=SINCE, valid_until=until
    )


def qualify(user: User) -> Qualification:
    return Qualification.objects.create(user=user, number=f"法{user.employee_no}", valid_from=SINCE)


def person(number: str, name: str, role: str, unit: Unit, area: str = "") -> User:
    """One more officer with a role."""
    user = User.objects.create(employee_no=number, name=name, unit=unit, bureau_code=BUREAU, post="科员")
    held = Role.objects.get(code=role)
    Grant.objects.create(
        user=user,
        role=held,
        lane=held.lane,
        bureau_code=BUREAU,
        area_prefix=area,
        unit_path=unit.path,
        valid=(SINCE, None),
    )
    return user


@dataclass
class Office:
    """The cast, a legal reviewer, and a process that runs. `go` does the open step of an instance as somebody."""

    cast: Cast
    reviewer: User
    process: Process

    def start(self, process: Process | None = None, by: User | None = None, now: datetime = NOW) -> Instance:
        return services.start(process or self.process, record(), by=by or self.cast.chief, now=now)

    def open(self, instance: Instance, node: str = "") -> Task:
        rows = Task.objects.filter(instance=instance, state__in=("ready", "claimed")).order_by("made_at")
        return rows.filter(node_id=node).latest("made_at") if node else rows.latest("made_at")

    def nodes(self, instance: Instance) -> list[str]:
        rows = Task.objects.filter(instance=instance, state__in=("ready", "claimed", "waiting"))
        return sorted(rows.values_list("node_id", flat=True))

    def go(self, instance: Instance, by: User, outcome: str = "agree", *, now: datetime = NOW, **more: Any) -> Task:
        task = self.open(instance)
        if task.node_id == "inquire":
            outcome, more = "done", {"data": {"party": "某店"}, **more}
        return services.complete(task, outcome=outcome, by=by, now=now, **{"opinion": "意见", **more})


def build_office(cast: Cast) -> Office:
    certify(cast.chief)
    reviewer = person("T0100", "法制一", "legal_reviewer", cast.units[BUREAU])
    qualify(reviewer)
    return Office(cast, reviewer, publish("small", steps()))
