"""`make notebooks` writes the same bytes each time, and nothing where a notebook fails."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from execute import BOOK, normal

DRAW = """
import matplotlib.pyplot as plt
_ = plt.plot([0, 1, 4])
"""


@pytest.fixture
def write(tmp_path):
    def write(name, *cells):
        cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        path = tmp_path / f"{name}.ipynb"
        path.write_text(normal(new_notebook(cells=cells)), encoding="utf-8", newline="\n")
        return path

    return write


@pytest.fixture
def execute(python):
    return lambda *paths: python(BOOK / "execute.py", *paths)


def outputs(path):
    return [cell.outputs for cell in nbformat.read(path, as_version=4).cells]


def test_writes_the_same_bytes_again(write, execute):
    tagged = new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]})
    pieces = "for i in range(3):\n    print(i, flush=True)"
    paths = [write("figure", DRAW), write("text", pieces, "2.5", tagged)]
    empty = [path.read_bytes() for path in paths]

    assert execute(*paths).returncode == 0
    first = [path.read_bytes() for path in paths]
    again = execute(*paths)

    assert [path.read_bytes() for path in paths] == first != empty
    assert "changed: none" in again.stdout
    ((figure,),) = outputs(paths[0])
    assert "image/png" in figure.data
    (stream,), (number,), (error,) = outputs(paths[1])
    assert (stream.text, number.data["text/plain"]) == ("0\n1\n2\n", "2.5")
    assert error.traceback == ["ZeroDivisionError: division by zero"]
    assert b"timestamp" not in first[1] and b'"version"' not in first[1]


def test_runs_where_the_notebook_stands_and_on_this_minigrad(write, execute):
    path = write("place", "import os, minigrad\nos.getcwd()", "minigrad.__file__")
    assert execute(path).returncode == 0
    (place,), (library,) = outputs(path)
    assert place.data["text/plain"] == repr(str(path.parent))
    assert library.data["text/plain"] == repr(str(BOOK.parent / "minigrad" / "__init__.py"))


def test_names_what_failed_and_keeps_the_rest(write, execute):
    good = write("good", "print('fine')")
    raises = write("raises", "x = 1", "# why\nx / 0", "x")
    broken = write("broken")
    broken.write_text("{", encoding="utf-8")
    before = raises.read_bytes()

    result = execute(good, raises, broken)

    assert result.returncode == 1
    assert f"{raises}: code cell 2, which begins\n    # why\n" in result.stdout
    assert "ZeroDivisionError: division by zero" in result.stdout
    assert f"{broken}: did not start" in result.stdout
    assert raises.read_bytes() == before
    assert broken.read_text(encoding="utf-8") == "{"
    assert outputs(good)[0][0].text == "fine\n"
    assert sorted(good.parent.iterdir()) == sorted([good, raises, broken])


def test_a_kernel_that_dies_is_named(write, execute):
    path = write("dies", "import os", "os._exit(1)")
    result = execute(path)
    assert result.returncode == 1
    assert f"{path}: code cell 2, which begins\n    os._exit(1)\n" in result.stdout
    assert "DeadKernelError" in result.stdout
