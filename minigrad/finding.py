"""Finding the activations in what a model has recorded."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from minigrad import elementary, graph
from minigrad.activations import TABLE
from minigrad.elementwise import ActivationFunction
from minigrad.recording import Array
from minigrad.tensor import Tensor

ELEMENTARY = {f.name for f in vars(elementary).values() if isinstance(f, elementary.Elementary)}
WIDE = np.linspace(-20.0, 20.0, 16001)  # where the largest slope of an entry is looked for


class Step(NamedTuple):
    """An activation in a graph: its name, its input and its output, and its pullback."""

    op: str
    z: Tensor
    a: Tensor
    pullback: Callable[[Any], Any]

    def slope(self) -> Array:
        """Return f′(z): what comes back if 1 comes to each number in a."""
        slope = np.asarray(self.pullback(np.ones_like(self.a.data)))
        if slope.shape != self.z.shape:
            raise ValueError(
                f"probe: {self.op} takes shape {self.z.shape} and gives back {slope.shape}; "
                f"count only elementwise operations as activations"
            )
        return slope


class Finder:
    """Knows what counts as an activation, and how large its slope can be.

    Args:
        parts: what the model holds, its own entries among them.
        ops: the names of further operations that count.
    """

    def __init__(self, parts: Iterable[Any], ops: Iterable[str] = ()) -> None:
        own = {part.name: part for part in parts if isinstance(part, ActivationFunction)}
        self.entries = TABLE | own
        self.names = {*self.entries, "PReLU", *ops}

    def steps(self, result: Tensor, fresh: set[Any]) -> list[Step]:
        """List the activations behind a result, the shallowest first.

        Args:
            result: what the model returned.
            fresh: the nodes that depend on the model's input; others are left out.

        >>> from minigrad import relu
        >>> x = Tensor([-1.0, 2.0], requires_grad=True)
        >>> y = relu(x * 3).sum()
        >>> for step in Finder([]).steps(y, depending_on(x, y)):
        ...     print(step.op, step.z.data, step.slope())
        relu [-3.  6.] [0. 1.]
        """
        found = []
        for node in graph.nodes(result):
            inputs = [edge for edge in node.edges if edge[0] in fresh]
            if inputs and (op := self._named(node, *inputs[0])):
                found.append(Step(op, inputs[0][0], node, inputs[0][1]))
        return sorted(found, key=lambda step: step.a.depth)

    def largest_slope(self, op: str) -> float:
        """Return the largest |f′(z)| of an entry with its default options, else 1.

        >>> Finder([]).largest_slope("sigmoid"), Finder([]).largest_slope("PReLU")
        (0.25, 1.0)
        """
        if op not in self.entries:
            return 1.0
        return largest_slope(self.entries[op])

    def _named(self, node: Tensor, z: Tensor, pullback: Callable[[Any], Any]) -> str:
        """Return an activation's name, or nothing if the node is none."""
        if node.op == "max" and z.op == "reshape" and node.ndim == z.ndim - 1:
            return "Maxout"
        # An entry of a reader's own is recorded as those of the table are, and so are exp and log.
        elementwise = getattr(pullback, "__qualname__", "").startswith("Tensor._elementwise.")
        counts = node.op in self.names or (elementwise and node.op not in ELEMENTARY)
        return node.op if counts else ""


@contextmanager
def composed_as_one(parts: Iterable[Any]) -> Iterator[None]:
    """Let entries that are composed of others be recorded as one operation each, not as several.

    >>> from minigrad import sin
    >>> snake = ActivationFunction("snake", lambda z: z + sin(z) ** 2)
    >>> x = Tensor(1.0, requires_grad=True)
    >>> with composed_as_one([snake]):
    ...     snake(x).op
    'snake'
    >>> snake(x).op
    '+'
    """
    entries = [part for part in parts if getattr(part, "composition", None) is not None]
    before = [entry.composition for entry in entries]
    for entry in entries:
        entry.composition = None
    try:
        yield
    finally:
        for entry, composition in zip(entries, before, strict=True):
            entry.composition = composition


@cache
def largest_slope(entry: ActivationFunction, **options: Any) -> float:
    """Return the largest |f′(z)| between −20 and 20; 1 if it is 0 everywhere.

    If the entry refuses numbers that large, the range is halved until it does not; one that refuses
    those between −1 and 1, too, counts as having 1.

    >>> from minigrad import tanh
    >>> largest_slope(tanh)
    1.0
    """
    settings = entry.settings(**options)
    for halvings in range(5):
        z = WIDE / 2**halvings
        try:
            with np.errstate(all="ignore"):  # an entry of a reader's own may overflow out there
                a = entry.value(np, z, **settings)
                slope = abs(entry.slope(np, z, a, **settings) + 0 * z)
        except (ArithmeticError, ValueError):
            continue
        return float(slope[np.isfinite(slope)].max(initial=0.0)) or 1.0
    return 1.0


def depending_on(x: Tensor, result: Tensor) -> set[Any]:
    """Return the nodes behind a result that were computed from x, and x itself."""
    found: set[Any] = {x}
    for node in sorted(graph.nodes(result), key=lambda node: int(node.depth)):
        if not found.isdisjoint(node.parents):
            found.add(node)
    return found
