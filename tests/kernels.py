"""The trust kernels: what a date, a number, a fine, a right and the audit log rest on, and how well their tests watch them.

    python -m tests.kernels coverage            every line and branch, or status 1
    python -m tests.kernels mutation [NAME …]   the share of small faults put in that the tests find (mutmut)

`python -m` from the root of the repository. A kernel is plain Python with tests that need no server, but for numbering.
"""

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
    needs_database: bool = False


KERNELS = {
    "calendar": Kernel(("core/rules/working_days.py",), ("core/tests/test_working_days.py",)),
    "deadlines": Kernel(
        tuple(
            f"core/rules/{name}.py"
            for name in ("deadline", "period", "spans", "limits", "kinds", "citations", "explanation", "clock")
        ),
        tuple(f"core/tests/test_{name}.py" for name in ("deadline_golden", "deadline_rules", "deadline_workings", "citations", "clock")),
    ),
    "numbering": Kernel(("core/numbering.py",), ("core/tests/test_numbering.py",), needs_database=True),
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
    "assignment": Kernel(("grid/rules/assignment.py",), ("grid/tests/test_assignment.py",)),
    "dispatch": Kernel(
        tuple(f"events/rules/{name}.py" for name in ("loop", "ranking", "reminders")),
        ("events/tests/test_rules.py",),
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


def mutation(names: list[str]) -> int:
    """Each kernel in its turn, in a process of its own; status 1 when one stays below 90 %."""
    runs = [subprocess.run([sys.executable, "-m", "tests.mutation", name], cwd=ROOT, check=False) for name in names]
    return int(any(run.returncode for run in runs))


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
