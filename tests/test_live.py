"""What runs inside the page: the live cells of the chapters, and what the page loads for them."""

import json
import subprocess
import sys
from zipfile import ZipFile

import live
import nbformat
import pytest
from sphinx.errors import ExtensionError

from execute import BOOK, ROOT
from in_page import answer, cells
from test_import import PURE

# Run a page's live cells in order with nothing but the zip; print what each of them emitted.
IN_THE_PAGE = """
import json, sys
sys.path.insert(0, sys.argv[1])
from in_page import answer, freeing
freeing.one_after_another()
for number, code in enumerate(json.loads(sys.argv[2]), start=1):
    emitted = []
    request = {"module": "cells", "function": "run", "arguments": {"code": code, "number": number}}
    answer(json.dumps(request), lambda message: emitted.append(json.loads(message)))
    print(json.dumps(emitted))
"""


@pytest.fixture(scope="session")
def packed(tmp_path_factory):
    path = tmp_path_factory.mktemp("live") / live.ZIP
    live.write_zip(ROOT, path)
    return path


def in_the_page(packed, sources):
    """Run cells where there is no package but what the zip brings; what each printed, or said."""
    command = [sys.executable, "-I", "-S", "-c", IN_THE_PAGE, packed, json.dumps(sources)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    emitted = [json.loads(line) for line in done.stdout.splitlines()]
    return ["".join(e.get("output") or e.get("error") for e in cell) for cell in emitted]


def live_cells(path):
    return [
        cell
        for cell in nbformat.read(path, as_version=4).cells
        if "live" in cell.metadata.get("tags", ())
    ]


WITH_LIVE_CELLS = [path for path in sorted(BOOK.glob("*.ipynb")) if live_cells(path)]


def test_the_chapters_on_the_engine_and_its_activations_have_live_cells():
    assert {"backprop", "sigmoid", "relu"} <= {path.stem for path in WITH_LIVE_CELLS}


@pytest.mark.parametrize("path", WITH_LIVE_CELLS, ids=lambda path: path.stem)
def test_live_cells_print_in_the_page_what_is_stored(packed, path):
    """Each needs no more than the live cells above it, and nothing that the page has not."""
    found = live_cells(path)
    stored = ["".join(output.text for output in cell.outputs) for cell in found]
    assert in_the_page(packed, [cell.source for cell in found]) == stored


def test_a_live_cell_that_needs_more_is_noticed(packed):
    said = in_the_page(packed, ["import numpy", "from minigrad import Tensor", "tanh(1.0)"])
    assert "No module named 'numpy'" in said[0]
    assert "make lab" in said[1]
    assert "name 'tanh' is not defined" in said[2]


FREED = """
import sys
sys.path.insert(0, sys.argv[1])
from in_page import freeing
from minigrad import Value
from weakref import ref
freeing.one_after_another()
inside, most, let_go = 0, 0, Value.__del__
def count(value):
    global inside, most
    inside, most = inside + 1, max(most, inside + 1)
    let_go(value)
    inside -= 1
Value.__del__ = count
for _ in range(2):
    leaf = Value(2.0)
    top = shared = leaf * 1.0
    for _ in range(10_000):
        top = top + shared
    top.backward()
    print(leaf.grad)
there = ref(leaf)
del leaf, shared
print(there() is None)
del top
print(there() is None, most)
try:
    Value("a")
except TypeError:
    print("refused")
"""


def test_a_long_computation_is_freed_one_value_after_another(packed):
    command = [sys.executable, "-I", "-S", "-c", FREED, packed]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.split() == ["10001.0", "10001.0", "False", "True", "2", "refused"]
    assert not done.stderr


def test_the_zip_holds_the_scalar_engine_unchanged(packed):
    with ZipFile(packed) as zipped:
        names = {name for name in zipped.namelist() if name.startswith("minigrad/")}
        assert {"minigrad/scalar.py", "minigrad/activations.py"} < names
        assert names <= {"minigrad/__init__.py", *(f"minigrad/{name}.py" for name in PURE)}
        for name in names:
            assert zipped.read(name) == (ROOT / name).read_bytes()


def test_the_zip_is_the_same_bytes_each_time(packed, tmp_path):
    live.write_zip(ROOT, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == packed.read_bytes()


@pytest.fixture
def run(monkeypatch):
    """Run one cell after another in names of their own; what each emitted, joined."""
    monkeypatch.setattr(cells, "shared", dict(cells.shared))

    def run(code, number=1):
        emitted = []
        request = {"module": "cells", "function": "run"}
        request["arguments"] = {"code": code, "number": number}
        answer(json.dumps(request), lambda message: emitted.append(json.loads(message)))
        printed = "".join(message.get("output", "") for message in emitted)
        return printed, *[(m["line"], m["error"]) for m in emitted if "error" in m]

    return run


def test_cells_share_their_names_and_show_the_last_value(run):
    assert run("x = 2\nprint('x is', x)") == ("x is 2\n",)
    assert run("x * 21", number=2) == ("42\n",)
    assert run("x = None\nx", number=3) == ("",)


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        ("x = 1\nx / 0", 2, "Line 2 could not run.\n    x / 0\nZeroDivisionError: "),
        ("x = [1", 1, "SyntaxError: "),
        ("if True:\nx = 1", 2, "IndentationError: "),
        ("def f(x):\n    return y\n\nf(1)", 2, "    return y\nNameError: name 'y' is not defined"),
        ("y", 1, "what the live cells above it do"),
        ("import nowhere", 1, "open the notebook with make lab"),
        ("\nfrom minigrad import Value\nValue('a')", 3, "raised in minigrad/scalar.py"),
        ("def f():\n    f()\nf()", 2, "calls itself without an end"),
        ("try:\n    1 / 0\nexcept ValueError:\n    pass", 2, "ZeroDivisionError"),
        ("input('How many? ')", 1, "write the answer into the code"),
        ("raise SystemExit", 1, "SystemExit"),
    ],
)
def test_an_error_names_the_readers_line(run, code, line, said):
    _, (found, sentence) = run(code)
    assert found == line
    assert sentence.startswith(f"Line {line} could not run.\n")
    assert said in sentence


def test_what_was_printed_before_an_error_is_kept(run):
    printed, (line, _) = run("print('before')\n1 / 0")
    assert (printed, line) == ("before\n", 2)


def test_an_error_in_an_earlier_cell_names_both_lines(run):
    run("\ndef f(x):\n    return 1 / x")
    _, (line, sentence) = run("x = 0\nf(x)", number=2)
    assert line == 2
    assert "It was raised in line 3 of live cell 1, which this line called." in sentence


@pytest.mark.parametrize("body", ["print('yes')", "\n  try: print('yes')\n  except Exception: 0"])
def test_a_loop_that_prints_too_much_is_ended(run, body):
    printed, *errors = run(f"for _ in range({cells.MOST}): {body}")  # ends also without the limit
    assert len(printed) == cells.MOST
    assert errors == [(None, "Stopped: it printed more than 100,000 characters.")]


def test_pyodide_comes_from_a_cdn_or_from_the_book_itself(packed):
    for where, begin in ("cdn", live.CDN), ("local", "../pyodide/"):
        found = live.settings(where, packed)["files"]
        own = found.pop(live.ZIP)
        assert own["url"].startswith("minigrad.zip?")
        assert own["integrity"] == f"sha384-{live.integrity(packed)}"
        assert {file["url"] for file in found.values()} == {begin + name for name in live.INTEGRITY}
        assert all(len(file["integrity"]) == len("sha384-") + 64 for file in found.values())
    assert live.VERSION in live.CDN
    assert live.SIZES.keys() == live.INTEGRITY.keys()


def test_the_setting_is_cdn_or_local(monkeypatch):
    monkeypatch.delenv("PYODIDE", raising=False)
    assert live.source() == "cdn"
    monkeypatch.setenv("PYODIDE", "local")
    assert live.source() == "local"
    monkeypatch.setenv("PYODIDE", "lokal")
    with pytest.raises(ExtensionError, match="write PYODIDE=cdn or PYODIDE=local"):
        live.source()


def test_a_pyodide_of_other_bytes_is_refused(tmp_path):
    for name in live.INTEGRITY:
        (tmp_path / name).write_text("something else", encoding="utf-8")
    with pytest.raises(ExtensionError, match=rf"is not Pyodide {live.VERSION}'s"):
        live.fetch_pyodide(tmp_path)


def test_without_npm_a_local_pyodide_is_asked_for_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ExtensionError, match="PYODIDE=local needs npm"):
        live.fetch_pyodide(tmp_path)
