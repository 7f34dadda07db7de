"""Run a live cell as a notebook does, and say where and why it stopped."""

import ast
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import PurePosixPath
from typing import Any

Emit = Callable[..., None]

MOST = 100_000  # letters that one run may print

ADVICE = {
    ModuleNotFoundError: "Inside the page there are minigrad's scalar engine and Python's own "
    "modules. For all else, open the notebook with make lab.",
    NameError: "A live cell knows what it defines itself, and what the live cells above it do.",
    RecursionError: "A function calls itself without an end.",
    MemoryError: "The page may use only so much memory.",
}


def ask(prompt: str = "") -> str:
    """Stand in for `input`."""
    raise RuntimeError("inside the page, input() has nobody to ask: write the answer into the code")


# What the live cells of a page have defined.
shared: dict[str, Any] = {"__name__": "__main__", "input": ask}


class TooMuch(BaseException):
    """Printed more than a page can bear; no Exception, so that a loop that catches all ends too."""


class Printed:
    """A stream that posts what is printed as soon as it is."""

    def __init__(self, emit: Emit) -> None:
        self.emit, self.left = emit, MOST

    def write(self, text: str) -> int:
        self.emit(output=text[: self.left])
        self.left -= len(text)
        if self.left < 0:
            raise TooMuch
        return len(text)

    def flush(self) -> None:
        """Do nothing: all has been posted."""


def run(emit: Emit, code: str, number: int) -> None:
    """Run a cell's code in the names that all live cells of the page share.

    Args:
        emit: takes ``output=`` as it comes, and ``error=`` and ``line=`` if the code stops.
        code: what the reader wrote.
        number: the cell's place among the live cells of its page, from 1.
    """
    file = f"<live cell {number}>"
    stream = Printed(emit)
    with redirect_stdout(stream), redirect_stderr(stream):
        try:
            _execute(code, file)
        except TooMuch:
            emit(error=f"Stopped: it printed more than {MOST:,} characters.", line=None)
        except BaseException as error:
            emit(**explain(error, file, code))


def _execute(code: str, file: str) -> None:
    """Run the code, and print the last line's value if that is an expression."""
    tree = ast.parse(code, file)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, file, "exec"), shared)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), file, "eval"), shared)
        if value is not None:
            print(repr(value))


def explain(error: BaseException, file: str, code: str) -> dict[str, Any]:
    """Say in which line of the code an error arose, what it is, and what one can do."""
    line, inner = place(error, file)
    sentences = [f"Line {line} could not run." if line else "The cell could not run."]
    lines = code.split("\n")
    if line and line <= len(lines):
        sentences.append(f"    {lines[line - 1].strip()}")
    sentences.append(traceback.format_exception_only(error)[-1].strip())
    if inner:
        sentences.append(f"It was raised in {inner}, which this line called.")
    sentences += [advice for kind, advice in ADVICE.items() if isinstance(error, kind)]
    return {"error": "\n".join(sentences), "line": line}


def place(error: BaseException, file: str) -> tuple[int | None, str | None]:
    """Return the cell's last line that ran, and what it called, if the error came from there.

    A syntax error names its line itself, since nothing ran.
    """
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno, None
    frames = traceback.extract_tb(error.__traceback__)
    mine = [frame.lineno for frame in frames if frame.filename == file]
    path, line = PurePosixPath(frames[-1].filename), frames[-1].lineno
    if path.parent.name == "minigrad":
        inner = f"minigrad/{path.name}"
    elif str(path).startswith("<live cell") and str(path) != file:
        inner = f"line {line} of {str(path).strip('<>')}"
    else:
        inner = None
    return (mine[-1] if mine else None), inner
