"""Bureaus' own versions of forms: what waits, what changes, which drafts they find under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from shijian.accounts.models import User

from ..catalogue import Content
from ..choices import State
from ..models import FormProposal, FormVersion, Paper
from ..permissions import PAPER_VIEW
from ..rules import comparing, schema
from ..rules.drafting import SIGNERS
from ..rules.schema import Field
from .forms import form_version


def proposals_of(bureau_code: str) -> QuerySet[FormProposal]:
    rows = FormProposal.objects.filter(bureau_code=bureau_code)
    return rows.select_related("form", "base__form", "proposed_by", "decided_by")


def proposal_for(user: User, key: UUID) -> FormProposal:
    """A proposal of the person's bureau. Raises 404 outside it."""
    found = proposals_of(user.bureau_code).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def changes_between(old: Content | None, new: Content) -> list[comparing.Change]:
    """What a version says otherwise than the one before; everything when there is none."""
    return comparing.changes(_parts(old) if old else {}, _parts(new))


def _parts(content: Content) -> dict[str, Sequence[str]]:
    try:
        fields = [comparing.said(field) for field in content.fields.values()]
    except (KeyError, ValueError):  # a draft with a line that cannot be read yet
        fields = content.fields_text.splitlines()
    return {
        "名称": [content.name], "文号用字": [content.word] if content.word else [], "版式": [comparing.style(content.style)],
        "签名盖章": [SIGNERS.get(each, each) for each in content.signs], "页脚签名": content.page_sign, "依据": content.basis,
        "字段": fields, "正文": [line for line in content.body.splitlines() if line.strip()], "常见错误": content.mistakes,
        "范例": [f"{code}：{value}" for code, value in content.sample.items()],
    }  # fmt: skip


def drafts_on(user: User, version: FormVersion | None) -> QuerySet[Paper]:
    """Papers still open that were begun with a version: they keep it unless somebody lifts them."""
    rows = Paper.objects.within(user.scope(PAPER_VIEW)).filter(state__in=(State.DRAFT, State.SUBMITTED))
    return rows.filter(form_version=version).select_related("form_version", "drafted_by").order_by("-changed_at")


@dataclass(frozen=True, slots=True)
class Lift:
    """What lifting a draft to the version in force does: its data then, what has no place any more, what is asked anew."""

    version: FormVersion
    data: dict[str, Any]
    gone: tuple[Field, ...]
    asked: tuple[Field, ...]


def lift_of(paper: Paper, *, on: date) -> Lift | None:
    """None when the draft has the version in force already, or its form is no longer used."""
    try:
        version = form_version(paper.form_version.form.slug, on, paper.bureau_code)
    except Http404:
        return None
    if version.pk == paper.form_version_id:
        return None
    old, new = paper.form_version.read().fields, version.read().fields
    kept = {
        code: value for code, value in paper.data.items() if code in new and _stays(old.get(code), new[code], value)
    }
    gone = tuple(old[code] for code in paper.data if code in old and code not in kept)
    asked = tuple(
        field for code, field in new.items() if field.required and code not in old and schema.is_empty(kept.get(code))
    )
    return Lift(version, kept, gone, asked)


def _stays(old: Field | None, new: Field, value: Any) -> bool:
    """Whether a value may stand in the field as the new version has it."""
    return (old is not None and old.kind == new.kind and old.options == new.options) or not schema.faults(
        [new], {new.code: value}
    )
