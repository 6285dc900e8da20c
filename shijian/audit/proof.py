"""Checking a proof of the audit log without the product: this file and `merkle.py` are all an outsider needs.

A proof is a JSON object: the entry as recorded, its place in the tree, the path to the root, and the signed head.
"""

import base64
import json
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from . import merkle

FORMAT = 1


def canonical(entry: dict[str, Any]) -> bytes:
    """The bytes of an entry that the leaf hashes: JSON with sorted keys, no spaces, UTF-8."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def head_message(size: int, root: bytes, at: datetime) -> bytes:
    """What the installation's key signs: one line a head."""
    return f"shijian audit head {FORMAT}\n{size}\n{root.hex()}\n{at.isoformat(timespec='microseconds')}\n".encode()


def faults_of(proof: dict[str, Any], *, trusted_key: str = "") -> list[str]:
    """What is wrong with a proof, in Chinese; an empty list means that it holds.

    `trusted_key` is the public key (base64) obtained from the bureau by another way; without it the key in the proof
    is used, which shows only that the proof is consistent in itself.
    """
    try:
        leaf = merkle.leaf_hash(canonical(proof["entry"]))
        head, key = proof["head"], trusted_key or proof["public_key"]
        root, path = bytes.fromhex(head["root"]), [bytes.fromhex(step) for step in proof["path"]]
        message = head_message(head["size"], root, datetime.fromisoformat(head["at"]))
        signature, index, size = base64.b64decode(head["signature"]), int(proof["index"]), int(head["size"])
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    except (KeyError, TypeError, ValueError) as error:
        return [f"证明文件不完整或格式不对（{error}）。"]
    faults = []
    if proof.get("format") != FORMAT:
        faults.append("证明文件的版本不受支持。")
    if not merkle.includes(leaf, index, size, path, root):
        faults.append("记录内容或路径与树根不符：记录被改动，或证明不属于这棵树。")
    try:
        public.verify(signature, message)
    except InvalidSignature:
        faults.append("树根签名无效：不是本单位签发，或已被改动。")
    return faults
