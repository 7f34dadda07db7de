"""The checks are checked: faults are planted in a copy of the tree, one at a time, and the
part of `make test` that must notice has to fail, and to say why.
"""

import re
import shutil

import nbformat
import pytest

from execute import ROOT, normal

CHAPTER = "book/backprop.ipynb"
LEFT_OUT = [".*", "_build", "__pycache__", "*.egg-info"]

# Where in `make test` a fault must be noticed: a file, and which of its tests.
OUTPUTS = CHAPTER, "Cell"
LINT = "tests/test_notebooks.py", "test_lint and backprop"
SLOPES = "tests/test_activations.py", "slope and sigmoid"
BUILD = "tests/test_book.py", "test_builds_without"

# That the copy's minigrad is the one that is proved, and not the one that is installed.
OWN = "tests/test_own.py", "test_own"
TEST_OWN = """
from pathlib import Path
import minigrad

def test_own():
    assert Path(minigrad.__file__).parent == Path(__file__).parent.parent / "minigrad"
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    copy = tmp_path_factory.mktemp("checks") / "minigrad"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (copy / OWN[0]).write_text(TEST_OWN, encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def prove(tree, python):
    """Run parts of `make test` in the copy."""

    def prove(*parts):
        files = [file for file, _ in parts]
        names = " or ".join(f"({names})" for _, names in parts)
        return python(
            *("-m", "pytest", "-n0", "-x", "-k", names, *files),
            cwd=tree,
            PYTHONPATH=str(tree),
        )

    return prove


def change_one_digit(text):
    def plant(notebook):
        output = printing_cell(notebook).outputs[0]
        output.text = re.sub(r"\d", lambda digit: str(9 - int(digit[0])), output.text, count=1)

    return edit(text, plant)


def remove_one_output(text):
    return edit(text, lambda notebook: printing_cell(notebook).update(outputs=[]))


def pretend_one_cell_never_ran(text):
    return edit(
        text, lambda notebook: printing_cell(notebook).update(outputs=[], execution_count=None)
    )


def show_another_figure(text):
    def plant(notebook):
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        one, other, *_ = (
            output.data for output in outputs if "image/png" in output.get("data", {})
        )
        one["image/png"] = other["image/png"]

    return edit(text, plant)


def edit(text, plant):
    notebook = nbformat.reads(text, as_version=4)
    plant(notebook)
    return normal(notebook)


def printing_cell(notebook):
    """The first cell that prints a number."""
    for cell in notebook.cells:
        for output in cell.get("outputs", [])[:1]:
            if re.search(r"\d", output.get("text", "")):
                return cell
    raise AssertionError(f"{CHAPTER} prints no number")


def break_one_slope(text):
    return text.replace("slope=lambda xp, z, a: a * (1 - a)", "slope=lambda xp, z, a: a * (1 + a)")


def mistype_one_reference(text):
    return text.replace("`griewank2008`", "`griewank2080`", 1)


def test_the_untouched_copy_passes(prove):
    result = prove(OWN, OUTPUTS, LINT, SLOPES, BUILD)
    assert result.returncode == 0, result.stdout


FAULTS = [
    (change_one_digit, CHAPTER, OUTPUTS, "Cell outputs differ"),
    (remove_one_output, CHAPTER, OUTPUTS, "Unexpected output fields from running code"),
    (show_another_figure, CHAPTER, OUTPUTS, "mismatch 'image/png'"),
    (pretend_one_cell_never_ran, CHAPTER, LINT, "do not count 1, 2, 3"),
    (break_one_slope, "minigrad/activations.py", SLOPES, "FAILED .*slope.*sigmoid"),
    (mistype_one_reference, CHAPTER, BUILD, "could not find bibtex key.*griewank2080"),
]


@pytest.mark.parametrize(
    ("fault", "file", "part", "reason"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS]
)
def test_fault_is_found(tree, prove, fault, file, part, reason):
    path = tree / file
    before = path.read_text(encoding="utf-8")
    after = fault(before)
    assert after != before, f"{fault.__name__} found nothing to change in {file}"
    path.write_text(after, encoding="utf-8", newline="\n")
    try:
        result = prove(part)
    finally:
        path.write_text(before, encoding="utf-8", newline="\n")

    assert result.returncode == 1, result.stdout
    assert re.search(reason, result.stdout), result.stdout
