"""Where the mutants run: in copies of the checkout, each in a process forked for it alone.

A fresh Python would spend a second on importing NumPy, pytest and the like, for each of thousands
of mutants.  A fork has them from its parent, which itself imports neither minigrad nor a test.
"""

import gc
import importlib
import json
import os
import shutil
import signal
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # who forks has no threads

import pytest
from hypothesis import Phase, settings

from mutation.mutants import Mutant

PYTEST = [
    *("-x", "-q", "--tb=short", "--assert=plain", "--import-mode=importlib", "--doctest-modules"),
    *("-o", "addopts=", "-p", "no:cacheprovider"),
    *("-p", "_hypothesis_pytestplugin", "--hypothesis-profile=mutation"),
]
# Always the same examples, but fewer; one that fails is enough, and need not be made simpler.
settings.register_profile(
    "mutation",
    derandomize=True,
    deadline=None,
    max_examples=30,
    phases=[Phase.explicit, Phase.generate],
)
GOOD = pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED  # a module may have no doctest
LEFT_OUT = [".*", "_build", "__pycache__", "*.egg-info"]  # when the checkout is copied
MEMORY = 4 * 2**30  # bytes that a run may take


class Watch:
    """What pytest calls, to run tests in a good order, and to tell which has failed."""

    def __init__(self, file: str, ranks: Mapping[str, float]) -> None:
        self.file, self.ranks, self.seconds = Path(file), ranks, Counter[str]()

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Pass over all other files of the folder at once."""
        return (collection_path.suffix == ".py" and collection_path.name != self.file.name) or None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.ranks.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        self.pytest_collectreport(report)

    def pytest_collectreport(self, report: pytest.CollectReport | pytest.TestReport) -> None:
        if report.failed:
            Path("killer").write_text(report.nodeid, encoding="utf-8")


class Workshop:
    """Copies of a checkout in a folder, one for each processor."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.copies = [folder / str(i) for i in range(os.cpu_count() or 1)]
        self.seconds: dict[str, float] = {}  # that each test takes
        for copy in self.copies:
            shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))

    def prove(self, file: str, tests: Sequence[str]) -> float:
        """Run tests on the library as it is; return the seconds of processor time they take.

        Raises:
            RuntimeError: if one fails, or if none does where the file is nothing but an error.
        """
        first, *others = self.copies
        tests = [*tests[1:], file]
        start(first, tests, 600, warm=True)
        _, passed, seconds = wait()
        if not passed:
            raise RuntimeError(f"tests fail without a fault\n{(first / 'output').read_text()}")
        self.seconds = json.loads((first / "seconds").read_text(encoding="utf-8"))
        for copy in others:
            shutil.copytree(first, copy, dirs_exist_ok=True)  # with the compiled files
        for name in (first / "imported").read_text().split():
            with suppress(ImportError):
                importlib.import_module(name)
        gc.freeze()  # garbage of its own is all that a fork need look for
        broken = Mutant("", "1 / 0\n")
        if not all(killer for _, killer in self.try_out([broken], file, tests[:-1], seconds=60)):
            raise RuntimeError(f"no test runs {file}: is another one imported?")
        return seconds

    def try_out(
        self, mutants: Iterable[Mutant], file: str, tests: Sequence[str], seconds: float
    ) -> Iterator[tuple[Mutant, str]]:
        """Put each mutant in the place of a file and run tests; yield the file of one that fails.

        It is "" if all pass, and "?" if none could say so: it never ended, or Python crashed.
        """
        original = (self.copies[0] / file).read_bytes()
        # Doctests run last: pytest would load a module of a package a second time if it were first.
        tests = sorted(tests, key=lambda test: test == file)
        waiting, killers = iter(mutants), deque[str]([], 3)  # of neighbors, they are often the same
        running: dict[int, tuple[Path, Mutant]] = {}

        def go_on(copy: Path) -> None:
            (copy / file).write_bytes(original)
            (copy / "killer").write_text("?", encoding="utf-8")
            if mutant := next(waiting, None):
                (copy / file).write_text(mutant.source, encoding="utf-8")
                # Python takes what it has compiled for fresh if size and second are the same.
                Path(cache_from_source(copy / file)).unlink(missing_ok=True)
                ranks = self.seconds | {killer: -i for i, killer in enumerate(killers, 1)}
                running[start(copy, tests, seconds, ranks)] = copy, mutant

        try:
            for copy in self.copies:
                go_on(copy)
            while running:
                pid, passed, _ = wait()
                copy, mutant = running.pop(pid)
                killer = (copy / "killer").read_text(encoding="utf-8")
                by = killer.split("::")[0]
                if by in tests:
                    killers.append(killer)
                    tests = sorted(tests, key=lambda test: (test == file, test != by))
                go_on(copy)
                yield mutant, "" if passed else by
        finally:
            for pid in running:
                os.kill(pid, signal.SIGKILL)


def start(
    copy: Path,
    tests: Sequence[str],
    seconds: float,
    ranks: Mapping[str, float] | None = None,
    warm: bool = False,
) -> int:
    """Run tests in a fork of this process, and return its number, for `wait`.

    Args:
        copy: where to run.
        tests: files, in the order in which they run, until a test fails.
        seconds: the processor time after which it has failed: a mutant may loop forever.
        ranks: of each test: within a file, those of a low rank run first.
        warm: whether to leave compiled files behind, a list of what was imported, and how many
            seconds each test took.
    """
    if pid := os.fork():
        return pid
    try:
        import resource  # no more there on Windows than a fork is

        os.setpgrp()
        limit = int(seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(20 * limit)  # or it may wait forever
        os.chdir(copy)
        output = os.open("output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(output, stream)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        sys.dont_write_bytecode = not warm
        os.environ["PYTHONDONTWRITEBYTECODE"] = "" if warm else "1"
        watches = [Watch(test, ranks or {}) for test in tests]
        passed = all(pytest.main([*PYTEST, str(w.file)], [w]) in GOOD for w in watches)
        sys.stdout.flush()
        if warm:
            files = {name: getattr(m, "__file__", None) or "" for name, m in sys.modules.items()}
            others = {name for name, file in files.items() if not file.startswith(str(copy))}
            ours = {name for name in others if name.split(".")[0] in ("minigrad", "tests")}
            Path("imported").write_text("\n".join(others - ours))
            Path("seconds").write_text(
                json.dumps(sum((w.seconds for w in watches), Counter())), encoding="utf-8"
            )
        os._exit(0 if passed else 1)
    finally:
        os._exit(1)


def wait() -> tuple[int, bool, float]:
    """Wait for one fork to end: its number, whether all tests passed, its processor time."""
    pid, status, usage = os.wait4(-1, 0)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # what it may have started
    return pid, status == 0, usage.ru_utime + usage.ru_stime
