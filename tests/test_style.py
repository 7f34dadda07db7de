"""The code is formatted, linted and typed."""

import pytest


@pytest.mark.parametrize(
    "command",
    ["ruff check", "ruff format --check --diff", "mypy minigrad"],
)
def test_style(python, command):
    result = python("-m", *command.split())
    assert result.returncode == 0, f"{command}\n{result.stdout}"
