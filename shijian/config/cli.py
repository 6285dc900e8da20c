"""`bin/shijian`: one command line. Status 0 = done, 1 = refused or bad input, 2 = wrong usage."""

import argparse
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from . import environment, node, supervisor

# What is typed -> the management command behind it.
COMMANDS = {
    ("demo",): ["demo"],
    ("import", "entities"): ["import_entities"],
    ("import", "dossier"): ["import_dossier"],
    ("import", "areas"): ["import_areas"],
    ("import", "street-grids"): ["import_street_grids"],
    ("import", "calendar"): ["import_calendar"],
    ("import", "background"): ["import_background"],
    ("import", "laws"): ["import_laws"],
    ("grid",): ["grid"],
    ("deadline",): ["deadline"],
    ("discretion",): ["discretion"],
    ("laws",): ["laws"],
    ("docs", "verify"): ["verify_sealed"],
    ("docs",): ["docs"],
    ("audit",): ["audit"],
    ("evidence",): ["evidence"],
    ("backup",): ["backup"],
    ("bench",): ["bench"],
    ("manage",): [],
}
WITHOUT_DATABASE = {("audit", "check-proof"), ("evidence", "verify")}
AS_IT_IS = {"manage", "backup"}  # what is there, without first bringing it up to this release
USAGE = """用法：bin/shijian 命令 …

  up [--port 8000] [--detach]   启动（数据库、网页、通知、后台任务）
  down / status [--json]        停止 / 查看
  demo load [--size small|district] [--seed N] · demo accounts
  import entities|dossier|areas|street-grids|calendar|background 文件 …
  grid check [--area 编码] · grid assign --points 文件 --out 文件
  deadline explain 规则 --from 日期 …
  discretion compute 文件.json
  import laws 文件夹 · laws cite "行政处罚法 51" [--on 日期]
  docs forms · docs render 文书 --data 文件.json --out 文件.pdf
  docs verify 文件.pdf
  audit verify · audit prove 编号 --out 文件 · audit check-proof 文件
  evidence export 卷宗号 --out 文件.zip · evidence verify 文件.zip
  backup 目录 · backup --archive · restore 目录 [--check] · restore 归档目录 --at 时刻
  bench [名称 …]
  manage …                      Django 管理命令

每个命令加 --help 看说明。数据目录由 SHIJIAN_HOME 指定，默认 var/。"""


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        sys.stdout.write(USAGE + "\n")
        return 0 if arguments else 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")
    home = environment.home()
    if arguments[0] in {"up", "down", "status"}:
        return _service(home, arguments)
    if arguments[0] == "restore":
        return _guarded(home, lambda: _restore(home, arguments[1:]))
    for words, command in COMMANDS.items():
        if tuple(arguments[: len(words)]) == words:
            return _management(home, [*command, *arguments[len(words) :]], tuple(arguments[:2]))
    sys.stderr.write(f"没有命令“{' '.join(arguments[:2])}”。\n\n{USAGE}\n")
    return 2


def _service(home: Path, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"bin/shijian {arguments[0]}")
    if arguments[0] == "up":
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--detach", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments[1:])
    if arguments[0] == "status":
        found = supervisor.status(home)
        lines = [f"{name}: {value}" for name, value in found.items()]
        sys.stdout.write((json.dumps(found) if options.json else "\n".join(lines)) + "\n")
        return 0
    if arguments[0] == "down":
        supervisor.down(home, _say)
        return 0
    if options.detach:
        return _detach(home, options.port)
    supervisor.up(home, options.port, _say)
    return 0


def _detach(home: Path, port: int) -> int:
    """Start in the background and wait until it answers."""
    (home / "logs").mkdir(parents=True, exist_ok=True)
    with (home / "logs" / "up.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "shijian.config.cli", "up", "--port", str(port)],
            cwd=environment.ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    for _ in range(600):
        if supervisor.is_healthy(port):
            _say(f"已在后台启动：http://localhost:{port}/")
            return 0
        if process.poll() is not None:
            break
        time.sleep(0.2)
    _say(f"没有启动成功，请查看 {home / 'logs' / 'up.log'}。")
    return 1


def _restore(home: Path, arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/shijian restore", description="把备份恢复到空的数据目录，并逐项核对")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at", help="归档目录：恢复到这一时刻，如 2026-11-21T10:30:00+08:00，或 latest")
    parser.add_argument("--check", action="store_true", help="只核对备份是否完好，不恢复")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    from . import archive, restore

    if options.at:
        found = archive.run(home, options.folder.absolute(), _moment(options.at), _say)
        told = f"已恢复到 {home}，审计记录 {found['audit']['entries']:,} 条核验通过，用时 {found['seconds']} 秒。"
    elif options.check:
        content = restore.checked(options.folder.absolute(), _say)
        found = {"ok": True, "made_at": content["made_at"], "files": len(content["files"])}
        told = f"备份完好：{found['made_at']}，{found['files']:,} 个文件。"
    else:
        found = restore.run(home, options.folder.absolute(), _say)
        told = (
            f"已恢复到 {home}：{found['rows']:,} 行，{found['files']:,} 个文件，审计记录 {found['audit']['entries']:,} 条"
            f"核验通过，用时 {found['seconds']} 秒。"
        )
    sys.stdout.write((json.dumps(found, ensure_ascii=False) if options.json else told) + "\n")


def _moment(text: str) -> datetime | None:
    if text == "latest":
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise SystemExit(f"--at {text}：请写 2026-11-21T10:30:00+08:00 这样的时刻，或 latest。") from None


def _guarded(home: Path, work: Callable[[], None]) -> int:
    """Do a piece of work and turn however it ends into a sentence and an exit status."""
    try:
        work()
    except SystemExit as end:
        if isinstance(end.code, str):
            _say(end.code)
            return 1
        return int(end.code or 0)
    except KeyboardInterrupt:
        _say("已中断。")
        return 130
    except Exception as error:
        from shijian.core.errors import Refused

        if isinstance(error, Refused):
            _say(error.message)
            return 1
        log = home / "logs" / f"error-{datetime.now():%Y%m%d-%H%M%S}.log"  # noqa: DTZ005 - a file name
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(traceback.format_exc())
        _say(f"命令没有完成：{error}。详情见 {log}。")
        return 1
    return 0


def _management(home: Path, command: list[str], typed: tuple[str, ...]) -> int:
    """Run a management command; the embedded database is started for it and left as it was found."""
    interrupted = home / "demo-unfinished"  # stands from the start of `demo load` to its end
    server = None if typed in WITHOUT_DATABASE else node.cluster(home)
    was_running = server.is_ready() if server else True

    os.environ.setdefault("LOG_FORMAT", "line")  # a person reads it

    def work() -> None:
        from django.core.management import ManagementUtility

        if server:
            server.start()
            server.create_database("shijian")
        node.setup_django()
        if typed not in WITHOUT_DATABASE and typed[0] not in AS_IT_IS:
            from .prepare import prepare

            prepare(_say)
        if typed == ("demo", "load"):
            _begin_demo(interrupted)
        ManagementUtility(["bin/shijian", *command]).execute()
        if typed == ("demo", "load"):
            interrupted.unlink(missing_ok=True)

    try:
        return _guarded(home, work)
    finally:
        if server and not was_running:
            from django.db import connections

            connections.close_all()
            server.stop()


def _begin_demo(interrupted: Path) -> None:
    """Empty the database if, and only if, what is in it is half a demo; else leave the judgement to the command."""
    from shijian.accounts.models import User

    from .prepare import empty

    if interrupted.exists() and User.objects.filter(employee_no="INIT").exists():
        _say("上次装入演示数据时中断，重新装入。")
        empty(_say)
    if User.objects.exists():
        interrupted.unlink(missing_ok=True)
    else:
        interrupted.touch()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failure:
        _say(f"{Path(failure.cmd[0]).name} 没有完成，请查看 {environment.home() / 'postgres.log'}。")
        sys.exit(1)
