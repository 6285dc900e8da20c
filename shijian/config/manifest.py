"""The list of what is in a backup: every file with its SHA-256, and what the restored node must then show."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from shijian.core.errors import InvalidInput

NAME, SUM = "manifest.json", "manifest.sha256"
FORMAT = 1
CHUNK = 2**20


def copy(source: Path, target: Path, *, mode: int = 0o600) -> dict[str, Any]:
    """Copy a file, through to the disk, and give its size and sum as it was read."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with (
        source.open("rb") as reading,
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as writing,
    ):
        while chunk := reading.read(CHUNK):
            digest.update(chunk)
            writing.write(chunk)
            size += len(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    return {"size": size, "sha256": digest.hexdigest()}


def sum_of(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return {"size": file.tell(), "sha256": digest.hexdigest()}


def files_below(folder: Path) -> Iterator[Path]:
    """Every whole file; those still being written begin with a dot."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path


def write(folder: Path, content: dict[str, Any]) -> str:
    """Write the list and its own sum; gives the sum, which is worth keeping elsewhere."""
    text = json.dumps({"format": FORMAT, **content}, ensure_ascii=False, indent=1, sort_keys=True).encode()
    digest = hashlib.sha256(text).hexdigest()
    for name, data in ((NAME, text), (SUM, f"{digest}  {NAME}\n".encode())):
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    return digest


def read(folder: Path) -> dict[str, Any]:
    """The list of a backup. Raises InvalidInput naming the file that is missing or not as it was written."""
    for name in (NAME, SUM):
        if not (folder / name).is_file():
            raise InvalidInput(
                f"没有 {name}，这不是一份完整的备份", field=str(folder), remedy="请核对路径，或改用另一份备份。"
            )
    text = (folder / NAME).read_bytes()
    if (folder / SUM).read_text(errors="replace").split()[:1] != [hashlib.sha256(text).hexdigest()]:
        raise _damaged(NAME, "内容与校验和不符")
    found: dict[str, Any] = json.loads(text)
    if found["format"] != FORMAT:
        raise InvalidInput(f"备份格式 {found['format']} 本版本不认识", field=NAME, remedy="请用作出备份的版本恢复。")
    return found


def check(folder: Path, content: dict[str, Any], say: Callable[[str], None]) -> None:
    """Read every file of a backup. Raises InvalidInput naming the first that is missing or not as it was written."""
    for done, (name, noted) in enumerate(content["files"].items(), 1):
        path = folder / name
        if not path.is_file():
            raise _damaged(name, "文件缺失")
        if path.stat().st_size != noted["size"]:
            raise _damaged(name, f"大小应为 {noted['size']:,} 字节，现为 {path.stat().st_size:,}")
        if sum_of(path) != noted:
            raise _damaged(name, "内容与清单的 SHA-256 不符")
        if done % 5000 == 0:
            say(f"  {done:,} / {len(content['files']):,}")


def _damaged(name: str, what: str) -> InvalidInput:
    return InvalidInput(f"备份已损坏，{what}", field=name, remedy="没有恢复任何内容，请改用另一份备份。")
