"""The code that a page shows for other libraries: found in its text, and run on its data.

    python -m elsewhere regression PyTorch      (in tests/)

runs the page down to its section "The same network elsewhere", then what this section shows for
the library, and prints the number that it ends with.

    python -m elsewhere diagnosing tanh

probes a network of the page on diagnosing by what the page shows for PyTorch, twice, runs it once
without gradients, and then prints what minigrad measures in the same network.
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


PROBE = re.compile(r"^:::\{dropdown\} The same in PyTorch\n(.*?)^:::$", re.MULTILINE | re.DOTALL)


def read_probe():
    """The code cells of the page on diagnosing that build its network; its probe for PyTorch."""
    cells = nbformat.read(BOOK / "diagnosing.ipynb", as_version=4).cells
    (text,) = (text for cell in cells for text in PROBE.findall(cell.source))
    return [cell.source for cell in cells if cell.cell_type == "code"][:2], code(text)


def diagnose(activation):
    """Print what PyTorch says of a network, and what minigrad says of it."""
    import torch

    import minigrad

    before, snippet = read_probe()
    ours = {"__name__": "__main__"}
    for part in before:
        exec(part, ours)
    entry = minigrad.TABLE[activation]
    net, x, y = ours["build"](activation=entry), ours["x"], ours["y"]
    module = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[activation]
    layers = []
    for W, b in zip(*[iter(net.parameters())] * 2, strict=True):
        linear = torch.nn.Linear(*W.shape)
        linear.weight.data, linear.bias.data = torch.tensor(W.data.T), torch.tensor(b.data)
        layers += [linear, module()]
    theirs = torch.nn.Sequential(*layers[:-1])
    names = {"net": theirs, "x": torch.tensor(x), "y": torch.tensor(y)}
    names["optimizer"] = torch.optim.SGD(theirs.parameters(), 0.01, momentum=0.9)
    snippet = snippet.replace("nn.ReLU", f"nn.{module.__name__}")
    print("PyTorch")
    exec(snippet, names)
    with torch.no_grad():
        theirs(names["x"])
    print("again")
    exec(snippet, names)

    print("minigrad")
    measured = minigrad.probe(net, x, y, minigrad.cross_entropy)
    for p in measured.activations:
        print(f"{p.delta_norm:.2f} {p.saturated:.0%} {p.z.std:.2f}")
    first = measured.parameters[0]
    print(f"{0.01 * first.gradient / first.norm:.1e}")


if __name__ == "__main__":
    if sys.argv[1] == "diagnosing":
        diagnose(*sys.argv[2:])
    else:
        print(run(*sys.argv[1:]))
