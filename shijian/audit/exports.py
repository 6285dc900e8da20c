"""Proofs that leave the house."""

from typing import Any

from shijian.core.errors import Refused

from . import keys, merkle, proof, queries, witness
from .models import Entry, Leaf, TreeHead


class NotSealedYet(Refused):
    code = "audit.not_sealed_yet"


class NoSuchHead(Refused):
    code = "audit.no_such_head"


def proof_of(entry: Entry) -> dict[str, Any]:
    """The proof that an entry is in the log, for `proof.faults_of`. Raises NotSealedYet within the first seconds."""
    leaf, head = Leaf.objects.filter(entry_id=entry.pk).first(), queries.last_head()
    if leaf is None or head is None:
        raise NotSealedYet("该记录刚刚写入，尚未封存，请几秒后再试。")
    path = queries.with_stored(lambda node: merkle.inclusion_proof(leaf.index, head.size, node))
    return {
        "format": proof.FORMAT,
        "entry": entry.content(),
        "index": leaf.index,
        "path": [step.hex() for step in path],
        "head": witness.as_json(head),
        "public_key": keys.public_key(),
    }


def proof_since(size: int) -> dict[str, Any]:
    """The proof that the log only grew since it had `size` entries. Raises NoSuchHead if no head was signed then."""
    old, head = TreeHead.objects.filter(size=size).first(), queries.last_head()
    if old is None or head is None:
        raise NoSuchHead(f"没有在 {size} 条记录时签发过树根，请核对旧证明中的数字。")
    path = queries.with_stored(lambda node: merkle.consistency_proof(old.size, head.size, node))
    return {
        "format": proof.FORMAT,
        "old_head": witness.as_json(old),
        "path": [step.hex() for step in path],
        "head": witness.as_json(head),
        "public_key": keys.public_key(),
    }
