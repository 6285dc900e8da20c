"""Case files: assembled from the papers and the evidence of a record in the order of the law, checked by a second person.

Source: 市场监督管理行政处罚程序规定 (2022-09-29) art. 78; ARC-01 to ARC-06.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core import records
from shijian.core.errors import Refused
from shijian.core.models import StoredFile
from shijian.core.numbering import next_number
from shijian.core.records import Record
from shijian.seals.services import papers as store

from .. import binding, filling, hooks, queries, typesetting
from ..binding import Sheet
from ..choices import Verb
from ..models import IN_FORCE, CaseFile, Delivery, Paper
from ..permissions import PAPER_APPROVE, PAPER_WRITE
from ..rules import archive as rules
from ..rules import wording
from . import clocking
from .papers import NotAllowed
from .printing import kept_sheet


class FilingRefused(Refused):
    code = "documents.filing_refused"
    article = "市场监督管理行政处罚程序规定 第七十八条"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line of the index and the sheet behind it."""

    row: dict[str, Any]
    sheet: Sheet


@transaction.atomic
def assemble(record: Record, *, retention: str, note: str, by: User, now: datetime) -> CaseFile:
    """Put together both volumes of a record; until it is checked this may be repeated. Raises FilingRefused."""
    if not by.may(PAPER_WRITE, record):
        raise NotAllowed(f"您没有在这里“{PAPER_WRITE.name}”的权限。")
    if retention not in rules.RETENTION:
        raise FilingRefused("请选择保管期限。")
    kept = CaseFile.objects.select_for_update().filter(record_kind=record.kind, record_id=record.id).first()
    if kept is not None and kept.checked_at:
        raise FilingRefused(f"这一卷已经归档（{kept.number}），不能重新立卷。")
    volumes = _volumes(record)
    if not any(volumes.values()):
        raise FilingRefused("还没有审批或者定稿的文书，也没有证据，不能立卷。")
    office = queries.office_facts(record.bureau_code)
    made = kept or CaseFile(record_kind=record.kind, record_id=record.id, number=_number(record, office, now))
    made.bureau_code, made.area_code, made.record_number = record.bureau_code, record.area_code, record.number[:60]
    made.title, made.retention, made.filed_by, made.filed_at = record.title[:200], retention, by, now
    made.note = note.strip()[:2000] or "本卷文件齐全，无缺损、修改、补充、移出。"
    made.contents = {name: [piece.row for piece in pieces] for name, pieces in volumes.items()}
    files = {name: _volume(made, name, pieces, office, now) for name, pieces in volumes.items()}
    made.main, made.side = files[rules.MAIN], files[rules.SIDE]
    made.save()
    _note(made, Verb.FILED, by, now)
    return made


@transaction.atomic
def check_file(case_file: CaseFile, *, by: User, now: datetime) -> CaseFile:
    """The second person has gone through the file: it is archived and stays as it is."""
    kept = CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    if not by.may(PAPER_APPROVE, kept):
        raise NotAllowed(f"您没有在这里“{PAPER_APPROVE.name}”的权限。")
    if kept.checked_at:
        raise FilingRefused("这一卷已经归档。")
    if kept.filed_by_id in by.hats:
        raise FilingRefused("立卷人不能检查自己立的卷，请由另一人检查。")
    kept.checked_by, kept.checked_at = by, now
    kept.save(update_fields=["checked_by", "checked_at"])
    _note(kept, Verb.CHECKED, by, now)
    kind = records.kinds.get(kept.record_kind)
    if kind and (record := kind.find(None, kept.record_id)):
        clocking.finish(record, rules.SIMPLE, on=localdate(now), by=by, now=now, note=kept.number)
    return kept


@transaction.atomic
def transfer(
    case_file: CaseFile, *, transferred_on: date, transferred_to: str, transfer_receipt: str, by: User, now: datetime
) -> CaseFile:
    """Enter that a file went to the archives of the state, with their receipt. Nothing of it is deleted here.

    Before its time it goes only where the unit was dissolved or the archives agreed, which the receipt says (档案法实施条例 20).
    """
    kept = CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    if not by.may(PAPER_APPROVE, kept):
        raise NotAllowed(f"您没有在这里“{PAPER_APPROVE.name}”的权限。")
    if kept.checked_at is None:
        raise FilingRefused("这一卷还没有归档，不能移交。")
    if kept.transferred_on:
        raise FilingRefused(f"这一卷已于 {kept.transferred_on} 移交{kept.transferred_to}。")
    if not localdate(kept.checked_at) <= transferred_on <= localdate(now):
        raise FilingRefused(f"移交日期应在归档日期（{localdate(kept.checked_at)}）以后、今天以前。")
    if not transferred_to.strip() or not transfer_receipt.strip():
        raise FilingRefused("请填写接收的档案馆和移交凭证（交接文据的编号）。", article="档案法实施条例 第二十条")
    kept.transferred_on, kept.transferred_to = transferred_on, transferred_to.strip()[:80]
    kept.transfer_receipt, kept.transferred_by = transfer_receipt.strip()[:120], by
    kept.save(update_fields=["transferred_on", "transferred_to", "transfer_receipt", "transferred_by"])
    _note(kept, Verb.TRANSFERRED, by, now, to=kept.transferred_to, receipt=kept.transfer_receipt)
    return kept


def _number(record: Record, office: dict[str, str], now: datetime) -> str:
    year = localdate(now).year
    n = next_number(name="documents:归档", bureau_code=record.bureau_code, year=year)
    return wording.number(office["short_name"], "归档", year, n)


def _volumes(record: Record) -> dict[str, list[_Piece]]:
    rows = Paper.objects.filter(
        record_kind=record.kind, record_id=record.id, bureau_code=record.bureau_code, state__in=IN_FORCE
    )
    rows = rows.select_related("form_version__form", "pdf", "signed_pdf", "sealed_pdf").order_by("approved_at")
    papers = [paper for paper in rows if paper.form_version.form.slug not in rules.NEVER]
    sent = Delivery.objects.filter(paper__in=papers, receipt__isnull=False)
    receipts = {each.receipt_id: each.paper_id for each in sent}
    by_key = {paper.pk: paper for paper in papers}
    found: dict[str, list[tuple[Any, _Piece]]] = {rules.MAIN: [], rules.SIDE: []}
    for paper in papers:
        served = (
            by_key[receipts[paper.pk]] if paper.pk in receipts else paper
        )  # a receipt lies behind the paper it is about
        volume = rules.volume_of(served.form_version.form.slug, served.form_version.form.volume)
        place = (*_place(served, volume), served.approved_at, paper is not served)
        found[volume].append((place, _paper(paper)))
    made = {name: [piece for _, piece in sorted(pieces, key=lambda pair: pair[0])] for name, pieces in found.items()}
    return _with_evidence(made, record, [place for place, _ in sorted(found[rules.MAIN], key=lambda pair: pair[0])])


def _place(paper: Paper, volume: str) -> tuple[int]:
    form = paper.form_version.form
    if volume == rules.SIDE:
        return (rules.side_place(form.slug),)
    return (int(rules.part_of(form.slug, is_sealed="seal" in paper.form_version.content["signs"], stage=form.stage)),)


def _with_evidence(made: dict[str, list[_Piece]], record: Record, places: Sequence[Any]) -> dict[str, list[_Piece]]:
    """Evidence stands behind the records of taking it, before the hearing."""
    at = sum(place[0] <= rules.Part.EVIDENCE for place in places)
    pieces = [
        _Piece(
            {"number": "", "title": piece.title, "date": piece.on.isoformat(), "note": piece.note, "paper": ""},
            Sheet(rows=piece.rows, picture=piece.picture, title=piece.title),
        )
        for source in hooks.evidence
        for piece in source(record)
    ]
    return {**made, rules.MAIN: [*made[rules.MAIN][:at], *pieces, *made[rules.MAIN][at:]]}


def _paper(paper: Paper) -> _Piece:
    row = {
        "number": paper.number, "title": paper.form_version.name, "note": "", "paper": str(paper.pk),
        "date": localdate(paper.approved_at).isoformat() if paper.approved_at else "",
    }  # fmt: skip
    return _Piece(row, kept_sheet(paper))


def _volume(
    case_file: CaseFile, name: str, pieces: Sequence[_Piece], office: dict[str, str], now: datetime
) -> StoredFile | None:
    """Cover, index, the pieces with their page numbers, the note (forms 54-56) as one file."""
    if not pieces:
        return None
    at = 1
    for piece in pieces:
        last = at + piece.sheet.pages - 1
        piece.row["pages"] = str(at) if last == at else f"{at}-{last}"
        at = last + 1
    today = localdate(now).isoformat()
    table = [[row["number"], row["title"], row["date"], row["pages"], row["note"]] for row in case_file.contents[name]]
    cover = {
        "fonds_name": office["bureau_name"], "archive_class": "行政执法", "volume_kind": name, "case_name": case_file.title,
        "handling_unit": case_file.filed_by.unit.name, "archived_on": today, "retention": case_file.retention,
        "pieces": str(len(pieces)), "sheets": str(at - 1),
    }  # fmt: skip
    note = {
        "file_state": f"{case_file.note}\n本卷共{at - 1}页。",
        "filer": case_file.filed_by.name,
        "filed_into_on": today,
    }
    front = [
        _form("file_cover", cover, office, case_file.number, case_file.bureau_code, now),
        _form("file_index", {"case_name": case_file.title, "papers": table}, office, "", case_file.bureau_code, now),
    ]
    back = _form("file_note", note, office, "", case_file.bureau_code, now)
    sheets = [*front, *(piece.sheet for piece in pieces), back]
    data = binding.bind(sheets, title=f"{case_file.title}（{name}）")
    return store.keep(data, name=f"{case_file.number}{name}", now=now)


def _form(slug: str, data: dict[str, Any], office: dict[str, str], number: str, bureau: str, now: datetime) -> Sheet:
    on = localdate(now)
    page = filling.page(queries.form_version(slug, on, bureau).read(), data, office, number=number, on=on)
    return binding.sheet_of(typesetting.pdf(page), numbered=False)


def _note(case_file: CaseFile, verb: str, by: User, now: datetime, **more: str) -> None:
    files = {name: file.sha256 for name, file in ((rules.MAIN, case_file.main), (rules.SIDE, case_file.side)) if file}
    audit.record(
        by=by, verb=verb, on=("documents.case_file", str(case_file.pk), str(case_file)), at=now,
        detail={"number": case_file.number, "retention": case_file.retention, **files, **more},
        bureau_code=case_file.bureau_code, area_code=case_file.area_code,
    )  # fmt: skip
