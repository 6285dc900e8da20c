"""Forms of superiors: taken in, mapped once, filled from then on."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import figures, workbooks
from ..choices import SheetKind, Verb
from ..models import Sheet, SheetFilling


class NameTaken(Refused):
    code = "exchange.sheet_name_taken"


class NothingToFill(Refused):
    code = "exchange.nothing_to_fill"


class BadPeriod(Refused):
    code = "exchange.bad_period"


def blanks_of(sheet: Sheet, book: Any) -> list[workbooks.Blank]:
    return workbooks.single_cells(book) if sheet.kind == SheetKind.CELLS else workbooks.columns(book)


def known_of(sheet: Sheet, on: date) -> dict[str, str]:
    """What the blanks of this form may be filled with, by key."""
    if sheet.kind == SheetKind.ROWS:
        return figures.column_names(sheet.register, sheet.bureau_code, on)
    return (figures.UNIT_NAMES if sheet.kind == SheetKind.UNITS else {}) | figures.figure_names()


def add_sheet(
    *, name: str, asked_by: str, kind: str, register: str = "", content: bytes, by: User, today: date, now: datetime
) -> Sheet:
    """Take a template in and propose what fills it, from the likeness of the names. Raises BadWorkbook, NameTaken."""
    book = workbooks.opened(content)
    sheet = Sheet(
        bureau_code=by.bureau_code, name=name, asked_by=asked_by, kind=kind, content=content, created_by=by, created_at=now,
        register=register if kind == SheetKind.ROWS else "",
    )  # fmt: skip
    blanks = blanks_of(sheet, book)
    if not blanks:
        raise NothingToFill("第一张工作表里没有找到可填的栏目。请检查填法，或者把要填的表放在第一张。")
    known = known_of(sheet, today)
    guessed = {blank.at: workbooks.guess(blank.label, known) for blank in blanks}
    sheet.blanks, sheet.mapping = len(blanks), {at: key for at, key in guessed.items() if key}
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
            _record(Verb.SHEET_ADDED, sheet, by, now, blanks=len(blanks), guessed=len(sheet.mapping))
    except IntegrityError as error:
        raise NameTaken(f"已有名为“{name}”的报表，请先停用原来的，或者换一个名称。") from error
    return sheet


@transaction.atomic
def map_sheet(sheet: Sheet, mapping: Mapping[str, str], *, by: User, today: date, now: datetime) -> Sheet:
    """Say which blank is filled from what; blanks nobody maps stay for the person."""
    known = known_of(sheet, today)
    places = {blank.at for blank in blanks_of(sheet, workbooks.opened(bytes(sheet.content)))}
    sheet.mapping = {at: key for at, key in mapping.items() if at in places and key in known}
    sheet.save(update_fields=["mapping"])
    _record(Verb.SHEET_MAPPED, sheet, by, now, mapped=len(sheet.mapping))
    return sheet


def fill_sheet(
    sheet: Sheet, *, area_code: str, first: date, last: date, by: User, now: datetime
) -> tuple[bytes, SheetFilling]:
    """The template with its blanks filled for an area and days (both included). Raises BadPeriod, NothingToFill."""
    if last < first or (last - first).days > 400:
        raise BadPeriod("起止日期应当先后有序，最长 400 天。")
    if not sheet.mapping:
        raise NothingToFill("还没有设定对应关系，请先选好每一栏由什么填写。")
    asked = figures.Asked(by, area_code, first, last, now)
    book = workbooks.opened(bytes(sheet.content))
    filled = _fill(sheet, asked, book)
    content = workbooks.saved(book)
    with transaction.atomic():
        made = SheetFilling.objects.create(
            sheet=sheet, area_code=area_code, first=first, last=last, cells=filled, sha256=sha256(content).hexdigest(),
            by=by, at=now,
        )  # fmt: skip
        _record(Verb.SHEET_FILLED, sheet, by, now, area=area_code, first=str(first), last=str(last), cells=filled)
    return content, made


def _fill(sheet: Sheet, asked: figures.Asked, book: Any) -> int:
    keys = set(sheet.mapping.values())
    if sheet.kind == SheetKind.CELLS:
        found = figures.figures(asked, keys, [asked.area])[asked.area]
        return workbooks.fill_cells(book, {at: found.get(key) for at, key in sheet.mapping.items()})
    rows = (
        figures.unit_rows(asked, keys)
        if sheet.kind == SheetKind.UNITS
        else figures.register_rows(asked, sheet.register)
    )
    named = next((at for at, key in sheet.mapping.items() if key == "unit:name"), "")
    by_column = [(name, {at: values.get(key) for at, key in sheet.mapping.items()}) for name, values in rows]
    return workbooks.fill_rows(book, named, by_column)


@transaction.atomic
def retire_sheet(sheet: Sheet, *, by: User, now: datetime) -> None:
    """No longer asked for; what was filled stays on record."""
    sheet.is_active = False
    sheet.save(update_fields=["is_active"])
    _record(Verb.SHEET_RETIRED, sheet, by, now)


def _record(verb: str, sheet: Sheet, by: User, now: datetime, **detail: Any) -> None:
    audit.record(by=by, verb=verb, on=sheet, at=now, bureau_code=sheet.bureau_code, detail=detail)
