"""Seals into the register, their certificates, their state; the issuers the bureau trusts."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from asn1crypto import pem, x509
from cryptography import x509 as pyca
from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import rules
from ..choices import KeyPlace, SealState, Verb
from ..crypto import authority, sm2, vault
from ..crypto.port import KeyTrouble
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
def add_key(seal: Seal, holder: FileHolder | TokenHolder, *, by: User, now: datetime) -> SealKey:
    """From now on the seal is pressed with this certificate; the former one stays on record."""
    require_in_force(holder.certificate, now)
    seal = Seal.objects.select_for_update(no_key=True).get(pk=seal.pk)
    if seal.state == SealState.DESTROYED:
        raise StateRefused(f"“{seal}”已销毁，不能再登记证书。")
    certificate = x509.Certificate.load(holder.certificate)
    validity = certificate["tbs_certificate"]["validity"]
    seal.keys.filter(retired_at__isnull=True).exclude(algorithm="sm2").update(retired_at=now)
    name = f"seal-{seal.pk}-{secrets.token_hex(4)}"
    held: dict[str, str] = {}
    if isinstance(holder, TokenHolder):
        held = {"place": KeyPlace.TOKEN, "token": holder.token, "label": holder.label}
    key = SealKey.objects.create(
        seal=seal, name=name, algorithm=holder.algorithm, certificate=holder.certificate,
        issuer=str(certificate.issuer.native.get("common_name", ""))[:120], serial=f"{certificate.serial_number:x}",
        valid_from=validity["not_before"].native, valid_until=validity["not_after"].native, added_at=now, **held,
    )  # fmt: skip
    detail = {"serial": key.serial, "issuer": key.issuer, **held}
    audit.record(by=by, verb=Verb.SEAL_KEYED, on=seal, at=now, detail=detail, bureau_code=seal.bureau_code)
    if isinstance(holder, FileHolder):
        vault.keep(name, holder)
    return key


@transaction.atomic
def add_sm2_key(seal: Seal, *, by: User, now: datetime, years: int = 5) -> SealKey:
    """Make an SM2 key for a seal in the vault: each use is then signed with it as well, beside the file (GB/T 32918.2)."""
    seal = Seal.objects.select_for_update(no_key=True).get(pk=seal.pk)
    if seal.state == SealState.DESTROYED:
        raise StateRefused(f"“{seal}”已销毁，不能再登记密钥。")
    holder = sm2.make_key()
    seal.keys.filter(retired_at__isnull=True, algorithm="sm2").update(retired_at=now)
    key = SealKey.objects.create(
        seal=seal, name=f"sm2-{seal.pk}-{secrets.token_hex(4)}", algorithm="sm2", certificate=sm2.public_info(holder.public),
        issuer="本机生成（公钥未经发证）", serial=sm2.sm3(holder.public)[:32], valid_from=now,
        valid_until=now + timedelta(days=365 * years), added_at=now,
    )  # fmt: skip
    audit.record(
        by=by,
        verb=Verb.SEAL_KEYED,
        on=seal,
        at=now,
        detail={"serial": key.serial, "algorithm": "sm2"},
        bureau_code=seal.bureau_code,
    )
    vault.keep_bare(key.name, holder.private + holder.public)
    return key


@transaction.atomic
def change_state(seal: Seal, state: str, *, reason: str, by: User, now: datetime) -> Seal:
    """Suspend, take up again or destroy a seal; what was destroyed stays so."""
    seal = Seal.objects.select_for_update(no_key=True).get(pk=seal.pk)
    if not rules.may_follow(seal.state, state):
        raise StateRefused(f"“{seal}”现在是“{seal.get_state_display()}”，不能这样变更。")
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
