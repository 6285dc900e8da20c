"""Proofs that leave the house, and the commands an outsider and an auditor use."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from shijian.audit import exports, jobs, keys, proof, sealing
from shijian.audit.models import Entry, Node
from shijian.core.errors import Refused

from .conftest import AT, tamper, write

COMMITS = pytest.mark.django_db(transaction=True)


def run(capsys, *arguments):
    capsys.readouterr()
    code: object = 0
    try:
        call_command("audit", *arguments, "--json")
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(capsys.readouterr().out)


def test_a_proof_convinces_without_the_database(sealed):
    for entry in Entry.objects.all():
        made = json.loads(json.dumps(exports.proof_of(entry)))
        assert proof.faults_of(made) == []
        assert proof.faults_of(made, trusted_key=keys.public_key()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda p: {"entry": {**p["entry"], "verb": "x"}},
        lambda p: {"entry": {**p["entry"], "note": "x"}},
        lambda p: {"entry": {**p["entry"], "v": 2}},
        lambda p: {"index": 3},
        lambda p: {"index": -1},
        lambda p: {"path": p["path"][:-1]},
        lambda p: {"path": [*p["path"], p["path"][0]]},
        lambda p: {"path": None},
        lambda p: {"head": {**p["head"], "at": "2026-11-20T01:02:04+00:00"}},
        lambda p: {"head": {**p["head"], "size": 38}},
        lambda p: {"head": {**p["head"], "size": "38"}},
        lambda p: {"head": {**p["head"], "signature": "AAAA"}},
        lambda p: {"public_key": "AAAA"},
        lambda p: {"public_key": "x" * 43 + "="},
        lambda p: {"format": 9},
    ],
)
def test_a_changed_proof_does_not_convince(sealed, change):
    made = exports.proof_of(Entry.objects.get(pk=sealed[11]))
    assert proof.faults_of({**made, **change(made)})


@pytest.mark.parametrize("nonsense", [{}, [], "x", None, 3, {"format": 1}, {"format": 1, "old_head": 1, "head": {}}])
def test_nonsense_is_no_proof(nonsense):
    assert proof.faults_of(nonsense)


def test_a_proof_of_somebody_else_is_not_of_the_bureau(sealed):
    made = exports.proof_of(Entry.objects.get(pk=sealed[0]))
    other = "A" * 43 + "="
    assert proof.faults_of(made, trusted_key=other) == ["树根签名无效：不是本单位签发，或已被改动。"]


def test_the_log_is_shown_to_have_only_grown(sealed):
    made = exports.proof_since(20)
    assert proof.faults_of(made) == []
    assert proof.faults_of(exports.proof_since(37)) == []
    assert proof.faults_of({**made, "path": made["path"][1:]}) != []
    with pytest.raises(exports.NoSuchHead):
        exports.proof_since(21)


@COMMITS
def test_an_entry_without_seal_is_told_to_wait(own_folder):
    write(1)
    with pytest.raises(exports.NotSealedYet):
        exports.proof_of(Entry.objects.get())


def test_a_proof_reads_three_times(sealed, django_assert_num_queries):
    entry = Entry.objects.get(pk=sealed[5])
    with django_assert_num_queries(3):
        exports.proof_of(entry)
    assert Node.objects.count() == 2


def test_the_commands_prove_check_and_verify(sealed, tmp_path, capsys):
    file = tmp_path / "proof.json"
    assert run(capsys, "prove", str(sealed[0]), "--out", str(file)) == (
        0,
        {"ok": True, "entry": sealed[0], "file": str(file), "faults": []},
    )
    assert run(capsys, "check-proof", str(file), "--key", keys.public_key()) == (0, {"ok": True, "faults": []})
    assert run(capsys, "prove", "--since", "20", "--out", str(file))[0] == 0
    assert run(capsys, "check-proof", str(file)) == (0, {"ok": True, "faults": []})
    code, report = run(capsys, "verify")
    assert (code, report["ok"], report["entries"], report["faults"]) == (0, True, 37, [])
    tamper(f"DELETE FROM audit_entry WHERE id = {sealed[3]}")
    code, report = run(capsys, "verify")
    assert (code, report["ok"]) == (1, False)
    assert [(fault["entry"], fault["kind"]) for fault in report["faults"]] == [(sealed[3], "deleted")]
    file.write_text(file.read_text().replace("37", "36"))
    assert run(capsys, "check-proof", str(file))[0] == 1


def test_the_commands_speak_chinese(sealed, tmp_path, capsys):
    file = tmp_path / "proof.json"
    call_command("audit", "prove", str(sealed[0]), "--out", str(file))
    call_command("audit", "check-proof", str(file))
    call_command("audit", "verify")
    told = capsys.readouterr().out
    for sentence in (f"证明已写入 {file}", "证明成立", "已封存 37 条", "核验通过，未发现改动。"):
        assert sentence in told
    tamper(f"UPDATE audit_entry SET verb = 'x' WHERE id = {sealed[3]}", "UPDATE audit_node SET hash = 'x'")
    with pytest.raises(SystemExit):
        call_command("audit", "verify")
    told = capsys.readouterr().out
    assert f"{sealed[3]}：内容被改动" in told
    assert "3 处问题" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ["prove", "x", "--out", "f"],
        ["prove", "999999999", "--out", "f"],
        ["prove", "--since", "21", "--out", "f"],
        ["check-proof", "nowhere.json"],
    ],
)
def test_a_wrong_argument_is_refused_with_a_sentence(sealed, arguments):
    with pytest.raises(Refused):
        call_command("audit", *arguments)


def test_a_missing_argument_is_wrong_usage(sealed):
    with pytest.raises(CommandError):
        call_command("audit", "prove", "--out", "f")


def test_a_proof_is_checked_by_two_files_alone(sealed, tmp_path):
    """An outsider takes proof.py and merkle.py, Python and `cryptography`; no Django, no database."""
    package = tmp_path / "verifier"
    package.mkdir()
    source = Path(proof.__file__).parent
    for name in ("proof.py", "merkle.py"):
        (package / name).write_text((source / name).read_text())
    (package / "__init__.py").write_text("")
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(exports.proof_of(Entry.objects.get(pk=sealed[2]))))
    command = [sys.executable, "-m", "verifier.proof", str(file), keys.public_key()]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "证明成立" in done.stdout
    file.write_text(file.read_text().replace('"index": 2', '"index": 3'))
    assert subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, check=False).returncode == 1


@COMMITS
def test_the_job_seals(own_folder):
    write(3)
    jobs.seal(timestamp=0)
    assert sealing.seal(now=AT) == 0
    assert exports.proof_of(Entry.objects.get(object_id="0"))["head"]["size"] == 3


def test_the_job_runs_every_other_second():
    from procrastinate.contrib.django import app

    task = app.periodic_registry.periodic_tasks[("shijian.audit.jobs.seal", "")]
    ticks = [task.croniter.get_next(float, start_time=at) for at in (1_000_000_000, 1_000_000_002, 1_000_000_059)]
    assert ticks == [1_000_000_002, 1_000_000_004, 1_000_000_060]
