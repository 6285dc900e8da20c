"""The chain of custody: each entry bears the hash of the one before it, so a gap or a change shows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from ..choices import CustodyAct

FIRST = "0" * 64
PENDING_HOURS = 24  # how long a hand-over may wait for the receiver before it is an alarm


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as the rules see it. `by` and `to` are keys of persons; `to` is the receiver of a hand-over."""

    seq: int
    act: str
    at: datetime
    by: str
    to: str
    content: dict[str, Any]
    previous: str
    hash: str


def entry_hash(content: dict[str, Any]) -> str:
    """SHA-256 over the entry as JSON with sorted keys, in UTF-8, without blanks; `previous` is part of it."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def holder(chain: Sequence[Link]) -> str:
    """Who holds it now: the one who captured it, or the last who accepted it; "" when it has left the bureau."""
    held = ""
    for link in chain:
        if link.act in {CustodyAct.CAPTURED, CustodyAct.ACCEPTED}:
            held = link.to or link.by
        elif link.act == CustodyAct.RELEASED:
            held = ""
    return held


def pending(chain: Sequence[Link]) -> Link | None:
    """The hand-over that waits for its receiver; the sender answers for the thing until then."""
    waiting = None
    for link in chain:
        if link.act == CustodyAct.SENT:
            waiting = link
        elif link.act in {CustodyAct.ACCEPTED, CustodyAct.DECLINED, CustodyAct.WITHDRAWN}:
            waiting = None
    return waiting


def faults(chain: Sequence[Link], *, now: datetime | None = None) -> list[str]:
    """What is wrong with a chain, in words; empty = whole. With `now`, hand-overs left open too long are named."""
    if not chain or chain[0].act != CustodyAct.CAPTURED:
        return ["保管链没有采集记录。"]
    found: list[str] = []
    previous, before, held = FIRST, chain[0].at, ""
    waiting: Link | None = None
    for place, link in enumerate(chain):
        if link.seq != place + 1:
            found.append(f"第 {place + 1} 条缺失或次序不对。")
        if link.previous != previous:
            found.append(f"第 {link.seq} 条与前一条不衔接。")
        if entry_hash(link.content) != link.hash:
            found.append(f"第 {link.seq} 条内容与其哈希不符。")
        if link.at < before:
            found.append(f"第 {link.seq} 条的时间早于前一条。")
        if link.act == CustodyAct.SENT and link.by != held:
            found.append(f"第 {link.seq} 条由不持有人移交。")
        if link.act == CustodyAct.ACCEPTED and (waiting is None or link.by != waiting.to):
            found.append(f"第 {link.seq} 条接收没有对应的移交。")
        previous, before = link.hash, link.at
        held, waiting = holder(chain[: place + 1]), pending(chain[: place + 1])
    if now and waiting and now - waiting.at > timedelta(hours=PENDING_HOURS):
        found.append(f"第 {waiting.seq} 条移交超过 {PENDING_HOURS} 小时没有接收。")
    return found
