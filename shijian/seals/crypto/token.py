"""Keys on a token or in a hardware module, by PKCS#11: behind the same port, the key never leaves its place.

The library is named by `PKCS11_MODULE`; the PIN comes from `PKCS11_PIN` or from the file `PKCS11_PIN_FILE` names, never from
the database. A session is opened for each signature, so a token that was taken out is noticed at once.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256, sha384, sha512
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto import x509
from django.conf import settings
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ecdsa_signature

from .port import KeyTrouble
from .vault import LEAST_BITS

RSA = {"sha256": Mechanism.SHA256_RSA_PKCS, "sha384": Mechanism.SHA384_RSA_PKCS, "sha512": Mechanism.SHA512_RSA_PKCS}
HASHES = {"sha256": sha256, "sha384": sha384, "sha512": sha512}
_one_at_a_time = threading.Lock()  # modules differ in what they allow several threads


class TokenHolder:
    """A key by the label of its token and its own label."""

    def __init__(
        self, token: str, label: str, algorithm: str, certificate: bytes, chain: tuple[bytes, ...] = ()
    ) -> None:
        self.token, self.label, self.algorithm, self.certificate, self.chain = (
            token,
            label,
            algorithm,
            certificate,
            chain,
        )

    def sign(self, data: bytes, digest: str) -> bytes:
        with _session(self.token) as session:
            key = _one(session, ObjectClass.PRIVATE_KEY, self.label, "私钥")
            if self.algorithm == "rsa":
                return bytes(key.sign(data, mechanism=RSA[digest]))
            return bytes(encode_ecdsa_signature(key.sign(HASHES[digest](data).digest(), mechanism=Mechanism.ECDSA)))


def has_module() -> bool:
    return bool(settings.PKCS11_MODULE)


def find(token: str, label: str) -> TokenHolder:
    """The key and the certificate of one label on a token, tried once. Raises KeyTrouble saying what is not there."""
    with _session(token) as session:
        key = _one(session, ObjectClass.PRIVATE_KEY, label, "私钥")
        certificate = bytes(_one(session, ObjectClass.CERTIFICATE, label, "证书")[Attribute.VALUE])
        kind = key.key_type
    if kind not in {KeyType.RSA, KeyType.EC}:
        raise KeyTrouble("不支持这种密钥。请使用 RSA（不少于 2048 位）或 ECDSA 证书。")
    public = x509.Certificate.load(certificate).public_key
    if kind == KeyType.RSA and public.bit_size < LEAST_BITS:
        raise KeyTrouble(f"密钥只有 {public.bit_size} 位，强度不足。请换发不少于 {LEAST_BITS} 位的证书。")
    return TokenHolder(token, label, "rsa" if kind == KeyType.RSA else "ec", certificate)


def _one(session: Any, kind: ObjectClass, label: str, name: str) -> Any:
    found = list(session.get_objects({Attribute.CLASS: kind, Attribute.LABEL: label}))
    if len(found) != 1:
        raise KeyTrouble(f"密码设备中标签为“{label}”的{name}有 {len(found)} 个，应当正好一个。请核对标签。")
    return found[0]


@contextmanager
def _session(token: str) -> Iterator[Any]:
    if not has_module():
        raise KeyTrouble("没有配置密码设备。请系统管理员设置 PKCS11_MODULE。")
    with _one_at_a_time:
        try:
            place = pkcs11.lib(settings.PKCS11_MODULE).get_token(token_label=token)
            with place.open(user_pin=_pin()) as session:
                yield session
        except (pkcs11.NoSuchToken, pkcs11.MultipleTokensReturned, pkcs11.TokenNotPresent):
            raise KeyTrouble(f"找不到标签为“{token}”的密码设备。请插好设备，或核对标签。") from None
        except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid):
            raise KeyTrouble("密码设备的 PIN 不对，没有用印。请系统管理员核对 PKCS11_PIN，不要反复尝试。") from None
        except pkcs11.PinLocked:
            raise KeyTrouble("密码设备的 PIN 已锁定。请联系设备发放机构解锁。") from None
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            raise KeyTrouble(f"密码设备没有正常应答（{type(error).__name__}）。请检查设备后再试。") from error


def _pin() -> str:
    if settings.PKCS11_PIN:
        return str(settings.PKCS11_PIN)
    if settings.PKCS11_PIN_FILE:
        try:
            return Path(settings.PKCS11_PIN_FILE).read_text(encoding="utf-8").strip()
        except OSError:
            raise KeyTrouble("读不到密码设备的 PIN 文件。请系统管理员核对 PKCS11_PIN_FILE。") from None
    raise KeyTrouble("没有配置密码设备的 PIN。请系统管理员设置 PKCS11_PIN 或 PKCS11_PIN_FILE。")
