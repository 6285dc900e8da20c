"""A certification authority of the product's own, for the demo and the tests only.

A bureau's seals are made by the unified state seal system, its certificates by a licensed authority (电子签名法 art. 16,
18): those come in as PKCS#12 files or stay on a token. What is made here says 演示 in its name.
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .vault import FileHolder, PrivateKey

DEMO = "Shijian 演示"


def make_root(name: str, *, at: datetime, days: int = 3650) -> FileHolder:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(name, DEMO), key, at, days).issuer_name(_name(name, DEMO))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
    builder = builder.add_extension(_usage(authority=True), critical=True)
    return FileHolder(key, builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


def issue(
    root: FileHolder, name: str, *, organ: str, at: datetime, days: int = 1095, stamps: bool = False, bits: int = 0
) -> FileHolder:
    """A certificate for a seal, or for a time-stamp service (`stamps`); `bits` asks for RSA instead of P-256."""
    key: PrivateKey = rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
    issuer = x509.load_der_x509_certificate(root.certificate)
    builder = _builder(_name(name, organ), key, at, days).issuer_name(issuer.subject)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(authority=False), critical=True)
    builder = builder.add_extension(_issued_by(root), critical=False)
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return FileHolder(key, builder.sign(root.key, hashes.SHA256()).public_bytes(Encoding.DER))


def revocations(root: FileHolder, revoked: dict[int, datetime], *, at: datetime, days: int = 30) -> bytes:
    """The list of revoked certificates: serial number → since when."""
    builder = x509.CertificateRevocationListBuilder()
    builder = builder.issuer_name(x509.load_der_x509_certificate(root.certificate).subject)
    builder = builder.last_update(at).next_update(at + timedelta(days=days))
    builder = builder.add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
    builder = builder.add_extension(_issued_by(root), critical=False)
    for serial, since in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(root.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _issued_by(root: FileHolder) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())


def _builder(subject: x509.Name, key: PrivateKey, at: datetime, days: int) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(at).not_valid_after(at + timedelta(days=days))
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _name(common: str, organ: str) -> x509.Name:
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, organ), (NameOID.COMMON_NAME, common)]
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority, crl_sign=authority,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
