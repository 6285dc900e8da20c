"""Where server-held keys lie: PKCS#12 files below the key folder, each sealed with a passphrase of its own.

The passphrase is derived from `seal_vault`, a file made at first use as those of the audit log are: who copies the
database, or one file, has no key. They go into the backup with the other keys.
"""

import hmac
import os
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from django.conf import settings

from shijian.core.keyfiles import file_key

from .port import KeyTrouble

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
DIGESTS: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
LEAST_BITS = 2048


class FileHolder:
    """A key in the memory of this process, read from its file once."""

    def __init__(self, key: PrivateKey, certificate: bytes, chain: tuple[bytes, ...] = ()) -> None:
        self.key, self.certificate, self.chain = key, certificate, chain
        self.algorithm = "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ec"

    def sign(self, data: bytes, digest: str) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), DIGESTS[digest]())
        return self.key.sign(data, ec.ECDSA(DIGESTS[digest]()))


def read_p12(content: bytes, password: str) -> FileHolder:
    """A PKCS#12 file as authorities hand it out. Raises KeyTrouble: wrong password, damaged, no key, a weak key."""
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode())
    except ValueError:
        raise KeyTrouble(
            "证书文件打不开：密码不对，或文件不是 PKCS#12（.p12、.pfx）。请核对后重新上传；国密证书请另选私钥文件。"
        ) from None
    if key is None or certificate is None:
        raise KeyTrouble("证书文件里没有私钥或证书。请向发证机构重新领取含私钥的 PKCS#12 文件。")
    if not isinstance(key, PrivateKey):
        raise KeyTrouble("不支持这种密钥。请使用 RSA（不少于 2048 位）或 ECDSA 证书。")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < LEAST_BITS:
        raise KeyTrouble(f"密钥只有 {key.key_size} 位，强度不足。请换发不少于 {LEAST_BITS} 位的证书。")
    return FileHolder(key, _der(certificate), tuple(_der(each) for each in others if each.subject != each.issuer))


def keep(name: str, holder: FileHolder) -> None:
    """Write a key into the vault under a name of [a-z0-9-]; what is there already is never overwritten."""
    content = pkcs12.serialize_key_and_certificates(
        name.encode(),
        holder.key,
        x509.load_der_x509_certificate(holder.certificate),
        [x509.load_der_x509_certificate(each) for each in holder.chain] or None,
        BestAvailableEncryption(_derived(name).hex().encode()),
    )
    _write(_path(name, "p12"), content)


def take(name: str) -> FileHolder:
    """A key of the vault. Raises KeyTrouble when its file is missing or was not sealed by this vault."""
    path = _path(name, "p12")
    try:
        return _opened(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise KeyTrouble("印章密钥文件不在本机。请从备份恢复密钥目录，或重新登记证书。") from None


def has(name: str) -> bool:
    return _path(name, "p12").exists()


def keep_bare(name: str, secret: bytes) -> None:
    """A key no PKCS#12 library knows (SM2), sealed with AES-256-GCM under a key of its own."""
    nonce = os.urandom(12)
    _write(_path(name, "key"), nonce + AESGCM(_derived(name)).encrypt(nonce, secret, name.encode()))


def take_bare(name: str) -> bytes:
    try:
        content = _path(name, "key").read_bytes()
        return AESGCM(_derived(name)).decrypt(content[:12], content[12:], name.encode())
    except (FileNotFoundError, InvalidTag):
        raise KeyTrouble("国密密钥文件不在本机或已损坏。请从备份恢复密钥目录，或重新登记证书。") from None


@lru_cache(maxsize=32)
def _opened(path: Path, stamp: int) -> FileHolder:
    return read_p12(path.read_bytes(), _derived(path.stem).hex())


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _path(name: str, kind: str) -> Path:
    return Path(settings.KEYS_DIR) / "seals" / f"{name}.{kind}"


def _derived(name: str) -> bytes:
    return hmac.digest(file_key(Path(settings.KEYS_DIR) / "seal_vault"), f"seals/{name}".encode(), "sha256")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyTrouble("这个名称下已有密钥，不能覆盖。") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
