"""A diagram is saved as a draft, checked, published; what was in use before goes on for the instances on it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core import records

from .. import queries
from ..choices import Verb, VersionState
from ..models import Process, ProcessVersion
from ..rules import checking
from ..rules.diagram import Unreadable, read
from . import engine
from .refusals import NotChangeable, NotPublishable


def check(bpmn: str) -> list[checking.Finding]:
    """What keeps this file from being published; the engine is asked last."""
    try:
        diagram = read(bpmn)
    except Unreadable as error:
        return [checking.Finding(str(error))]
    found = checking.check(diagram, queries.known())
    if not any(not each.is_warning for each in found):
        try:
            engine.parse(diagram)
        except Exception as error:  # the engine has refusals of many kinds, and one of its own error paths is broken
            found.append(checking.Finding(f"流程引擎不能运行这张图：{error}"))
    return found


@transaction.atomic
def create_process(
    *, key: str, name: str, group: str, basis: str, bpmn: str, by: User, now: datetime
) -> ProcessVersion:
    """A process with its first draft; it can be started from every kind of record."""
    process = Process.objects.create(key=key, name=name, group=group, basis=basis, record_kinds=list(records.kinds))
    return save_draft(process, bpmn, note="新建", by=by, now=now)


@transaction.atomic
def save_draft(process: Process, bpmn: str, *, note: str = "", by: User | None, now: datetime) -> ProcessVersion:
    """Keep the file as it is; there is one draft at a time. Raises NotChangeable for what is no BPMN file."""
    try:
        read(bpmn)
    except Unreadable as error:
        raise NotChangeable(f"没有保存：{error}") from error
    process = Process.objects.select_for_update(no_key=True).get(pk=process.pk)
    draft = ProcessVersion.objects.filter(process=process, state=VersionState.DRAFT).first()
    if draft is None:
        last = ProcessVersion.objects.filter(process=process).order_by("-number").first()
        draft = ProcessVersion(process=process, number=last.number + 1 if last else 1)
    draft.bpmn, draft.note, draft.made_by, draft.made_at = bpmn, note[:200], by, now
    draft.save()
    _record(draft, Verb.DRAFTED, by, now)
    return draft


@transaction.atomic
def publish(version: ProcessVersion, *, by: User | None, now: datetime) -> ProcessVersion:
    """Put a draft into use. Raises NotPublishable with everything that stands against it."""
    Process.objects.select_for_update(no_key=True).get(pk=version.process_id)
    current = ProcessVersion.objects.select_related("process").get(pk=version.pk)
    if current.state != VersionState.DRAFT:
        raise NotPublishable(f"{current}已经发布过，不能再次发布。请在它的基础上另存草稿。")
    grave = [each.text for each in check(current.bpmn) if not each.is_warning]
    if grave:
        raise NotPublishable("不能发布：" + "；".join(text.rstrip("。") for text in grave[:8]) + "。")
    ProcessVersion.objects.filter(process=current.process, state=VersionState.PUBLISHED).update(
        state=VersionState.RETIRED
    )
    current.state, current.spec = VersionState.PUBLISHED, engine.parse(read(current.bpmn))
    current.published_by, current.published_at = by, now
    current.save()
    _record(current, Verb.PUBLISHED, by, now)
    return current


def _record(version: ProcessVersion, verb: Verb, by: Any, now: datetime) -> None:
    """Set-up loads the shipped processes in nobody's name; what a person does is on record."""
    if by is not None:
        audit.record(
            by=by,
            verb=verb,
            on=("workflow.version", str(version.pk), str(version)),
            at=now,
            detail={"process": version.process.key, "version": version.number},
            bureau_code=by.bureau_code,
        )
