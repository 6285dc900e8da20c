from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from cryptography import x509
from django.db.models import Model, Prefetch, Q, QuerySet
from django.http import Http404

from shijian.accounts.models import User
from shijian.core.files import path_of

from .choices import SealState, UseState
from .crypto import sm2
from .models import Issuer, Seal, SealKey, Signature, SignatureRequest, Slot, Use
from .pdf import verification
from .permissions import SEAL_VIEW, SIGNATURE_COLLECT, USE_APPROVE, USE_STAMP

M = TypeVar("M", bound=Model)


def seals_of(user: User) -> QuerySet[Seal]:
    return Seal.objects.filter(bureau_code=user.bureau_code).select_related("keeper", "deputy")


def with_key(rows: QuerySet[Seal]) -> list[Seal]:
    """Seals with the certificate in use as `key`, None where there is none; the drawing is left out."""
    inside = Prefetch(
        "keys", SealKey.objects.filter(retired_at__isnull=True).exclude(algorithm="sm2"), to_attr="in_use"
    )
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
    return rows.select_related("seal", "applied_by", "decided_by", "stamped_by", "document", "sealed", "key", "sm2_key")


def use_for(user: User, key: Any) -> Use:
    return _found(uses_visible_to(user).filter(pk=key).first())


def sm2_verdict(use: Use) -> bool | None:
    """Whether the national signature kept beside the sealed file is that key's over that file; None where there is none."""
    if use.sm2_key is None or use.sm2_signature is None or use.sealed is None:
        return None
    public = sm2.public_of(bytes(use.sm2_key.certificate))
    return sm2.verify(_bytes(use.sealed.sha256), bytes(use.sm2_signature), public)


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


@dataclass(frozen=True, slots=True)
class IssuerFacts:
    """An issuer as its page tells it: until when its certificate is good, how old its list of revocations is."""

    name: str
    fingerprint: str
    added_at: datetime
    until: datetime
    listed_at: datetime | None
    next_at: datetime | None
    revoked: int


def issuers() -> list[IssuerFacts]:
    found = []
    for row in Issuer.objects.all():
        until = x509.load_der_x509_certificate(bytes(row.certificate)).not_valid_after_utc
        listed = x509.load_der_x509_crl(bytes(row.revocations)) if row.revocations else None
        found.append(
            IssuerFacts(
                row.name, row.fingerprint, row.added_at, until, listed.last_update_utc if listed else None,
                listed.next_update_utc if listed else None, len(listed) if listed else 0,
            )
        )  # fmt: skip
    return found


def verdict_on(data: bytes, *, at: datetime) -> verification.Verdict:
    """The verdict on a file, and whether it is the very one the register of this node knows."""
    verdict = verification.verify(data, trust(), at=at)
    if verdict.signatures:
        last = verdict.signatures[-1]
        known = Use.objects.filter(fingerprint=last.fingerprint).exclude(fingerprint="").first()
        if known and known.hash_after != verdict.digest:
            verdict.add("registered_otherwise", last)
    return verdict


@dataclass(frozen=True, slots=True)
class Signed:
    """Signatures by hand a file bears, with what was found wrong with them."""

    request: SignatureRequest
    slots: list[Slot]
    faults: list[str]


def signatures_on(data: bytes) -> Signed | None:
    """The signatures on record for these very bytes: the paper as signed, or as it was sealed afterwards."""
    digest = sha256(data).hexdigest()
    sealed = Use.objects.filter(hash_after=digest).values("hash_before")
    asked = SignatureRequest.objects.filter(Q(signed__sha256=digest) | Q(signed__sha256__in=sealed))
    request = asked.select_related("document", "signed").first()
    return checked(request) if request else None


def checked(request: SignatureRequest) -> Signed:
    """Every signature against the paper it was given on, and the files against their hashes."""
    slots = list(request.slots.select_related("signature__recorded_by"))
    faults = []
    original = _bytes(request.document.sha256)
    if sha256(original).hexdigest() != request.digest:
        faults.append("签名时的文件已被改动。")
    if request.signed is not None:
        signed = _bytes(request.signed.sha256)
        if sha256(signed).hexdigest() != request.signed.sha256:
            faults.append("签名后的文件已被改动。")
        elif not signed.startswith(original):
            faults.append("签名后的文件不是在原文件上签的。")
    for slot in slots:
        signature = getattr(slot, "signature", None)
        if signature is None:
            continue
        if signature.digest != request.digest:
            faults.append(f"{slot} 签的不是这份文件。")
        picture = bytes(signature.picture or b"")
        if not signature.is_refused and sha256(picture).hexdigest() != signature.picture_sha256:
            faults.append(f"{slot} 的签名图像与登记的不符。")
    return Signed(request, slots, faults)


def _bytes(digest: str) -> bytes:
    """What lies under a hash; nothing where the file is gone, which is then said by the comparison."""
    try:
        return path_of(digest, "original").read_bytes()
    except FileNotFoundError:
        return b""


def _found(row: M | None) -> M:
    if row is None:
        raise Http404
    return row
