"""Time stamps by RFC 3161: a small service of our own for bureaus without one, and the client of a recognised one.

A stamp proves that a hash was there at a time. The service answers requests of a few hundred bytes, keeps nothing, and
signs the hash, the time and a number (RFC 3161 2.4.2; RFC 5816 for the certificate's identifier).
"""

import hashlib
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime

from asn1crypto import cms, core, tsp
from pyhanko.sign.timestamps import TimeStamper

from .port import Holder, KeyTrouble
from .signed import SEQUENCE, sign, tlv

POLICY = "2.25.290164823910386146318921307415083421857"  # an identifier made from a UUID (ITU-T X.667)
TST_INFO = "1.2.840.113549.1.9.16.1.4"
LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}
MOST = 4096


class StampTrouble(KeyTrouble):
    code = "seals.stamp_trouble"


def respond(asked: bytes, holder: Holder, *, at: datetime) -> bytes:
    """The answer to a request, as DER; what cannot be granted is refused in the same form."""
    try:
        if len(asked) > MOST:
            raise ValueError("too long")
        request = tsp.TimeStampReq.load(asked, strict=True)
        imprint = request["message_imprint"]
        digest, hashed = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        nonce, policy = request["nonce"].native, request["req_policy"].native
        wants_certificate = bool(request["cert_req"].native)
    except (ValueError, TypeError, KeyError):
        return _refusal("bad_data_format")
    if LENGTHS.get(digest) != len(hashed):
        return _refusal("bad_alg")
    if policy not in {None, POLICY}:
        return _refusal("unaccepted_policy")
    token = token_for(digest, hashed, holder, at=at, nonce=nonce, certificates=wants_certificate)
    return tlv(SEQUENCE, tlv(SEQUENCE, b"\x02\x01\x00"), token)  # 0 = granted


def token_for(
    digest: str, hashed: bytes, holder: Holder, *, at: datetime, nonce: int | None = None, certificates: bool = True
) -> bytes:
    """That this hash was there at that time, signed, as DER."""
    content = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": {"hash_algorithm": {"algorithm": digest}, "hashed_message": hashed},
            "serial_number": secrets.randbits(63) | 1,
            "gen_time": core.GeneralizedTime(at.replace(microsecond=at.microsecond // 1000 * 1000)),
            "accuracy": {"seconds": 1},
            **({"nonce": nonce} if nonce is not None else {}),
        }
    ).dump()
    imprint = hashlib.sha256(content).digest()
    return sign(holder, imprint, kind=TST_INFO, content=content).packed(certificates=certificates)


class LocalStamper(TimeStamper):
    """The service in the same process: no network, the same answers."""

    def __init__(self, holder: Holder, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.holder, self.clock = holder, clock

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(respond(req.dump(), self.holder, at=self.clock()))

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        return cms.ContentInfo.load(token_for(md_algorithm, message_digest, self.holder, at=self.clock()))


class RemoteStamper(TimeStamper):
    """A recognised service by HTTP. Raises StampTrouble when it does not answer in time or not as it should."""

    def __init__(self, url: str, *, seconds: int = 5) -> None:
        super().__init__()
        self.url, self.seconds = url, seconds

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        request = urllib.request.Request(self.url, data=req.dump(), headers=headers)  # noqa: S310 - from the settings
        try:
            with urllib.request.urlopen(request, timeout=self.seconds) as answer:  # noqa: S310
                return tsp.TimeStampResp.load(answer.read(64 * 1024))
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise StampTrouble(
                "时间戳服务没有应答，没有盖章。请稍后再试，或请系统管理员检查时间戳服务地址。"
            ) from error


def _refusal(reason: str) -> bytes:
    """An answer without a token, which the library has no shape for: a sequence around the status alone."""
    status = bytes(tsp.PKIStatusInfo({"status": "rejection", "fail_info": {reason}}).dump())
    return bytes([0x30, len(status)]) + status
