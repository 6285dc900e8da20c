"""Rows a file holds unchanged since they were last imported: recognised by a fingerprint of the raw row, not read again."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from shijian.core.sealed import print_of

Prints = NDArray[np.int64]
WORTH_LOADING = 0.2  # a file with fewer rows than this share of the register is read row by row
RULES = "1"  # another number makes every row be read again: change it when the rules for rows do
BINARY_HEADER, BINARY_ROW = 19, np.dtype([("fields", ">i2"), ("length", ">i4"), ("value", ">i8")])


def salt_of(header: Sequence[Any], *, source: str, datum: str, keyed: bool = False) -> bytes:
    """What a row's meaning depends on besides the row. Keyed, nobody finds out by trial what a row says, such as a phone."""
    salt = "\x1f".join([RULES, source, datum, *map(str, header)])
    return (print_of(salt) if keyed else salt).encode()


def prints_of(rows: Sequence[Sequence[Any]], salt: bytes) -> Prints:
    """A 64-bit fingerprint for each row."""
    begun = hashlib.blake2b(salt, digest_size=8)
    made = bytearray()
    for row in rows:
        one = begun.copy()
        try:
            one.update("\x1f".join(row).encode())
        except TypeError:  # numbers and dates of a spreadsheet
            one.update("\x1f".join("" if cell is None else str(cell) for cell in row).encode())
        made += one.digest()
    return np.frombuffer(bytes(made), dtype=np.int64)


class Known:
    """The fingerprints of a bureau's register, and which line of the file at hand each was met on."""

    def __init__(self, prints: Prints) -> None:
        self.prints = np.unique(prints)
        self.lines = np.zeros(len(self.prints), dtype=np.int64)  # 0 not met yet, -1 no longer true

    @classmethod
    def of(cls, bureau_code: str, *, expected_rows: int) -> "Known":
        """Loaded at once (8 bytes a row) when the file is large enough to be worth it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'subjects_entity'::regclass")
            about = cursor.fetchone()[0]  # counted rows would take longer than a small file
        if expected_rows < WORTH_LOADING * about:
            return cls(np.empty(0, dtype=np.int64))
        query = (
            "COPY (SELECT row_print FROM subjects_entity WHERE bureau_code = %s AND row_print IS NOT NULL) TO STDOUT"
        )
        with connection.cursor() as cursor, cursor.copy(f"{query} (FORMAT BINARY)", [bureau_code]) as copy:
            data = b"".join(bytes(part) for part in copy)
        body = data[BINARY_HEADER:-2]
        return cls(np.frombuffer(body, dtype=BINARY_ROW)["value"].astype(np.int64))

    def meet(self, prints: Prints, lines: Sequence[int]) -> NDArray[np.bool_]:
        """Which of these rows are as they were; each known row counts once, its line is kept."""
        known = np.zeros(len(prints), dtype=bool)
        if not len(self.prints):
            return known
        at = np.minimum(np.searchsorted(self.prints, prints), len(self.prints) - 1)
        hits = np.flatnonzero((self.prints[at] == prints) & (self.lines[at] == 0))
        _, first = np.unique(at[hits], return_index=True)
        known[hits[first]] = True
        self.lines[at[known]] = np.asarray(lines)[known]
        return known

    def line_of(self, row_print: int) -> int:
        """The line an unchanged row was met on in this file, 0 if it was not."""
        at = self._find(row_print)
        return max(0, int(self.lines[at])) if at is not None else 0

    def forget(self, row_print: int) -> None:
        """The row was changed by this file: from now on its old form is news."""
        if (at := self._find(row_print)) is not None:
            self.lines[at] = -1

    def _find(self, row_print: int) -> int | None:
        at = int(np.searchsorted(self.prints, row_print))
        return at if at < len(self.prints) and int(self.prints[at]) == row_print else None
