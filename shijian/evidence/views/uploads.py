"""tus 1.0.0, the open protocol for resumable uploads: creation, checksum, expiration, termination.

What has arrived is the length of the file on the disk, so a cut line, a killed process and a second tab agree on it.
"""

import base64
import binascii
import fcntl
import hashlib
import os
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..models import Upload
from ..permissions import EVIDENCE_CAPTURE
from ..rules.capture import LIMITS_MB

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,expiration,termination"
ALGORITHMS = ("sha256", "sha1")
PIECE = 2**18
LONGEST = max(LIMITS_MB.values()) * 2**20


@requires(EVIDENCE_CAPTURE)
@require_http_methods(["OPTIONS", "POST"])
def creation(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    """Announce a file for a record: `Upload-Length`, and its name and medium as `Upload-Metadata`."""
    if request.method == "OPTIONS":
        return _answer(204, **{"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(LONGEST),
                               "Tus-Checksum-Algorithm": ",".join(ALGORITHMS)})  # fmt: skip
    if (wrong := _wrong_version(request)) is not None:
        return wrong
    record = queries.record_of(request.user, kind, key, may=EVIDENCE_CAPTURE)
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    try:
        size = int(request.headers.get("Upload-Length", ""))
    except ValueError:
        return _answer(400, "请告知文件长度（Upload-Length）。")
    try:
        upload = services.begin_upload(
            record, name=told.get("filename", ""), medium=told.get("medium", ""), size=size, by=request.user, now=now()
        )
    except Refused as refusal:
        return _answer(413 if size > 0 else 400, refusal.message)
    return _answer(201, Location=reverse("evidence:upload", args=[upload.pk]), **_standing(upload))


@requires(EVIDENCE_CAPTURE)
@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
def upload(request: PersonRequest, key: UUID) -> HttpResponse:
    """How far it is, the next piece, or not at all."""
    if request.method == "OPTIONS":
        return _answer(204, **{"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS})
    if (wrong := _wrong_version(request)) is not None:
        return wrong
    made = queries.upload_for(request.user, key)
    if made.expires_at <= now() or made.used_at:
        return _answer(410, "上传已失效，请重新上传。")
    if request.method == "DELETE":
        made.path.unlink(missing_ok=True)
        made.delete()
        return _answer(204)
    if request.method == "HEAD":
        return _answer(200, **{"Upload-Length": str(made.size), "Cache-Control": "no-store"}, **_standing(made))
    if request.content_type != "application/offset+octet-stream":
        return _answer(415, "分块的类型应为 application/offset+octet-stream。")
    return _take(request, made)


def _take(request: PersonRequest, made: Upload) -> HttpResponse:
    """Append a piece. Without a checksum what arrived before a cut is kept; with one, only a whole piece is."""
    try:
        offset, sum_named, sum_given = int(request.headers["Upload-Offset"]), *_checksum(request)
    except (KeyError, ValueError, binascii.Error):
        return _answer(400, "分块的位置或校验值不对。")
    digest = hashlib.new(sum_named, usedforsecurity=False) if sum_named else None
    with made.path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _answer(423, "同一文件正在从另一处上传。")
        begun = file.seek(0, os.SEEK_END)
        if offset != begun:
            return _answer(409, "分块的位置与已收到的不衔接。", **_standing(made))
        arrived, is_cut = begun, False
        try:
            while piece := request.read(min(PIECE, made.size - arrived + 1)):
                arrived += len(piece)
                if arrived > made.size:
                    file.truncate(begun)
                    return _answer(413, "内容超过告知的长度。", **_standing(made))
                file.write(piece)
                if digest:
                    digest.update(piece)
        except OSError:  # the line was cut; Django's UnreadablePostError is one of these
            is_cut = True
        length = int(request.headers.get("Content-Length") or 0)
        if digest and (is_cut or arrived - begun < length or digest.digest() != sum_given):
            file.truncate(begun)
            file.flush()
            return _answer(460, "分块校验不符，请重传这一块。", **_standing(made))
        file.flush()
        os.fsync(file.fileno())
    return _answer(204, **_standing(made))


def _checksum(request: HttpRequest) -> tuple[str, bytes]:
    told = request.headers.get("Upload-Checksum", "")
    if not told:
        return "", b""
    name, _, value = told.partition(" ")
    if name not in ALGORITHMS:
        raise ValueError(name)
    return name, base64.b64decode(value, validate=True)


def _metadata(header: str) -> dict[str, str]:
    """`key base64,key base64`; what is not well formed is left out."""
    told = {}
    for part in header.split(","):
        name, _, value = part.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            continue
    return told


def _standing(made: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(made.offset), "Upload-Expires": _date(made.expires_at)}


def _date(at: datetime) -> str:
    return http_date(at.timestamp())


def _wrong_version(request: HttpRequest) -> HttpResponse | None:
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    return _answer(412, "只支持 tus 1.0.0。", **{"Tus-Version": VERSION})


def _answer(status: int, said: str = "", **headers: Any) -> HttpResponse:
    response = HttpResponse(said, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Tus-Resumable"] = VERSION
    for name, value in headers.items():
        response.headers[name] = value
    return response
