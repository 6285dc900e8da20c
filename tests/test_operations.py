"""The command line and the launcher, as a person at a terminal meets them."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shijian.config import children, embedded, node, prepare, rotation, supervisor
from shijian.config.embedded import Cluster

from .node import free_ports

ROOT = Path(__file__).resolve().parents[1]


def shijian(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "PYTEST"))}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "shijian.config.cli", *arguments],
        cwd=ROOT, env={**rest, "SHIJIAN_HOME": str(home)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder the database's account can reach: pytest's folders are closed by every session of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="shijian-test-"))
    folder.chmod(0o711)
    yield folder / "home"
    shutil.rmtree(folder)
    shutil.rmtree(embedded.socket_dir(folder / "home"), ignore_errors=True)


def test_a_wrong_word_is_answered_with_the_usage_and_status_2(tmp_path):
    done = shijian(tmp_path, "fly")
    assert done.returncode == 2
    assert "没有命令“fly”" in done.stderr
    assert done.stdout == ""
    assert shijian(tmp_path, "up", "--port", "eight").returncode == 2


def test_help_names_the_commands(tmp_path):
    done = shijian(tmp_path, "help")
    assert done.returncode == 0
    assert "grid check" in done.stdout


def test_a_busy_port_is_said_in_a_sentence_before_anything_is_started(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = shijian(tmp_path, "up", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.strip() == f"端口 {port} 已被占用，请用 --port 换一个。"
    assert not (tmp_path / "postgres").exists()


def test_up_waits_for_a_port_that_a_dying_process_still_holds() -> None:
    port = free_ports()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        threading.Timer(0.5, holder.close).start()
        assert supervisor._becomes_free(port)


def test_status_and_down_of_a_folder_where_nothing_ever_ran(tmp_path):
    found = json.loads(shijian(tmp_path, "status", "--json").stdout)
    assert (found["running"], found["database"]) == (False, False)
    assert "没有在运行" in shijian(tmp_path, "down").stderr


def test_a_pid_file_left_by_a_crash_does_not_count_as_running(tmp_path):
    (tmp_path / "run").mkdir()
    left = {"pid": os.getpid(), "port": 8000, "children": {"web": os.getpid()}}
    (tmp_path / "run" / "state.json").write_text(json.dumps(left))
    assert json.loads(shijian(tmp_path, "status", "--json").stdout)["running"] is False


def test_what_a_killed_supervisor_left_is_found_by_its_mark_and_ended_but_nobody_else(tmp_path):
    sleep = ["sleep", "60"]
    ours = subprocess.Popen(sleep, env={**os.environ, children.MARK: str(tmp_path)})
    others = subprocess.Popen(sleep, env={**os.environ, children.MARK: f"{tmp_path}2"})
    try:
        while not children.leftovers(tmp_path):
            time.sleep(0.01)
        assert children.leftovers(tmp_path) == [ours.pid]
        supervisor._end_leftovers(tmp_path)
        assert ours.wait(1) != 0
        assert others.poll() is None
    finally:
        ours.kill()
        others.kill()
        ours.wait()
        others.wait()


@pytest.mark.parametrize(
    ("tried", "serving", "may"), [(0.0, False, False), (1.0, False, False), (9.0, False, True), (1.0, True, True)]
)
def test_the_others_wait_for_the_pages_but_not_for_ever(tried, serving, may):
    web, live, worker = children.children(8000)
    web.started = tried and time.monotonic() - tried
    assert children.may_start(web, web, serving=False)
    assert children.may_start(live, web, serving=serving) is may
    assert children.may_start(worker, web, serving=serving) is may


def test_a_second_start_in_the_same_folder_is_refused(tmp_path):
    with node.alone(tmp_path):
        done = shijian(tmp_path, "up", "--port", "1")
    assert done.returncode == 1
    assert done.stderr.startswith("已经在运行")


def test_a_socket_folder_made_by_somebody_else_is_not_used(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "sockets").symlink_to(elsewhere)
    monkeypatch.setattr(embedded, "socket_dir", lambda home: tmp_path / "sockets")
    with pytest.raises(SystemExit, match="不属于本系统"):
        Cluster(tmp_path).start()


def test_a_cluster_starts_again_after_its_postmaster_was_killed_and_knows_chinese(home):
    cluster = Cluster(home)
    try:
        cluster.start()
        cluster.create_database("shijian")
        assert cluster.psql("show fsync") == "on"
        assert cluster.psql("select cardinality(show_trgm('市场监管')) > 0", "shijian") == "t"
        cluster.psql("create table kept as select 7 as n", "shijian")
        os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), 9)
        cluster.start()
        assert cluster.psql("select n from kept", "shijian") == "7"
    finally:
        cluster.stop()
    assert not cluster.is_listening()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_as_root_in_a_closed_folder_the_database_is_kept_where_its_account_can_go(home, monkeypatch):
    home.mkdir(mode=0o700)
    keep = home.parent / "keep"
    monkeypatch.setattr(embedded, "KEEP", keep)
    cluster = Cluster(home)
    try:
        cluster.start()
        assert cluster.psql("select 1") == "1"
    finally:
        cluster.stop()
    assert (home / "postgres").is_symlink()
    assert cluster.data.is_relative_to(keep)


def test_logs_stay_bounded_and_go_on_in_the_file_that_is_open(tmp_path):
    with (tmp_path / "web.log").open("ab", buffering=0) as log:
        for number in range(6):
            log.write(b"%d" % number * 100)
            rotation.rotate(tmp_path, limit=100, kept=3)
        log.write(b"after")
    found = {path.name: path.read_bytes()[:5] for path in tmp_path.iterdir()}
    assert found == {"web.log": b"after", "web.log.1": b"55555", "web.log.2": b"44444", "web.log.3": b"33333"}


def test_everything_that_ships_is_loaded_when_a_data_folder_is_made_ready():
    shipped = {path.stem for path in ROOT.glob("shijian/*/management/commands/load_*.py")}
    assert shipped - set(prepare.REFERENCE) == set()


def test_static_files_are_collected_once_and_again_only_when_they_changed(tmp_path, settings, monkeypatch):
    settings.STATIC_ROOT = tmp_path / "static"
    said: list[str] = []
    source = tmp_path / "one.css"
    source.write_text("a")
    monkeypatch.setattr(prepare, "_static_sources", lambda: [source])
    for text in ("a", "a", "bb"):
        if source.read_text() != text:
            source.write_text(text)
        prepare._collect(tmp_path / "static", said.append)
    assert len(said) == 2
    assert (tmp_path / "static" / "core" / "css" / "app.css").exists()
    shutil.rmtree(tmp_path / "static")
    prepare._collect(tmp_path / "static", said.append)
    assert len(said) == 3
