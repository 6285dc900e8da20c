"""PDF bytes into the store of files and out of it."""

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from shijian.core import files
from shijian.core.models import StoredFile


def keep(data: bytes, *, name: str, now: datetime) -> StoredFile:
    return files.store(SimpleUploadedFile(f"{name[:60]}.pdf", data, "application/pdf"), now=now)


def read(stored: StoredFile) -> bytes:
    return files.path_of(stored.sha256, "original").read_bytes()
