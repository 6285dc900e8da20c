"""Passwords that have leaked: the 20,000 commonest ship with Django, a file of all known ones may be added."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator


def is_breached(password: str) -> bool:
    """Whether the password is on a list of leaked ones. Nothing leaves the house: the lists are local."""
    if password.lower().strip() in _common():
        return True
    return bool(settings.BREACHED_PASSWORDS) and _is_in_file(Path(settings.BREACHED_PASSWORDS), password)


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _is_in_file(path: Path, password: str) -> bool:
    """Binary search by seeking: forty gigabytes cost forty reads."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        low, high = 0, path.stat().st_size  # the line sought begins in [low, high)
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.seek(middle - 1)
                file.readline()  # to the beginning of the next line, or stay where one begins
            begin = file.tell()
            line = file.readline()
            found = line[:40].upper()
            if not line or begin >= high or found > wanted:
                high = middle
            elif found < wanted:
                low = begin + len(line)
            else:
                return True
    return False
