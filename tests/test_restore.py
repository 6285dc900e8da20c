"""The drill: a node at work is backed up, restored elsewhere, proved, and goes on working there."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shijian.config import manifest
from shijian.config.embedded import PORT, Cluster

from .node import BUREAU, ROWS, Clients, folder_for_nodes, running_node, shijian

PHOTO = """
from io import BytesIO
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now
from PIL import Image
from shijian.core.files import store
out = BytesIO()
Image.new("RGB", (64, 48), "green").save(out, "JPEG")
print("PHOTO", store(SimpleUploadedFile("现场.jpg", out.getvalue()), now=now()).sha256)
"""
FOUND = """
import json
from shijian.audit.models import Entry
from shijian.core.models import StoredFile
from shijian.events.models import Event
from shijian.subjects.models import Entity
events = {str(pk): number for pk, number in Event.objects.values_list("pk", "number")}
entries = Entry.objects.filter(verb="events.event.reported").values_list("object_id", flat=True)
photos = list(StoredFile.objects.values_list("sha256", flat=True))
print("FOUND", json.dumps({"events": events, "entries": sorted(entries), "photos": photos, "entities": Entity.objects.count()}))
"""
WALL = """
from django.db import connection, transaction
from shijian.core import wall
from shijian.subjects.models import Entity
seen = []
for bureau in ("000000", "610111"):
    wall.raise_for(wall.Side(bureau, ("",), ()), reading=True)
    seen.append(Entity.objects.count())
    wall.lower()
print("WALL", wall.is_standing(), seen[0], int(seen[1] > 0))
"""
REPORT = """
from shijian.subjects.models import Import
print("REPORT", Import.objects.get().report_file.parent)
"""

pytestmark = pytest.mark.crash


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with folder_for_nodes() as made:
        yield made


@pytest.fixture(scope="module")
def drill(folder: Path) -> dict[str, object]:
    """A node that took events in before, during and after its backup; the backup; and what was acknowledged before it."""
    with running_node(folder / "first") as node:
        secret, kind = node.ask(BUREAU, "SECRET").split()
        photo = node.ask(PHOTO, "PHOTO")
        node.wait_finished(120)  # the import: jobs and sealed entries are part of what is restored
        clients = Clients(node.port, secret, kind)
        clients.start()
        clients.wait_served_since(time.monotonic(), timeout=60)
        time.sleep(1)
        before = dict(clients.acknowledged)
        told = json.loads(node.run("backup", str(folder / "backup"), "--json"))
        clients.wait_served_since(time.monotonic(), timeout=60)
        clients.stop()
        found = json.loads(node.ask(FOUND, "FOUND"))
    return {"secret": secret, "kind": kind, "photo": photo, "before": before, "told": told, "found": found}


def test_a_node_at_work_is_restored_elsewhere_whole_and_goes_on(folder, drill):
    assert len(drill["before"]) > 3
    assert len(drill["found"]["events"]) > len(drill["before"]), "events came in while the backup was made"
    restored = shijian(folder / "second", "restore", str(folder / "backup"), "--json")
    assert restored.returncode == 0, restored.stderr
    told = json.loads(restored.stdout)
    assert told["ok"]
    assert told["missing"] == []
    assert told["rows"] == drill["told"]["rows"]
    assert told["audit"]["entries"] == drill["told"]["audit"]["entries"]
    assert told["audit"]["verified"] >= 1

    with running_node(folder / "second") as node:
        found = json.loads(node.ask(FOUND, "FOUND"))
        assert drill["before"].items() <= found["events"].items(), "acknowledged before the backup, so in it"
        assert found["events"].items() <= drill["found"]["events"].items()
        assert found["entries"] == sorted(found["events"])
        assert node.ask(WALL, "WALL") == "True 0 1", "role and policies are there in a cluster that never had them"
        assert node.ask(REPORT, "REPORT") == str(folder / "second" / "reports")
        assert (found["photos"], found["entities"]) == ([drill["photo"]], ROWS)
        clients = Clients(node.port, drill["secret"], drill["kind"])  # the keys are back: the old token opens
        clients.start()
        clients.wait_served_since(time.monotonic(), timeout=60)
        clients.stop()
        node.wait_finished(60)
    verified = json.loads(shijian(folder / "second", "audit", "verify", "--json").stdout)
    assert verified["ok"], verified["faults"]
    assert verified["entries"] > drill["told"]["audit"]["entries"], "the log goes on where it ended"
    photo = folder / "second" / "files" / "original" / drill["photo"][:2] / drill["photo"][2:4] / drill["photo"]
    assert photo.read_bytes()[:2] == b"\xff\xd8"


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def original(backup: Path) -> Path:
    return next((backup / "files" / "original").rglob("*/*/*"))


@pytest.mark.parametrize(
    ("choose", "spoil", "words"),
    [
        (lambda backup: backup / "database.dump", flip, "SHA-256 不符"),
        (lambda backup: backup / "database.dump", cut, "大小应为"),
        (original, flip, "SHA-256 不符"),
        (original, Path.unlink, "文件缺失"),
        (lambda backup: backup / "witness" / "leaves.bin", cut, "大小应为"),
        (lambda backup: backup / "keys" / "audit_entry", flip, "SHA-256 不符"),
        (lambda backup: backup / "manifest.json", flip, "与校验和不符"),
        (lambda backup: backup / "manifest.json", Path.unlink, "不是一份完整的备份"),
    ],
)
def test_a_damaged_backup_is_refused_with_the_name_of_the_file(
    folder, drill, tmp_path, choose: Callable[[Path], Path], spoil: Callable[[Path], None], words: str
):
    backup = shutil.copytree(folder / "backup", tmp_path / "backup")
    victim = choose(backup)
    spoil(victim)
    for arguments in (["--check"], []):
        done = shijian(tmp_path / "home", "restore", str(backup), *arguments)
        assert done.returncode == 1
        assert words in done.stderr
        assert victim.name in done.stderr
        assert done.stdout == ""
    assert not (tmp_path / "home" / "postgres").exists()
    assert not (tmp_path / "home" / "keys").exists()


def test_a_dump_that_lies_under_a_right_sum_is_refused_and_leaves_nothing(folder, drill, tmp_path):
    """Somebody made the sums fit: the database's own program, the counts and the audit log still have a say."""
    backup = shutil.copytree(folder / "backup", tmp_path / "backup")
    flip(backup / "database.dump")
    content = manifest.read(backup)
    content["files"]["database.dump"] = manifest.sum_of(backup / "database.dump")
    content.pop("format")
    manifest.write(backup, content)
    home = folder / "third"
    done = shijian(home, "restore", str(backup))
    assert done.returncode == 1
    assert "没有恢复" in done.stderr
    assert not any((home / name).exists() for name in ("postgres", "keys", "files", "witness"))


def test_a_folder_with_data_is_not_written_over(folder, drill):
    done = shijian(folder / "first", "restore", str(folder / "backup"))
    assert done.returncode == 1
    assert "已有内容" in done.stderr
    again = shijian(folder / "first", "backup", str(folder / "backup"))
    assert again.returncode == 1
    assert "不会被覆盖" in again.stderr


def test_a_node_whose_restore_was_interrupted_does_not_start(folder):
    home = folder / "half"
    home.mkdir()
    (home / "restore-unfinished").touch()
    done = shijian(home, "up", "--port", "1")
    assert done.returncode == 1
    assert "恢复没有完成" in done.stderr


def test_a_server_named_by_its_address_is_restored_to_only_when_empty_and_is_empty_after_a_refusal(folder, drill):
    server = Cluster(folder / "server")
    server.start()
    try:
        server.create_database("bureau")
        address = f"postgresql://postgres@:{PORT}/bureau?host={server.sockets}"
        spoilt = shutil.copytree(folder / "backup", folder / "spoilt")
        content = manifest.read(spoilt)
        content.pop("format")
        content["rows"]["events_event"] += 1
        manifest.write(spoilt, content)
        tables = "select count(*) from pg_tables where schemaname = 'public'"

        done = shijian(folder / "outside", "restore", str(spoilt), DATABASE_URL=address)
        assert done.returncode == 1
        assert "events_event 应有" in done.stderr
        assert server.psql(tables, "bureau") == "0"
        done = shijian(folder / "outside", "restore", str(folder / "backup"), DATABASE_URL=address)
        assert done.returncode == 0, done.stderr
        done = shijian(folder / "another", "restore", str(folder / "backup"), DATABASE_URL=address)
        assert done.returncode == 1
        assert "不是空的" in done.stderr
        assert server.psql("select count(*) from events_event", "bureau") != "0", "nobody touched what was there"
    finally:
        server.stop()
