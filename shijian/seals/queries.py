from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet
from django.http import Http404

from shijian.accounts.models import User

from .choices import SealState, UseState
from .models import Issuer, Seal, SealKey, Signature, SignatureRequest, Use
from .pdf import verification
from .permissions import SEAL_VIEW, SIGNATURE_COLLECT, USE_APPROVE, USE_STAMP

M = TypeVar("M", bound=Model)


def seals_of(user: User) -> QuerySet[Seal]:
    return Seal.objects.filter(bureau_code=user.bureau_code).select_related("keeper", "deputy")


def with_key(rows: QuerySet[Seal]) -> list[Seal]:
    """Seals with the certificate in use as `key`, None where there is none; the drawing is left out."""
    inside = Prefetch("keys", SealKey.objects.filter(retired_at__isnull=True), to_attr="in_use")
    found: list[Seal] = list(rows.defer("artwork").prefetch_related(inside))
    for seal in found:
        seal.key = next(iter(seal.in_use), None)  # type: ignore[attr-defined]
    return found


def seal_for(user: User, key: Any) -> Seal:
    """The door to a seal: those of other bureaus do not exist."""
    return _found(seals_of(user).filter(pk=key).first())


def usable_seals(user: User) -> QuerySet[Seal]:
    return seals_of(user).filter(state=SealState.ACTIVE)


def uses_visible_to(user: User) -> QuerySet[Use]:
    """One's own applications, those for seals one keeps, those in scope of who approves, presses or reads the register."""
    reach = Q(applied_by__in=user.hats) | Q(seal__keeper__in=user.hats) | Q(seal__deputy__in=user.hats)
    for permission in (SEAL_VIEW, USE_APPROVE, USE_STAMP):
        reach |= user.scope(permission).area_q()
    rows = Use.objects.filter(reach, bureau_code=user.bureau_code)
    return rows.select_related("seal", "applied_by", "decided_by", "stamped_by", "document", "sealed", "key")


def use_for(user: User, key: Any) -> Use:
    return _found(uses_visible_to(user).filter(pk=key).first())


def use_by_code(code: str) -> Use:
    """What anybody may ask: a use that was carried out, by the code printed or told."""
    return _found(Use.objects.filter(code=code, state=UseState.STAMPED).select_related("seal").first())


def requests_visible_to(user: User) -> QuerySet[SignatureRequest]:
    reach = Q(asked_by__in=user.hats) | user.scope(SIGNATURE_COLLECT).area_q()
    return SignatureRequest.objects.filter(reach).select_related("asked_by", "document", "signed")


def request_for(user: User, key: Any) -> SignatureRequest:
    return _found(requests_visible_to(user).filter(pk=key).first())


def signature_for(user: User, key: Any, place: int) -> Signature:
    rows = Signature.objects.filter(slot__request=request_for(user, key), slot__place=place, is_refused=False)
    return _found(rows.first())


def trust() -> verification.Trust:
    """The issuers this node believes, with what they have revoked."""
    rows = Issuer.objects.values_list("certificate", "revocations")
    issuers, revocations = [], []
    for certificate, revoked in rows:
        issuers.append(bytes(certificate))
        if revoked:
            revocations.append(bytes(revoked))
    return verification.Trust(tuple(issuers), tuple(revocations))


def verdict_on(data: bytes, *, at: datetime) -> verification.Verdict:
    """The verdict on a file, and whether it is the very one the register of this node knows."""
    verdict = verification.verify(data, trust(), at=at)
    if verdict.signatures:
        last = verdict.signatures[-1]
        known = Use.objects.filter(fingerprint=last.fingerprint).exclude(fingerprint="").first()
        if known and known.hash_after != verdict.digest:
            verdict.add("registered_otherwise", last)
    return verdict


def _found(row: M | None) -> M:
    if row is None:
        raise Http404
    return row
