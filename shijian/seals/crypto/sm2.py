"""The national algorithms behind the same port: an SM2 signature over the SM3 digest of a file, kept beside it.

A detached signature is DER (r, s) over the SM2 digest with the standard identity; any program that knows SM2 checks it,
such as `openssl dgst -sm3 -verify`. Source: GB/T 32918.2-2016; GB/T 32905-2016; GB/T 35276-2017 (identity).
"""

import gmssl_pyx
from asn1crypto import x509

from .port import KeyTrouble

IDENTITY = b"1234567812345678"
HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")  # SubjectPublicKeyInfo before x and y


class Sm2Holder:
    """An SM2 key: `private` 32 bytes, `public` 64 bytes (x, y); the certificate may be missing (a bare key)."""

    algorithm = "sm2"
    chain: tuple[bytes, ...] = ()

    def __init__(self, private: bytes, public: bytes, certificate: bytes = b"") -> None:
        self.private, self.public, self.certificate = private, public, certificate
        if certificate and public_of(certificate) != public:
            raise KeyTrouble("SM2 证书与密钥不是一对。请核对后重新登记。")

    def sign(self, data: bytes, digest: str) -> bytes:
        if digest != "sm3":
            raise ValueError("SM2 signs SM3 digests")
        return bytes(gmssl_pyx.sm2_sign(self.private, self.public, data, signer_id=IDENTITY))

    def is_pair(self) -> bool:
        """Whether what the private key signs holds under the public one."""
        try:
            return verify(b"pair", self.sign(b"pair", "sm3"), self.public)
        except gmssl_pyx.GmsslInnerError:
            return False


def make_key() -> Sm2Holder:
    public, private = gmssl_pyx.sm2_key_generate()
    return Sm2Holder(bytes(private), bytes(public))


def verify(data: bytes, signature: bytes, public: bytes) -> bool:
    """Whether this key signed this file; anything malformed is simply no signature."""
    try:
        return bool(gmssl_pyx.sm2_verify(public, data, signature, signer_id=IDENTITY))
    except (gmssl_pyx.GmsslInnerError, ValueError):
        return False


def sm3(data: bytes) -> str:
    return bytes(gmssl_pyx.sm3_hash(data)).hex()


def public_of(certificate: bytes) -> bytes:
    """The public key of an SM2 certificate, which common libraries do not read, or of a bare public key (DER).

    Raises KeyTrouble for any other.
    """
    info = certificate
    if not certificate.startswith(HEAD):
        try:
            info = x509.Certificate.load(certificate, strict=True)["tbs_certificate"]["subject_public_key_info"].dump()
        except (ValueError, TypeError):
            raise KeyTrouble("这不是一张数字证书。请上传 PEM 或 DER 格式的 SM2 证书。") from None
    if not info.startswith(HEAD) or len(info) != len(HEAD) + 64:
        raise KeyTrouble("这张证书不是 SM2 证书。RSA、ECDSA 证书请上传含私钥的 PKCS#12 文件，不另传私钥文件。")
    return bytes(info[len(HEAD) :])


def public_info(public: bytes) -> bytes:
    """The public key as others read it (SubjectPublicKeyInfo, DER)."""
    return HEAD + public
