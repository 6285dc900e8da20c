"""Proofs that leave the house."""

from typing import Any

from shijian.core.errors import Refused

from . import keys, merkle, proof, queries, witness
from .models import Entry, Leaf, TreeHead


class NotSealedYet(Refused):
    code = "audit.not_sealed_yet"


def proof_of(entry: Entry) -> dict[str, Any]:
    """The proof that an entry is in the log, for `proof.faults_of`. Raises NotSealedYet within the first seconds."""
    leaf = Leaf.objects.filter(entry_id=entry.pk).first()
    if leaf is None:
        raise NotSealedYet("该记录刚刚写入，尚未封存，请几秒后再试。")
    head = TreeHead.objects.latest()
    path = merkle.inclusion_proof(leaf.index, head.size, queries.stored_node)
    return {
        "format": proof.FORMAT,
        "entry": entry.content(),
        "index": leaf.index,
        "path": [step.hex() for step in path],
        "head": witness.as_json(head),
        "public_key": keys.public_key(),
    }
