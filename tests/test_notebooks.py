"""The lint of the notebooks.

nbval compares outputs with what is stored, but passes a notebook that stores none, an excuse
in a tag, or a figure without words for those who do not see it. This lint does not.
"""

import json
import re
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbval.plugin import comment_markers, metadata_tags

from execute import BOOK, FRONT_PICTURE, ROOT, front_picture, normal

NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))

EXCUSES = set(metadata_tags) - {"raises-exception"}
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
PLACE = re.compile(
    rf"{re.escape(str(ROOT))}|{re.escape(sys.prefix)}"
    r"|(?<!\w)/(home|private|root|tmp|Users|var)/|\b[A-Z]:\\Users"
)


def lint(text):
    """All that is wrong with a stored notebook, one sentence each."""
    notebook = nbformat.reads(text, as_version=4)
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "its kernel must be python3"
    if normal(nbformat.reads(text, as_version=4)) != text:
        yield "it is not stored as execute.py stores it; run make notebooks"

    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        yield "its code cells do not count 1, 2, 3, …; run make notebooks"
    if sum(any(map(words, cell.outputs)) for cell in code) < len(code) / 3:
        yield "fewer than a third of its code cells print text, so little is compared"

    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "![](" in cell.source:
            yield f"a picture without alt text: {cell.source!r}"
    for number, cell in enumerate(code, 1):
        for problem in lint_cell(cell):
            yield f"code cell {number}: {problem}"


def lint_cell(cell):
    tags = set(cell.metadata.get("tags", []))
    yield from (f"the tag {tag!r} hides it from comparison" for tag in sorted(tags & EXCUSES))
    for line in cell.source.splitlines():
        if line.strip().lstrip("# ") in comment_markers:
            yield f"the comment {line.strip()!r} hides it from comparison"
    if cell.source.rstrip().endswith(";"):
        yield "it ends in ';', which nbval does not honor; write _ = … instead"

    kinds = [kind for output in cell.outputs for kind in output.get("data", {})]
    if "image/svg+xml" in kinds:
        yield "it stores an SVG, which differs in every run; show a PNG"
    if "image/png" in kinds:
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        if len(alt.split()) < 8:
            yield f"its figure needs alt text that says what it shows, not {alt!r}"
    if any(output.get("name") == "stderr" for output in cell.outputs):
        yield "it stores something from stderr, such as a warning"
    if any(output.output_type == "error" for output in cell.outputs) != (
        "raises-exception" in tags
    ):
        yield "it must raise if it is tagged raises-exception, and only then"
    for text in [cell.source, *map(words, cell.outputs)]:
        if found := ADDRESS.search(text):
            yield f"it shows a memory address: {found[0]}"
        if found := PLACE.search(text):
            yield f"it names a place on one machine: {found[0]}"


def words(output):
    """The text of an output. What stands beside a figure, such as its size, says nothing."""
    data = output.get("data", {})
    if "image/png" in data:
        return ""
    kinds = ("text/plain", "text/html")
    return (
        output.get("text", "") + output.get("evalue", "") + "".join(data.get(k, "") for k in kinds)
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_lint(path):
    problems = list(lint(path.read_text(encoding="utf-8")))
    assert not problems, f"{path.relative_to(ROOT)}:\n  " + "\n  ".join(problems)


def test_there_are_notebooks_to_check():
    assert NOTEBOOKS


def example():
    """A small notebook with which nothing is wrong."""
    alt = "A line that rises from minus one to one and is steepest at zero."
    picture = {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure size 640x480 with 1 Axes>"}
    return new_notebook(
        cells=[
            new_markdown_cell("Some words."),
            new_code_cell("print(2)", outputs=[new_output("stream", text="2\n")]),
            new_code_cell(
                "draw()",
                metadata={"mystnb": {"image": {"alt": alt}}},
                outputs=[new_output("display_data", picture)],
            ),
            new_code_cell(
                "fail()",
                metadata={"tags": ["raises-exception"]},
                outputs=[new_output("error", ename="ValueError", evalue="no", traceback=[])],
            ),
        ]
    )


def stored(notebook, *, run=True):
    for number, cell in enumerate(notebook.cells[1:], 1):
        cell.execution_count = number if run else None
    return normal(notebook)


def test_lint_finds_nothing_where_nothing_is_wrong():
    assert list(lint(stored(example()))) == []


def prints(text, name="stdout"):
    return lambda n: n.cells[1].outputs.append(new_output("stream", name=name, text=text))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda n: [cell.update(outputs=[]) for cell in n.cells[1:]], "fewer than a third"),
        (lambda n: n.cells[1].update(source="_ = 2;"), "ends in ';'"),
        (lambda n: n.cells[1].update(source="# NBVAL_SKIP\n2"), "the comment '# NBVAL_SKIP'"),
        (lambda n: n.cells[1].metadata.update(tags=["nbval-ignore-output"]), "the tag"),
        (lambda n: n.cells[1].metadata.update(tags=["raises-exception"]), "must raise if"),
        (lambda n: n.cells[3].metadata.clear(), "and only then"),
        (lambda n: n.cells[2].metadata.clear(), "needs alt text"),
        (lambda n: n.cells[2].metadata.mystnb.image.update(alt="A figure."), "needs alt text"),
        (lambda n: n.cells[2].outputs[0].data.update({"image/svg+xml": "<svg/>"}), "an SVG"),
        (lambda n: n.cells[0].update(source="![](curve.png)"), "without alt text"),
        (prints("careful\n", name="stderr"), "from stderr"),
        (prints("<object at 0x7f3a5c0b1d90>"), "memory address: 0x7f3a5c0b1d90"),
        (prints("File /home/ada/book.py"), "a place on one machine: /home/"),
        (prints(str(ROOT / "book")), "a place on one machine"),
    ],
)
def test_lint_finds(spoil, sentence):
    notebook = example()
    spoil(notebook)
    assert sentence in "\n".join(lint(stored(notebook)))


def test_lint_finds_stripped_outputs_and_counts():
    notebook = example()
    for cell in notebook.cells[1:]:
        cell.outputs = []
    assert "do not count" in "\n".join(lint(stored(notebook, run=False)))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda n: n["metadata"].pop("kernelspec"), "kernel must be python3"),
        (lambda n: n["metadata"]["language_info"].update(version="3.11.2"), "make notebooks"),
        (lambda n: n["cells"][1]["metadata"].update(execution={}), "make notebooks"),
        (lambda n: n["cells"][3]["outputs"][0].update(traceback=["a", "b"]), "make notebooks"),
        (lambda n: n.update(nbformat_minor=4), "make notebooks"),
    ],
)
def test_lint_finds_what_an_editor_left(spoil, sentence):
    content = json.loads(stored(example()))
    spoil(content)
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert sentence in "\n".join(lint(text))


def test_the_readme_shows_the_figure_of_the_front_page():
    assert FRONT_PICTURE.read_bytes() == front_picture(), "run: make notebooks"
