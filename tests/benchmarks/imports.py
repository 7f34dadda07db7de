"""What an import costs, each in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import minigrad
from benchmarks import peers
from benchmarks.measure import Pace, Row, compare

ROOT = Path(minigrad.__file__).parents[1]
STATEMENTS = {
    "numpy": "import numpy",
    "minigrad, a Tensor": "import minigrad; minigrad.Tensor([1.0])",
    "minigrad, a Value": "import minigrad; minigrad.Value(1.0)",
}


def run(pace: Pace, quick: bool) -> Iterator[Row]:
    """Time the first statement of a fresh process; the start of Python is not counted."""
    statements = dict(STATEMENTS)
    if not quick and "torch" in peers.installed():
        statements["torch"] = "import torch"
    times: dict[str, list[float]] = {name: [] for name in statements}
    for statement in statements.values():
        _time(statement)  # compiles what was not compiled yet
    for _ in range(pace.rounds):
        for name, statement in statements.items():
            times[name].append(_time(statement))
    yield compare("import", times, "numpy")


def _time(statement: str) -> float:
    code = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    # Readers' Pythons keep what they have compiled; to compile it each time is not what is timed.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
