"""Is a sealed PDF still what was sealed, by whom, and was the certificate good then? Plain bytes in, a verdict out.

A seal counts when it is mathematically right, covers the file to its last byte, comes from an issuer we trust, and its
certificate was in force and not revoked at the time the time stamp proves. Whoever has the file and the issuers'
certificates comes to the same verdict with another program.
Source: 电子签名法 (2019-04-23) art. 13 items 3, 4; ETSI EN 319 102-1 5.3.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, crl, x509
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from .intake import DAMAGE, PdfRefused, opened

TEXTS = {
    "unreadable": "{why}",
    "unsigned": "文件没有电子签章。",
    "malformed": "签章数据已损坏，无法核验。",
    "altered": "盖章后内容被改动。",
    "appended": "盖章后又追加了内容。",
    "not_covered": "签章没有覆盖整个文件。",
    "forged": "签名与证书不符，不是该证书的密钥所签。",
    "untrusted": "签章证书不是受信任的机构所发，或不能用于签章。",
    "expired": "盖章时证书不在有效期内（{since} 至 {until}）。",
    "revoked": "证书已于 {since} 被吊销，盖章在吊销之后。",
    "no_time_stamp": "没有时间戳，盖章时间无法证明。",
    "bad_time_stamp": "时间戳无效。",
    "untrusted_time_stamp": "时间戳不是受信任的服务所发。",
    "registered_otherwise": "与用印登记的文件不一致，不是当时盖章的那一份。",
}
HARMLESS = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we trust: certificates of issuers (DER) and what they have revoked (CRLs, DER)."""

    issuers: tuple[bytes, ...]
    revocations: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong; `signature` is the number of the seal it concerns, 0 = the file."""

    code: str
    text: str
    signature: int = 0


@dataclass(slots=True)
class Signature:
    """One seal of a file as a page tells it."""

    number: int
    signer: str = ""
    organ: str = ""
    issuer: str = ""
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    reason: str = ""
    fingerprint: str = ""
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Verdict:
    """`ok` only when there is a seal and nothing at all is wrong."""

    digest: str
    signatures: list[Signature] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults

    def add(self, code: str, signature: Signature | None = None, **facts: str) -> None:
        fault = Fault(code, TEXTS[code].format(**facts), signature.number if signature else 0)
        self.faults.append(fault)
        if signature:
            signature.faults.append(fault)


def verify(data: bytes, trust: Trust, *, at: datetime) -> Verdict:
    """The verdict on a file at a moment; never raises for what the file contains."""
    verdict = Verdict(hashlib.sha256(data).hexdigest())
    try:
        reader = opened(data)
        embedded = list(reader.embedded_regular_signatures)
    except PdfRefused as refusal:
        verdict.add("unreadable", why=refusal.message)
        return verdict
    except DAMAGE:
        verdict.add("malformed")
        return verdict
    if not embedded:
        verdict.add("unsigned")
    for number, each in enumerate(embedded, 1):
        signature = Signature(number)
        verdict.signatures.append(signature)
        try:
            _describe(signature, each)
            if not (_is_canonical(each.pkcs7_content) and _is_plain_gap(data, each.byte_range)):
                verdict.add("malformed", signature)
            else:
                _judge(verdict, signature, each, trust, at, is_last=number == len(embedded))
        except (*DAMAGE, SignatureValidationError):
            verdict.add("malformed", signature)
    return verdict


def fingerprints(data: bytes) -> list[str]:
    """What names each seal of a file we made: the hash of its signature, in the order of sealing."""
    embedded = opened(data).embedded_regular_signatures
    return [hashlib.sha256(each.signer_info["signature"].native).hexdigest() for each in embedded]


def _judge(verdict: Verdict, signature: Signature, each: Any, trust: Trust, at: datetime, *, is_last: bool) -> None:
    token = _token(each.signer_info)
    if token is None:
        verdict.add("no_time_stamp", signature)
    else:
        if not _is_plain(token, "tst_info", "v3"):
            verdict.add("bad_time_stamp", signature)
            return
        signature.stamped_at = token["encap_content_info"]["content"].parsed["gen_time"].native
    moment = signature.stamped_at or at
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in trust.issuers], moment=moment, allow_fetching=False
    )
    status = validate_pdf_signature(each, context, context)
    if not status.intact:
        verdict.add("altered", signature)
    elif not status.valid:
        verdict.add("forged", signature)
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        verdict.add("not_covered", signature)
    elif is_last and status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        verdict.add("appended", signature)
    elif not (status.docmdp_ok and status.modification_level in HARMLESS):
        verdict.add("altered", signature)
    _judge_certificate(verdict, signature, status, moment, trust)
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid):
        verdict.add("bad_time_stamp", signature)
    elif stamp is not None and not stamp.trusted:
        verdict.add("untrusted_time_stamp", signature)


def _judge_certificate(verdict: Verdict, signature: Signature, status: Any, moment: datetime, trust: Trust) -> None:
    validity = status.signing_cert["tbs_certificate"]["validity"]
    since, until = validity["not_before"].native, validity["not_after"].native
    revoked = _revoked_since(status.signing_cert, trust)
    if not since <= moment <= until:
        verdict.add("expired", signature, since=f"{since:%Y-%m-%d}", until=f"{until:%Y-%m-%d}")
    elif status.intact and status.valid and not status.trusted:
        verdict.add("untrusted", signature)
    elif revoked is not None and revoked <= moment:
        verdict.add("revoked", signature, since=f"{revoked:%Y-%m-%d}")


def _revoked_since(certificate: x509.Certificate, trust: Trust) -> datetime | None:
    """When its issuer revoked the certificate, by the lists; who takes a list in has checked who signed it."""
    for der in trust.revocations:
        listed = crl.CertificateList.load(der)["tbs_cert_list"]
        for entry in listed["revoked_certificates"] if listed["issuer"] == certificate.issuer else ():
            if entry["user_certificate"].native == certificate.serial_number:
                since: datetime = entry["revocation_date"].native
                return since
    return None


def _token(signer: Any) -> Any:
    """The time stamp over the signature; None = there is none."""
    for attribute in signer["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0]["content"]
    return None


def _describe(signature: Signature, each: Any) -> None:
    certificate: x509.Certificate = each.signer_cert
    subject = certificate.subject.native
    signature.signer = str(subject.get("common_name", ""))
    signature.organ = str(subject.get("organization_name", ""))
    signature.issuer = str(certificate.issuer.native.get("common_name", ""))
    signature.claimed_at = each.self_reported_timestamp
    signature.reason = str(each.sig_object.get("/Reason", ""))
    signature.fingerprint = hashlib.sha256(each.signer_info["signature"].native).hexdigest()


def _is_canonical(raw: bytes) -> bool:
    """Whether the signature's container has no room for bytes nothing protects.

    A PDF keeps space after the container: there only zeros may stand. What the signature itself does not cover must be
    as it always is: versions, the kind of content, one signer, the digest's name, no certificate twice.
    """
    end = _length(raw)
    signed = cms.ContentInfo.load(raw[:end], strict=True)["content"]
    return not raw[end:].strip(b"\0") and _is_plain(signed, "data", "v1")


def _is_plain(signed: Any, kind: str, version: str) -> bool:
    certificates = [each.chosen for each in signed["certificates"]]
    if len(signed["signer_infos"]) != 1 or signed["crls"]:
        return False
    signer = signed["signer_infos"][0]
    digest = signer["digest_algorithm"]
    return (
        signed["version"].native == version
        and signer["version"].native == "v1"
        and signed["encap_content_info"]["content_type"].native == kind
        and [each.dump() for each in signed["digest_algorithms"]] == [digest.dump()]
        and signer["signature_algorithm"].dump() in _named(signer)
        and all(
            each["signature_algorithm"].dump() == each["tbs_certificate"]["signature"].dump() for each in certificates
        )
        and len({each.dump() for each in certificates}) == len(certificates)
        and signer["sid"].chosen.dump() in {_issuer_and_number(each) for each in certificates}
    )


def _issuer_and_number(certificate: x509.Certificate) -> bytes:
    by = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    return bytes(cms.IssuerAndSerialNumber(by).dump())


def _named(signer: Any) -> set[bytes]:
    """The ways to write the name of the signature's algorithm: with and without the empty parameters of RSA."""
    name = {"algorithm": signer["signature_algorithm"]["algorithm"].native}
    plain = algos.SignedDigestAlgorithm(name).dump()
    return {plain, plain[:1] + bytes([plain[1] + 2]) + plain[2:] + b"\x05\0"}


def _is_plain_gap(data: bytes, spans: Any) -> bool:
    """The space of a signature is written in digits of one kind: no second way to say the same."""
    first, length, second, _ = (int(part) for part in spans)
    gap = data[first + length : second]
    plain = not gap[1:-1].strip(b"0123456789abcdefABCDEF") and gap in {gap.lower(), gap.upper()}
    return gap[:1] == b"<" and gap[-1:] == b">" and plain


def _length(raw: bytes) -> int:
    """How long the DER value at the start of `raw` is, head included."""
    if raw[:1] != b"\x30" or len(raw) < 2:
        raise ValueError("not a sequence")
    count = raw[1] & 0x7F
    return 2 + raw[1] if raw[1] < 0x80 else 2 + count + int.from_bytes(raw[2 : 2 + count], "big")
