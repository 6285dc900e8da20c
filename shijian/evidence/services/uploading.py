"""Files on their way in pieces."""

import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from shijian.accounts.models import User
from shijian.core.errors import Refused
from shijian.core.files import safe_name
from shijian.core.records import Record

from ..choices import Medium
from ..models import Upload
from ..models.attached import attached_to
from ..rules.capture import LIMITS_MB

KEPT = timedelta(hours=48)
FREE = 512 * 2**20  # what must stay free on the disk
OPEN_MAX = 200  # unfinished uploads one person may have


class UploadRefused(Refused):
    code = "evidence.upload_refused"


@transaction.atomic
def begin_upload(record: Record, *, name: str, medium: str, size: int, by: User, now: datetime) -> Upload:
    """Make room for a file that will come in pieces. Raises UploadRefused for a size or kind that will not be taken."""
    name = safe_name(name)
    if medium not in LIMITS_MB:
        raise UploadRefused("请先选择载体。")
    if not 0 < size <= LIMITS_MB[Medium(medium)] * 2**20:
        raise UploadRefused(f"“{name}”为空，或超过 {LIMITS_MB[Medium(medium)]} MB，请分段后再上传。")
    upload = Upload(
        **attached_to(record), by=by, file_name=name, medium=medium, size=size, begun_at=now, expires_at=now + KEPT
    )
    upload.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(upload.path.parent).free < size + FREE:
        raise UploadRefused("服务器磁盘空间不足，暂不能接收，请联系系统管理员。")
    if Upload.objects.filter(by=by, used_at=None, expires_at__gt=now).count() >= OPEN_MAX:
        raise UploadRefused(f"未完成的上传已有 {OPEN_MAX} 个，请先完成或取消。")
    upload.path.touch(mode=0o600)
    upload.save(force_insert=True)
    return upload


def forget_expired(*, now: datetime) -> int:
    """Drop what nobody finished in time, and what was taken in."""
    rows = Upload.objects.filter(expires_at__lte=now)
    for upload in rows:
        upload.path.unlink(missing_ok=True)
    count, _ = rows.delete()
    limit = (now - 2 * KEPT).timestamp()
    folder = settings.FILES_DIR.with_name("uploads")
    for path in folder.glob("form-*") if folder.exists() else []:
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
    return count
