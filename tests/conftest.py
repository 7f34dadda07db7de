"""What holds for every test."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# Two workers share the cores: more threads in each would only fight over them. Read once,
# when NumPy is imported, so it is set before any test does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples on every machine, so that what passed for one person passes for the next.
# To look for new ones: python -m pytest --hypothesis-profile=explore
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def python():
    """Run Python with these arguments; the result's stdout holds all that it said."""

    def run(*arguments, cwd=ROOT, **environment):
        # A pytest inside this one must not take itself for one of its workers.
        outer = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
        result = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=cwd,
            env=outer | {"PYTHONUTF8": "1"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        # Some tools color what they say, asked or not, and hide words from a search so.
        result.stdout = re.sub(r"\x1b\[[\d;]*m", "", result.stdout)
        return result

    return run
