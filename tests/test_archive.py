"""R9, short: a node whose log is kept is restored to three moments of its past, row for row, with the root it had then."""

import json
import random
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from shijian.config import archive
from shijian.config.embedded import Cluster, socket_dir

from .node import BUREAU, Clients, folder_for_nodes, running_node, shijian

pytestmark = pytest.mark.crash
TABLES = ("events_event", "events_step", "audit_entry", "subjects_entity", "accounts_user", "core_storedfile")
DIGEST = " || ".join(
    f"(SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {table} t)" for table in TABLES
)
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


@dataclass
class Moment:
    """What the node held when nobody wrote."""

    at: str
    rows: str
    root: str
    acknowledged: dict[str, str]


def root(cluster: Cluster) -> str:
    return cluster.psql(
        "SELECT size || ' ' || encode(root, 'hex') FROM audit_treehead ORDER BY size DESC LIMIT 1", "shijian"
    )


def played(cluster: Cluster, place: Path, at: str) -> None:
    cluster.home.mkdir()
    cluster.adopt(archive.bases(place)[-1][1])
    archive.play(cluster, place, datetime.fromisoformat(at))


def digest(cluster: Cluster) -> str:
    return cluster.psql(f"SELECT {DIGEST}", "shijian")


def test_three_moments_come_back_row_for_row_and_a_fourth_that_never_was_is_refused(monkeypatch):
    with folder_for_nodes() as folder:
        place = folder / "archive"
        monkeypatch.setenv("ARCHIVE_DIR", str(place))
        moments = []
        with running_node(folder / "first") as node:
            small = BUREAU.replace("range(20000)", "range(200)")
            lines = node.run("manage", "shell", "-c", small + PHOTO).splitlines()
            told = dict(line.split(" ", 1) for line in lines if line.startswith(("SECRET ", "PHOTO ")))
            (secret, kind), photo = told["SECRET"].split(), told["PHOTO"]
            node.wait_finished(60)
            database = Cluster(node.home)
            node.run("backup", "--archive")
            for _ in range(4):
                clients = Clients(node.port, secret, kind)
                clients.start()
                time.sleep(random.uniform(0.5, 1.5))
                clients.stop()
                node.wait_finished(30)
                at = database.psql("SELECT clock_timestamp()")
                moments.append(Moment(at, digest(database), root(database), clients.acknowledged))
                time.sleep(0.2)
            database.psql("SELECT pg_switch_wal()")
            archive.keep_files(node.home, place)  # the worker does so every minute
            end = time.monotonic() + 20
            while (
                database.psql(
                    "SELECT count(*) FROM pg_stat_archiver WHERE last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 16777216)"
                )
                == "0"
            ):
                assert time.monotonic() < end, "the log is not being kept"
                time.sleep(0.2)
        monkeypatch.delenv("ARCHIVE_DIR")
        for number, moment in enumerate(moments[:3]):
            cluster = Cluster(folder / f"at-{number}")
            if number < 2:
                played(cluster, place, moment.at)
            else:  # the command does the same, brings the files, and verifies the log of acts
                done = shijian(cluster.home, "restore", str(place), "--at", moment.at.replace(" ", "T"), "--json")
                assert done.returncode == 0, done.stderr
                told = json.loads(done.stdout)
                assert told["missing"] == []
                assert f"{told['audit']['sealed']} {told['audit']['root']}" == moment.root
                cluster.start()
            try:
                assert (digest(cluster), root(cluster)) == (moment.rows, moment.root)
                known = set(cluster.psql("SELECT id FROM events_event", "shijian").split())
                assert set(moment.acknowledged) <= known
                assert not set(moments[number + 1].acknowledged) & known
            finally:
                cluster.stop()
                shutil.rmtree(socket_dir(cluster.home), ignore_errors=True)
        assert list((cluster.home / "files" / "original").rglob(photo))
        for wrong, words in (
            ("2020-01-01T00:00:00+08:00", "没有这一时刻之前"),
            ("2199-01-01T00:00:00+08:00", "归档只到"),
            ("gestern", "请写"),
        ):
            done = shijian(folder / "none", "restore", str(place), "--at", wrong)
            assert done.returncode == 1
            assert words in done.stderr
