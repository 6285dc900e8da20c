"""One spelling for every entry, and the verifier an outsider runs: bytes and words, no database."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shijian.audit import merkle, proof

AT = datetime(2026, 11, 20, 1, 2, 3, 40, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
OTHER = base64.b64encode(
    Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
).decode()


def entry(number: int = 0, **changes: object) -> dict:
    return {
        "v": 1, "uid": f"u{number}", "at": "2026-11-20T01:02:03+00:00", "actor": ["7", "A0007", "张三"], "verb": "event.close",
        "object": ["events.event", str(number), "事件"], "bureau": "610111", "area": "050101", "detail": {"b": 1, "a": [None]},
        "mac": "00ff", **changes,
    }  # fmt: skip


def head(leaves: list[bytes]) -> dict:
    root = merkle.root_of(leaves)
    signature = KEY.sign(proof.head_message(len(leaves), root, AT))
    return {
        "size": len(leaves), "root": root.hex(), "at": AT.isoformat(timespec="microseconds"),
        "signature": base64.b64encode(signature).decode(),
    }  # fmt: skip


LEAVES = [merkle.leaf_hash(proof.canonical(entry(number))) for number in range(5)]


def node(level: int, index: int) -> bytes:
    return merkle.root_of(LEAVES[index << level : (index + 1) << level])


def inclusion(index: int = 3) -> dict:
    path = [step.hex() for step in merkle.inclusion_proof(index, 5, node)]
    return {
        "format": 1, "entry": entry(index), "index": index, "path": path, "head": head(LEAVES), "public_key": PUBLIC,
    }  # fmt: skip


def continuation() -> dict:
    path = [step.hex() for step in merkle.consistency_proof(3, 5, node)]
    return {"format": 1, "old_head": head(LEAVES[:3]), "head": head(LEAVES), "path": path, "public_key": PUBLIC}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"), (True, "true"), (False, "false"), (0, "0"), (-12, "-12"), (1.5, "1.5"), (-0.0, "0.0"), (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"), ("市\"\n", '"市\\"\\n"'), ([], "[]"), ((1, "a"), '[1, "a"]'), ({}, "{}"),
        ({"bb": 1, "a": 2, "市": 3, "b": [True]}, '{"a": 2, "b": [true], "bb": 1, "市": 3}'), ({"aa": 1, "b": 2}, '{"b": 2, "aa": 1}'),
    ],
)  # fmt: skip
def test_a_value_has_one_spelling(value, text):
    assert proof.json_text(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("-inf")]])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="is no JSON number"):
        proof.json_text(value)


def test_what_is_no_json_is_refused():
    with pytest.raises(TypeError, match="set is no JSON value"):
        proof.json_text({1})
    with pytest.raises(TypeError, match=r"^the keys of a JSON object are strings$"):
        proof.json_text({"a": 1, 2: 3})


def test_the_leaf_of_an_entry_is_the_hash_of_its_fields_in_their_order():
    text = (
        '[1, "u0", "2026-11-20T01:02:03+00:00", "7", "A0007", "张三", "event.close", "events.event", "0", "事件", "610111", "050101", '
        '{"a": [null], "b": 1}, "00ff"]'
    )
    assert proof.canonical(entry()) == text.encode()
    assert merkle.leaf_hash(text.encode()) == hashlib.sha256(b"\0" + text.encode()).digest()


@pytest.mark.parametrize(
    "strange", [{"v": 2}, {"note": "x"}, {"actor": ["7", "A0007"]}, {"object": ["a", "b", "c", "d"]}]
)
def test_an_entry_of_another_shape_is_refused(strange):
    with pytest.raises(ValueError, match=r"^not an entry of a known version$"):
        proof.canonical(entry(**strange))
    with pytest.raises(ValueError, match="known version"):
        proof.canonical({name: value for name, value in entry().items() if name != "mac"})


def test_the_signed_message_names_size_root_and_time():
    message = b"shijian audit head 1\n5\nabcd\n2026-11-20T01:02:03.000040+00:00\n"
    assert proof.head_message(5, b"\xab\xcd", AT) == message


def test_a_head_is_signed_by_its_key_only():
    assert proof.is_signed(head(LEAVES), PUBLIC) is True
    assert proof.is_signed(head(LEAVES), OTHER) is False
    assert proof.is_signed({**head(LEAVES), "size": 4}, PUBLIC) is False


@pytest.mark.parametrize("made", [inclusion(0), inclusion(3), inclusion(4), continuation()])
def test_a_true_proof_holds_with_its_own_key_and_with_the_bureaus(made):
    assert proof.faults_of(made) == []
    assert proof.faults_of(made, trusted_key=PUBLIC) == []


FORGED = "树根签名无效：不是本单位签发，或已被改动。"
CHANGED = "记录内容或路径与树根不符：记录被改动，或证明不属于这棵树。"
REWRITTEN = "后一树根不是前一树根的延续：前一树根之前的记录被改动或删除。"


@pytest.mark.parametrize(
    ("made", "key", "faults"),
    [
        (inclusion(), OTHER, [FORGED]),
        ({**inclusion(), "public_key": OTHER}, "", [FORGED]),
        ({**inclusion(), "public_key": OTHER}, PUBLIC, []),
        ({**inclusion(), "entry": entry(3, verb="event.open")}, "", [CHANGED]),
        ({**inclusion(), "entry": entry(2), "public_key": OTHER}, "", [CHANGED, FORGED]),
        ({**inclusion(), "index": 2}, "", [CHANGED]),
        ({**inclusion(), "path": inclusion()["path"][:-1]}, "", [CHANGED]),
        ({**continuation(), "path": []}, "", [REWRITTEN]),
        ({**continuation(), "old_head": head([LEAVES[1], LEAVES[0], LEAVES[2]])}, "", [REWRITTEN]),
        ({**continuation(), "old_head": {**head(LEAVES[:3]), "at": "2026-11-20T01:02:04+00:00"}}, "", [FORGED]),
        ({**inclusion(), "format": 2}, "", ["证明文件的版本不受支持。"]),
    ],
)
def test_what_is_wrong_with_a_proof_is_said(made, key, faults):
    assert proof.faults_of(made, trusted_key=key) == faults


@pytest.mark.parametrize(
    "made", [None, {}, [], {**inclusion(), "path": [1]}, {**inclusion(), "head": {}}, {"format": 1}]
)
def test_half_a_proof_is_told_not_raised(made):
    (fault,) = proof.faults_of(made)
    assert re.fullmatch(r"证明文件不完整或格式不对（(Key|Type|Value|Attribute)Error：.+）。", fault)


def test_the_verifier_says_its_verdict_and_gives_it_as_its_status(tmp_path, capsys):
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(inclusion(), ensure_ascii=False), encoding="utf-8")
    for arguments, status, said in [
        ([str(file)], 0, "证明成立：与签名的树根相符，未被改动。\n"),
        ([str(file), PUBLIC], 0, "证明成立：与签名的树根相符，未被改动。\n"),
        ([str(file), OTHER], 1, FORGED + "\n"),
        ([], 2, "用法：proof.json [公钥]\n"),
        ([str(file), PUBLIC, "more"], 2, "用法：proof.json [公钥]\n"),
    ]:
        assert proof.main(arguments) == status
        assert capsys.readouterr().out == said
    file.write_text(json.dumps({**inclusion(), "index": 2, "public_key": OTHER}), encoding="utf-8")
    assert proof.main([str(file)]) == 1
    assert capsys.readouterr().out == f"{CHANGED}\n{FORGED}\n"
    assert proof.main([str(tmp_path / "none.json")]) == 1
    assert capsys.readouterr().out.startswith("证明文件无法读取：")
    file.write_text("{", encoding="utf-8")
    assert proof.main([str(file)]) == 1
    assert capsys.readouterr().out.startswith("证明文件无法读取：")
