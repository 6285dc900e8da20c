"""Using a seal: applied for, approved by another, pressed by its keeper, entered in the register with both hashes.

Source: 国务院关于在线政务服务的若干规定 (2019-04-26) art. 8, 9; SEC-08 (one seal for each version of a paper).
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.accounts.queries import nearest_holders
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.core.numbering import next_number
from shijian.core.records import Record
from shijian.notices.services import notify

from .. import hooks, rules
from ..choices import KeyPlace, UseState, Verb
from ..crypto import sm2, vault
from ..crypto.port import Holder, KeyTrouble
from ..crypto.token import TokenHolder
from ..models import Seal, SealKey, Use
from ..pdf import placing, stamping, verification
from ..pdf.intake import examine
from ..permissions import USE_APPROVE
from . import papers
from .stamping_time import stamper


class UseRefused(Refused):
    code = "seals.use_refused"
    article = "国务院关于在线政务服务的若干规定 第八、九条"


class PaperChanged(UseRefused):
    code = "seals.paper_changed"


@transaction.atomic
def apply_for_use(
    seal: Seal, document: bytes, *, title: str, purpose: str, page: int, x_mm: float, y_mm: float,
    record: Record | None = None, subject: str = "", by: User, now: datetime,
) -> Use:  # fmt: skip
    """Ask for a seal on these very bytes, its centre at that place. Raises PdfRefused, UseRefused."""
    _require_usable(seal, by.bureau_code, now)
    facts = examine(document, name=title)
    placing.located(placing.around(page, x_mm, y_mm, diameter=float(seal.diameter_mm)), facts)
    digest = sha256(document).hexdigest()
    open_states = [UseState.APPLIED, UseState.APPROVED, UseState.STAMPED]
    if known := Use.objects.filter(seal=seal, hash_before=digest, state__in=open_states).first():
        raise UseRefused(f"这一版文件已申请用“{seal}”（{known.number}，{known.get_state_display()}），不重复盖章。")
    use = Use(
        seal=seal, bureau_code=by.bureau_code, area_code=record.area_code if record else "",
        record_kind=record.kind if record else "", record_id=record.id if record else None, subject=subject, title=title,
        purpose=purpose, page=page, x_mm=x_mm, y_mm=y_mm, document=papers.keep(document, name=title, now=now),
        hash_before=digest, applied_by=by, applied_at=now, code=secrets.token_hex(8),
    )  # fmt: skip
    year = localdate(now).year
    number = next_number(name="seals.use", bureau_code=by.bureau_code, year=year)
    use.number = f"{by.bureau_code}用印〔{year}〕{number}号"
    use.save()
    _note(use, Verb.USE_APPLIED, by, now)
    deciding = nearest_holders(
        USE_APPROVE, bureau_code=use.bureau_code, area_code=use.area_code, on=localdate(now), besides=set(by.hats)
    )
    _tell(deciding, use, "用印待审批", f"{by.name}申请用“{seal}”，{title}", now)
    return use


@transaction.atomic
def approve(use: Use, *, note: str = "", by: User, now: datetime) -> Use:
    """Another than the applicant agrees; the keepers are told. Raises UseRefused."""
    use = _decide(use, UseState.APPROVED, Verb.USE_APPROVED, note, by, now)
    keepers = [person for person in (use.seal.keeper, use.seal.deputy) if person]
    _tell(keepers, use, "待用印", f"{by.name}已同意用“{use.seal}”，{use.title}", now)
    return use


@transaction.atomic
def reject(use: Use, *, note: str, by: User, now: datetime) -> Use:
    """The same with a reason, which the applicant is told; he may apply again for another version."""
    if not note.strip():
        raise UseRefused("不同意用印的，请写明理由。")
    use = _decide(use, UseState.REJECTED, Verb.USE_REJECTED, note, by, now)
    _tell([use.applied_by], use, "不同意用印", f"{by.name}：{use.note}", now)
    return use


@transaction.atomic
def withdraw(use: Use, *, by: User, now: datetime) -> Use:
    """The applicant takes his application back, until the seal is pressed."""
    use = _locked(use, UseState.APPLIED, UseState.APPROVED)
    if use.applied_by_id not in by.hats:
        raise UseRefused("只有申请人能撤回。")
    use.state = UseState.WITHDRAWN
    use.save(update_fields=["state"])
    _note(use, Verb.USE_WITHDRAWN, by, now)
    return use


@transaction.atomic
def press(use: Use, *, document: bytes | None = None, by: User, now: datetime) -> Use:
    """Press the seal on what was approved. `document`: the paper as its module has it now.

    Raises PaperChanged when it is not the approved version, UseRefused when the seal may not be used now or by this
    person, KeyTrouble when its certificate or the time stamp will not do.
    """
    use = _locked(use, UseState.APPROVED)
    seal = Seal.objects.select_for_update(no_key=True).get(pk=use.seal_id)
    _require_usable(seal, use.bureau_code, now)
    if why := rules.why_not_pressed(seal.keepers, by.pk):
        raise UseRefused(why)
    data = papers.read(use.document) if document is None else document
    if sha256(data).hexdigest() != use.hash_before:
        raise PaperChanged(f"文件与批准用印的版本不一致，不能盖章。请撤回 {use.number}，就新的版本重新申请。")
    keys = {key.algorithm == "sm2": key for key in seal.keys.filter(retired_at__isnull=True)}
    key, national = keys.get(False), keys.get(True)
    if key is None:
        raise UseRefused(f"“{seal}”还没有登记证书，不能用印。请印章管理人员登记。")
    box = placing.around(use.page, float(use.x_mm), float(use.y_mm), diameter=float(seal.diameter_mm))
    sealed = stamping.press(
        data, holder_of(key), seal.artwork, box, name=str(seal), reason=use.number, at=now, stamper=stamper(now)
    )
    use.sealed = papers.keep(sealed.content, name=use.title, now=now)
    use.hash_after, use.key, use.state = sealed.after, key, UseState.STAMPED
    use.fingerprint = verification.fingerprints(sealed.content)[-1]
    use.stamped_by, use.stamped_at = by, now
    if national is not None:
        use.sm2_key, use.sm2_signature = national, sm2_holder(national, now).sign(sealed.content, "sm3")
    use.save(
        update_fields=[
            "sealed", "hash_after", "key", "state", "fingerprint", "stamped_by", "stamped_at", "sm2_key", "sm2_signature",
        ]
    )  # fmt: skip
    _note(use, Verb.USE_STAMPED, by, now, before=use.hash_before, after=use.hash_after)
    for told in hooks.pressed:
        told(use, sealed.content)
    _tell([use.applied_by], use, "已用印", f"{use.number}，{use.title}，可以打印、送达", now)
    return use


def holder_of(key: SealKey) -> Holder:
    """Who holds the key: the vault of this node or a token. Raises KeyTrouble."""
    if key.place == KeyPlace.TOKEN:
        return TokenHolder(key.token, key.label, key.algorithm, bytes(key.certificate))
    return vault.take(key.name)


def sm2_holder(key: SealKey, at: datetime) -> sm2.Sm2Holder:
    """The national key of a seal. Raises KeyTrouble when it has run out or its file is not here."""
    if at > key.valid_until:
        raise KeyTrouble(
            f"国密密钥已于 {key.valid_until:%Y-%m-%d} 到期，不能盖章。请登记新的国密证书，或重新生成国密密钥。"
        )
    secret = vault.take_bare(key.name)
    return sm2.Sm2Holder(secret[:32], secret[32:])


def _decide(use: Use, state: str, verb: str, note: str, by: User, now: datetime) -> Use:
    use = _locked(use, UseState.APPLIED)
    if why := rules.why_not_decided(use.applied_by_id, by.pk):
        raise UseRefused(why)
    use.state, use.note, use.decided_by, use.decided_at = state, note.strip(), by, now
    use.save(update_fields=["state", "note", "decided_by", "decided_at"])
    _note(use, verb, by, now)
    return use


def _locked(use: Use, *states: str) -> Use:
    use = Use.objects.select_for_update(no_key=True, of=("self",)).select_related("document").get(pk=use.pk)
    if use.state not in states:
        raise UseRefused(f"{use.number} 现在是“{use.get_state_display()}”，不能再这样办理。请刷新页面。")
    return use


def _require_usable(seal: Seal, bureau_code: str, now: datetime) -> None:
    if why := rules.why_not_used(seal.facts, bureau_code=bureau_code, on=localdate(now)):
        raise UseRefused(why)


def _tell(people: Iterable[User], use: Use, title: str, body: str, now: datetime) -> None:
    link = reverse("seals:use", args=[use.pk])
    notify(people, kind="seal", title=title, body=body, link=link, at=now, bureau_code=use.bureau_code)


def _note(use: Use, verb: str, by: User, now: datetime, **detail: str) -> None:
    audit.record(
        by=by, verb=verb, on=use, at=now, detail={"seal": str(use.seal_id), "sha256": use.hash_before, **detail},
        bureau_code=use.bureau_code, area_code=use.area_code,
    )  # fmt: skip
