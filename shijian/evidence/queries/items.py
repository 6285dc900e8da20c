"""What pages show of evidence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Lag, RowNumber
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


def unanswered(user: User, *, now: datetime) -> list[CustodyEntry]:
    """Hand-overs this person made that nobody answered in time; he still answers for the thing."""
    before = now - timedelta(hours=rules.PENDING_HOURS)
    later = CustodyEntry.objects.filter(seq__gt=OuterRef("seq"))
    rows = CustodyEntry.objects.filter(act=CustodyAct.SENT, by__in=user.hats, at__lt=before).filter(
        ~Exists(later.filter(item=OuterRef("item"))) & Q(good=None)
        | ~Exists(later.filter(good=OuterRef("good"))) & Q(item=None)
    )
    return list(rows.select_related("to", "item", "good__measure").order_by("at")[:50])


def gaps(user: User) -> list[Item | Good]:
    """What this person holds whose chain has a gap: a number left out, or an entry that does not join the one before.

    Changed entries are found by the nightly check (`services.alarm`), which works out every hash.
    """
    mine = CustodyEntry.objects.filter(to__in=user.hats, act__in=[CustodyAct.CAPTURED, CustodyAct.ACCEPTED])
    found: list[Item | Good] = []
    models: tuple[tuple[str, type[Item | Good]], ...] = (("item", Item), ("good", Good))
    for name, model in models:
        held = mine.filter(**{f"{name}__isnull": False}).values(name)
        each = Window(RowNumber(), partition_by=[F(name)], order_by="seq")
        before = Window(Lag("hash"), partition_by=[F(name)], order_by="seq")
        steps = CustodyEntry.objects.filter(**{f"{name}__in": held}).annotate(nth=each, before=before)
        torn = steps.filter(~Q(seq=F("nth")) | Q(nth__gt=1) & ~Q(previous=F("before")))
        keys = list(torn.values_list(f"{name}_id", flat=True)[:50])
        found += [thing for thing in model._default_manager.filter(pk__in=keys) if _holds(thing, user)]
    return found


def _holds(thing: Item | Good, user: User) -> bool:
    links = [entry.as_link() for entry in thing.chain.select_related("by", "to").order_by("seq")]
    return rules.holder(links) in {str(key) for key in user.hats}


def waiting_for(user: User) -> list[CustodyEntry]:
    """Hand-overs that wait for this person, the oldest first."""
    later = CustodyEntry.objects.filter(seq__gt=OuterRef("seq"))
    last = ~Exists(later.filter(item=OuterRef("item"))) & ~Exists(
        later.filter(good=OuterRef("good"))
    )  # null equals nothing
    rows = CustodyEntry.objects.filter(last, act=CustodyAct.SENT, to=user).order_by("at")
    return list(rows.select_related("by__unit", "item", "good__measure")[:200])
