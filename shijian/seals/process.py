"""What seals and signatures add to the timeline of the whole process of a record."""

from collections.abc import Iterator
from typing import Any

from shijian.core.pages import Moment
from shijian.core.records import MOMENTS_MAX, Record

from .models import Signature, Use


def uses_of(user: Any, record: Record) -> Iterator[Moment]:
    """Seals applied for, granted and pressed: one statement."""
    uses = Use.objects.filter(record_kind=record.kind, record_id=record.id)
    for use in uses.select_related("seal", "applied_by", "decided_by", "stamped_by")[:MOMENTS_MAX]:
        yield Moment(
            use.applied_at, f"申请用印：{use.title}", by=use.applied_by.name, text=str(use.seal), icon="rubber-stamp"
        )
        if use.decided_at and use.decided_by:
            yield Moment(
                use.decided_at, f"用印审批：{use.title}", by=use.decided_by.name, text=use.note, icon="checkbox"
            )
        if use.stamped_at and use.stamped_by:
            yield Moment(
                use.stamped_at,
                f"用印：{use.title}",
                by=use.stamped_by.name,
                text=f"登记号 {use.number}，盖章后 SHA-256 {use.hash_after[:16]}…",
                icon="rubber-stamp",
                tone="green",
            )


def signatures_of(user: Any, record: Record) -> Iterator[Moment]:
    """Signatures given and refused by hand: one statement."""
    given = Signature.objects.filter(slot__request__record_kind=record.kind, slot__request__record_id=record.id)
    for signature in given.defer("strokes", "picture").select_related("slot__request", "recorded_by")[:MOMENTS_MAX]:
        slot = signature.slot
        refused = f"拒绝签名：{signature.reason}" + (f"，见证人 {signature.witness}" if signature.witness else "")
        yield Moment(
            signature.recorded_at,
            f"{slot.get_role_display()}{'拒签' if signature.is_refused else '签名'}：{slot.request.title}",
            by=slot.signer,
            text=refused if signature.is_refused else "",
            place=signature.place_name,
            icon="signature",
            tone="amber" if signature.is_refused else "",
        )
