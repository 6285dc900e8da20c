"""What pages show of evidence."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localtime

from shijian.accounts.models import User
from shijian.core.pages import Moment
from shijian.core.records import Record

from ..choices import CustodyAct
from ..models import CustodyEntry, Good, Item, Keeping, Package
from ..rules import custody as rules

ICONS = {
    CustodyAct.CAPTURED: ("camera", "green"),
    CustodyAct.SENT: ("send", "amber"),
    CustodyAct.ACCEPTED: ("check", "green"),
    CustodyAct.DECLINED: ("x", "red"),
    CustodyAct.WITHDRAWN: ("arrow-back", ""),
    CustodyAct.MOVED: ("map-pin", ""),
    CustodyAct.RELEASED: ("external-link", "amber"),
    CustodyAct.STATE: ("clipboard-check", ""),
    CustodyAct.DOWNLOADED: ("download", ""),
}
TO_SAY = {CustodyAct.SENT: "移交给{}", CustodyAct.RELEASED: "交给{}"}


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of custody for a page."""

    entries: list[CustodyEntry]
    holder: User | None
    pending: CustodyEntry | None
    faults: list[str]

    @property
    def last_hash(self) -> str:
        return self.entries[-1].hash if self.entries else ""


def items_of(record: Record) -> QuerySet[Item]:
    return (
        Item.objects.filter(record_kind=record.kind, record_id=record.id)
        .select_related("file", "officer", "second_officer", "captured_by", "first_keeper")
        .order_by("number")
    )


def chain_of(entries: list[CustodyEntry], *, now: datetime) -> Chain:
    """What the entries of one thing say, in the order of `seq`, with `by` and `to` loaded."""
    links = [entry.as_link() for entry in entries]
    people = {str(person.pk): person for entry in entries for person in (entry.by, entry.to) if person}
    waiting = rules.pending(links)
    return Chain(
        entries=entries,
        holder=people.get(rules.holder(links)),
        pending=next((entry for entry in entries if waiting and entry.seq == waiting.seq), None),
        faults=rules.faults(links, now=now),
    )


def item_page(item: Item, *, now: datetime) -> Chain:
    return chain_of(list(item.chain.select_related("by__unit", "to").order_by("seq")), now=now)


def good_page(good: Good, *, now: datetime) -> Chain:
    return chain_of(list(good.chain.select_related("by__unit", "to").order_by("seq")), now=now)


def packages_of(record: Record) -> QuerySet[Package]:
    rows = Package.objects.filter(record_kind=record.kind, record_id=record.id)
    return rows.select_related("asked_by").order_by("-asked_at")[:50]


def custody_moments(chain: Chain) -> list[Moment]:
    """The chain as a timeline, newest first."""
    made = []
    for entry in reversed(chain.entries):
        icon, tone = ICONS[CustodyAct(entry.act)]
        title = entry.get_act_display()
        if entry.act in TO_SAY and (entry.to or entry.outside):
            title = TO_SAY[CustodyAct(entry.act)].format(entry.to.name if entry.to else entry.outside)
        note = "" if entry.act == CustodyAct.CAPTURED else entry.note
        if entry.proved_at:
            note = f"{note}（{localtime(entry.proved_at):%H:%M:%S} 以{entry.get_proved_how_display()}验证身份）"
        made.append(
            Moment(entry.at, title, entry.by.name, str(entry.by.unit), note, place=entry.place, icon=icon, tone=tone)
        )
    return made


def kept(item: Item) -> Keeping | None:
    return item.keepings.select_related("retention", "by").first()


def waiting_for(user: User) -> list[CustodyEntry]:
    """Hand-overs that wait for this person, the oldest first."""
    return list(_open_handovers().filter(to=user)[:200])


def handovers_of(user: User) -> list[CustodyEntry]:
    """Open hand-overs to this person, and by him: he answers for the thing until somebody takes it."""
    return list(_open_handovers().filter(Q(to=user) | Q(by__in=user.hats))[:200])


def _open_handovers() -> QuerySet[CustodyEntry]:
    later = CustodyEntry.objects.filter(seq__gt=OuterRef("seq"))
    last = ~Exists(later.filter(item=OuterRef("item"))) & ~Exists(
        later.filter(good=OuterRef("good"))
    )  # null equals nothing
    rows = CustodyEntry.objects.filter(last, act=CustodyAct.SENT).order_by("at")
    return rows.select_related("by__unit", "to", "item", "good__measure")
