"""Making a package: the originals, what was said of them, who held them, and what proves it."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep
from typing import Any, BinaryIO
from zlib import crc32

from django.utils.timezone import localtime

from shijian.accounts.models import User
from shijian.audit import exports, keys, sealing
from shijian.audit.models import Entry
from shijian.core.errors import Refused
from shijian.core.files import path_of
from shijian.core.records import Record

from ..models import Binding, CustodyEntry, Good, Item, Measure
from ..queries.bindings import bindings_of
from ..queries.measures import measures_of
from ..services.capturing import particulars
from . import case, stamping, verify

CHUNK = 2**20
TRIES = 20
STEP_SECONDS = 1.0
Progress = Callable[[int, int], None]  # bytes done, of how many: each is read to be packed, and again for its hash
README = """本压缩包是证据包（BagIt 1.0，RFC 8493）。

核验：python3 verify.py 本压缩包.zip     （需要 Python 3.9 以上，不需要联网和其他软件）
也可以解压后在目录中运行：python3 verify.py

data/items/        证据原件，文件名前为证据序号
data/record.json   卷宗、证据登记内容、更正说明、与文书的绑定、保存措施和物品清单
data/custody.json  每件证据、每件物品的保管链，各条以哈希相连
data/case.jsonld   同样内容的 CASE/UCO 图（JSON-LD），供电子数据取证工具读取
data/audit.json    审计日志条目及其 Merkle 树证明，树根由本局签名
manifest-sha256.txt      各内容文件的 SHA-256
manifest-sha256.txt.tsr  对清单的 RFC 3161 时间戳（有的话）
signature.json     本局对 tagmanifest-sha256.txt 的 Ed25519 签名

verify.py 只用 Python 标准库。如不信任包内的核验程序，请使用另行取得的同名程序；公钥也应另行向本局取得，用 --key 指定。
"""


class EvidenceDamaged(Refused):
    code = "evidence.file_damaged"


class NothingToExport(Refused):
    code = "evidence.nothing_to_export"


@dataclass(frozen=True, slots=True)
class Made:
    size: int
    sha256: str
    items: int
    signature: str


class Steps:
    """How far it is, told at most once a second or so: a large file is many steps, a small package one."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.progress = total, progress
        self.done, self.last = 0, monotonic()

    def add(self, count: int) -> None:
        self.done += count
        if self.progress and monotonic() - self.last >= STEP_SECONDS:
            self.last = monotonic()
            self.progress(min(self.done, self.total), self.total)


class Zip:
    """A zip that `verify.py` can rebuild byte by byte: stored, without dates, nothing between the entries."""

    def __init__(self, file: BinaryIO, root: str, told: Callable[[int], None]) -> None:
        self.file, self.root, self.directory, self.told = file, root, b"", told
        self.count, self.sums, self.sizes = 0, dict[str, str](), dict[str, int]()

    def add(self, name: str, chunks: Iterator[bytes] | list[bytes], size: int) -> str:
        """Append a file; its sum is returned and kept."""
        start, crc, digest, arrived = self.file.tell(), 0, sha256(), 0
        full = self.root + name
        self.file.write(verify.local_header(full, 0, size))
        for chunk in chunks:
            self.file.write(chunk)
            digest.update(chunk)
            crc, arrived = crc32(chunk, crc), arrived + len(chunk)
            self.told(len(chunk))
        if arrived != size:
            raise EvidenceDamaged(f"文件 {name} 的长度与登记不符，证据包没有生成，请联系系统管理员核对存储。")
        end = self.file.tell()
        self.file.seek(start)
        self.file.write(verify.local_header(full, crc, size))
        self.file.seek(end)
        self.directory += verify.directory_entry(full, crc, size, start)
        self.count += 1
        self.sums[name], self.sizes[name] = digest.hexdigest(), size
        return self.sums[name]

    def text(self, name: str, content: bytes) -> str:
        return self.add(name, [content], len(content))

    def close(self) -> None:
        at = self.file.tell()
        self.file.write(self.directory + verify.end_of_directory(self.count, len(self.directory), at))


def build(
    record: Record, out: Path, *, purpose: str, by: User, now: datetime, progress: Progress | None = None
) -> Made:
    """Write the package of a record. Raises NothingToExport, and EvidenceDamaged when a stored original has changed."""
    items = list(
        Item.objects.filter(record_kind=record.kind, record_id=record.id)
        .select_related("officer", "second_officer", "first_keeper", "captured_by")
        .order_by("number")
    )
    measures = list(measures_of(record).order_by("applied_at"))
    goods = list(Good.objects.filter(measure__in=measures).select_related("measure").order_by("label"))
    if not items and not goods:
        raise NothingToExport(f"{record.number} 还没有证据，无法导出证据包。")
    out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    steps = Steps(2 * sum(item.size for item in items), progress)
    fresh = out.with_name(f".{out.name}.{now:%f}")
    try:
        with fresh.open("w+b") as file:
            bag = Zip(file, f"evidence-{record.number}/", steps.add)
            signature = _write(bag, record, items, measures, goods, purpose, by, now)
        with fresh.open("rb") as file:
            digest = sha256()
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                steps.add(len(chunk))
        size = fresh.stat().st_size
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
    return Made(size, digest.hexdigest(), len(items), signature)


def _write(
    bag: Zip,
    record: Record,
    items: list[Item],
    measures: list[Measure],
    goods: list[Good],
    purpose: str,
    by: User,
    now: datetime,
) -> str:
    bag.text("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    told = [_item(bag, item) for item in items]
    about = {
        "format": 1,
        "record": {"kind": record.kind, "number": record.number, "title": record.title, "bureau": record.bureau_code},
        "exported": {"by": [by.employee_no, by.name], "at": now.isoformat(timespec="seconds"), "purpose": purpose},
        "items": told,
        "measures": [_measure(each) for each in measures],
        "goods": [_good(each) for each in goods],
        "bindings": [_binding(each) for each in bindings_of(items)],
    }
    bag.text("data/record.json", _json(about))
    things: list[Item | Good] = [*items, *goods]
    chains = [_chain(each) for each in things]
    bag.text("data/custody.json", _json({"format": 1, "chains": chains}))
    bag.text("data/audit.json", _json({"format": 1, "proofs": _proofs([*items, *goods, *measures])}))
    bag.text(case.NAME, case.graph_of(about, chains, bag.sums, bag.sizes))
    payload = {name: value for name, value in bag.sums.items() if name.startswith("data/")}
    manifest = verify.manifest_of(payload)
    info = {
        "Source-Organization": record.bureau_code,
        "External-Identifier": record.number,
        "Bagging-Date": f"{localtime(now):%Y-%m-%d}",
        "Bag-Software-Agent": "shijian evidence package 1",
        "Payload-Oxum": f"{sum(bag.sizes[name] for name in payload)}.{len(payload)}",
    }
    bag.text("bag-info.txt", "".join(f"{name}: {value}\n" for name, value in info.items()).encode())
    bag.text("README.txt", README.encode())
    bag.text("verify.py", Path(verify.__file__).read_bytes())
    bag.text(verify.MANIFEST, manifest)
    if stamp := stamping.stamp(manifest, now=now):
        bag.text(verify.STAMP, stamp.token)
        bag.text("tsa.pem", stamp.chain)
    tags = {name: value for name, value in bag.sums.items() if not name.startswith("data/")}
    tag_sum = bag.text(verify.TAGS, verify.manifest_of(tags))
    signature = keys.signing_key().sign(verify.signed_message(tag_sum)).hex()
    public = keys.signing_key().public_key().public_bytes_raw().hex()
    bag.text(
        verify.SIGNATURE,
        verify.signature_text(
            {"format": 1, "tagmanifest_sha256": tag_sum, "public_key": public, "signature": signature}
        ),
    )
    bag.close()
    return signature


def _item(bag: Zip, item: Item) -> dict[str, Any]:
    name = ""
    if item.sha256:
        name = f"data/items/{item.number:03}-{item.file_name}"
        try:
            with path_of(item.sha256, "original").open("rb") as file:
                found = bag.add(name, iter(lambda: file.read(CHUNK), b""), item.size)
        except FileNotFoundError:
            found = ""
        if found != item.sha256:
            raise EvidenceDamaged(
                f"证据{item.number}“{item.title}”的原件与采集时的哈希不符或已丢失，证据包没有生成。请联系系统管理员从备份恢复。"
            )
    notes = [
        {"text": note.text, "by": note.by.name, "at": note.at.isoformat()} for note in item.notes.select_related("by")
    ]
    kept = item.keepings.select_related("retention").first()
    return {
        "file": name,
        "label": str(item),
        "kind": item.get_kind_display(),
        "particulars": particulars(item),
        "content_hash": item.content_hash,
        "notes": notes,
        "kept": {"class": str(kept.retention), "until": kept.until.isoformat() if kept.until else None}
        if kept
        else None,
    }


def _binding(binding: Binding) -> dict[str, Any]:
    """What was said, its hash, and the note that took it back."""
    note = getattr(binding, "correction", None)
    ended = {"text": note.text, "by": note.by.name, "at": note.at.isoformat()} if note else None
    return {"content": binding.told(), "hash": binding.content_hash, "taken_back": ended}


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "number": measure.number,
        "kind": measure.get_kind_display(),
        "state": measure.get_state_display(),
        "party": measure.party_name,
        "basis": measure.basis,
        "started_on": measure.started_on.isoformat() if measure.started_on else None,
        "due_on": measure.due_on.isoformat() if measure.due_on else None,
        "ended": measure.ended_why,
    }


def _good(good: Good) -> dict[str, Any]:
    return {
        "label": good.label,
        "measure": good.measure.number,
        "list": good.get_list_kind_display(),
        "name": good.name,
        "spec": good.spec,
        "quantity": str(good.quantity),
        "unit": good.unit,
        "condition": good.condition,
        "state": good.get_state_display(),
        "storage": good.storage,
    }


def _chain(thing: Item | Good) -> dict[str, Any]:
    entries = CustodyEntry.objects.filter(**{"item" if isinstance(thing, Item) else "good": thing}).order_by("seq")
    subject = f"item:{thing.pk}" if isinstance(thing, Item) else f"good:{thing.pk}"
    told = [{"content": entry.content, "hash": entry.hash} for entry in entries]
    return {"subject": subject, "label": str(thing), "entries": told}


def _proofs(rows: Sequence[Item | Good | Measure]) -> list[dict[str, Any]]:
    """Every entry of the log about these rows, with its way to the signed root.

    What was written this moment gets its place when the transactions of the same time have ended: that is waited for.
    """
    keys_of = [str(row.pk) for row in rows]
    types = {row._meta.label_lower for row in rows}
    entries = list(Entry.objects.filter(object_type__in=types, object_id__in=keys_of).order_by("pk"))
    for rest in reversed(range(TRIES)):
        sealing.seal_if_whole()
        try:
            return [exports.proof_of(entry) for entry in entries]
        except exports.NotSealedYet:
            if not rest:
                raise
            sleep(0.5)
    return []


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
