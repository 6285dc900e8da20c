"""B11: cases moved through seven steps by four roles, beside a two-statement transaction and plain SpiffWorkflow.

Ours does at each step what a bureau needs: the lock, the rules of duty, the form, the outcome, the next task, the history
and the audit entry, in one transaction. The floor is a transaction with one UPDATE and one INSERT. The peer is
SpiffWorkflow as its manual shows it: the whole state with its diagram restored from one row, one step, stored again.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from . import node

NOW = datetime(2026, 9, 14, 2, 0, tzinfo=UTC)
STEPS = 7


def run(quick: bool = False) -> list[dict[str, Any]]:
    """Against the floor, against plain SpiffWorkflow, and a large diagram against a small one."""
    answer: list[dict[str, Any]] = node.measure("bench.workflow", 20 if quick else 300)["results"]
    return answer


def measure(*, cases: int) -> list[dict[str, Any]]:
    """In the database of the node; each step is a transaction with full durability, as in production."""
    people, process, wide = _prepare()
    ours = _best(lambda: _ours(cases, people, process))
    floor = _best(lambda: _floor(cases * STEPS))
    peer = _best(lambda: _peer(cases))
    big = _best(lambda: _ours(max(10, cases // 5), people, wide))
    rates = {name: round(value) for name, value in (("ours", ours), ("floor", floor), ("peer", peer), ("big", big))}
    return [
        _result("B11 流程步骤，对两语句事务", rates["ours"], rates["floor"], ours / floor, "≥ 0.4", ours / floor >= 0.4, cases),
        _result("B11 流程步骤，对 SpiffWorkflow", rates["ours"], rates["peer"], ours / peer, "≥ 5", ours / peer >= 5, cases),
        _result("B11 200 个节点的流程，对 10 个节点", rates["big"], rates["ours"], ours / big, "≤ 1.2", ours / big <= 1.2, cases),
    ]  # fmt: skip


def _result(name: str, ours: int, peer: int, ratio: float, target: str, ok: bool, cases: int) -> dict[str, Any]:
    return {
        "name": name, "ours": f"{ours} 步/秒", "peer": f"{peer} 步/秒", "ratio": round(ratio, 2), "target": target,
        "ok": ok, "n": cases * STEPS,
    }  # fmt: skip


def _best(work: Callable[[], float]) -> float:
    return max(work() for _ in range(3))


def chain(count: int) -> str:
    """A straight process of this many steps in four lanes, then seven of them are done."""
    from shijian.workflow.library.drawing import Procedure, Step, draw

    roles = ["grid_chief", "station_head", "grid_office", "leader"]
    steps = [Step("Begin", "开始", roles[0], "S1", kind="startEvent")]
    for number in range(1, count + 1):
        to = f"S{number + 1}" if number < count else "Over"
        marks = {"differsFrom": f"S{number - 1}"} if number > 1 else {}
        steps.append(Step(f"S{number}", f"第{number}步", roles[number % 4], to, marks=marks))
    steps.append(Step("Over", "结束", roles[0], kind="endEvent"))
    return draw(Procedure(f"bench{count}", f"基准{count}", "基准", "", {role: role for role in roles}, steps))


def _prepare() -> tuple[dict[str, Any], Any, Any]:
    from shijian.accounts.services import sync_roles
    from shijian.accounts.testing import build_cast
    from shijian.config.roles import ROLES
    from shijian.workflow import services
    from shijian.workflow.models import Process

    sync_roles(ROLES)
    cast = build_cast()
    people = {
        "grid_chief": cast.chief,
        "station_head": cast.station_head,
        "grid_office": cast.grid_office,
        "leader": cast.leader,
    }
    made = []
    for count in (STEPS + 1, 198):
        process = Process.objects.create(key=f"bench{count}", name="基准", record_kinds=["event"])
        services.publish(services.save_draft(process, chain(count), by=None, now=NOW), by=None, now=NOW)
        made.append(process)
    return people, made[0], made[1]


def _ours(cases: int, people: dict[str, Any], process: Any) -> float:
    from shijian.workflow import services
    from shijian.workflow.models import Task
    from shijian.workflow.testing import record

    started = [services.start(process, record(), by=people["grid_chief"], now=NOW) for _ in range(cases)]
    begun = time.perf_counter()
    for instance in started:
        for _ in range(STEPS):
            task = Task.objects.select_related("instance").get(instance=instance, state="ready")
            services.complete(task, outcome="done", by=people[task.roles[0]], now=NOW)
    return cases * STEPS / (time.perf_counter() - begun)


def _floor(steps: int) -> float:
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor_case (id int PRIMARY KEY, state int)")
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor_step (id bigserial PRIMARY KEY, case_id int, state int)")
        cursor.execute("INSERT INTO bench_floor_case VALUES (1, 0) ON CONFLICT DO NOTHING")
        begun = time.perf_counter()
        for number in range(steps):
            with transaction.atomic():
                cursor.execute("UPDATE bench_floor_case SET state = %s WHERE id = 1", [number])
                cursor.execute("INSERT INTO bench_floor_step (case_id, state) VALUES (1, %s)", [number])
        return steps / (time.perf_counter() - begun)


def _peer(cases: int) -> float:
    from django.db import connection, transaction
    from lxml import etree
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.task import TaskState

    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(chain(STEPS + 1).encode()))
    spec = parser.get_spec(f"Process_bench{STEPS + 1}")
    serializer = BpmnWorkflowSerializer()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_peer (id int PRIMARY KEY, state jsonb)")
        cursor.execute("DELETE FROM bench_peer")
        for number in range(cases):
            workflow = BpmnWorkflow(spec)
            workflow.do_engine_steps()
            cursor.execute("INSERT INTO bench_peer VALUES (%s, %s)", [number, serializer.serialize_json(workflow)])
        begun = time.perf_counter()
        for number in range(cases):
            for _ in range(STEPS):
                with transaction.atomic():
                    cursor.execute("SELECT state FROM bench_peer WHERE id = %s FOR UPDATE", [number])
                    (state,) = cursor.fetchone()
                    workflow = serializer.deserialize_json(state if isinstance(state, str) else json.dumps(state))
                    workflow.get_next_task(state=TaskState.READY, manual=True).run()
                    workflow.do_engine_steps()
                    cursor.execute(
                        "UPDATE bench_peer SET state = %s WHERE id = %s", [serializer.serialize_json(workflow), number]
                    )
        return cases * STEPS / (time.perf_counter() - begun)


def main(cases: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_reference", stdout=sys.stderr)
    sys.stdout.write(json.dumps({"results": measure(cases=cases)}) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
