"""The walk: back-propagation through a recorded computation.

Every result remembers its *parents*, the nodes that it was computed from.  Going from a result back
to its inputs, the chain rule says two things, and this module is both of them:

1. along an edge, the gradient is multiplied by the local derivative;
2. where several edges leave a node, what comes back along them is added.

The second is why the order matters: a node may pass its gradient on only when every node that
used it has reported.  So every node knows its *depth*: 0 for a leaf, and for a result one more than
that of its deepest parent.  Whoever used a node is deeper than it, so we start at the result and
serve the deepest nodes first.  There is no recursion, hence no limit on depth; each edge is walked
once, hence the cost is in proportion to the graph.

The walk knows neither numbers nor arrays.  It is the same for `Value` and for `Tensor`.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol


class Node(Protocol):
    """What the walk asks of a node.  Nodes are told apart by identity, never by value."""

    depth: int  #: 0 for a leaf, else 1 + the largest depth among the parents

    @property
    def parents(self) -> Sequence[Any]:
        """The nodes this one was computed from; one that was used twice stands here twice."""

    def pull(self, cotangent: Any) -> Iterable[tuple[Any, Any]]:
        """Take a result's complete gradient; return each parent with the part that is its own."""

    def receive(self, cotangent: Any) -> None:
        """Take a leaf's complete gradient: add it to its ``.grad``."""


def backward(root: Node, cotangent: Any) -> None:
    """Send a cotangent from ``root`` back to every node that it was computed from.

    Each node gets ∂(cotangent · root)/∂node, exactly once in each walk: a result by ``pull``, a
    leaf by ``receive``.  Leaves come last, so a walk that fails on the way changes none.

    Args:
        root: the node to start from.
        cotangent: the gradient to start with: 1 where ``root`` is the number to differentiate.

    The running gradients live here and die here, so a second walk starts afresh: it adds to the
    ``.grad`` of a leaf exactly what the first one did.

    >>> from minigrad import Value
    >>> x = Value(3.0)
    >>> backward(x * x + x, 1.0)
    >>> x.grad
    7.0
    """
    # For each depth, the nodes there with what has come back to them so far.
    levels: list[dict[Any, Any]] = [{} for _ in range(root.depth)] + [{root: cotangent}]
    while len(levels) > 1:
        for node, gradient in levels.pop().items():
            for parent, part in node.pull(gradient):
                level = levels[parent.depth]
                before = level.get(parent)
                level[parent] = part if before is None else before + part
    for leaf, gradient in levels[0].items():
        leaf.receive(gradient)


def refuse_second_derivatives(create_graph: bool) -> None:
    """Raise if a ``backward`` is asked to record itself, as a second derivative would need."""
    if create_graph:
        raise NotImplementedError(
            "backward: create_graph=True asks for second derivatives, which minigrad does not "
            "offer: a gradient is plain numbers; take finite differences of gradients instead"
        )


def nodes(root: Node) -> list[Any]:
    """List the result and every node that it depends on, each once.

    >>> from minigrad import Value
    >>> x = Value(3.0)
    >>> len(nodes(x * x + x))
    3
    """
    found = {root: None}
    unexplored = [root]
    while unexplored:
        new = [parent for parent in unexplored.pop().parents if parent not in found]
        found |= dict.fromkeys(new)
        unexplored += dict.fromkeys(new)
    return list(found)
