"""The mutants of one trust kernel, each met by the tests that run its function: `python -m tests.mutation NAME`.

mutmut writes the mutants; they are run here, because its own runner starts pytest anew for each of them. The kernel's modules
are imported with all their mutants inside, the tests are collected and run once, and then every mutant is switched on in a
fork of this process, quickest test first. A kernel takes minutes, and its tests may use the database.
"""

import ast
import difflib
import gc
import os
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

from .kernels import KERNELS, ROOT, TARGET, Kernel

# The same examples every time; a failing one is not made smaller, for nobody reads it.
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
PYTEST = ["-q", "-s", "--assert=plain", "--tb=short", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]


class Mutants(SourceFileLoader):
    """Loads a module with every mutant of its functions inside; which one runs is chosen by name at each call."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path)
        written = mutate_file_contents(path, self.get_data(path).decode())
        self.names = [f"{name}.{each}" for each in written.mutant_names]
        self.written = written.code

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.written, self.path, "exec", dont_inherit=True)

    def change(self, mutant: str) -> Iterator[str]:
        """The lines the mutant takes out and puts in."""
        name = mutant.rpartition(".")[2]
        bodies = {
            node.name: ast.get_source_segment(self.written, node) or ""
            for node in ast.walk(ast.parse(self.written))
            if isinstance(node, ast.FunctionDef)
            and node.name in {name, f"{name.partition('__mutmut_')[0]}__mutmut_orig"}
        }
        new = bodies.pop(name).splitlines()[1:]
        for line in difflib.unified_diff(bodies.popitem()[1].splitlines()[1:], new, lineterm="", n=0):
            if line[:1] in "+-" and line[:3] not in {"+++", "---"}:
                yield line


class Kernels:
    """Finds the modules of a kernel before Python does."""

    def __init__(self, files: tuple[str, ...]) -> None:
        self.modules = {f"shijian.{file.removesuffix('.py').replace('/', '.')}" for file in files}
        self.loaders: dict[str, Mutants] = {}

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name in self.modules else None  # type: ignore[arg-type]
        if spec and spec.origin:
            spec.loader = self.loaders[name] = Mutants(name, spec.origin)
        return spec


class Run:
    """Takes the place of pytest's loop over the tests."""

    def __init__(self, kernel: Kernel) -> None:
        self.finder = Kernels(kernel.files)
        sys.meta_path.insert(0, self.finder)
        self.finds: Counter[pytest.Item] = Counter()
        self.missed = 0
        self.total = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("tests could not be collected")
        tests, lengths = self.known_tests(session)
        gc.freeze()  # what is here is not copied into every fork
        for name in (each for loader in self.finder.loaders.values() for each in loader.names):
            # What found the mutants before is asked first, then the quickest.
            own = sorted(tests[name.partition("__mutmut_")[0]], key=lambda item: (-self.finds[item], lengths[item]))
            self.total += 1
            if not own or self.survives(name, own, limit=10 + 20 * int(sum(lengths[each] for each in own))):
                self.missed += 1
                loader = self.finder.loaders[name.rpartition(".")[0]]
                sys.stdout.write("\n    ".join([name, *loader.change(name)]) + "\n")
                sys.stdout.flush()
        set_mutant_under_test("")
        self.must_pass(session)  # a mutant that left rows behind would have made later ones fail
        session._setupstate.teardown_exact(None)
        return True

    def known_tests(self, session: pytest.Session) -> tuple[dict[str, list[pytest.Item]], dict[pytest.Item, float]]:
        """The tests that run each function, and the seconds each test takes."""
        tests, lengths = defaultdict(list), {}
        set_mutant_under_test("stats")
        for item in session.items:
            state()._stats.clear()
            before = time.perf_counter()
            for report in runtestprotocol(item, log=False, nextitem=session):
                if report.failed:
                    raise session.Interrupted(f"{item.nodeid} fails without a mutant: {report.longreprtext}")
            lengths[item] = time.perf_counter() - before
            for function in state()._stats:
                tests[function].append(item)
        return tests, lengths

    def must_pass(self, session: pytest.Session) -> None:
        for item in session.items:
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=session)):
                raise session.Interrupted(f"{item.nodeid} fails after the mutants")

    def survives(self, mutant: str, items: list[pytest.Item], limit: int) -> bool:
        """Whether every test passes with the mutant on. One that runs too long or dies is found."""
        _disconnect()
        told, tell = os.pipe()
        child = os.fork()
        if child:
            os.close(tell)
            with os.fdopen(told) as pipe:
                finder = pipe.read()
            if finder:
                self.finds[items[int(finder)]] += 1
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        signal.alarm(limit)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        try:
            set_mutant_under_test(mutant)
            for number, item in enumerate(items):
                if any(report.failed for report in runtestprotocol(item, log=False, nextitem=item.session)):
                    os.write(tell, str(number).encode())
                    os._exit(1)
        except BaseException:
            os._exit(1)
        os._exit(0)


def _disconnect() -> None:
    """A connection cannot be shared with a fork."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def main(name: str) -> int:
    settings.load_profile("mutants")
    kernel = KERNELS[name]
    run = Run(kernel)
    marks = [] if kernel.needs_database else ["-m", "not django_db"]
    started = time.monotonic()
    status = pytest.main([*PYTEST, *marks, *(str(ROOT / "shijian" / test) for test in kernel.tests)], plugins=[run])
    if status != pytest.ExitCode.OK or not run.total:
        return int(status) or 1
    found, minutes = run.total - run.missed, (time.monotonic() - started) / 60
    score = 100 * found / run.total
    sys.stdout.write(f"{name}: {found} of {run.total} mutants found, {score:.1f} %, in {minutes:.1f} minutes\n")
    return int(score < TARGET)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
