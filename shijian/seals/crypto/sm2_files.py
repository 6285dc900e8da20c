"""An SM2 certificate and its key as authorities hand them out, PEM or DER: read, and checked against each other.

Common libraries read no SM2 key, so its file is taken apart here. Source: GB/T 32918.2-2016; GM/T 0015-2012 (a signing and
an encrypting certificate apart); RFC 5958 and RFC 8018 (PKCS#8, its password); RFC 5915.
"""

from asn1crypto import core, keys, pem, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

from . import sm2
from .port import KeyTrouble

CURVE = "1.2.156.10197.1.301"
PRFS: dict[str, type[hashes.HashAlgorithm]] = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha512": hashes.SHA512}
MOST_ROUNDS = 1_000_000  # of the password; a file may ask for any number, and each is work
UNREADABLE = "私钥文件读不了。请导出为 PEM 或 DER 格式（PKCS#8）的私钥后重新上传。"


def read_pair(certificate: bytes, key: bytes, password: str) -> sm2.Sm2Holder:
    """A signing certificate and its private key. Raises KeyTrouble: another curve, a wrong password, not a pair."""
    der = _plain(certificate)
    public = sm2.public_of(der)
    # National certificates come in two, one to sign and one to encrypt.
    usage = x509.Certificate.load(der).key_usage_value
    if usage is not None and not {"digital_signature", "non_repudiation"} & usage.native:
        raise KeyTrouble("这张证书不能用于签名（可能是加密证书）。请上传同一用户的签名证书。")
    holder = sm2.Sm2Holder(_secret(_plain(key), password), public, der)
    if not holder.is_pair():
        raise KeyTrouble("私钥与证书不是一对。请核对两个文件是不是同一次领取的。")
    return holder


def _plain(content: bytes) -> bytes:
    """DER; of a PEM file the certificate or the key, not the parameters openssl may put before it."""
    try:
        if not pem.detect(content):
            return content
        parts = pem.unarmor(content, multiple=True)
        return bytes(next(der for kind, _, der in parts if kind.endswith(("CERTIFICATE", "PRIVATE KEY"))))
    except (ValueError, StopIteration):
        raise KeyTrouble("文件读不了。请上传 PEM 或 DER 格式的证书和私钥。") from None


def _secret(der: bytes, password: str) -> bytes:
    """The 32 bytes of the private key: of a PKCS#8 file, with or without a password, or of a bare EC key."""
    try:
        if isinstance(core.Sequence.load(der, strict=True)[0], core.Sequence):
            der = _decrypted(keys.EncryptedPrivateKeyInfo.load(der), password)
        if isinstance(core.Sequence.load(der, strict=True)[1], core.OctetString):
            key = keys.ECPrivateKey.load(der)
            curve = key["parameters"].chosen.dotted
        else:
            info = keys.PrivateKeyInfo.load(der)
            curve = info["private_key_algorithm"]["parameters"].chosen.dotted
            key = info["private_key"].parsed
        secret = int(key["private_key"].native).to_bytes(32, "big")
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
        raise KeyTrouble(UNREADABLE) from None
    if curve != CURVE:
        raise KeyTrouble("这个私钥不是 SM2 密钥。请上传与 SM2 证书一同领取的私钥。")
    return secret


def _decrypted(sealed: keys.EncryptedPrivateKeyInfo, password: str) -> bytes:
    """PBES2 with AES, as openssl and the tools of authorities write it."""
    how = sealed["encryption_algorithm"]
    if how.kdf != "pbkdf2" or how.encryption_cipher != "aes" or how.kdf_iterations > MOST_ROUNDS:
        raise KeyTrouble(UNREADABLE)
    derived = PBKDF2HMAC(PRFS[how.kdf_hmac](), how.key_length, how.kdf_salt, how.kdf_iterations)
    aes = Cipher(algorithms.AES(derived.derive(password.encode())), modes.CBC(how.encryption_iv)).decryptor()
    padding = PKCS7(128).unpadder()
    try:
        padded = aes.update(sealed["encrypted_data"].native) + aes.finalize()
        der: bytes = padding.update(padded) + padding.finalize()
        core.Sequence.load(der, strict=True)
    except ValueError:
        raise KeyTrouble("私钥的密码不对，或文件已损坏。请核对后重新上传。") from None
    return der
