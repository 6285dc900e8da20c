"""Loading the power list (权力清单) and the duty list (事权清单): every bad row named, the rest kept."""

from datetime import datetime
from typing import Any

from django.db import transaction

from shijian.accounts.models import Unit, User
from shijian.audit import services as audit
from shijian.core.errors import InvalidInput

from ..choices import PowerKind, Verb
from ..models import Boundary, DutyItem, PowerItem, UnitDuty
from ..queries.citing import laws_by_name
from ..rules.references import parse
from .tables import TableOutcome, rows

POWER_COLUMNS = {
    "编码": "code", "所属事项编码": "parent_code", "事项名称": "name", "权力类型": "kind", "设定依据": "basis", "实施主体": "subject",
    "承办机构": "unit", "办理程序": "procedure", "使用文书": "forms", "办理时限": "limit", "向社会公布": "is_public",
}  # fmt: skip
DUTY_COLUMNS = {
    "编码": "code", "业务领域": "area", "事项名称": "name", "局机关职责": "bureau_role", "监管所职责": "station_role", "牵头机构": "unit",
    "依据": "basis",
}  # fmt: skip
UNIT_DUTY_COLUMNS = {"编码": "code", "机构": "unit_id", "职责": "duty", "依据": "basis"}
BOUNDARY_COLUMNS = {
    "编码": "code", "业务领域": "area", "事项": "matter", "监管机构": "supervisor", "监管职责": "supervision", "综合执法机构": "enforcer",
    "执法职责": "enforcement", "移交和协作": "handover", "依据": "basis",
}  # fmt: skip
KINDS = {label: value for value, label in PowerKind.choices}
YES = {"": True, "是": True, "1": True, "否": False, "0": False}
Fault = tuple[int, str, str, str]


@transaction.atomic
def import_powers(content: bytes, *, name: str, by: User, now: datetime) -> TableOutcome:
    """Load a bureau's power list from CSV or XLSX; a row of a known code replaces it. Raises `InvalidInput` for no table."""
    outcome = TableOutcome()
    table = list(rows(content, name, columns=POWER_COLUMNS, needed=("code", "name", "kind", "basis")))
    codes = {values["code"] for _, values in table}
    codes |= set(PowerItem.objects.filter(bureau_code=by.bureau_code).values_list("code", flat=True))
    good = []
    for line, values in table:
        faults = _power_faults(line, values, codes)
        outcome.faults += faults
        if not faults:
            good.append(
                (line, {**values, "kind": KINDS[values["kind"]], "is_public": YES[values.get("is_public", "")]})
            )
    _unknown_basis(table, outcome)
    kept = [each for each in good if each[0] not in {line for line, *_ in outcome.faults}]
    _store(PowerItem, POWER_COLUMNS, kept, len(table), outcome, verb=Verb.POWERS_IMPORTED, by=by, now=now, name=name)
    return outcome


@transaction.atomic
def import_duties(content: bytes, *, name: str, by: User, now: datetime) -> TableOutcome:
    """Load a bureau's duty list; an item nobody does is refused. Raises `InvalidInput` for no table."""
    outcome = TableOutcome()
    table = list(rows(content, name, columns=DUTY_COLUMNS, needed=("code", "area", "name")))
    good = []
    for line, values in table:
        faults = _missing(line, values, DUTY_COLUMNS, ("code", "area", "name"))
        faults += _too_long(DutyItem, line, values, DUTY_COLUMNS)
        if not values.get("bureau_role") and not values.get("station_role"):
            faults.append((line, "局机关职责", "", "局机关和监管所的职责都没有写，这一事项没有人负责"))
        outcome.faults += faults
        if not faults:
            good.append((line, values))
    _unknown_basis(table, outcome)
    kept = [each for each in good if each[0] not in {line for line, *_ in outcome.faults}]
    _store(DutyItem, DUTY_COLUMNS, kept, len(table), outcome, verb=Verb.DUTIES_IMPORTED, by=by, now=now, name=name)
    return outcome


@transaction.atomic
def import_unit_duties(content: bytes, *, name: str, by: User, now: datetime) -> TableOutcome:
    """Load the duties of units (三定); a row for a unit the bureau has not is refused. Raises `InvalidInput` for no table."""
    columns, needed = UNIT_DUTY_COLUMNS, ("code", "unit_id", "duty")
    outcome = TableOutcome()
    table = list(rows(content, name, columns=columns, needed=needed))
    units = dict(Unit.objects.filter(bureau_code=by.bureau_code).values_list("name", "pk"))
    good = []
    for line, values in table:
        faults = _missing(line, values, columns, needed) + _too_long(UnitDuty, line, values, columns)
        if values["unit_id"] and values["unit_id"] not in units:
            faults.append((line, "机构", values["unit_id"], "本局没有这个机构；请按“机构”中的名称填写"))
        outcome.faults += faults
        if not faults:
            good.append((line, {**values, "unit_id": units[values["unit_id"]]}))
    _store(UnitDuty, columns, good, len(table), outcome, verb=Verb.UNIT_DUTIES_IMPORTED, by=by, now=now, name=name)
    return outcome


@transaction.atomic
def import_boundaries(content: bytes, *, name: str, by: User, now: datetime) -> TableOutcome:
    """Load the lines between supervision and enforcement; a matter neither side has is refused."""
    columns, needed = BOUNDARY_COLUMNS, ("code", "area", "matter")
    outcome = TableOutcome()
    table = list(rows(content, name, columns=columns, needed=needed))
    good = []
    for line, values in table:
        faults = _missing(line, values, columns, needed) + _too_long(Boundary, line, values, columns)
        if not values.get("supervision") and not values.get("enforcement"):
            faults.append((line, "监管职责", "", "监管职责和执法职责都没有写，这一事项没有人负责"))
        for head, role in (("监管机构", ("supervisor", "supervision")), ("综合执法机构", ("enforcer", "enforcement"))):
            if values.get(role[1]) and not values.get(role[0]):
                faults.append((line, head, "", "写了职责，没有写由哪个机构承担"))
        outcome.faults += faults
        if not faults:
            good.append((line, values))
    _unknown_basis(table, outcome)
    kept = [each for each in good if each[0] not in {line for line, *_ in outcome.faults}]
    _store(Boundary, columns, kept, len(table), outcome, verb=Verb.BOUNDARIES_IMPORTED, by=by, now=now, name=name)
    return outcome


def _power_faults(line: int, values: dict[str, str], codes: set[str]) -> list[Fault]:
    faults = _missing(line, values, POWER_COLUMNS, ("code", "name", "kind", "basis"))
    faults += _too_long(PowerItem, line, values, POWER_COLUMNS)
    if values["kind"] and values["kind"] not in KINDS:
        faults.append((line, "权力类型", values["kind"], f"应为{'、'.join(KINDS)}之一"))
    parent = values.get("parent_code", "")
    if parent and (parent == values["code"] or parent not in codes):
        faults.append((line, "所属事项编码", parent, "文件和库中都没有这个编码"))
    if values.get("is_public", "") not in YES:
        faults.append((line, "向社会公布", values["is_public"], "应为“是”或“否”"))
    return faults


def _missing(line: int, values: dict[str, str], columns: dict[str, str], needed: tuple[str, ...]) -> list[Fault]:
    return [(line, head, "", "不能为空") for head, key in columns.items() if key in needed and not values.get(key)]


def _too_long(model: Any, line: int, values: dict[str, str], columns: dict[str, str]) -> list[Fault]:
    faults = []
    for head, key in columns.items():
        longest = getattr(model._meta.get_field(key), "max_length", None)
        if key != "kind" and longest and key in values and len(values.get(key, "")) > longest:
            faults.append((line, head, values[key][:20] + "…", f"不能超过 {longest} 个字"))
    return faults


def _unknown_basis(table: list[tuple[int, dict[str, str]]], outcome: TableOutcome) -> None:
    """A basis has to name a law: rows whose citation cannot be read, or names a law the library lacks, are refused."""
    cited = {line: parse(values.get("basis", "")) for line, values in table if values.get("basis")}
    known = laws_by_name(sorted({each.law for found in cited.values() for each in found if each.law}))
    for line, values in table:
        for each in cited.get(line, ()):
            if each.law not in known and "〔" not in each.law:
                reason = "法规库中没有这部法规；请写全称或者简称，多部之间用分号隔开"
                outcome.faults.append((line, "设定依据" if "kind" in values else "依据", each.law[:40], reason))


def _store(
    model: Any, columns: dict[str, str], good: list[tuple[int, dict[str, Any]]], read: int, outcome: TableOutcome, *,
    verb: str, by: User, now: datetime, name: str,
) -> None:  # fmt: skip
    if not read:
        raise InvalidInput("文件里没有数据行", remedy="请检查是否选错了文件。")
    known = {row.code: row for row in model.objects.filter(bureau_code=by.bureau_code)}
    seen: dict[str, int] = {}
    new, changed = [], []
    for line, values in good:
        code = values["code"]
        if code in seen:
            outcome.faults.append((line, "编码", code, f"与第 {seen[code]} 行重复，保留前一行"))
            continue
        seen[code] = line
        row = known.get(code)
        if row is None:
            new.append(model(bureau_code=by.bureau_code, **values))
            continue
        differing = {key: value for key, value in values.items() if getattr(row, key) != value}
        for key, value in differing.items():
            setattr(row, key, value)
        if differing:
            changed.append(row)
        else:
            outcome.unchanged += 1
    model.objects.bulk_create(new)
    model.objects.bulk_update(changed, [key for key in columns.values() if key != "code"])
    outcome.read, outcome.created, outcome.updated = read, len(new), len(changed)
    detail = {
        "file": name[:100],
        "read": read,
        "created": len(new),
        "updated": len(changed),
        "rejected": outcome.rejected,
    }
    target = (model._meta.label_lower, by.bureau_code, model._meta.verbose_name)
    audit.record(by=by, verb=verb, on=target, at=now, detail=detail, bureau_code=by.bureau_code)
