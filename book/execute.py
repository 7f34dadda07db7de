"""Run the book's notebooks from clean kernels, in parallel, and store what they print.

    python book/execute.py                      every notebook of the book
    python book/execute.py book/sigmoid.ipynb   only this one

What is written depends on nothing but the notebook and the code it runs, so a second run
changes no byte. A notebook that raises is named and left as it was; the others are kept.
"""

from __future__ import annotations

import argparse
import os
import sys
from base64 import b64decode
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from tqdm import tqdm

BOOK = Path(__file__).resolve().parent
ROOT = BOOK.parent

# What every kernel of the book starts with, here and in the tests.
ENVIRONMENT = {
    # The minigrad beside the notebook, also where another copy is installed.
    "PYTHONPATH": str(ROOT),
    # Notebooks run side by side: more threads would only fight over the same cores.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Progress bars are for the person who waits; stored, they would differ in every run.
    "TQDM_DISABLE": "1",
    # Settings of one's own, such as a start-up file, must not reach the book.
    "IPYTHONDIR": str(ROOT / ".ipython"),
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}

# Metadata that editors leave behind and that says nothing about the book.
LEFT_BEHIND = {"collapsed", "editable", "execution", "scrolled", "slideshow", "trusted"}

LONGEST_CELL = 600  # seconds

INDEX = BOOK / "index.ipynb"
FRONT_PICTURE = BOOK / "_static" / "front.png"


class ThisPython(AsyncKernelManager):
    """Starts kernels with the Python that runs this script, whatever Jupyter has registered."""

    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])


class Outcome(NamedTuple):
    """What became of one notebook: whether its file changed, or what went wrong."""

    path: Path
    changed: bool = False
    problem: str = ""


def normal(notebook: NotebookNode) -> str:
    """The notebook as it is stored: nothing of the machine, the editor, or the moment."""
    notebook.nbformat_minor = 5
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for name in LEFT_BEHIND & cell.metadata.keys():
            del cell.metadata[name]
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                # A traceback names folders and line numbers of the machine it ran on.
                output.traceback = [f"{output.ename}: {output.evalue}"]
    return nbformat.writes(notebook) + "\n"


def execute(path: Path) -> Outcome:
    """Run one notebook and store it, unless it fails."""
    begun: list[NotebookNode] = []
    try:
        before = path.read_bytes()
        notebook = nbformat.reads(before.decode(), as_version=4)
        NotebookClient(
            notebook,
            kernel_manager_class=ThisPython,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.resolve().parent)}},
            timeout=LONGEST_CELL,
            record_timing=False,
            coalesce_streams=True,
            on_cell_execute=lambda cell, cell_index: begun.append(cell),
        ).execute(env={**os.environ, **ENVIRONMENT})
        after = normal(notebook).encode()
    # Whatever one notebook does, the results of the others are kept.
    except Exception as error:
        return Outcome(path, problem=explain(path, begun, error))
    if after != before:
        # Replaced in one step, so that an interruption leaves the old file or the new one.
        new = path.with_name(path.name + ".new")
        new.write_bytes(after)
        new.replace(path)
    return Outcome(path, changed=after != before)


def explain(path: Path, begun: list[NotebookNode], error: Exception) -> str:
    """Which notebook failed, in which cell, and with what."""
    what = f"{type(error).__name__}: {error}"
    if not begun:
        return f"{path}: did not start\n    {what}"
    if isinstance(error, CellExecutionError):
        what = f"{error.ename}: {error.evalue}"
    first = begun[-1].source.strip().splitlines()[0]
    return f"{path}: code cell {len(begun)}, which begins\n    {first}\nfailed with\n    {what}"


def front_picture() -> bytes:
    """The first figure of the front page, which the README shows too."""
    cells = nbformat.read(INDEX, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return next(
        b64decode(output.data["image/png"])
        for output in outputs
        if "image/png" in output.get("data", {})
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook here")
    parser.add_argument("--jobs", type=int, help="how many at once (default: one a core)")
    options = parser.parse_args()

    paths = options.notebooks or sorted(BOOK.glob("*.ipynb"))
    with ProcessPoolExecutor(options.jobs) as pool:
        running = as_completed([pool.submit(execute, path) for path in paths])
        waiting = tqdm(running, total=len(paths), desc="notebooks", unit="notebook")
        outcomes = sorted(future.result() for future in waiting)

    failed = [outcome.problem for outcome in outcomes if outcome.problem]
    changed = [str(outcome.path) for outcome in outcomes if outcome.changed]
    for problem in failed:
        print(f"\n{problem}\nThe file is as it was.", file=sys.stderr)
    print(
        f"{len(paths) - len(failed)} of {len(paths)} ran; changed: {', '.join(changed) or 'none'}"
    )
    if any(outcome.path.resolve() == INDEX and not outcome.problem for outcome in outcomes):
        FRONT_PICTURE.write_bytes(front_picture())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
