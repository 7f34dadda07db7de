"""The walk: back-propagation through a recorded computation.

Every result remembers its *parents*, the nodes that it was computed from.  Going from a result back
to its inputs, the chain rule says two things, and this module is both of them:

1. along an edge, the gradient is multiplied by the local derivative;
2. where several edges leave a node, what comes back along them is added.

The second is why the order matters: a node may pass its gradient on only when every node that
used it has reported.  So we first count the reports that each node is owed, then start at the
result and let a node go as soon as its count reaches zero.  There is no recursion, hence no limit
on depth; each edge is walked once, hence the cost is in proportion to the graph.

The walk knows neither numbers nor arrays.  It is the same for `Value` and for `Tensor`.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol


class Node(Protocol):
    """What the walk asks of a node.  Nodes are told apart by identity, never by value."""

    @property
    def parents(self) -> Sequence[Any]:
        """The nodes this one was computed from; one that was used twice stands here twice."""

    def pull(self, cotangent: Any) -> Iterable[Any]:
        """Return, for each parent in turn, the part of its gradient that came through this node."""

    def receive(self, cotangent: Any) -> None:
        """Take note of this node's complete gradient (a leaf adds it to its ``.grad``)."""


def backward(root: Node, cotangent: Any) -> None:
    """Send a cotangent from ``root`` back to every node that it was computed from.

    Each node gets ∂(cotangent · root)/∂node, by ``node.receive``, exactly once in each walk.

    Args:
        root: the node to start from.
        cotangent: the gradient to start with: 1 where ``root`` is the number to differentiate.

    The running gradients live here and die here, so a second walk starts afresh: it adds to the
    ``.grad`` of a leaf exactly what the first one did.
    """
    owed = count_reports(root)
    gradient = {root: cotangent}
    ready = [root]
    leaves = []  # served last, so that a walk that fails on the way changes none
    while ready:
        node = ready.pop()
        g = gradient.pop(node)
        if node.parents:
            node.receive(g)
        else:
            leaves.append((node, g))
        for parent, part in zip(node.parents, node.pull(g), strict=True):
            gradient[parent] = gradient[parent] + part if parent in gradient else part
            owed[parent] -= 1
            if not owed[parent]:
                ready.append(parent)
    for leaf, g in leaves:
        leaf.receive(g)


def count_reports(root: Node) -> dict[Any, int]:
    """Count, for every node that ``root`` depends on, the edges that lead to it from below.

    >>> from minigrad import Value
    >>> x = Value(3.0)
    >>> count_reports(x * x + x)[x]
    3
    """
    owed: dict[Any, int] = {root: 0}
    unexplored = [root]
    while unexplored:
        for parent in unexplored.pop().parents:
            if parent in owed:
                owed[parent] += 1
            else:
                owed[parent] = 1
                unexplored.append(parent)
    return owed
