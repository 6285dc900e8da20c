"""What all acts share: the lock, the run in motion, the rows that follow it, the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.inserts import insert, together
from shijian.deadlines.choices import OPEN as OPEN_CLOCKS
from shijian.deadlines.models import Clock
from shijian.notices import services as notices

from .. import hooks, queries
from ..choices import OPEN_TASKS, Act, InstanceState, Mode, TaskState, Verb
from ..models import Instance, Move, Process, Task
from ..rules import duties
from ..rules.diagram import Diagram, Node
from . import engine
from .refusals import NobodyToAct, NotAllowed, NotOpen
from .times import due_on, functions

SHORT = {"choice", "bool", "number", "date", "person", "people"}  # what a condition may ask for; texts stay in our rows


@dataclass(slots=True)
class Doing:
    """One act in progress: the locked instance, its diagram, who and when."""

    instance: Instance
    by: User
    now: datetime
    diagram: Diagram = field(init=False)
    _run: engine.Run | None = field(init=False, default=None)
    tasks: list[Task] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.diagram = queries.diagram_of(self.instance.version)

    @property
    def run(self) -> engine.Run:
        if self._run is None:
            version = self.instance.version
            spec = engine.spec_of(version.pk, lambda: version.spec)
            self._run = engine.restore(
                self.instance.engine, spec, self.diagram, now=self.now, functions=functions(self.now)
            )
        return self._run

    @run.setter
    def run(self, run: engine.Run) -> None:
        self._run = run

    def read_all(self) -> None:
        """Read the rows of the instance once, under its lock; from here on the act changes these rows only."""
        rows = Task.objects.filter(instance=self.instance).order_by("made_at", "id")
        self.tasks = list(rows)
        for each in self.tasks:
            each.instance = self.instance

    def rows(self) -> list[Task]:
        """All tasks of the instance in order: those read at the beginning, or as they are now."""
        if self.tasks is not None:
            return self.tasks
        return list(Task.objects.filter(instance=self.instance).order_by("made_at", "id"))

    def past(self, *, besides: Any = None) -> duties.Past:
        return queries.past_of(self.instance, self.rows(), besides=besides)

    def node(self, task: Task) -> Node:
        return self.diagram.nodes[task.node_id]

    def must_fit(self, task: Task, person: User, *, by_role: bool = True) -> None:
        """Raise the refusal of the rules of duty for this person at this step, as things stand now."""
        node = self.node(task)
        past = self.past(besides=task.pk)
        facts = queries.person_of(person, localdate(self.now), node)
        fault = duties.fault(node, self.diagram.nodes, facts, past, queries.place_of(self.instance), by_role=by_role)
        if fault:
            raise NotAllowed(fault)

    def keep(
        self,
        act: Act,
        task: Task | None = None,
        *,
        note: str = "",
        text: str = "",
        to: User | None = None,
        **detail: Any,
    ) -> None:
        """Write what happened, and the audit entry. The entry holds no words of people."""
        move = Move(
            instance=self.instance,
            task=task,
            act=act,
            by_id=self.by.pk,
            to=to,
            at=self.now,
            step=task.name if task else "",
            text=text[:80],
            note=note,
        )
        if to:
            detail["to"] = to.employee_no
        if task:
            detail |= {"task": str(task.pk), "node": task.node_id}
        with together():
            insert([move])
            audit.record(
                by=self.by,
                verb=Verb[Act(act).name],
                on=("workflow.instance", str(self.instance.pk), str(self.instance)),
                at=self.now,
                detail=detail,
                bureau_code=self.instance.bureau_code,
                area_code=self.instance.area_code,
            )

    def tell(self, people: Iterable[User], title: str, task: Task | None = None) -> None:
        page = f"tasks/{task.pk}" if task else f"instances/{self.instance.pk}"
        notices.notify(
            [each for each in people if each.pk != self.by.pk],
            kind="workflow.task",
            title=f"{self.instance.record_number} {title}",
            body=self.instance.record_title,
            link=f"/workflow/{page}/",
            at=self.now,
            bureau_code=self.instance.bureau_code,
        )

    def advance(self) -> list[Task]:
        """Follow the engine: handlers run, steps that are open get their rows, others lose theirs; then store all."""
        run = self.run
        while handled := next(((token, node) for token, node in run.waiting() if not node.is_for_people), None):
            token, node = handled
            run.finish(token, hooks.run(node.handler, self.instance, run.data(token), by=self.by, now=self.now))
        waiting = dict(run.waiting())
        standing = {task.token for task in self.rows() if task.is_open}
        if standing - set(waiting):
            open_rows = Task.objects.filter(instance=self.instance, state__in=OPEN_TASKS)
            open_rows.exclude(token__in=list(waiting)).update(state=TaskState.DROPPED)
        made = [row for token, node in waiting.items() if token not in standing for row in self._rows(token, node)]
        changed = self.store()
        with together():
            insert(made)
            for task in made:
                if task.assignee:
                    self.tell([task.assignee], f"待办：{task.name}", task)
            if changed:
                self.tell([self.instance.started_by], f"{self.instance.version.process.name}已办结")
        return made

    def store(self) -> bool:
        """Keep the state of the engine; whether the instance has ended with it."""
        instance, run = self.instance, self.run
        instance.engine = run.state()
        instance.due = next((due for due, _ in run.timers()), None)
        if ended := instance.state == InstanceState.RUNNING and run.is_over:
            instance.state, instance.ended_at = InstanceState.ENDED, self.now
        instance.save(update_fields=["engine", "due", "state", "ended_at", "version"])
        return ended

    def _rows(self, token: UUID, node: Node) -> list[Task]:
        past = self.past()
        base: dict[str, Any] = {
            "instance": self.instance,
            "token": token,
            "node_id": node.id,
            "name": node.title[:120],
            "mode": node.mode,
            "bureau_code": self.instance.bureau_code,
            "area_code": self.instance.area_code,
            "unit_path": self.instance.started_by.unit_path if node.unit == "starter" else "",
            "reach": node.unit,
            "roles": list(node.roles),
            "barred": sorted(duties.barred(node, self.diagram.nodes, past)),
            "made_at": self.now,
            "due_on": self._due(node),
        }
        people = self._named(token, node, past)
        if node.mode == Mode.SINGLE:
            person = people[0] if len(people) == 1 else self._before(node, past)
            return [Task(**base, assignee=person)]
        people = people or queries.candidates(node, self.diagram, self.instance, past, localdate(self.now))
        if not people:
            raise NobodyToAct(f"“{node.title}”没有可以办理的人，请先授予角色，或者请流程管理员调整流程。")
        return [Task(**base, assignee=person) for person in people]

    def _due(self, node: Node) -> date | None:
        """The day of the clock that runs for this limit on the record, suspensions and all; else worked out from today."""
        if not node.limit:
            return None
        clocks = Clock.objects.filter(
            record_kind=self.instance.record_kind,
            record_id=self.instance.record_id,
            rule_key=node.limit,
            state__in=OPEN_CLOCKS,
        )
        return clocks.values_list("due_on", flat=True).first() or due_on(node.limit, self.now)

    def _named(self, token: UUID, node: Node, past: duties.Past) -> list[User]:
        """Whom the diagram itself names: the starter, who did another step, whom somebody chose in a form."""
        kind, _, name = node.assign.partition(":")
        keys: Sequence[Any] = []
        if kind == "starter":
            keys = [self.instance.started_by_id]
        elif kind == "same":
            done = [row for row in self.rows() if row.node_id == name and row.state == TaskState.DONE and not row.turn]
            keys = [max(done, key=lambda row: (row.done_at, row.pk)).done_by_id] if done else []
        elif kind == "field":
            value = self.run.data(token).get(name) or []
            keys = value if isinstance(value, list) else [value]
        if not keys:
            return []
        people = User.objects.filter(pk__in=keys, bureau_code=self.instance.bureau_code, is_active=True)
        return self._fit(people, node, past, by_role=False)

    def _before(self, node: Node, past: duties.Past) -> User | None:
        """Who did this step the last time it was reached goes on with it, as long as he still may."""
        done = [row for row in self.rows() if row.node_id == node.id and row.state == TaskState.DONE and not row.turn]
        last = max(done, key=lambda row: (row.done_at, row.pk)).done_by_id if done else None
        people = self._fit(User.objects.filter(pk=last), node, past) if last else []
        return people[0] if people else None

    def _fit(self, people: Any, node: Node, past: duties.Past, *, by_role: bool = True) -> list[User]:
        on = localdate(self.now)
        return queries.fitting(people, node, self.diagram, self.instance, past, on, by_role=by_role)


def begin(instance_id: UUID, *, by: User, now: datetime) -> Doing:
    """Lock the instance. Raises NotOpen for one that has ended."""
    instance = (
        Instance.objects.select_for_update(no_key=True, of=("self",))
        .select_related("version__process", "started_by__unit")
        .defer("version__bpmn", "version__spec")  # large, and known to the process after the first time
        .get(pk=instance_id)
    )
    if instance.state != InstanceState.RUNNING:
        raise NotOpen(f"流程{instance.get_state_display()}，不能再操作。请刷新页面查看结果。")
    return Doing(instance, by, now)


def locked(task: Task, doing: Doing, *states: TaskState) -> Task:
    """The task as it is under the lock. Raises NotOpen when it is not in one of these states."""
    current = row_of(task, doing)
    if current.state not in states:
        who = f"，办理人{current.claimed_by}" if current.claimed_by and current.state == TaskState.CLAIMED else ""
        raise NotOpen(
            f"“{current.name}”现在是“{current.get_state_display()}”{who}，不能这样操作。请刷新页面查看最新情况。"
        )
    current.instance = doing.instance
    return current


def row_of(task: Task, doing: Doing) -> Task:
    """The row of a task as this act works on it."""
    if doing.tasks is not None:
        return next(each for each in doing.tasks if each.pk == task.pk)
    return Task.objects.select_related("claimed_by", "assignee").get(pk=task.pk)


def has_open(process: Process, record_kind: str, record_id: UUID) -> bool:
    return Instance.objects.filter(
        version__process=process, record_kind=record_kind, record_id=record_id, state=InstanceState.RUNNING
    ).exists()
