"""Checking a proof of the audit log without the product: this file and `merkle.py` are all an outsider needs.

A proof is a JSON object. An inclusion proof holds the entry as recorded, its place in the tree, the path to the root
and the signed head; a consistency proof two signed heads and the path that shows the second to continue the first.
"""

import base64
import json
import math
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from . import merkle

FORMAT = 1
VERSION = 1  # of the canonical encoding: the first item of every leaf
HOLDS = "证明成立：与签名的树根相符，未被改动。"
_quoted = json.JSONEncoder(ensure_ascii=False).encode
FIELDS = ("v", "uid", "at", "actor", "verb", "object", "bureau", "area", "detail", "mac")


def json_text(value: Any) -> str:
    """JSON with one spelling per value, the one PostgreSQL gives a jsonb: keys sorted by length, then by bytes.

    Raises TypeError for what JSON does not know and ValueError for NaN and infinities.
    """
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case int():
            return str(value)
        case float():
            if not math.isfinite(value):
                raise ValueError(f"{value} is no JSON number")
            return format(Decimal(repr(value + 0.0)), "f")  # -0.0 becomes 0.0, as in the database
        case str():
            return _quoted(value)
        case list() | tuple():
            return "[" + ", ".join(map(json_text, value)) + "]"
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("the keys of a JSON object are strings")
            keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
            return "{" + ", ".join(f"{json_text(key)}: {json_text(value[key])}" for key in keys) + "}"
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON value")


def canonical(entry: dict[str, Any]) -> bytes:
    """The bytes the leaf of an entry is the hash of: a JSON array of its fields in a fixed order, in UTF-8.

    Raises ValueError for another version, for missing or strange fields, and for half characters.
    """
    if set(entry) != set(FIELDS) or entry["v"] != VERSION or len(entry["actor"]) != 3 or len(entry["object"]) != 3:
        raise ValueError("not an entry of a known version")
    fields = [
        entry["v"],
        entry["uid"],
        entry["at"],
        *entry["actor"],
        entry["verb"],
        *entry["object"],
        entry["bureau"],
        entry["area"],
        entry["detail"],
        entry["mac"],
    ]
    return json_text(fields).encode()


def head_message(size: int, root: bytes, at: datetime) -> bytes:
    """What the installation's key signs."""
    return f"shijian audit head {FORMAT}\n{size}\n{root.hex()}\n{at.isoformat(timespec='microseconds')}\n".encode()


def is_signed(head: dict[str, Any], key: str) -> bool:
    """Whether the head (`size`, `root`, `at`, `signature`) bears the signature of the public key (base64)."""
    message = head_message(head["size"], bytes.fromhex(head["root"]), datetime.fromisoformat(head["at"]))
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(base64.b64decode(head["signature"]), message)
    except InvalidSignature:
        return False
    return True


def faults_of(proof: Any, *, trusted_key: str = "") -> list[str]:
    """What is wrong with a proof, in Chinese; an empty list means that it holds.

    `trusted_key` is the public key (base64) obtained from the bureau by another way; without it the key in the proof
    is used, which shows only that the proof is consistent in itself.
    """
    try:
        if proof["format"] != FORMAT:
            return ["证明文件的版本不受支持。"]
        faults = _continuation_faults(proof) if "old_head" in proof else _inclusion_faults(proof)
        heads = [proof[name] for name in ("old_head", "head") if name in proof]
        if not all(is_signed(head, trusted_key or proof["public_key"]) for head in heads):
            faults.append("树根签名无效：不是本单位签发，或已被改动。")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"证明文件不完整或格式不对（{type(error).__name__}：{error}）。"]
    return faults


def _inclusion_faults(proof: dict[str, Any]) -> list[str]:
    head, leaf = proof["head"], merkle.leaf_hash(canonical(proof["entry"]))
    path = [bytes.fromhex(step) for step in proof["path"]]
    if merkle.includes(leaf, proof["index"], head["size"], path, bytes.fromhex(head["root"])):
        return []
    return ["记录内容或路径与树根不符：记录被改动，或证明不属于这棵树。"]


def _continuation_faults(proof: dict[str, Any]) -> list[str]:
    old, new = proof["old_head"], proof["head"]
    roots = bytes.fromhex(old["root"]), bytes.fromhex(new["root"])
    if merkle.consistent(old["size"], new["size"], *roots, [bytes.fromhex(step) for step in proof["path"]]):
        return []
    return ["后一树根不是前一树根的延续：前一树根之前的记录被改动或删除。"]


def main(arguments: Sequence[str]) -> int:
    """`python -m … proof.json [public key]` for an outsider: 0 = the proof holds, 1 = it does not, 2 = wrong usage."""
    if not 1 <= len(arguments) <= 2:
        print("用法：proof.json [公钥]")  # noqa: T201 - a program of its own
        return 2
    try:
        given = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"证明文件无法读取：{error}")  # noqa: T201
        return 1
    faults = faults_of(given, trusted_key="".join(arguments[1:]))
    print("\n".join(faults) or HOLDS)  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":  # pragma: no cover - run as a program by test_proofs
    sys.exit(main(sys.argv[1:]))
