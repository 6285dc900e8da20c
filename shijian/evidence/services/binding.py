"""Binding recordings to the papers they support, and taking a wrong binding back."""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import hooks
from ..choices import Verb
from ..models import Binding, Item, Note
from ..rules import filming as rules


class BindingRefused(Refused):
    code = "evidence.binding_refused"


@transaction.atomic
def bind_all(chosen: Iterable[tuple[Item, list[hooks.Paper]]], **said: Any) -> int:
    """Bind several recordings, each to its papers: all of them or none. How many bindings were made."""
    return sum(len(bind(item, papers, **said)) for item, papers in chosen)


@transaction.atomic
def bind(
    item: Item,
    papers: Iterable[hooks.Paper],
    *,
    first_second: int | None = None,
    last_second: int | None = None,
    remark: str = "",
    by: User,
    now: datetime,
) -> list[Binding]:
    """Say that a recording supports these papers, all of it or from one second to another.

    The caller got the papers from the record's own door. Raises BindingRefused for what is no recording, a paper bound
    already, or times out of order.
    """
    papers = list(papers)
    Item.objects.select_for_update(no_key=True).get(pk=item.pk)  # two who bind the same at once: one after the other
    if not item.sha256 or not rules.may_be_bound(item.medium):
        raise BindingRefused("只有录音、录像、录屏和照片可以绑定文书。")
    if not papers:
        raise BindingRefused("请至少选择一份文书。")
    if last_second is not None and last_second <= (first_second or 0):
        raise BindingRefused("结束时间应当晚于开始时间。")
    if last_second is not None and first_second is None:
        first_second = 0
    bound = set(Binding.objects.filter(item=item, correction=None).values_list("paper_id", flat=True))
    made = []
    for paper in papers:
        if paper.is_void:
            raise BindingRefused(f"{paper.label}已作废，不能绑定，请选择有效的文书。")
        if paper.key in bound:
            raise BindingRefused(f"已经绑定{paper.label}；需要改时间的，请先更正原来的绑定。")
        binding = Binding(
            item=item, paper_id=paper.key, paper_name=paper.name[:60], paper_number=paper.number[:60],
            paper_version=paper.version, paper_sha256=paper.sha256, item_sha256=item.sha256,
            first_second=first_second, last_second=last_second, remark=remark.strip()[:200], by=by, at=now,
        )  # fmt: skip
        binding.content_hash = content_hash(binding)
        binding.save(force_insert=True)
        detail = {"binding": binding.content_hash, "paper": paper.label, "paper_sha256": paper.sha256}
        _record(item, by, Verb.BOUND, detail, now)
        made.append(binding)
    return made


@transaction.atomic
def take_back(binding: Binding, *, why: str, by: User, now: datetime) -> Note:
    """End a wrong binding by a correcting note; the binding itself stays on record."""
    item = Item.objects.select_for_update(no_key=True).get(pk=binding.item_id)
    if not why.strip():
        raise BindingRefused("请写明更正的理由。")
    if Note.objects.filter(takes_back=binding).exists():
        raise BindingRefused("这个绑定已经解除。")
    text = f"更正：不再作为{binding.paper_label}的录音录像。{why.strip()}"[:1000]
    note = Note.objects.create(item=item, text=text, by=by, at=now, takes_back=binding)
    detail = {"binding": binding.content_hash, "note": note.pk, "text": sha256(text.encode()).hexdigest()}
    _record(item, by, Verb.UNBOUND, detail, now)
    return note


def content_hash(binding: Binding) -> str:
    text = json.dumps(binding.told(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _record(item: Item, by: User, verb: str, detail: dict[str, Any], now: datetime) -> None:
    audit.record(
        by=by, verb=verb, on=item, at=now, detail=detail, bureau_code=item.bureau_code, area_code=item.area_code
    )
