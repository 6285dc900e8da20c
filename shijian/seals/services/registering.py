"""Seals into the register, their certificates, their state; the issuers the bureau trusts."""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from asn1crypto import pem, x509
from cryptography import x509 as pyca
from django.db import transaction
from django.db.models import Q

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import rules
from ..choices import KeyPlace, SealState, Verb
from ..crypto import authority, sm2, vault
from ..crypto.port import KeyTrouble
from ..crypto.sm2 import Sm2Holder
from ..crypto.token import TokenHolder
from ..crypto.vault import FileHolder
from ..drawing import round_seal
from ..models import Issuer, Seal, SealKey
from ..pdf.stamping import require_in_force
from .stamping_time import LOCAL


class SealExists(Refused):
    code = "seals.seal_exists"


class StateRefused(Refused):
    code = "seals.state_refused"


@transaction.atomic
def register_seal(
    *, organ: str, line: str, kind: str, keeper: User, deputy: User | None, in_use_from: date, in_use_until: date | None,
    by: User, now: datetime,
) -> Seal:  # fmt: skip
    """Enter a seal; its drawing is made once and kept. Raises SealExists, CannotDraw."""
    seal = Seal(
        bureau_code=by.bureau_code, organ=organ, line=line, kind=kind, keeper=keeper, deputy=deputy,
        in_use_from=in_use_from, in_use_until=in_use_until, state_at=now, artwork=round_seal(organ, line),
    )  # fmt: skip
    same = Seal.objects.filter(bureau_code=seal.bureau_code, organ=organ, line=line)
    if same.exclude(state=SealState.DESTROYED).exists():
        raise SealExists(f"“{seal}”已经登记。重新刻制的，请先把原印章销毁。")
    seal.save()
    audit.record(by=by, verb=Verb.SEAL_REGISTERED, on=seal, at=now, bureau_code=seal.bureau_code)
    return seal


@transaction.atomic
def add_key(seal: Seal, holder: FileHolder | TokenHolder | Sm2Holder, *, by: User, now: datetime) -> SealKey:
    """From now on the seal is pressed with this certificate; the former one stays on record.

    A national (SM2) certificate stands beside the other: each use is then signed with both. Raises KeyTrouble,
    StateRefused.
    """
    require_in_force(holder.certificate, now)
    certificate = x509.Certificate.load(holder.certificate)
    validity = certificate["tbs_certificate"]["validity"]
    held: dict[str, str] = {}
    if isinstance(holder, TokenHolder):
        held = {"place": KeyPlace.TOKEN, "token": holder.token, "label": holder.label}
    key = _registered(
        seal, algorithm=holder.algorithm, certificate=holder.certificate, serial=f"{certificate.serial_number:x}",
        issuer=str(certificate.issuer.native.get("common_name", ""))[:120], valid_from=validity["not_before"].native,
        valid_until=validity["not_after"].native, by=by, now=now, **held,
    )  # fmt: skip
    if isinstance(holder, FileHolder):
        vault.keep(key.name, holder)
    if isinstance(holder, Sm2Holder):
        vault.keep_bare(key.name, holder.private + holder.public)
    return key


@transaction.atomic
def add_sm2_key(seal: Seal, *, by: User, now: datetime, years: int = 5) -> SealKey:
    """Make an SM2 key without a certificate for a seal: for bureaus whose authority issues none yet (GB/T 32918.2)."""
    holder = sm2.make_key()
    key = _registered(
        seal, algorithm="sm2", certificate=sm2.public_info(holder.public), serial=sm2.sm3(holder.public)[:32],
        issuer="本机生成（公钥未经发证）", valid_from=now, valid_until=now + timedelta(days=365 * years), by=by, now=now,
    )  # fmt: skip
    vault.keep_bare(key.name, holder.private + holder.public)
    return key


def _registered(seal: Seal, *, algorithm: str, by: User, now: datetime, **facts: Any) -> SealKey:
    """The row of a new key, in the place of the former one of its kind."""
    seal = Seal.objects.select_for_update(no_key=True).get(pk=seal.pk)
    if seal.state == SealState.DESTROYED:
        raise StateRefused(f"“{seal}”已销毁，不能再登记证书。")
    is_national = Q(algorithm="sm2")
    former = seal.keys.filter(is_national if algorithm == "sm2" else ~is_national, retired_at__isnull=True)
    former.update(retired_at=now)
    name = f"{'sm2' if algorithm == 'sm2' else 'seal'}-{seal.pk}-{secrets.token_hex(4)}"
    key = SealKey.objects.create(seal=seal, name=name, algorithm=algorithm, added_at=now, **facts)
    detail = {
        "serial": key.serial,
        "issuer": key.issuer,
        "algorithm": algorithm,
        "token": key.token,
        "label": key.label,
    }
    audit.record(by=by, verb=Verb.SEAL_KEYED, on=seal, at=now, detail=detail, bureau_code=seal.bureau_code)
    return key


@transaction.atomic
def change_state(seal: Seal, state: str, *, reason: str, by: User, now: datetime) -> Seal:
    """Suspend, take up again or destroy a seal; what was destroyed stays so."""
    seal = Seal.objects.select_for_update(no_key=True).get(pk=seal.pk)
    if not rules.may_follow(seal.state, state):
        raise StateRefused(f"“{seal}”现在是“{seal.get_state_display()}”，不能这样变更。请刷新页面后重新选择。")
    if not reason.strip():
        raise StateRefused("请写明原因。")
    seal.state, seal.state_reason, seal.state_at = state, reason.strip(), now
    seal.save(update_fields=["state", "state_reason", "state_at"])
    detail = {"state": state, "reason": seal.state_reason}
    audit.record(by=by, verb=Verb.SEAL_CHANGED, on=seal, at=now, detail=detail, bureau_code=seal.bureau_code)
    return seal


def trust_issuer(certificate: bytes, *, revocations: bytes | None = None, now: datetime) -> Issuer:
    """Believe certificates of this issuer; a list of revocations must be signed by him. Raises KeyTrouble."""
    issuer = pyca.load_der_x509_certificate(certificate)
    if revocations is not None:
        signed = pyca.load_der_x509_crl(revocations)
        if not signed.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            raise KeyTrouble("吊销列表不是该机构所签，没有采用。")
    name = str(x509.Certificate.load(certificate).subject.native.get("common_name", ""))[:120]
    made, _ = Issuer.objects.update_or_create(
        fingerprint=hashlib.sha256(certificate).hexdigest(),
        defaults={"name": name, "certificate": certificate, "revocations": revocations},
        create_defaults={"name": name, "certificate": certificate, "revocations": revocations, "added_at": now},
    )
    return made


@transaction.atomic
def register_issuer(certificate: bytes, *, revocations: bytes | None, by: User, now: datetime) -> Issuer:
    """Enter an issuer from the files he publishes, DER or PEM; known ones get the newer list. Raises KeyTrouble."""
    try:
        plain = _plain(certificate)
        pyca.load_der_x509_certificate(plain)
    except ValueError:
        raise KeyTrouble("这不是证书文件。请上传发证机构公布的根证书（.cer、.crt、.pem）。") from None
    try:
        revoked = _plain(revocations) if revocations is not None else None
        if revoked is not None:
            pyca.load_der_x509_crl(revoked)
    except ValueError:
        raise KeyTrouble("这不是吊销列表文件。请上传发证机构公布的 .crl 文件。") from None
    if revoked is None:
        known = Issuer.objects.filter(fingerprint=hashlib.sha256(plain).hexdigest()).first()
        revoked = bytes(known.revocations) if known and known.revocations else None
    issuer = trust_issuer(plain, revocations=revoked, now=now)
    detail = {"fingerprint": issuer.fingerprint, "revocations": hashlib.sha256(revoked).hexdigest() if revoked else ""}
    audit.record(by=by, verb=Verb.ISSUER_TRUSTED, on=issuer, at=now, detail=detail, bureau_code=by.bureau_code)
    return issuer


def _plain(content: bytes) -> bytes:
    return pem.unarmor(content)[2] if pem.detect(content) else content


def make_demo_authority(*, organ: str, now: datetime) -> FileHolder:
    """The demo's root and time-stamp service, trusted by this node; what is there already stays."""
    if not vault.has("demo-root"):
        vault.keep("demo-root", authority.make_root("市监演示根证书（仅供演示）", at=now))
    root = vault.take("demo-root")
    if not vault.has(LOCAL):
        vault.keep(LOCAL, authority.issue(root, "市监演示时间戳服务", organ=organ, at=now, days=3600, stamps=True))
    trust_issuer(root.certificate, now=now)
    return root
