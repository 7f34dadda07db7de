"""The code is formatted, linted and typed, and short enough to be read."""

import ast
from pathlib import Path

import pytest

import minigrad

LIBRARY = Path(minigrad.__file__).parent


@pytest.mark.parametrize(
    "command",
    ["ruff check", "ruff format --check --diff", "mypy minigrad"],
)
def test_style(python, command):
    result = python("-m", *command.split())
    assert result.returncode == 0, f"{command}\n{result.stdout}"


@pytest.mark.parametrize("module", sorted(LIBRARY.glob("*.py")), ids=lambda path: path.stem)
def test_a_module_is_read_at_one_sitting(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 400


def test_both_engines_and_the_walk_are_an_evening():
    sizes = {name: lines_of_code(name) for name in ("graph", "scalar", "recording", "tensor")}
    assert 0 < sum(sizes.values()) < 600, sizes


def lines_of_code(name):
    """Count the lines of a module that are no docstring, no comment and not blank."""
    text = (LIBRARY / f"{name}.py").read_text(encoding="utf-8")
    prose = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
            node
        ):
            prose |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(map(str.strip, text.splitlines()), start=1)
    return sum(1 for i, line in lines if i not in prose and line and line[0] != "#")
