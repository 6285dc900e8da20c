"""Local standards (行政处罚地方标准): a file becomes a version that waits for a second person; a new version closes the old."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import InvalidInput
from shijian.laws.queries import law_names, references
from shijian.laws.services.tables import TableOutcome, rows

from .. import queries
from ..choices import State, Verb
from ..models import LocalStandard, StandardClause
from ..rules.kinds import Tier
from .benchmarks import DatesWrong, NotYours, SamePerson, WrongState

COLUMNS = {
    "条款号": "clause", "违法行为": "name", "违法行为代码": "violation", "法定依据": "basis", "裁量阶次": "tier", "适用条件": "condition",
    "处罚标准": "measure",
}  # fmt: skip
NEEDED = ("clause", "name", "basis", "tier", "measure")
TIERS = {each.label: each.value for each in Tier}


@transaction.atomic
def import_standard(
    content: bytes, *, name: str, number: str, title: str, issuer: str, valid_from: date, valid_until: date | None,
    by: User, now: datetime, region: str = "",
) -> tuple[LocalStandard | None, TableOutcome]:  # fmt: skip
    """One version of a standard from its table of clauses; bad rows are all named and the rest kept. None when no row is good."""
    region = region or by.bureau_code
    regions = queries.regions_of(by.bureau_code)[:-1]
    if region not in regions:
        raise NotYours(f"本局只能维护所在地区（{'、'.join(regions)}）的地方标准。")
    if valid_until and valid_until < valid_from:
        raise DatesWrong("有效期止早于实施日期，请改正。")
    same = LocalStandard.objects.filter(region_code=region, number=number, valid_from=valid_from)
    if same.exclude(state=State.RETURNED).exists():
        raise DatesWrong(f"{number} 自 {valid_from} 实施的版本已经导入，请核对实施日期。")
    outcome = TableOutcome()
    table = list(rows(content, name, columns=COLUMNS, needed=NEEDED))
    if not table:
        raise InvalidInput("文件里没有数据行", remedy="请检查是否选错了文件。")
    outcome.read = len(table)
    good = _good(table, by, outcome)
    if not good:
        return None, outcome
    standard = LocalStandard.objects.create(
        region_code=region, number=number.strip(), title=title.strip(), issuer=issuer.strip(), valid_from=valid_from,
        valid_until=valid_until, proposed_by=by, proposed_at=now,
    )  # fmt: skip
    StandardClause.objects.bulk_create(
        StandardClause(standard=standard, position=place, **values) for place, values in enumerate(good)
    )
    outcome.created = len(good)
    _record(standard, Verb.STANDARD_IMPORTED, by, now, {"read": outcome.read, "rejected": outcome.rejected})
    return standard, outcome


def _good(table: list[tuple[int, dict[str, str]]], by: User, outcome: TableOutcome) -> list[dict[str, str]]:
    """The rows without a fault; each fault goes into the outcome with its line and head."""
    known = set(queries.visible(by.bureau_code).values_list("code", flat=True))
    laws = law_names({each.law for _, values in table for each in references(values["basis"]) if each.law})
    heads = {key: head for head, key in COLUMNS.items()}
    seen: dict[tuple[str, str], int] = {}
    good = []
    for line, values in table:
        faults = [(line, heads[key], "", "不能为空") for key in NEEDED if not values[key]]
        for key, text in values.items():
            longest = getattr(StandardClause._meta.get_field(key), "max_length", None) or 0
            if key != "tier" and len(text) > longest:
                faults.append((line, heads[key], text[:20] + "…", f"不能超过 {longest} 个字"))
        if values["tier"] and values["tier"] not in TIERS:
            faults.append((line, "裁量阶次", values["tier"], f"应为{'、'.join(TIERS)}之一"))
        if values.get("violation") and values["violation"] not in known:
            faults.append((line, "违法行为代码", values["violation"], "裁量基准中没有这个代码；没有对应的可以不填"))
        cited = references(values["basis"])
        if values["basis"] and not any(each.article for each in cited):
            faults.append((line, "法定依据", values["basis"][:40], "看不出法规和条，应写成 食品安全法第一百二十四条"))
        faults += [
            (line, "法定依据", each.law[:40], "法规库中没有这部法规；请写全称或者简称")
            for each in cited
            if each.law and each.law not in laws
        ]
        key_of = (values["clause"], values["tier"])
        if not faults and key_of in seen:
            faults.append((line, "条款号", values["clause"], f"与第 {seen[key_of]} 行的条款号和阶次重复"))
        outcome.faults += faults
        if not faults:
            seen[key_of] = line
            good.append({**values, "tier": TIERS[values["tier"]]})
    return good


@transaction.atomic
def decide_standard(
    standard: LocalStandard, *, approve: bool, note: str = "", by: User, now: datetime
) -> LocalStandard:
    """A second person puts a version in force or returns it; the open version before it ends the day before."""
    row = LocalStandard.objects.select_for_update(no_key=True, of=("self",)).get(pk=standard.pk)
    if row.proposed_by_id in by.hats:
        raise SamePerson("导入人不能审定自己导入的标准，请由另一人审定。")
    if row.state != State.SUBMITTED:
        raise WrongState(f"这一版本是“{row.get_state_display()}”，不能再审定。")
    if not approve and not note.strip():
        raise WrongState("退回须写明理由。")
    if approve:
        _make_room(row)
    row.state = State.APPROVED if approve else State.RETURNED
    row.note, row.decided_by, row.decided_at = note.strip()[:200], by, now
    row.save(update_fields=["state", "note", "decided_by", "decided_at"])
    _record(row, Verb.STANDARD_APPROVED if approve else Verb.STANDARD_RETURNED, by, now, {"note": row.note})
    return row


def _make_room(row: LocalStandard) -> None:
    same = LocalStandard.objects.select_for_update().filter(
        region_code=row.region_code, number=row.number, state=State.APPROVED
    )
    before = same.filter(valid_until=None, valid_from__lt=row.valid_from).first()
    if before:
        before.valid_until = row.valid_from - timedelta(days=1)
        before.save(update_fields=["valid_until"])
    others = same.filter(Q(valid_until=None) | Q(valid_until__gte=row.valid_from))
    if row.valid_until:
        others = others.filter(valid_from__lte=row.valid_until)
    if other := others.order_by("valid_from").first():
        until = f"至 {other.valid_until}" if other.valid_until else "起"
        raise DatesWrong(
            f"有效期重叠：{row.number} 在 {other.valid_from} {until}已有审定的版本，请退回，改正日期后重新导入。"
        )


def _record(row: LocalStandard, verb: str, by: User, now: datetime, detail: dict[str, object]) -> None:
    told = {"number": row.number, "region": row.region_code, "valid_from": row.valid_from.isoformat(), **detail}
    audit.record(by=by, verb=verb, on=row, at=now, bureau_code=by.bureau_code, detail=told)
