"""The code that a page shows for other libraries: found in its text, and run on its data.

    python -m elsewhere regression PyTorch      (in tests/)

runs the page down to its section "The same network elsewhere", then what this section shows for
the library, and prints the number that it ends with.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat

BOOK = Path(__file__).resolve().parent.parent / "book"
SECTION = "## The same network elsewhere"
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
TABS = re.compile(r"^:::\{tab-item\} (\w+)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
NEEDS = {"Keras": ["keras"], "PyTorch": ["torch"], "JAX": ["jax", "optax"]}
# What each page measures, by the name that its snippets give it.
ENDS_WITH = {"first-network": "right", "time-series": "right", "regression": "squared"}


class Section(NamedTuple):
    """What stands before the section, what all its tabs share, and what each of them shows."""

    before: list[str]
    shared: str
    tabs: dict[str, str]


def read(page):
    cells = nbformat.read(BOOK / f"{page}.ipynb", as_version=4).cells
    at = next(i for i, cell in enumerate(cells) if SECTION in cell.source)
    text = cells[at].source.partition(SECTION)[2]
    return Section(
        before=[cell.source for cell in cells[:at] if cell.cell_type == "code"],
        shared=code(text.partition("::::{tab-set}")[0]),
        tabs={name: code(body) for name, body in TABS.findall(text)},
    )


def code(text):
    return "".join(PYTHON.findall(text))


def run(page, library):
    """Run a page and then a snippet; return the number that the snippet ends with."""
    section = read(page)
    names = {"__name__": "__main__"}
    for part in (*section.before, section.shared, section.tabs[library]):
        exec(part, names)
    return float(names[ENDS_WITH[page]])


if __name__ == "__main__":
    print(run(*sys.argv[1:]))
