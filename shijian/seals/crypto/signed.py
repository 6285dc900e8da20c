"""Signed data (RFC 5652) written straight as DER: for a seal on a PDF and for a time stamp.

pyHanko builds the same as objects of asn1crypto, which encode what they hold again and again: 7,000 encodings for one
press of a seal, half of its time. What is written here pyHanko, OpenSSL and poppler read back in the tests.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import algos, cms, core, tsp, x509

from .port import Holder

SEQUENCE, SET, OCTETS = 0x30, 0x31, 0x04
FIRST, SECOND = 0xA0, 0xA1  # [0] and [1], as context tags around or in place of what they hold
DIGEST = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
MECHANISMS = {
    "rsa": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}).dump(),
    "ec": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump(),
}
DATA, SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element: tag, length in the shortest form, content."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def set_of(parts: list[bytes], tag: int = SET) -> bytes:
    """A set as DER wants it: in the order of the encodings (X.690 11.6)."""
    return tlv(tag, *sorted(parts))


@lru_cache(maxsize=32)
def oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def attribute(kind: str, value: bytes) -> bytes:
    """An attribute with one value, already encoded."""
    return tlv(SEQUENCE, oid(kind), tlv(SET, value))


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature by `holder` with the attributes it is over; `content` travels within when given."""

    holder: Holder
    kind: str
    content: bytes | None
    attributes: list[bytes]
    signature: bytes

    def packed(self, *unsigned: bytes, certificates: bool = True) -> bytes:
        """As a ContentInfo, with attributes that are not signed, such as a time stamp over the signature."""
        identity, _, embedded = _particulars(self.holder.certificate, self.holder.chain)
        version = b"\x02\x01\x01" if self.content is None else b"\x02\x01\x03"
        signer = tlv(
            SEQUENCE, b"\x02\x01\x01", identity, DIGEST, set_of(self.attributes, FIRST), MECHANISMS[self.holder.algorithm],
            tlv(OCTETS, self.signature), set_of(list(unsigned), SECOND) if unsigned else b"",
        )  # fmt: skip
        data = tlv(
            SEQUENCE, version, tlv(SET, DIGEST),
            tlv(SEQUENCE, oid(self.kind), b"" if self.content is None else tlv(FIRST, tlv(OCTETS, self.content))),
            embedded if certificates else b"", tlv(SET, signer),
        )  # fmt: skip
        return tlv(SEQUENCE, oid(SIGNED_DATA), tlv(FIRST, data))


def sign(holder: Holder, digest: bytes, *, kind: str, content: bytes | None = None) -> Signed:
    """Sign a SHA-256 `digest`. The attributes are those of PAdES: type, digest, the signer's certificate, and the
    algorithms, so that nobody exchanges one of them (ETSI EN 319 122-1 5; RFC 6211)."""
    mechanism = MECHANISMS[holder.algorithm]
    attributes = [
        attribute("1.2.840.113549.1.9.3", oid(kind)),
        attribute("1.2.840.113549.1.9.4", tlv(OCTETS, digest)),
        _particulars(holder.certificate, holder.chain)[1],
        attribute(ALGORITHM_PROTECTION, tlv(SEQUENCE, DIGEST, bytes((SECOND,)) + mechanism[1:])),
    ]
    return Signed(holder, kind, content, attributes, holder.sign(set_of(attributes), "sha256"))


@lru_cache(maxsize=64)
def _particulars(certificate: bytes, chain: tuple[bytes, ...]) -> tuple[bytes, bytes, bytes]:
    """Who signs (issuer and number), the attribute that names the certificate, and the certificates, without the root."""
    read = x509.Certificate.load(certificate)
    issuer = {"issuer": read.issuer, "serial_number": read.serial_number}
    named = {"issuer": [x509.GeneralName("directory_name", read.issuer)], "serial_number": read.serial_number}
    told = {"cert_hash": hashlib.sha256(certificate).digest(), "issuer_serial": named}
    value = tsp.SigningCertificateV2({"certs": [told]}).dump()
    above = [each for each in chain if x509.Certificate.load(each).self_signed == "no" and each != certificate]
    return (
        bytes(cms.IssuerAndSerialNumber(issuer).dump()),
        attribute("1.2.840.113549.1.9.16.2.47", value),
        set_of([certificate, *above], FIRST),
    )
