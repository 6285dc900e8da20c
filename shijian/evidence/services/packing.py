"""Packages: made at once by a command, or by a job that tells how far it is."""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from procrastinate.contrib.django import app

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core import records
from shijian.core.errors import Refused
from shijian.core.records import Record
from shijian.notices.services import notify

from ..choices import PackageState, Verb
from ..models import Package
from ..models.attached import attached_to
from ..passport import build

MIB = 2**20
MAKE = "shijian.evidence.jobs.make_package"


class PackageRefused(Refused):
    code = "evidence.package_refused"


def export(record: Record, out: Path, *, purpose: str, by: User, now: datetime) -> build.Made:
    """Write the package of a record to a file, on record."""
    made = build.build(record, out, purpose=purpose, by=by, now=now)
    with transaction.atomic():
        _record(record, by, Verb.PACKED, {"sha256": made.sha256, "items": made.items, "purpose": purpose}, now)
    return made


@transaction.atomic
def ask_package(record: Record, *, purpose: str, by: User, now: datetime) -> Package:
    """Have a package made; one at a time for a record."""
    if not purpose.strip():
        raise PackageRefused("请写明导出的用途，如 法制审核、移送、诉讼。")
    rows = Package.objects.filter(record_kind=record.kind, record_id=record.id)
    if rows.filter(state__in=[PackageState.WAITING, PackageState.WORKING]).exists():
        raise PackageRefused("正在生成这个卷宗的证据包，请等它完成。")
    package = Package.objects.create(**attached_to(record), purpose=purpose.strip()[:200], asked_by=by, asked_at=now)
    app.configure_task(MAKE, lock=f"evidence.package.{package.pk}").defer(key=str(package.pk))
    return package


def make_package(package: Package, *, now: datetime) -> Package:
    """The job's work. A refusal is kept for the page; anything else fails the job and is seen there."""
    record = records.record_for(None, package.record_kind, package.record_id)
    Package.objects.filter(pk=package.pk).update(state=PackageState.WORKING)

    def progress(done: int, total: int) -> None:
        Package.objects.filter(pk=package.pk).update(done=done // MIB, total=total // MIB)

    try:
        made = build.build(
            record, package.path, purpose=package.purpose, by=package.asked_by, now=now, progress=progress
        )
    except Refused as refusal:
        Package.objects.filter(pk=package.pk).update(state=PackageState.FAILED, problem=refusal.message[:300])
        package.refresh_from_db()
        return package
    with transaction.atomic():
        package.refresh_from_db()
        package.state, package.size, package.sha256, package.ready_at = PackageState.READY, made.size, made.sha256, now
        package.done = package.total = max(1, package.total)
        package.save(update_fields=["state", "size", "sha256", "ready_at", "done", "total"])
        detail = {"sha256": made.sha256, "items": made.items, "purpose": package.purpose}
        _record(record, package.asked_by, Verb.PACKED, detail, now)
        notify(
            [package.asked_by],
            kind="package",
            title=f"证据包已生成：{record.number}",
            body=f"{made.items} 件证据，可以下载。",
            link=f"/evidence/of/{record.kind}/{record.id}/packages/",
            at=now,
            bureau_code=record.bureau_code,
        )
    return package


@transaction.atomic
def note_download(package: Package, record: Record, *, by: User, now: datetime) -> None:
    _record(record, by, Verb.FETCHED, {"sha256": package.sha256}, now)


def _record(record: Record, by: User, verb: str, detail: dict[str, object], now: datetime) -> None:
    audit.record(
        by=by,
        verb=verb,
        on=(f"records.{record.kind}", str(record.id), f"{record.title} {record.number}"),
        at=now,
        detail=detail,
        bureau_code=record.bureau_code,
        area_code=record.area_code,
    )
