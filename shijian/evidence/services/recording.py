"""Files taken off body recorders: kept at once, matched by officer and time, attached when there is one answer."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils.timezone import localtime, make_aware

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core import records
from shijian.core.errors import Refused
from shijian.core.records import Record

from .. import hooks, sealing
from ..choices import EvidenceKind, Medium, RecordingState, Verb, Way
from ..inspection import Found
from ..models import Item, Recording
from ..rules import recordings as rules
from ..sealing import Sealed
from .capturing import Capture, capture

SOUNDS = (".wav", ".mp3", ".m4a", ".amr", ".ogg", ".flac")
DAY = timedelta(hours=12)


class RecordingRefused(Refused):
    code = "evidence.recording_refused"


def import_recording(path: Path, name: str, *, by: User, now: datetime) -> tuple[Recording, bool]:
    """Keep a recorder's file and attach it when one record fits; False when it was there already.

    Raises RecordingRefused for a name that does not tell wearer and time, FileRefused for a file that is no film or sound.
    """
    named = rules.read_name(name)
    if named is None:
        raise RecordingRefused(f"“{name}”的文件名看不出佩戴人和时间，应为“工号_年月日时分秒.后缀”。")
    officer = User.objects.filter(bureau_code=by.bureau_code, employee_no__iexact=named.employee_no).first()
    if officer is None:
        raise RecordingRefused(f"“{name}”：本局没有工号 {named.employee_no}。")
    begun = make_aware(named.begun)
    if begun > now:
        raise RecordingRefused(f"“{name}”的时间晚于现在，请核对执法记录仪的时钟。")
    medium = Medium.AUDIO if name.lower().endswith(SOUNDS) else Medium.VIDEO
    sealed = sealing.seal(path, name, medium, now=now)
    with transaction.atomic():
        made, is_new = Recording.objects.get_or_create(
            bureau_code=by.bureau_code,
            file=sealed.file,
            defaults={
                "file_name": sealed.name,
                "sm3": sealed.sm3,
                "officer": officer,
                "begun_at": begun,
                "ended_at": begun + timedelta(seconds=named.seconds or 0),
                "imported_at": now,
                "imported_by": by,
            },
        )
        if not is_new:
            return made, False
        _record(made, by, Verb.RECORDER, {"sha256": sealed.file.sha256, "sm3": sealed.sm3}, now)
        _match(made, by=by, now=now)
    return made, True


def candidates(recording: Recording) -> list[hooks.Presence]:
    """What its wearer did that half day, the nearest first: offered where no single record fits."""
    found = _presences(recording, DAY)
    middle = recording.begun_at + (recording.ended_at - recording.begun_at) / 2
    once = {
        (each.record_kind, each.record_id): each
        for each in sorted(found, key=lambda one: abs(one.at - middle), reverse=True)
    }
    return sorted(once.values(), key=lambda each: abs(each.at - middle))[:20]


@transaction.atomic
def attach(recording: Recording, record: Record, *, by: User, now: datetime) -> Item:
    """Make it evidence of a record: a recording of the process (全过程记录), kept with its file."""
    recording = Recording.objects.select_for_update(no_key=True).select_related("file", "officer").get(pk=recording.pk)
    if recording.state == RecordingState.MATCHED:
        raise RecordingRefused("已经关联，不能重复关联。")
    is_sound = recording.file.media_type.startswith("audio/")
    shows = "" if recording.file.media_type in {"video/x-msvideo", "audio/amr"} else "audio" if is_sound else "video"
    found = Found("", recording.file.media_type, shows)
    began = localtime(recording.begun_at)
    item = capture(
        record,
        Capture(
            kind=EvidenceKind.AUDIOVISUAL,
            way=Way.RECORDER,
            medium=Medium.AUDIO if is_sound else Medium.VIDEO,
            title=f"执法记录仪 {began:%Y-%m-%d %H:%M}",
            purpose="记录执法全过程",
            officer=recording.officer,
            taken_at=recording.begun_at,
            source=f"{recording.officer.name}佩戴的执法记录仪",
        ),
        Sealed(recording.file, recording.file_name, recording.sm3, found),
        by=by,
        now=now,
    )
    recording.state, recording.item = RecordingState.MATCHED, item
    recording.save(update_fields=["state", "item"])
    _record(recording, by, Verb.MATCHED, {"record": record.number, "item": str(item.pk)}, now)
    return item


@transaction.atomic
def set_aside(recording: Recording, *, why: str, by: User, now: datetime) -> Recording:
    """Say that it belongs to no record; it stays for its own term."""
    recording = Recording.objects.select_for_update(no_key=True).get(pk=recording.pk)
    if recording.state == RecordingState.MATCHED:
        raise RecordingRefused("已经关联为证据，不能改为无关。")
    if not why.strip():
        raise RecordingRefused("请写明不关联的理由。")
    recording.state, recording.why_aside = RecordingState.ASIDE, why.strip()[:200]
    recording.save(update_fields=["state", "why_aside"])
    _record(recording, by, Verb.MATCHED, {"aside": True}, now)
    return recording


def _match(recording: Recording, *, by: User, now: datetime) -> None:
    acts = [rules.Act((each.record_kind, each.record_id), each.at) for each in _presences(recording, rules.MARGIN)]
    found = rules.matching(acts, recording.begun_at, recording.ended_at)
    if len(found) == 1:
        attach(recording, records.record_for(None, *found[0]), by=by, now=now)
        recording.refresh_from_db()


def _presences(recording: Recording, margin: timedelta) -> list[hooks.Presence]:
    span = recording.begun_at - margin, recording.ended_at + margin
    return [each for told in hooks.presences for each in told(recording.officer, *span)]


def _record(recording: Recording, by: User, verb: str, detail: dict[str, object], now: datetime) -> None:
    audit.record(by=by, verb=verb, on=recording, at=now, detail=detail, bureau_code=recording.bureau_code)
