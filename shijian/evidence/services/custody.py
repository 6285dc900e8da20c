"""Handing over: the sender sends, the receiver accepts; until then the sender answers for it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch

from shijian.accounts.confirmation import Proof
from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.notices.services import notify

from ..choices import CustodyAct, Verb
from ..models import CustodyEntry, Good, Item
from ..rules import custody as rules
from .chain import Thing, add_entry, locked_links


class CustodyRefused(Refused):
    code = "evidence.custody_refused"


@transaction.atomic
def send(
    thing: Thing, to: User, *, place: str, note: str, by: User, now: datetime, proof: Proof | None = None
) -> CustodyEntry:
    """Offer a thing to a colleague. Only its holder may, and not while another hand-over waits."""
    links = _held_by(thing, by)
    if rules.pending(links):
        raise CustodyRefused("已有一次移交等待接收，请先等对方接收，或撤回后再移交。")
    if to.pk in by.hats or not to.is_active or to.bureau_code != _bureau(thing):
        raise CustodyRefused("请选择本局另一名在岗人员作为接收人。")
    entry = add_entry(thing, CustodyAct.SENT, to=to, place=place, note=note, by=by, now=now, proof=proof)
    _record(thing, entry, Verb.SENT)
    notify(
        [to],
        kind="custody",
        title=f"请接收：{_label(thing)}"[:120],
        body=f"{by.name}移交给您，请当面清点后在系统中接收或拒收。{note}",
        link="/evidence/custody/",
        at=now,
        bureau_code=_bureau(thing),
    )
    return entry


@transaction.atomic
def accept(
    thing: Thing, *, place: str, note: str = "", by: User, now: datetime, proof: Proof | None = None
) -> CustodyEntry:
    """Take over what was sent: from now on the receiver answers for it."""
    links = _waiting_for(thing, by)
    entry = add_entry(thing, CustodyAct.ACCEPTED, to=by, place=place, note=note, by=by, now=now, proof=proof)
    if isinstance(thing, Good) and place:
        thing.storage = place
        thing.save(update_fields=["storage"])
    _record(thing, entry, Verb.ANSWERED)
    _tell_sender(thing, links, "已接收", entry)
    return entry


@transaction.atomic
def decline(thing: Thing, *, note: str, by: User, now: datetime, proof: Proof | None = None) -> CustodyEntry:
    """Do not take it over; it stays with the sender."""
    if not note.strip():
        raise CustodyRefused("请写明拒收的理由，如数量不符、封条破损。")
    links = _waiting_for(thing, by)
    entry = add_entry(thing, CustodyAct.DECLINED, note=note, by=by, now=now, proof=proof)
    _record(thing, entry, Verb.ANSWERED)
    _tell_sender(thing, links, "被拒收", entry)
    return entry


@transaction.atomic
def withdraw(thing: Thing, *, by: User, now: datetime) -> CustodyEntry:
    """Take back a hand-over that nobody has accepted yet."""
    if not rules.pending(_held_by(thing, by)):
        raise CustodyRefused("没有等待接收的移交。")
    entry = add_entry(thing, CustodyAct.WITHDRAWN, by=by, now=now)
    _record(thing, entry, Verb.ANSWERED)
    return entry


@transaction.atomic
def move(thing: Thing, *, place: str, note: str = "", by: User, now: datetime) -> CustodyEntry:
    """Put it elsewhere, in the same hands."""
    if not place.strip():
        raise CustodyRefused("请写明新的存放地点。")
    if rules.pending(_held_by(thing, by)):
        raise CustodyRefused("正在移交，请等对方接收或撤回后再变更存放地点。")
    entry = add_entry(thing, CustodyAct.MOVED, place=place.strip(), note=note, by=by, now=now)
    if isinstance(thing, Good):
        thing.storage = place.strip()
        thing.save(update_fields=["storage"])
    _record(thing, entry, Verb.MOVED)
    return entry


@transaction.atomic
def release(thing: Thing, *, outside: str, note: str, by: User, now: datetime) -> CustodyEntry:
    """Give it out of the house: to another authority, a laboratory, its owner."""
    if not outside.strip() or not note.strip():
        raise CustodyRefused("请写明接收单位（人）和事由、文书号。")
    if rules.pending(_held_by(thing, by)):
        raise CustodyRefused("正在移交，请等对方接收或撤回后再办理。")
    entry = add_entry(thing, CustodyAct.RELEASED, outside=outside.strip(), note=note, by=by, now=now)
    _record(thing, entry, Verb.MOVED)
    return entry


def alarm(*, now: datetime) -> int:
    """Daily: every chain is checked whole; who answers for a thing whose chain has a fault is told. How many there were."""
    found = 0
    for model in (Item, Good):
        rows = model._default_manager.prefetch_related(
            Prefetch("chain", CustodyEntry.objects.select_related("by", "to").order_by("seq"))
        )
        for thing in rows.iterator(chunk_size=500):
            links = [entry.as_link() for entry in thing.chain.all()]
            faults = rules.faults(links, now=now)
            if faults:
                found += 1
                _tell_keeper(thing, links, faults, now)
    return found


def _tell_keeper(thing: Thing, links: list[rules.Link], faults: list[str], now: datetime) -> None:
    answers = rules.holder(links) or (links[-1].by if links else "")
    if keeper := User.objects.filter(pk=answers).first() if answers else None:
        notify(
            [keeper], kind="custody", title=f"保管链告警：{_label(thing)}"[:120], body="".join(faults)[:500],
            link=_address(thing), at=now, bureau_code=_bureau(thing),
        )  # fmt: skip


def _address(thing: Thing) -> str:
    return f"/evidence/items/{thing.pk}/" if isinstance(thing, Item) else f"/evidence/goods/{thing.label}/"


def _held_by(thing: Thing, by: User) -> list[rules.Link]:
    links = locked_links(thing)
    if rules.holder(links) != str(by.pk):
        raise CustodyRefused("您不是现在的保管人，不能办理。请由保管人移交给您后再办。")
    return links


def _waiting_for(thing: Thing, by: User) -> list[rules.Link]:
    links = locked_links(thing)
    waiting = rules.pending(links)
    if waiting is None or waiting.to != str(by.pk):
        raise CustodyRefused("没有等待您接收的移交，可能已被撤回或已办理。")
    return links


def _tell_sender(thing: Thing, links: list[rules.Link], what: str, entry: CustodyEntry) -> None:
    waiting = rules.pending(links)
    sender = User.objects.get(pk=waiting.by) if waiting else None
    if sender:
        notify(
            [sender],
            kind="custody",
            title=f"{what}：{_label(thing)}"[:120],
            body=f"{entry.by.name} {entry.note}",
            link=_address(thing),
            at=entry.at,
            bureau_code=_bureau(thing),
        )


def _record(thing: Thing, entry: CustodyEntry, verb: str) -> None:
    place = thing if isinstance(thing, Item) else thing.measure
    audit.record(
        by=entry.by,
        verb=verb,
        on=thing,
        at=entry.at,
        detail={"custody": entry.hash, "act": entry.act, "seq": entry.seq},
        bureau_code=place.bureau_code,
        area_code=place.area_code,
    )


def _bureau(thing: Thing) -> str:
    return thing.bureau_code if isinstance(thing, Item) else thing.measure.bureau_code


def _label(thing: Thing) -> str:
    return str(thing)
