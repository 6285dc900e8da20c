"""SpiffWorkflow, and nothing else of the product knows it.

A run is restored from its state, moved and stored again. The diagram is not in the state: it is parsed once per version,
from a lean copy that holds only what runs here. The script environment knows comparisons and three functions of time;
scripts do not run at all. A restored workflow would come back with an environment that runs any Python, so ours is set
again each time.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import (
    DEFAULT_CONFIG,
    BpmnTaskSpecConverter,
    BpmnWorkflowConverter,
    TimerConditionalEventDefinitionConverter,
)
from SpiffWorkflow.bpmn.serializer.default.workflow import WorkflowConverter
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ManualTask, ParallelGateway
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimeDateEventDefinition
from SpiffWorkflow.bpmn.util.diff import diff_workflow, migrate_workflow
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import TaskState

from ..rules import expressions
from ..rules.diagram import BPMN, Diagram, Node

Functions = Mapping[str, Callable[..., Any]]


class Environment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """Compares what was filled in; runs nothing. `now` is the clock of the act, timers ask it too."""

    def __init__(self, now: datetime, functions: Functions) -> None:
        super().__init__()
        self.now, self.functions = now, functions

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        return expressions.evaluate(expression, context, self.functions)

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise PermissionError("script tasks are off")

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        raise PermissionError("services are called by handlers")


class Handled(ManualTask):  # type: ignore[misc]
    """A service task: stops the engine, so that its handler runs in our own transaction."""


class Timed(TimeDateEventDefinition):  # type: ignore[misc]
    """A date that is compared with the clock of the act, not with that of the machine."""

    def has_fired(self, my_task: Any) -> bool:
        due = my_task._get_internal_data("event_value")
        if due is None:
            due = my_task.workflow.script_engine.evaluate(my_task, self.expression)
            my_task._set_internal_data(event_value=due)
        if datetime.fromisoformat(due) <= my_task.workflow.top_workflow.script_engine.environment.now:
            my_task._set_internal_data(event_fired=True)
        return bool(my_task._get_internal_data("event_fired", False))


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the engine makes of a diagram: the process, and its sub-processes by their node."""

    main: Any
    parts: dict[str, Any]


class Lean(BpmnWorkflowConverter):  # type: ignore[misc]
    """A workflow without its diagram."""

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        made: dict[str, Any] = WorkflowConverter.to_dict(self, workflow)
        if workflow.subprocesses:
            made["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        return made

    def from_dict(self, dct: dict[str, Any], parsed: Any = None) -> Any:
        workflow = self.target_class(parsed.main, parsed.parts, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(dct["root"]))
        self.set_default_attributes(workflow, dct)
        self.subprocesses_from_dict(dict(dct.get("subprocesses", {})), workflow)
        return workflow


class Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES = {full_tag("serviceTask"): (TaskParser, Handled)}


_registry = BpmnWorkflowSerializer.configure(
    {
        **DEFAULT_CONFIG,
        BpmnWorkflow: Lean,
        Handled: BpmnTaskSpecConverter,
        Timed: TimerConditionalEventDefinitionConverter,
    }
)
_specs: dict[Any, Parsed] = {}
_AHEAD = 2
_SPECS_KEPT = 200


def parse(diagram: Diagram) -> dict[str, Any]:
    """What the engine makes of a checked diagram, as JSON. Raises what the engine raises for one it cannot run."""
    parser = Parser()
    parser.add_bpmn_xml(_lean(diagram))
    spec = parser.get_spec(diagram.process_id)
    parts = parser.get_subprocess_specs(diagram.process_id)
    for each in (spec, *parts.values()):
        for task in each.task_specs.values():
            event = getattr(task, "event_definition", None)
            for definition in (event, *getattr(event, "event_definitions", ())):
                if isinstance(definition, TimeDateEventDefinition):
                    definition.__class__ = Timed
    made: dict[str, Any] = _registry.convert(spec)
    if parts:
        made["parts"] = {name: _registry.convert(part) for name, part in parts.items()}
    return made


def _lean(diagram: Diagram) -> Any:
    """The diagram with nothing but steps, flows, conditions and times."""
    root = etree.Element(f"{{{BPMN}}}definitions", nsmap={None: BPMN})
    process = etree.SubElement(root, f"{{{BPMN}}}process", id=diagram.process_id, isExecutable="true")
    scopes = {"": process}  # a sub-process comes before what is drawn in it
    for node in diagram.nodes.values():
        kind = "userTask" if node.is_for_people else node.kind
        element = etree.SubElement(
            scopes[node.inside], f"{{{BPMN}}}{kind}", id=node.id, name=node.message or node.title
        )
        if node.kind == "subProcess":
            scopes[node.id] = element
        if node.default:
            element.set("default", node.default)
        if node.attached_to:
            element.set("attachedToRef", node.attached_to)
            element.set("cancelActivity", "true" if node.interrupts else "false")
        if node.timer:
            event = etree.SubElement(element, f"{{{BPMN}}}timerEventDefinition")
            etree.SubElement(event, f"{{{BPMN}}}timeDate").text = node.timer
        elif node.message:
            etree.SubElement(element, f"{{{BPMN}}}messageEventDefinition")
        if node.terminates:
            etree.SubElement(element, f"{{{BPMN}}}terminateEventDefinition")
    for flow in diagram.flows:
        scope = scopes[diagram.nodes[flow.source].inside]
        element = etree.SubElement(
            scope, f"{{{BPMN}}}sequenceFlow", id=flow.id, sourceRef=flow.source, targetRef=flow.target
        )
        if flow.condition:
            etree.SubElement(element, f"{{{BPMN}}}conditionExpression").text = flow.condition
    return root


def spec_of(key: Any, stored: Callable[[], Any]) -> Parsed:
    """The parsed diagram of a published version, restored once per process; only then is `stored` asked."""
    if key not in _specs:
        if len(_specs) >= _SPECS_KEPT:
            _specs.clear()
        made = copy.deepcopy(stored())
        parts = {name: _registry.restore(part) for name, part in made.pop("parts", {}).items()}
        _specs[key] = Parsed(_registry.restore(made), parts)
        for spec in (_specs[key].main, *parts.values()):
            if not any(isinstance(each, ParallelGateway | InclusiveGateway) for each in spec.task_specs.values()):
                for each in spec.task_specs.values():
                    _see_less(each)
    return _specs[key]


def _see_less(spec: Any) -> None:
    """Let the engine lay out the next two steps only, and again at each step that opens.

    As it comes it lays out all that may follow down to the end, stores it and reads it back at every step, so that a
    step costs the more the longer the diagram is. Joins look for what is still on its way to them: diagrams with
    parallel or inclusive gateways keep the whole view.
    """
    update = spec._update

    def predict(my_task: Any, seen: Any = None, looked_ahead: int = 0, mask: int = TaskState.PREDICTED_MASK) -> None:
        if my_task.has_state(mask):
            spec._predict_hook(my_task)
        if looked_ahead < _AHEAD:
            for child in my_task.children:
                if child.has_state(mask):
                    child.task_spec._predict(child, None, looked_ahead + 1, mask)

    def opens(my_task: Any) -> None:
        if my_task.has_state(TaskState.FUTURE):
            predict(my_task, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        update(my_task)

    spec._predict, spec._update = predict, opens


@dataclass(slots=True)
class Run:
    """One workflow in motion. Steps are known by the engine's id of them (token) and the node of the diagram."""

    workflow: Any
    diagram: Diagram
    now: datetime

    def waiting(self) -> list[tuple[UUID, Node]]:
        """Steps of people and of handlers that are open."""
        found = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return [(task.id, self.diagram.nodes[task.task_spec.name]) for task in found]

    def timers(self) -> list[tuple[datetime, Node]]:
        """What waits for a time, and until when."""
        found = []
        for task in self.workflow.get_tasks(state=TaskState.WAITING):
            value = task.internal_data.get("event_value")
            if value and task.task_spec.name in self.diagram.nodes:
                node = next(each for each in self.diagram.waiting_at(task.task_spec.name) if each.timer)
                found.append((datetime.fromisoformat(value).astimezone(UTC), node))
        return sorted(found, key=lambda each: each[0])

    def awaited(self) -> list[Node]:
        """What waits for a message: the events, each of which knows the name it waits for."""
        names = [task.task_spec.name for task in self.workflow.get_tasks(state=TaskState.WAITING)]
        events = [each for name in names if name in self.diagram.nodes for each in self.diagram.waiting_at(name)]
        return [each for each in events if each.message]

    def deliver(self, message: str, values: Mapping[str, Any]) -> None:
        """A message has come; every step of this run that waits for it goes on with the values."""
        self.workflow.catch(BpmnEvent(MessageEventDefinition(message), payload=dict(values)))
        self.workflow.get_events()  # what nobody waited for is not kept
        self.settle()

    def data(self, token: UUID) -> dict[str, Any]:
        made: dict[str, Any] = self.workflow.get_task_from_id(token).data
        return made

    def finish(self, token: UUID, values: Mapping[str, Any]) -> None:
        """A step is done with these values; gateways and events behind it follow."""
        task = self.workflow.get_task_from_id(token)
        task.data.update(values)
        task.run()
        self.settle()

    def settle(self) -> None:
        """Everything that needs nobody: gateways, times that have come."""
        self.workflow.refresh_timers()
        self.workflow.do_engine_steps()

    def go_back(self, to: UUID) -> None:
        """Take the workflow back to a step that was done; everything after it is undone in the engine."""
        outer = self.workflow.get_task_from_id(to).workflow
        while outer.parent_task_id is not None:  # a sub-process that had ended goes on
            outer.completed = False
            outer = outer.parent_workflow
        self.workflow.reset_from_task_id(to)
        events = self.workflow.event_manager.tasks  # the engine would ask those it has just taken out
        for gone in set(events) - {task.id for task in self.workflow.get_tasks(state=TaskState.WAITING)}:
            del events[gone]
        self.settle()

    def earlier(self, token: UUID) -> list[tuple[UUID, Node]]:
        """Steps of people done on the way to this one, the latest first, each node once."""
        found: dict[str, tuple[UUID, Node]] = {}
        for scope in self._scopes(token):
            for task in self._back(scope.parent):
                node = self.diagram.nodes.get(task.task_spec.name)
                if node is not None and node.is_for_people and node.id not in found:
                    found[node.id] = (task.id, node)
        return list(found.values())

    def _scopes(self, token: UUID) -> Iterator[Any]:
        """A step, the sub-process it is in, and so on outwards."""
        key: UUID | None = token
        while key is not None:
            task = self.workflow.get_task_from_id(key)
            yield task
            key = task.workflow.parent_task_id

    def _back(self, task: Any) -> Iterator[Any]:
        """From a step that was done backwards, through the sub-processes that were done."""
        while task is not None:
            yield task
            if (inner := self.workflow.get_subprocess(task)) is not None:
                yield from self._back(inner.last_task)
            task = task.parent

    def was_handled_after(self, token: UUID) -> bool:
        """Whether a handler has run since this step: what it did cannot be taken back."""
        after = [
            each for scope in self._scopes(token) for child in scope.children for each in self.workflow.get_tasks(child)
        ]
        return any(isinstance(each.task_spec, Handled) and each.has_state(TaskState.COMPLETED) for each in after)

    def wait_until(self, now: datetime, functions: Functions) -> None:
        """Let time pass, as a simulation does; times set from now on count from then."""
        self.now = now
        self.workflow.script_engine = PythonScriptEngine(environment=Environment(now, functions))
        self.settle()

    def cancel(self) -> None:
        self.workflow.cancel()

    @property
    def is_over(self) -> bool:
        return bool(self.workflow.is_completed())

    def state(self) -> dict[str, Any]:
        """What is stored: without the diagram."""
        made: dict[str, Any] = _registry.convert(self.workflow)
        return made

    def move_to(self, parsed: Parsed, diagram: Diagram) -> list[str]:
        """Why this run cannot go on with another version; empty when it has been moved."""
        top, inner = diff_workflow(_registry, self.workflow, parsed.main, parsed.parts)
        past = TaskState.COMPLETED | TaskState.STARTED | TaskState.READY | TaskState.WAITING
        gone, kept = list(top.removed), dict(top.alignment)
        for key, each in inner.items():
            gone += each.removed if each else self.workflow.subprocesses[key].tasks.values()
            kept |= each.alignment if each else {}
        faults = [(task, "新版本里没有这个步骤") for task in gone]
        for task, spec in kept.items():
            if spec is None or spec.name != task.task_spec.name:  # the engine also takes one that looks alike
                faults.append((task, "新版本里没有这个步骤"))
            elif type(spec) is not type(task.task_spec):
                faults.append((task, "新版本里换了种类"))
        found = {
            f"“{self.diagram.nodes[task.task_spec.name].title}”已经办理或者正在办理，{what}"
            for task, what in faults
            if task.has_state(past) and task.task_spec.name in self.diagram.nodes
        }
        if found:
            return sorted(found)
        migrate_workflow(top, self.workflow, parsed.main)
        self.workflow.subprocess_specs = parsed.parts
        for key, sub in list(self.workflow.subprocesses.items()):
            migrate_workflow(inner[key], sub, parsed.parts[sub.spec.name])
            self._look_ahead(self.workflow.get_task_from_id(key))
        self.diagram = diagram
        self.settle()
        return []

    def _look_ahead(self, task: Any) -> None:
        """What follows a sub-process that goes on, as the new version has it."""
        if task.has_state(TaskState.STARTED):
            task._drop_children()
            task.task_spec._predict_hook(task)


def start(parsed: Parsed, diagram: Diagram, *, now: datetime, functions: Functions, values: Mapping[str, Any]) -> Run:
    workflow = BpmnWorkflow(
        parsed.main, parsed.parts, script_engine=PythonScriptEngine(environment=Environment(now, functions))
    )
    first = workflow.get_next_task(state=TaskState.READY)
    first.data.update(values)
    run = Run(workflow, diagram, now)
    run.settle()
    return run


def restore(state: dict[str, Any], parsed: Parsed, diagram: Diagram, *, now: datetime, functions: Functions) -> Run:
    """A run as it was stored; `state` is used up."""
    workflow = _registry.restore(state, parsed=parsed)
    workflow.script_engine = PythonScriptEngine(environment=Environment(now, functions))
    return Run(workflow, diagram, now)


def forget(key: Any) -> None:
    """Drop a restored diagram that is in use nowhere."""
    _specs.pop(key, None)
