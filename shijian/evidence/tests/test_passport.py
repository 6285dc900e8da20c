"""R23: a package is verified without the product, by foreign tools too, and one flipped bit is found and located."""

import io
import json
import random
import subprocess
import sys
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import bagit
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from shijian.accounts.services import sync_roles
from shijian.accounts.testing import BUREAU, build_cast
from shijian.config.roles import ROLES
from shijian.core import deadlines, records
from shijian.core.errors import InvalidInput
from shijian.core.files import path_of
from shijian.core.ids import new_id
from shijian.evidence import hooks, sealing, services
from shijian.evidence.passport import build, case, stamping, verify
from shijian.evidence.testing import NOW, certify, film, jpeg, matter, pdf, said
from shijian.seals.crypto import vault
from shijian.seals.testing import make_keys

FLIPS = 240


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    """A package made by the command, for all tests here: the log is sealed after real commits only, which are slow."""
    home = tmp_path_factory.mktemp("bureau")
    told = io.StringIO()
    with (
        django_db_blocker.unblock(),
        override_settings(HOME=home, FILES_DIR=home / "files", KEYS_DIR=home / "keys"),
        pytest.MonkeyPatch.context() as patch,
    ):
        try:
            vault.keep(stamping.LOCAL, make_keys().stamps)
            sync_roles(ROLES)
            deadlines.load_time_limits()
            people = build_cast()
            certify(people.chief, people.station_head)
            record, find = matter(BUREAU)
            patch.setitem(records.kinds, "matter", records.RecordKind("matter", "事项", find))
            for content, name, medium in (
                (jpeg(gps=True), "现场 照片.jpg", "photo"), (film(), "录像.mp4", "video"), (pdf(), "合同.pdf", "document"),
            ):  # fmt: skip
                (home / "incoming").write_bytes(content)
                sealed = sealing.seal(home / "incoming", name, medium, now=NOW)
                facts = said(
                    people.chief,
                    people.station_head,
                    medium=medium,
                    taken_place="纺东街1号",
                    lon_wgs84=109.0,
                    lat_wgs84=34.2,
                )
                item = services.capture(record, facts, sealed, by=people.chief, now=NOW)
                if medium == "video":
                    paper = hooks.Paper(
                        new_id(), "scene_record", "现场笔录", "", 1, "ab" * 32, NOW, "/", is_on_site=True
                    )
                    services.bind(item, [paper], first_second=1, by=people.chief, now=NOW)
            preserve(record, people)
            services.add_note(item, "共 3 页", by=people.chief, now=NOW)
            services.send(item, people.station_head, place="所内", note="", by=people.chief, now=NOW)
            services.accept(item, place="物证室", by=people.station_head, now=NOW + timedelta(minutes=1))
            call_command("evidence", "export", record.number, "--out", str(home / "证据包.zip"), "--json", stdout=told)
            asked = services.ask_package(record, purpose="听证", by=people.chief, now=NOW)
            ready = services.make_package(asked, now=NOW)
            assert verify.verify(str(ready.path))["ok"]
            assert (ready.state, ready.percent) == ("ready", 100)
        finally:
            call_command("flush", interactive=False, verbosity=0)
            connection.close()
    assert json.loads(told.getvalue())["ok"] is True
    return home / "证据包.zip"


@pytest.fixture
def package(built):
    return built


def preserve(record, people):
    """A carton listed on the spot."""
    measure = services.apply_measure(
        record, kind="preservation", power="", party_name="甲店", reason="可能灭失", place="甲店", storage="物证室",
        officer=people.chief, second_officer=people.station_head, is_urgent=False, by=people.chief, now=NOW,
    )  # fmt: skip
    services.decide_measure(measure, approve=True, opinion="同意", by=people.leader, now=NOW)
    services.carry_out(measure, [services.Line(name="饮料", quantity=Decimal(2), unit="箱")], by=people.chief, now=NOW)


def flipped(package: Path, out: Path, at: int, bit: int) -> Path:
    content = bytearray(package.read_bytes())
    content[at] ^= 1 << bit
    out.write_bytes(content)
    return out


def test_it_holds_in_itself_and_under_the_key_of_the_bureau_only(package):
    assert verify.verify(package) == {"ok": True, "faults": [], "notes": verify.verify(package)["notes"]}
    key = verify._signature(verify.Package(package))[0]["public_key"]
    assert verify.verify(package, key)["ok"]
    assert [each["file"] for each in verify.verify(package, "0" * 64)["faults"]] == ["signature.json"]


def test_foreign_tools_agree(package, tmp_path):
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
    folder = next((tmp_path / "out").iterdir())
    assert bagit.Bag(str(folder)).validate()
    sums = subprocess.run(["sha256sum", "--check", "--quiet", "manifest-sha256.txt"], cwd=folder, check=False)
    assert sums.returncode == 0
    assert (folder / "data/items/001-现场_照片.jpg").read_bytes() == jpeg(gps=True)


def test_openssl_and_a_foreign_library_confirm_the_time_stamp(package, tmp_path):
    from rfc3161_client import decode_timestamp_response

    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    folder = next(each for each in tmp_path.iterdir() if each.is_dir() and each.name.startswith("evidence-"))
    token = folder / verify.STAMP
    run = [
        "openssl",
        "ts",
        "-verify",
        "-data",
        "manifest-sha256.txt",
        "-in",
        token.name,
        "-CAfile",
        "tsa.pem",
        "-partial_chain",
    ]
    assert subprocess.run(run, cwd=folder, capture_output=True, check=False).returncode == 0
    told = decode_timestamp_response(token.read_bytes()).tst_info
    assert told.message_imprint.message == bytes.fromhex(verify.Package(str(folder)).files[verify.MANIFEST].sha256)
    assert any("openssl ts -verify 通过" in note for note in verify.verify(str(package))["notes"])
    (folder / "manifest-sha256.txt").write_bytes(b"other")
    assert subprocess.run(run, cwd=folder, capture_output=True, check=False).returncode == 1


def test_the_case_graph_conforms_and_its_hashes_are_those_of_the_manifest(package, tmp_path):
    """CASE/UCO: read by forensic tools, and about the same bytes."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    folder = next(each for each in tmp_path.iterdir() if each.is_dir())
    run = [
        str(Path(sys.executable).with_name("case_validate")),
        "--built-version",
        "case-1.5.0",
        str(folder / case.NAME),
    ]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, "Conforms: True" in done.stdout) == (0, True), done.stdout + done.stderr
    nodes = {each["@id"]: each for each in json.loads((folder / case.NAME).read_text())["@graph"]}
    told = {}
    for node in nodes.values():
        if node["@type"] == "uco-observable:File":
            facts, content = (nodes[each["@id"]] for each in node["uco-core:hasFacet"])
            digest = nodes[content["uco-observable:hash"][0]["@id"]]
            told[facts["uco-observable:filePath"]] = digest["uco-types:hashValue"]["@value"]
    listed = verify.lines_of((folder / verify.MANIFEST).read_text())
    assert told == {name: value for name, value in listed.items() if name != case.NAME}
    accepted = next(each for each in nodes.values() if each.get("uco-core:name") == "接收")
    assert (
        len({accepted["uco-action:performer"]["@id"], *(each["@id"] for each in accepted["uco-action:participant"])})
        == 2
    )
    assert {node["@type"] for node in nodes.values()} >= {
        "case-investigation:Investigation", "case-investigation:ProvenanceRecord", "uco-core:Relationship",
        "uco-location:Location", "uco-core:UcoObject",
    }  # fmt: skip


@pytest.mark.django_db
def test_without_a_service_a_package_is_whole_without_a_stamp(settings, tmp_path):
    settings.KEYS_DIR, settings.TIMESTAMP_URL = tmp_path, ""
    assert stamping.stamp(b"x", now=NOW) is None
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    assert stamping.stamp(b"x", now=NOW) is None


def test_without_the_product_in_an_empty_folder(package, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(package) as archive:
        name = next(each for each in archive.namelist() if each.endswith("/verify.py"))
        (empty / "verify.py").write_bytes(archive.read(name))
    (empty / "p.zip").write_bytes(package.read_bytes())
    run = [sys.executable, "-I", "-S", "verify.py", "p.zip"]  # no site packages, no environment
    done = subprocess.run(run, cwd=empty, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "核验通过" in done.stdout
    (empty / "p.zip").write_bytes(package.read_bytes()[:-200])
    done = subprocess.run([*run, "--json"], cwd=empty, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False
    assert subprocess.run([*run[:4]], cwd=empty, capture_output=True, check=False).returncode == 2


def test_unpacked_it_verifies_where_it_lies(package, tmp_path):
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "out")
    folder = next((tmp_path / "out").iterdir())
    run = [sys.executable, "-B", "verify.py"]
    assert subprocess.run(run, cwd=folder, capture_output=True, check=False).returncode == 0
    target = next((folder / "data/items").glob("002-*"))
    target.write_bytes(target.read_bytes() + b"x")
    (folder / "data/items/004-加入.txt").write_text("x")
    (folder / "data/custody.json").unlink()
    told = subprocess.run([*run, "--json"], cwd=folder, capture_output=True, text=True, check=False).stdout
    assert {(each["file"], each["kind"]) for each in json.loads(told)["faults"]} == {
        ("data/items/002-录像.mp4", "changed"), ("data/items/004-加入.txt", "extra"), ("data/custody.json", "missing"),
    }  # fmt: skip


def test_one_flipped_bit_in_any_file_is_found_and_the_file_named(package, tmp_path):
    """At random places of every file of the package."""
    chance, entries = random.Random(7), verify.entries_by_directory(package)
    wrong, tried = [], 0
    for entry in entries:
        for _ in range(max(8, FLIPS // len(entries))):
            at = entry.offset + chance.randrange(entry.size)
            told = verify.verify(flipped(package, tmp_path / "flipped.zip", at, chance.randrange(8)))
            tried += 1
            if {each["file"] for each in told["faults"]} != {entry.name.split("/", 1)[1]}:
                wrong.append((entry.name, at, told["faults"]))
    assert wrong == []
    assert tried >= 200


def test_one_flipped_bit_between_the_files_is_found_too(package, tmp_path):
    chance, entries = random.Random(11), verify.entries_by_directory(package)
    inside = set()
    for entry in entries:
        inside.update(range(entry.offset, entry.offset + entry.size))
    between = [at for at in range(package.stat().st_size) if at not in inside]
    missed = []
    for at in chance.sample(between, 200):
        told = verify.verify(flipped(package, tmp_path / "flipped.zip", at, chance.randrange(8)))
        if told["ok"] or not all(each["file"] for each in told["faults"]):
            missed.append(at)
    assert missed == []


def test_packed_anew_by_another_tool_it_still_holds(package, tmp_path):
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert verify.verify(other)["ok"]


@pytest.mark.parametrize("where", ["particulars", "custody", "audit", "left out"])
def test_a_forger_who_renews_the_lists_is_stopped_by_the_signature(package, tmp_path, where):
    """Manifests made anew for changed metadata do not help without the bureau's key."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "out")
    folder = next((tmp_path / "out").iterdir())
    names = {"particulars": "record", "custody": "custody", "audit": "audit", "left out": "audit"}
    path = folder / f"data/{names[where]}.json"
    told = json.loads(path.read_text())
    match where:
        case "particulars":
            told["items"][0]["particulars"]["purpose"] = "别的"
        case "custody":
            del told["chains"][2]["entries"][1]
        case "audit":
            told["proofs"][0]["entry"]["employee_no"] = told["proofs"][0]["entry"]["actor"][1] = "T9999"
        case _:
            del told["proofs"][0]
    path.write_text(json.dumps(told, ensure_ascii=False))
    sums = {
        str(each.relative_to(folder)): verify.Entry(str(each), 0, each.stat().st_size)
        for each in folder.rglob("*")
        if each.is_file()
    }
    package = verify.Package(str(folder))
    sums = {name: entry.sha256 for name, entry in package.files.items()}
    (folder / verify.MANIFEST).write_bytes(verify.manifest_of({n: s for n, s in sums.items() if n.startswith("data/")}))
    sums = {name: entry.sha256 for name, entry in verify.Package(str(folder)).files.items()}
    tags = {n: s for n, s in sums.items() if not n.startswith("data/") and n not in (verify.TAGS, verify.SIGNATURE)}
    (folder / verify.TAGS).write_bytes(verify.manifest_of(tags))
    assert [each["file"] for each in verify.verify(str(folder))["faults"]]
    fresh, notes = verify.Package(str(folder)), []
    signature, _ = verify._signature(fresh)
    assert verify.content_faults(fresh, signature["public_key"], notes) != []  # and the contents contradict one another


@pytest.mark.django_db
def test_a_damaged_original_is_not_exported(cast, record, item, tmp_path):
    path = path_of(item.sha256, "original")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(build.EvidenceDamaged, match="证据1"):
        build.build(record, tmp_path / "p.zip", purpose="", by=cast.chief, now=NOW)
    path.unlink()
    with pytest.raises(build.EvidenceDamaged):
        build.build(record, tmp_path / "p.zip", purpose="", by=cast.chief, now=NOW)
    assert list(tmp_path.glob("*p.zip*")) == []


def test_what_is_no_package_is_told_so(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"not a zip")
    (tmp_path / "empty.zip").write_bytes(b"")
    for name in ("x.zip", "empty.zip", "missing.zip"):
        assert verify.verify(str(tmp_path / name))["ok"] is False


def test_the_plain_ed25519_agrees_with_the_library():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    public, message = key.public_key().public_bytes_raw(), b"evidence"
    signature = key.sign(message)
    assert verify.ed25519_holds(public, message, signature)
    assert not verify.ed25519_holds(public, b"other", signature)
    assert not verify.ed25519_holds(public, message, bytes([signature[0] ^ 1, *signature[1:]]))
    assert not verify.ed25519_holds(b"\xff" * 32, message, signature)


def test_the_command_verifies_and_names_what_is_damaged(package, tmp_path, capsys):
    call_command("evidence", "verify", str(package), "--json")
    assert json.loads(capsys.readouterr().out) == {"ok": True, "faults": [], "notes": verify.verify(package)["notes"]}
    with pytest.raises(SystemExit):
        call_command("evidence", "verify", str(flipped(package, tmp_path / "x.zip", 5000, 3)), "--json")
    assert json.loads(capsys.readouterr().out)["faults"]


@pytest.mark.django_db
def test_a_number_without_evidence_is_told_so(tmp_path):
    with pytest.raises(InvalidInput, match="没有卷宗号"):
        call_command("evidence", "export", "SJ2026-999999", "--out", str(tmp_path / "x.zip"))
