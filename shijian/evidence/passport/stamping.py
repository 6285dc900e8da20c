"""The time stamp over a manifest: by the recognised service the node names, else by its own (`seals`)."""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from asn1crypto import pem, tsp
from django.conf import settings
from pyhanko.sign.timestamps import TimeStamper

from shijian.seals.crypto import vault
from shijian.seals.crypto.port import KeyTrouble
from shijian.seals.crypto.timestamps import LocalStamper, RemoteStamper

LOCAL = "tsa"  # the vault's name of the node's own service
GRANTED = {"granted", "granted_with_mods"}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The answer of RFC 3161 in DER, and the certificates in it, in PEM."""

    token: bytes
    chain: bytes


def stamp(content: bytes, *, now: datetime) -> Stamp | None:
    """A stamp over these bytes; None where no service is set up or it does not answer: the package is whole without."""
    try:
        service = _service(now)
        return _ask(content, service) if service else None
    except (KeyTrouble, ValueError, TypeError, KeyError) as error:
        log.warning("evidence package without a time stamp: %s", error)
        return None


def _service(now: datetime) -> TimeStamper | None:
    if address := getattr(settings, "TIMESTAMP_URL", ""):
        return RemoteStamper(address)
    return LocalStamper(vault.take(LOCAL), lambda: now) if vault.has(LOCAL) else None


def _ask(content: bytes, service: TimeStamper) -> Stamp:
    """Raises ValueError for an answer that is not about these bytes."""
    digest, nonce = sha256(content).digest(), secrets.randbits(63) | 1
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    answer = asyncio.run(service.async_request_tsa_response(request))
    if answer["status"]["status"].native not in GRANTED:
        raise ValueError("the time-stamp service refused")
    signed = answer["time_stamp_token"]["content"]
    told = signed["encap_content_info"]["content"].parsed
    if told["message_imprint"]["hashed_message"].native != digest or told["nonce"].native != nonce:
        raise ValueError("the stamp is about something else")
    chain = b"".join(pem.armor("CERTIFICATE", each.chosen.dump()) for each in signed["certificates"])
    return Stamp(answer.dump(), chain)
