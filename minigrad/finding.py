"""Finding the activations in what a model has recorded."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    """An activation in a graph: its name, its input and its output, its pullback and its entry."""

    op: str
    z: Tensor
    a: Tensor
    pullback: Callable[[Any], Any]
    entry: ActivationFunction | None

    def slope(self) -> Array:
        """Return f′(z): what comes back if 1 comes to each number in a."""
        slope = np.asarray(self.pullback(np.ones_like(self.a.data)))
        if slope.shape != self.z.shape:
            raise ValueError(
                f"probe: {self.op} takes shape {self.z.shape} and gives back {slope.shape}; "
                f"count only elementwise operations as activations"
            )
        return slope

    def largest_slope(self) -> float:
        """Return the largest |f′(z)| of the entry with its default options, 1 if there is none."""
        return 1.0 if self.entry is None else largest_slope(self.entry)


class Finder:
    """Knows what counts as an activation.

    Args:
        parts: what the model holds, a reader's own entries among them.
        ops: the names of further operations that count.
    """

    def __init__(self, parts: Iterable[Any], ops: Iterable[str] = ()) -> None:
        entries = [part for part in parts if isinstance(part, ActivationFunction)]
        self.own = [entry for entry in entries if TABLE.get(entry.name) is not entry]
        self.names = {*TABLE, "PReLU", "Maxout", *ops}
        self.noted: dict[Tensor, Step] = {}  # what the reader's own entries did, by their results

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take note of what a reader's own entries do.

        The graph would not tell: a node may bear a name that the table has, too, and none bears
        that of an entry which is composed of others.
        """
        before = [dict(vars(entry)) for entry in self.own]
        for entry in self.own:
            vars(entry)["_record"] = self._noted(entry, entry._record)
        try:
            yield
        finally:
            for entry, attributes in zip(self.own, before, strict=True):
                del vars(entry)["_record"]
                vars(entry).update(attributes)

    def _noted(self, entry: ActivationFunction, record: Callable[..., Any]) -> Callable[..., Any]:
        def call(z: Any, settings: Mapping[str, Any]) -> Any:
            a = record(z, settings)

            def pull(g: Any) -> Any:
                return g * entry.slope(np, z.data, a.data, **settings)

            self.noted[a] = Step(entry.name, z, a, pull, entry)
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
        own = [self.noted[node] for node in nodes if node in self.noted]
        within = set().union(*(depending_on(step.z, step.a) - {step.z, step.a} for step in own))
        found = [step for step in own if step.a not in within]
        within.update(step.a for step in found if step.a is not step.z)
        for node in nodes:
            inputs = [edge for edge in node.edges if edge[0] in fresh]
            if inputs and node not in within and self._counts(node, inputs[0][1]):
                found.append(Step(node.op, inputs[0][0], node, inputs[0][1], TABLE.get(node.op)))
        return sorted(found, key=lambda step: (step.a.depth, step.a is step.z))

    def _counts(self, node: Tensor, pullback: Callable[[Any], Any]) -> bool:
        """Whether a node is an activation."""
        # An entry of a reader's own is recorded as those of the table are, and so are exp and log.
        elementwise = getattr(pullback, "__qualname__", "").startswith("Tensor._elementwise.")
        return node.op in self.names or (elementwise and node.op not in ELEMENTARY)


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
