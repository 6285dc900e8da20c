"""When the node cannot work for the moment: the database restarts, or a disk is full. Said as such, not as a fault.

Whether an act that was cut off was kept is not known to us at that moment; sending it again is harmless, since each form
and each API call bears an id of its own.
"""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

RETRY_AFTER = {503: "5", 507: "60"}
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
DISK_FULL = "53100"


def status_of(error: BaseException | None) -> int | None:
    """503 while the database is away, 507 when a disk takes nothing more, None for anything else."""
    seen: set[int] = set()
    found = None
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if getattr(error, "sqlstate", None) == DISK_FULL or (isinstance(error, OSError) and error.errno in NO_SPACE):
            return 507
        if isinstance(error, OperationalError | InterfaceError):
            found = 503
        error = error.__cause__ or error.__context__
    return found


def page(request: HttpRequest) -> HttpResponse:
    """What is answered when something went wrong (`handler500`). No session and no person: both may be out of reach."""
    status = status_of(sys.exc_info()[1])
    if status is None:
        return server_error(request)
    response = render(None, "503.html", {"is_full": status == 507, "is_act": request.method != "GET"}, status=status)
    response["Retry-After"] = RETRY_AFTER[status]
    return response
