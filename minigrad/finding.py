"""Finding the activations in what a model has recorded."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from minigrad import elementary, graph
from minigrad.activations import TABLE
from minigrad.arrays import Array
from minigrad.elementwise import ActivationFunction
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
        self.own = [part for part in parts if isinstance(part, ActivationFunction)]
        self.entries = TABLE | {entry.name: entry for entry in self.own}
        self.names = {*self.entries, "PReLU", *ops}
        self.composed: dict[Tensor, Step] = {}  # by their results

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take note of entries that are composed of others, of which no node bears the name."""
        entries = [entry for entry in self.own if entry.composition is not None]
        before = [entry.composition for entry in entries]
        for entry in entries:
            entry.composition = self._noted(entry, entry.composition)
        try:
            yield
        finally:
            for entry, composition in zip(entries, before, strict=True):
                entry.composition = composition

    def _noted(self, entry: ActivationFunction, composition: Any) -> Any:
        def call(z: Any, /, **settings: Any) -> Any:
            a = composition(z, **settings)

            def pull(g: Any) -> Any:
                return g * entry.slope(np, z.data, a.data, **settings)

            self.composed[a] = Step(entry.name, z, a, pull)
            return a

        return call

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
        nodes = [node for node in graph.nodes(result) if node in fresh]
        found = [self.composed[node] for node in nodes if node in self.composed]
        within = set().union(*(between(step.z, step.a) for step in found))
        for node in nodes:
            inputs = [edge for edge in node.edges if edge[0] in fresh]
            if inputs and node not in within and (op := self._named(node, *inputs[0])):
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


def between(z: Tensor, a: Tensor) -> set[Any]:
    """Return the nodes on the way from an input to a result, the result among them.

    >>> x = Tensor(1.0, requires_grad=True)
    >>> z = x * 2
    >>> sorted(node.op for node in between(z, z + z.exp()))
    ['+', 'exp']
    """
    found: set[Any] = set()
    unexplored = [a]
    while unexplored:
        node = unexplored.pop()
        if node is not z and node not in found:
            found.add(node)
            unexplored += node.parents
    return found


def depending_on(x: Tensor, result: Tensor) -> set[Any]:
    """Return the nodes behind a result that were computed from x, and x itself."""
    found: set[Any] = {x}
    for node in sorted(graph.nodes(result), key=lambda node: int(node.depth)):
        if not found.isdisjoint(node.parents):
            found.add(node)
    return found
