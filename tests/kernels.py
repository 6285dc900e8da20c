"""The trust kernels: what a date, a number, a fine, a right and the audit log rest on, and how well their tests watch them.

    python -m tests.kernels coverage            every line and branch, or status 1
    python -m tests.kernels mutation [NAME …]   the share of small faults put in that the tests find (mutmut)

`python -m` from the root of the repository. A kernel is plain Python with tests that need no server, but for numbering.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = 90


@dataclass(frozen=True, slots=True)
class Kernel:
    """`files` and `tests` as paths below shijian/."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    is_mutated: bool = True


KERNELS = {
    "calendar": Kernel(("core/rules/working_days.py",), ("core/tests/test_working_days.py",)),
    "deadlines": Kernel(
        tuple(
            f"core/rules/{name}.py"
            for name in ("deadline", "period", "spans", "limits", "kinds", "citations", "explanation", "clock")
        ),
        tuple(f"core/tests/test_{name}.py" for name in ("deadline_golden", "deadline_rules", "citations", "clock")),
    ),
    "numbering": Kernel(("core/numbering.py",), ("core/tests/test_numbering.py",), is_mutated=False),
    "discretion": Kernel(
        tuple(
            f"discretion/rules/{name}.py"
            for name in (
                "circumstances", "compute", "facts", "kinds", "law_in_time", "ranges", "refusals", "table", "tiering",
                "violation",
            )
        ),
        tuple(f"discretion/tests/test_{name}.py" for name in ("golden", "rules", "table", "worksheets")),
    ),
    "chain": Kernel(
        ("audit/merkle.py", "audit/proof.py"), ("audit/tests/test_merkle.py", "audit/tests/test_encoding.py")
    ),
    "permission": Kernel(
        ("accounts/rules.py", "core/scope.py", "core/access.py", "core/permissions.py"),
        ("accounts/tests/test_rules.py", "core/tests/test_scope.py"),
    ),
    "seals": Kernel(("seals/pdf/verification.py",), ("seals/tests/test_pdf.py",), is_mutated=False),
}  # fmt: skip


def coverage() -> int:
    files = [f"shijian/{file}" for kernel in KERNELS.values() for file in kernel.files]
    tests = [f"shijian/{test}" for kernel in KERNELS.values() for test in kernel.tests]
    with tempfile.TemporaryDirectory() as folder:
        data = f"--data-file={folder}/coverage"
        run = [sys.executable, "-m", "coverage", "run", data, "--branch", f"--include={','.join(files)}"]
        done = subprocess.run([*run, "-m", "pytest", "-q", *tests], cwd=ROOT, check=False)
        report = [sys.executable, "-m", "coverage", "report", data, "-m", "--fail-under=100", "--skip-covered"]
        return done.returncode or subprocess.run(report, cwd=ROOT, check=False).returncode


# What mutmut reads: a copy of the product in a scratch folder, so that the tree stays clean and no server is started.
SETTINGS = """
[tool.pytest.ini_options]
DJANGO_SETTINGS_MODULE = "shijian.config.settings"

[tool.mutmut]
source_paths = ["shijian"]
only_mutate = {files}
pytest_add_cli_args = ["-m", "not django_db", "-p", "no:cacheprovider", "-p", "no:randomly"]
pytest_add_cli_args_test_selection = {tests}
also_copy = ["conftest.py"]
use_setproctitle = false
"""
# The same examples every time, and tests may run in more than one process.
PROFILE = """
from hypothesis import HealthCheck, settings

settings.register_profile("mutants", deadline=None, derandomize=True, max_examples=40, suppress_health_check=list(HealthCheck))
settings.load_profile("mutants")
"""
LEFT = {0, 33, None}


def mutation(names: list[str]) -> int:
    """Each kernel in its turn; prints its score and every mutant no test found. Status 1 below 90 %."""
    missed = False
    for name in names:
        kernel = KERNELS[name]
        with tempfile.TemporaryDirectory(prefix=f"mutants-{name}-") as folder:
            place = Path(folder)
            shutil.copytree(ROOT / "shijian", place / "shijian", ignore=shutil.ignore_patterns("__pycache__", "static"))
            (place / "pyproject.toml").write_text(
                SETTINGS.format(
                    files=json.dumps([f"shijian/{file}" for file in kernel.files]),
                    tests=json.dumps([f"shijian/{test}" for test in kernel.tests]),
                )
            )
            (place / "conftest.py").write_text(PROFILE)
            environment = {**os.environ, "SHIJIAN_HOME": str(place / "home")}
            mutmut = [sys.executable, "-m", "mutmut"]
            with (place / "log").open("w") as log:
                done = subprocess.run([*mutmut, "run"], cwd=place, env=environment, stdout=log, stderr=log, check=False)
            results = outcomes(place, kernel)
            if all(code is None for code in results.values()):
                sys.stderr.write((place / "log").read_text()[-3000:])
                return done.returncode or 1
            left = sorted(each for each, code in results.items() if code in LEFT)
            score = 100 * (1 - len(left) / len(results))
            missed = missed or score < TARGET
            sys.stdout.write(f"{name}: {len(results) - len(left)} of {len(results)} mutants found, {score:.1f} %\n")
            for mutant in left:
                shown = subprocess.run(
                    [*mutmut, "show", mutant], cwd=place, env=environment, capture_output=True, text=True, check=False
                )
                changes = [
                    line for line in shown.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
                ]
                sys.stdout.write(f"  {mutant}\n" + "".join(f"    {line}\n" for line in changes))
            sys.stdout.flush()
    return int(missed)


def outcomes(place: Path, kernel: Kernel) -> dict[str, int | None]:
    """The exit code of the tests for each mutant: 0 = they passed, 33 = none of them runs the function."""
    found: dict[str, int | None] = {}
    for file in kernel.files:
        meta = place / "mutants" / "shijian" / f"{file}.meta"
        if meta.exists():
            found |= json.loads(meta.read_text())["exit_code_by_key"]
    return found


def main(arguments: list[str]) -> int:
    match arguments:
        case ["coverage"]:
            return coverage()
        case ["mutation", *names] if set(names) <= set(KERNELS):
            return mutation(names or [name for name, kernel in KERNELS.items() if kernel.is_mutated])
        case _:
            sys.stderr.write(__doc__ or "")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
