#!/usr/bin/env python3
"""核验证据包 / Verify an evidence package. Python 3.9 or newer, nothing else needed.

    python3 verify.py PACKAGE.zip [--key PUBLIC_KEY_HEX] [--json]
    python3 verify.py                       (inside an unpacked package)

Status 0: everything agrees. 1: something does not; every fault names its file. 2: wrong usage.

What is checked, from the outside in:
  1. the zip container, byte by byte, when it is as the platform wrote it;
  2. the bag (BagIt 1.0, RFC 8493): every file against manifest-sha256.txt and tagmanifest-sha256.txt;
  3. the signature of the bureau (Ed25519) over tagmanifest-sha256.txt;
  4. the RFC 3161 time stamp over manifest-sha256.txt (its imprint here; its signature by `openssl ts`, if installed);
  5. each item: its particulars against their hash, its file against the hash taken at capture; each binding of a
     recording to a paper;
  6. each chain of custody: no entry missing, changed or out of order; each hand-over by its holder to who accepted it, and
     by the account the log names;
  7. each entry of the audit log: its inclusion in the Merkle tree (RFC 6962) whose root the bureau signed.

`--key` is the public key of the bureau obtained by another way; without it the key in the package is used, which shows
that the package is consistent in itself, not who made it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from datetime import datetime
from decimal import Decimal
from typing import Any

COMMENT = b"shijian evidence package 1"
DATE = 0x21  # 1980-01-01: a package says when it was made in its metadata, not in its container
STORED, UTF8, BIG = 0, 0x800, 0xFFFFFFFF
CHUNK = 1 << 20
SMALL = 1 << 28  # metadata larger than this is not read into memory
MANIFEST, TAGS, SIGNATURE, STAMP = (
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "signature.json",
    "manifest-sha256.txt.tsr",
)
CONTAINER = "(zip)"


# ---- 1. the container --------------------------------------------------------------------------------------------------


def local_header(name: str, crc: int, size: int) -> bytes:
    """The header before an entry's bytes, the only one this format knows."""
    raw, big = name.encode(), size >= BIG
    extra = struct.pack("<HHQQ", 1, 16, size, size) if big else b""
    told = BIG if big else size
    fixed = (b"PK\3\4", 45 if big else 20, UTF8, STORED, 0, DATE, crc, told, told, len(raw), len(extra))
    return struct.pack("<4sHHHHHIIIHH", *fixed) + raw + extra


def directory_entry(name: str, crc: int, size: int, offset: int) -> bytes:
    raw, big = name.encode(), size >= BIG or offset >= BIG
    extra = struct.pack("<HHQQQ", 1, 24, size, size, offset) if big else b""
    told, at = (BIG, BIG) if big else (size, offset)
    fixed = (
        b"PK\1\2",
        0x0314,
        45 if big else 20,
        UTF8,
        STORED,
        0,
        DATE,
        crc,
        told,
        told,
        len(raw),
        len(extra),
        0,
        0,
        0,
    )
    return struct.pack("<4sHHHHHHIIIHHHHH", *fixed) + struct.pack("<II", 0o100644 << 16, at) + raw + extra


def end_of_directory(count: int, size: int, offset: int) -> bytes:
    end = b""
    big = count >= 0xFFFF or offset >= BIG or size >= BIG
    if big:
        end += struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
        end += struct.pack("<4sIQI", b"PK\6\7", 0, offset + size, 1)
    some, length, at = (0xFFFF, BIG, BIG) if big else (count, size, offset)
    return end + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, some, some, length, at, len(COMMENT)) + COMMENT


class Entry:
    """A file of the package: where its bytes are, what they hash to."""

    def __init__(self, name, offset, size, info=None):
        self.name, self.offset, self.size, self.info = name, offset, size, info
        self.crc, self.sha256, self.problem = 0, "", ""


def entries_by_directory(path):
    found = []
    with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
        for info in archive.infolist():
            file.seek(info.header_offset)
            head = file.read(30)
            if info.is_dir():
                continue
            if len(head) < 30 or head[:4] != b"PK\3\4":
                raise zipfile.BadZipFile(info.filename)
            start = info.header_offset + 30 + sum(struct.unpack("<HH", head[26:30]))
            found.append(Entry(info.filename, start, info.file_size, info))
    return found


def entries_by_walking(path):
    """From one local header to the next: for a package whose directory is damaged."""
    found: list[Entry] = []
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        at = 0
        while True:
            file.seek(at)
            head = file.read(30)
            if len(head) < 30 or head[:4] != b"PK\3\4":
                return found
            packed, names, extras = struct.unpack("<I", head[18:22])[0], *struct.unpack("<HH", head[26:30])
            name, extra = file.read(names).decode("utf-8", "replace"), file.read(extras)
            if packed == BIG and len(extra) >= 20:
                packed = struct.unpack("<Q", extra[4:12])[0]
            start = at + 30 + names + extras
            if start + packed > size:
                return found
            found.append(Entry(name, start, packed))
            at = start + packed


def is_ours(path):
    """Whether the platform wrote this zip; two marks, of which one flipped bit can hide only one."""
    with open(path, "rb") as file:
        head = file.read(14)
        file.seek(max(0, os.path.getsize(path) - len(COMMENT)))
        return file.read() == COMMENT or head == struct.pack("<4sHHHHH", b"PK\3\4", 20, UTF8, STORED, 0, DATE)


def container_faults(package, broken):
    """Every byte of the zip that is not content, compared with what the contents ask for; `broken` are known damaged."""
    faults, at, directory = [], 0, b""
    with open(package.path, "rb") as file:
        for entry in package.entries:
            inside, crc = entry.name[len(package.root) :], entry.crc
            expected = local_header(entry.name, crc, entry.size)
            file.seek(at)
            header = file.read(len(expected))
            if inside in broken:
                crc = int.from_bytes(header[14:18], "little")
            elif header != expected:
                faults.append(fault(inside, "container", "在 zip 中的文件头与内容不符"))
            directory += directory_entry(entry.name, crc, entry.size, at)
            at += len(expected) + entry.size
        expected = directory + end_of_directory(len(package.entries), len(directory), at)
        file.seek(at)
        if file.read() != expected:
            faults.append(fault(CONTAINER, "container", "zip 的目录与内容不符"))
    return faults


# ---- reading -----------------------------------------------------------------------------------------------------------


class Package:
    """The files of a package, in a zip or in a folder, by their path below the bag's root."""

    def __init__(self, path):
        self.path, self.faults, self.files, self.is_zip = path, [], {}, os.path.isfile(path)
        self.entries, self.root, self.is_ours = [], "", self.is_zip and is_ours(path)
        (self._open_zip if self.is_zip else self._open_folder)()

    def _open_zip(self):
        try:
            entries = entries_by_directory(self.path)
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError, UnicodeDecodeError):
            entries = entries_by_walking(self.path)
            self.faults.append(fault(CONTAINER, "container", "zip 的目录无法读取"))
        for entry in entries:
            self._sum(entry)
        names = [entry.name for entry in entries]
        roots = [name[: -len("bagit.txt")] for name in names if name.endswith("bagit.txt") and name.count("/") <= 1]
        tops = {name.split("/", 1)[0] + "/" for name in names if "/" in name}
        root = roots[0] if roots else max(tops, key=lambda top: sum(name.startswith(top) for name in names), default="")
        self.entries, self.root = entries, root
        for entry in entries:
            inside = entry.name[len(root) :] if entry.name.startswith(root) else entry.name
            if inside in self.files:
                self.faults.append(fault(inside, "container", "在 zip 中出现两次"))
            self.files[inside] = entry

    def _open_folder(self):
        for folder, folders, names in os.walk(self.path):
            folders[:] = [each for each in folders if each != "__pycache__"]
            for name in names:
                full = os.path.join(folder, name)
                entry = Entry(full, 0, os.path.getsize(full))
                self._sum(entry)
                self.files[os.path.relpath(full, self.path).replace(os.sep, "/")] = entry

    def _chunks(self, entry):
        if not self.is_ours and entry.info is not None and entry.info.compress_type != STORED:
            with zipfile.ZipFile(self.path) as archive, archive.open(entry.info) as file:
                while chunk := file.read(CHUNK):
                    yield chunk
            return
        with open(self.path if self.is_zip else entry.name, "rb") as file:
            file.seek(entry.offset)
            left = entry.size
            while left > 0 and (chunk := file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk

    def _sum(self, entry):
        digest, crc = hashlib.sha256(), 0
        try:
            for chunk in self._chunks(entry):
                digest.update(chunk)
                crc = zlib.crc32(chunk, crc)
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, NotImplementedError) as error:
            entry.problem = str(error)
        entry.sha256, entry.crc = digest.hexdigest(), crc

    def read(self, name):
        entry = self.files.get(name)
        if entry is None or entry.size > SMALL:
            return None
        try:
            return b"".join(self._chunks(entry))
        except (zipfile.BadZipFile, zlib.error, OSError):
            return None


def fault(file, kind, text):
    return {"file": file, "kind": kind, "text": f"{file}：{text}。"}


# ---- 2. and 3. the bag and its signature ---------------------------------------------------------------------------------


def lines_of(text):
    """A manifest as {path: sum}; None when a line is not as RFC 8493 writes it."""
    found = {}
    for line in text.split("\n")[:-1]:
        match = re.fullmatch(r"([0-9a-f]{64})  (\S.*)", line)
        if not match or match[2] in found:
            return None
        found[match[2].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")] = match[1]
    return found if text.endswith("\n") else None


def manifest_of(sums: dict[str, str]) -> bytes:
    """The text of a manifest: one line a file, sorted by path."""
    quoted = {name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D"): value for name, value in sums.items()}
    return "".join(f"{quoted[name]}  {name}\n" for name in sorted(quoted)).encode()


def signed_message(tag_sum: str) -> bytes:
    return f"shijian evidence package 1\n{tag_sum}\n".encode()


def bag_faults(package, key, notes):
    """Which file is damaged. The three outer files check one another, so that a single damage is told exactly."""
    files, faults = package.files, []
    tags = {
        name: entry.sha256
        for name, entry in files.items()
        if not name.startswith("data/") and name not in (TAGS, SIGNATURE)
    }
    actual = package.read(TAGS)
    expected = manifest_of(tags)
    signature, told = _signature(package)
    if signature is None:
        faults.append(fault(SIGNATURE, told, "签名文件缺失或已损坏"))
    signed = signature["tagmanifest_sha256"] if signature else hashlib.sha256(expected).hexdigest()
    if actual is None:
        return [*faults, fault(TAGS, "missing", "缺失")]
    if hashlib.sha256(actual).hexdigest() != signed:
        if hashlib.sha256(expected).hexdigest() == signed or actual != expected:
            faults.append(fault(TAGS, "changed", "与签名不符"))
        else:
            faults.append(fault(SIGNATURE, "changed", "与签名的内容不符"))
    elif signature:
        if not ed25519_holds(
            bytes.fromhex(signature["public_key"]), signed_message(signed), bytes.fromhex(signature["signature"])
        ):
            faults.append(fault(SIGNATURE, "signature", "签名无效"))
        elif key and key.lower() != signature["public_key"]:
            faults.append(fault(SIGNATURE, "key", "不是指定公钥的签名"))
    if faults and any(each["file"] == TAGS for each in faults):
        listed = tags  # the list itself is damaged: the rest is judged by what it should have been
    else:
        listed = lines_of(actual.decode("utf-8", "replace"))
        if listed is None:
            return [*faults, fault(TAGS, "changed", "格式不对")]
    faults += _differences(listed, tags)
    broken = {each["file"] for each in faults}
    faults += [
        fault(name, "changed", "压缩数据已损坏")
        for name, entry in files.items()
        if entry.problem and name not in broken
    ]
    if MANIFEST not in files:
        return [*faults, *([] if MANIFEST in broken else [fault(MANIFEST, "missing", "缺失")])]
    payload = {name: entry.sha256 for name, entry in files.items() if name.startswith("data/")}
    if MANIFEST in broken:
        notes.append("清单 manifest-sha256.txt 已损坏，不能据以判断内容文件。")
        return faults
    lines = lines_of((package.read(MANIFEST) or b"").decode("utf-8", "replace"))
    if lines is None:
        return [*faults, fault(MANIFEST, "changed", "格式不对")]
    return faults + _differences(lines, payload)


def _differences(listed, actual):
    faults = [fault(name, "missing", "缺失") for name in listed if name not in actual]
    faults += [fault(name, "extra", "不在清单中，是后来加入的") for name in actual if name not in listed]
    return faults + [
        fault(name, "changed", "内容与清单不符，已被改动")
        for name in listed
        if name in actual and listed[name] != actual[name]
    ]


def _signature(package):
    raw = package.read(SIGNATURE)
    if raw is None:
        return None, "missing"
    try:
        found = json.loads(raw.decode())
        right = {"format": int, "tagmanifest_sha256": str, "public_key": str, "signature": str}
        if {name: type(value) for name, value in found.items()} != right or signature_text(found) != raw:
            return None, "changed"
        widths = {"tagmanifest_sha256": 64, "public_key": 64, "signature": 128}
        if not all(re.fullmatch(f"[0-9a-f]{{{width}}}", found[name]) for name, width in widths.items()):
            return None, "changed"
        return found, ""
    except (ValueError, AttributeError):
        return None, "changed"


def signature_text(signature: dict[str, object]) -> bytes:
    return (json.dumps(signature, sort_keys=True, indent=1) + "\n").encode()


# ---- 4. the time stamp ---------------------------------------------------------------------------------------------------


def stamp_faults(package, notes):
    token, manifest = package.read(STAMP), package.files.get(MANIFEST)
    if token is None or manifest is None:
        notes.append("没有 RFC 3161 时间戳。")
        return []
    if bytes.fromhex(manifest.sha256) not in token:
        return [fault(STAMP, "stamp", "时间戳不是加在这份清单上的")]
    made = re.search(rb"\x18[\x0d-\x1f](\d{14})", token)
    if not made:
        return [fault(STAMP, "stamp", "时间戳无法读取")]
    when = datetime.strptime(made[1].decode() + "+0000", "%Y%m%d%H%M%S%z")
    openssl, chain = shutil.which("openssl"), package.read("tsa.pem")
    if not openssl or not chain:
        notes.append(f"时间戳 {when:%Y-%m-%d %H:%M:%S} UTC：内容相符；其签名没有核验（需要 openssl 和 tsa.pem）。")
        return []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("token", token), ("tsa.pem", chain), ("data", package.read(MANIFEST) or b"")):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        command = [openssl, "ts", "-verify", "-data", "data", "-in", "token", "-CAfile", "tsa.pem", "-partial_chain"]
        at = ["-attime", str(int(when.timestamp()))]
        run = subprocess.run([*command, *at], cwd=folder, capture_output=True, check=False)
    if run.returncode:
        return [fault(STAMP, "stamp", "时间戳的签名无效")]
    notes.append(f"时间戳 {when:%Y-%m-%d %H:%M:%S} UTC：openssl ts -verify 通过。")
    return []


# ---- 5. and 6. items and their chains ------------------------------------------------------------------------------------


def compact(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sum_of(value):
    return hashlib.sha256(compact(value)).hexdigest()


def content_faults(package, public_key, notes):
    """What the metadata say of the files, of custody and of the log."""
    documents = {}
    for name in ("data/record.json", "data/custody.json", "data/audit.json"):
        try:
            documents[name] = json.loads((package.read(name) or b"").decode())
        except ValueError:
            return [fault(name, "unreadable", "无法读取")]
    record, custody, audit = documents.values()
    try:
        faults, hashes = [], set()
        for item in record["items"]:
            faults += _item_faults(package, item)
            hashes.add(item["content_hash"])
        sums = {item["particulars"]["id"]: item["particulars"]["sha256"] for item in record["items"]}
        for binding in record.get("bindings", ()):  # packages made before there were any have none
            faults += binding_faults(binding, sums)
            hashes.add(binding["hash"])
        for chain in custody["chains"]:
            faults += chain_faults(chain)
            hashes.update(entry["hash"] for entry in chain["entries"])
        logged: set[str] = set()
        acted: dict[str, str] = {}
        for proof in audit["proofs"]:
            faults += proof_faults(proof, public_key)
            detail = proof["entry"]["detail"]
            logged.update(str(value) for value in detail.values())
            if "custody" in detail:
                acted[detail["custody"]] = proof["entry"]["actor"][1]
        for chain in custody["chains"]:
            for entry in chain["entries"]:
                if acted.get(entry["hash"], entry["content"]["by"][0]) != entry["content"]["by"][0]:
                    label = f"data/custody.json 中 {chain['label']} 的第 {entry['content']['seq']} 条"
                    faults.append(fault(label, "custody", "与审计日志中的经办人不符"))
        if missing := hashes - logged:
            faults.append(fault("data/audit.json", "incomplete", f"{len(missing)} 项内容没有审计日志的证明"))
        notes.append(
            f"{len(record['items'])} 件证据，{len(custody['chains'])} 条保管链，{len(audit['proofs'])} 条审计日志。"
        )
        accepted, signed = handovers(custody["chains"])
        if accepted:
            notes.append(f"{accepted} 次移交有双方确认，其中 {signed} 次双方都重新验证了身份。")
        return faults
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return [fault("data/", "unreadable", f"元数据不完整（{type(error).__name__}：{error}）")]


def _item_faults(package, item):
    faults, told = [], item["particulars"]
    label = f"data/record.json 中的证据 {told['number']}"
    if sum_of(told) != item["content_hash"]:
        faults.append(fault(label, "changed", "登记内容与其哈希不符"))
    if item["file"]:
        entry = package.files.get(item["file"])
        if entry is None or entry.sha256 != told["sha256"]:
            faults.append(fault(item["file"], "changed", "与采集时的 SHA-256 不符"))
    return faults


def binding_faults(binding, sums):
    """A recording bound to a paper: what was said against its hash, and that it is about the file in the package."""
    told = binding["content"]
    label = f"data/record.json 中 {told['paper_name']} 的录音录像绑定"
    if sum_of(told) != binding["hash"]:
        return [fault(label, "changed", "与其哈希不符")]
    if sums.get(told["item"]) != told["item_sha256"]:
        return [fault(label, "changed", "与证据文件的 SHA-256 不符")]
    return []


def chain_faults(chain):
    faults, previous, before, holder, waiting = [], "0" * 64, "", "", ""
    for place, entry in enumerate(chain["entries"], 1):
        content = entry["content"]
        label = f"data/custody.json 中 {chain['label']} 的第 {place} 条"
        if sum_of(content) != entry["hash"]:
            faults.append(fault(label, "changed", "与其哈希不符"))
        if content["previous"] != previous or content["seq"] != place or content["subject"] != chain["subject"]:
            faults.append(fault(label, "gap", "与前一条不衔接"))
        if content["at"] < before:
            faults.append(fault(label, "order", "早于前一条"))
        act, by, to = content["act"], content["by"][0], (content["to"] or [""])[0]
        if act == "sent" and by != holder:
            faults.append(fault(label, "custody", "由不持有人移交"))
        if act == "accepted" and by != waiting:
            faults.append(fault(label, "custody", "接收人不是移交的对方"))
        holder = to or by if act in ("captured", "accepted") else "" if act == "released" else holder
        waiting = to if act == "sent" else "" if act in ("accepted", "declined", "withdrawn") else waiting
        previous, before = entry["hash"], content["at"]
    return faults


def handovers(chains):
    """How many hand-overs were accepted, and how many of them both sides signed by proving who they are again."""
    accepted, signed = 0, 0
    for chain in chains:
        sent = None
        for entry in chain["entries"]:
            content = entry["content"]
            if content["act"] == "sent":
                sent = content
            elif content["act"] == "accepted" and sent:
                accepted += 1
                signed += "proved" in content and "proved" in sent
    return accepted, signed


# ---- 7. the log ----------------------------------------------------------------------------------------------------------


def proof_faults(proof, public_key):
    entry, head = proof["entry"], proof["head"]
    label = f"data/audit.json 中 {entry['verb']} {entry['object'][2]}"
    faults = []
    leaf = hashlib.sha256(b"\0" + canonical(entry)).digest()
    if root_from(leaf, proof["index"], head["size"], [bytes.fromhex(step) for step in proof["path"]]) != head["root"]:
        faults.append(fault(label, "log", "不在签名的日志树中"))
    at = datetime.fromisoformat(head["at"]).isoformat(timespec="microseconds")
    message = f"shijian audit head 1\n{head['size']}\n{head['root']}\n{at}\n".encode()
    key = base64.b64decode(proof["public_key"])
    if key.hex() != public_key or not ed25519_holds(key, message, base64.b64decode(head["signature"])):
        faults.append(fault(label, "log", "日志树根的签名无效"))
    return faults


def canonical(entry):
    """The bytes of a leaf of the log: its fields in a fixed order, JSON as PostgreSQL spells it."""
    fields = [entry["v"], entry["uid"], entry["at"], *entry["actor"], entry["verb"], *entry["object"]]
    return json_text([*fields, entry["bureau"], entry["area"], entry["detail"], entry["mac"]]).encode()


def json_text(value):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("no JSON number")
        return format(Decimal(repr(value + 0.0)), "f")
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
    return "{" + ", ".join(f"{json_text(key)}: {json_text(value[key])}" for key in keys) + "}"


def root_from(leaf, index, size, path):
    """The root that an inclusion path leads to (RFC 9162 2.1.3.2); "" when it cannot be one."""
    if not 0 <= index < size:
        return ""
    at, last, digest = index, size - 1, leaf
    for step in path:
        if last == 0:
            return ""
        if at & 1 or at == last:
            digest = hashlib.sha256(b"\1" + step + digest).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            digest = hashlib.sha256(b"\1" + digest + step).digest()
        at, last = at >> 1, last >> 1
    return digest.hex() if last == 0 else ""


# ---- Ed25519 (RFC 8032), as slow and as plain as possible ----------------------------------------------------------------

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def _add(a, b):
    one, two = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    three, four = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point, scalar = _add(point, point), scalar >> 1
    return total


def _point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_holds(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    left, right = _times(s, BASE), _add(r, _times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# ---- all of it -----------------------------------------------------------------------------------------------------------


def verify(path: str, key: str = "") -> dict[str, Any]:
    """{"ok", "faults": [{"file", "kind", "text"}], "notes": [text]}"""
    notes: list[str] = []
    if not os.path.exists(path):
        return {"ok": False, "faults": [fault(path, "missing", "文件不存在")], "notes": []}
    package = Package(path)
    faults = list(package.faults)
    if "bagit.txt" not in package.files:
        faults.append(fault("bagit.txt", "missing", "缺失，不是证据包"))
    faults += bag_faults(package, key, notes)
    if package.is_ours:
        faults += container_faults(package, {each["file"] for each in faults})
    if not faults:
        faults += stamp_faults(package, notes)
        signature, _ = _signature(package)
        faults += content_faults(package, signature["public_key"], notes)
    return {"ok": not faults, "faults": faults, "notes": notes}


def main(arguments):
    as_json, key, paths = "--json" in arguments, "", []
    rest = iter([each for each in arguments if each != "--json"])
    for each in rest:
        if each == "--key":
            key = next(rest, "")
        else:
            paths.append(each)
    here = os.path.dirname(os.path.abspath(__file__))
    if not paths and os.path.exists(os.path.join(here, "bagit.txt")):
        paths = [here]
    if len(paths) != 1 or paths[0] in ("-h", "--help"):
        print(__doc__)
        return 2
    result = verify(paths[0], key)
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for each in result["faults"]:
            print(f"× {each['text']}")
        for each in result["notes"]:
            print(f"  {each}")
        print("核验通过，未发现改动。" if result["ok"] else f"发现 {len(result['faults'])} 处问题。")
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
