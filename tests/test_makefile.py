"""The Makefile says what it offers, and what is missing where something is."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from execute import ROOT

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("make"), reason="the Makefile is not used here"
)

OLD = """#!/bin/sh
case "$2" in *print*) echo 3.9.2 ;; *) exit 1 ;; esac
"""
WITHOUT_VENV = f"""#!/bin/sh
case "$2" in *ensurepip*) exit 1 ;; *) exec '{sys.executable}' "$@" ;; esac
"""
WITHOUT_NETWORK = f"""#!/bin/sh
case "$*" in
    "-m pip --version") ;;
    "-m pip install"*) exit 1 ;;
    *) exec '{sys.executable}' "$@" ;;
esac
"""


@pytest.fixture
def tree(tmp_path):
    """What make needs of the checkout, and a PATH on which no Python is."""
    for name in ["Makefile", "pyproject.toml", "requirements.txt", ".ci/environment"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for name in ["make", "sh", "touch"]:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    return tmp_path


def put(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)


def make(tree, *arguments, path=None):
    outer = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        [shutil.which("make"), *arguments],
        cwd=tree,
        env=outer | {"PATH": path or str(tree / "bin"), "PYTHON": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def test_alone_it_lists_the_targets(tree):
    listed = make(tree, path=os.environ["PATH"]).stdout
    targets = re.search(r"\.PHONY: (.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))[1]
    assert {"book", "test", "notebooks", "lab"} < set(targets.split())
    for target in set(targets.split()) - {"FORCE"}:
        assert re.search(rf"^ +{target} +\w", listed, re.MULTILINE), f"{target} is not listed"


def test_names_a_python_that_is_too_old(tree):
    put(tree / "bin" / "python3", OLD)
    result = make(tree, "install")
    assert result.returncode != 0
    assert "needs Python 3.11 or newer" in result.stdout
    assert "python3 is 3.9.2, python3.14 is missing" in result.stdout


def test_names_the_python_that_was_asked_for(tree):
    put(tree / "old", OLD)
    result = make(tree, "install", "PYTHON=./old")
    assert result.returncode != 0
    assert "Looked for: ./old is 3.9.2." in result.stdout


def test_says_that_venv_is_missing(tree):
    put(tree / "bin" / "python3", WITHOUT_VENV)
    result = make(tree, "install")
    assert result.returncode != 0
    assert "apt install python3-venv" in result.stdout


def test_says_that_the_network_may_be_missing(tree):
    put(tree / ".venv" / "bin" / "python", WITHOUT_NETWORK)
    result = make(tree, "install")
    assert result.returncode != 0
    assert "there is no network" in result.stdout
    assert not (tree / ".venv" / ".ready").exists()


def test_a_second_run_uses_what_is_installed(tree):
    put(tree / ".venv" / ".ready", "")
    assert make(tree, "install").returncode == 0
    (tree / "requirements.txt").touch()
    assert make(tree, "install").returncode != 0, "new pins must be installed"


def test_coverage_and_mutants_are_of_what_is_there(tree):
    for path in [".venv/.ready", "minigrad/a.py", "minigrad/b.py", "tests/test_a.py"]:
        put(tree / path, "")
    dry = make(tree, "-n", "coverage", "mutants", "MODULES=a b").stdout
    assert re.search(r"pytest minigrad tests/test_a\.py tests/test_import\.py", dry)
    assert "python -m mutation a b\n" in dry
