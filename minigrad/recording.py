"""The array engine: an array that knows where it came from.

`Recorded` is what a `Tensor` is before it can do anything: the numbers, their gradient, and the
*edges* to the operands that they were computed from.  An operation hands `record` its result and,
for each operand, one *pullback*: the small function that turns the gradient of the result into the
gradient of that operand (the vector-Jacobian product, VJP).  The engine does the rest: it leaves
out operands that need no gradient, sums over axes that broadcasting stretched, and checks shapes.

The numbers of a tensor never change.  A pullback uses arrays of the forward pass; if one of them
changed before the backward pass, the gradient would be wrong and nobody would notice.  So all of
them are read-only, and what trains a tensor gives it a new array.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import numpy as np

from minigrad import graph
from minigrad.arrays import FLOATS, Array, as_floats, frozen, kept, unbroadcast, writable

Pullback = Callable[[Any], Any]
Kind = TypeVar("Kind", bound="Recorded")

_recording: ContextVar[bool] = ContextVar("recording", default=True)
_new = object.__new__


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: for evaluation, where no gradient is wanted.

    This is for Tensors; Values record always.

    >>> from minigrad import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> with no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)


class Recorded:
    """An array with its gradient and its history; `Tensor` adds what one can compute with it."""

    __slots__ = (
        *("__weakref__", "_data", "_retains"),
        *("depth", "edges", "grad", "op", "requires_grad"),
    )
    __array_ufunc__ = None  # ndarray * tensor asks Tensor, and builds no object array

    grad: Array | None
    requires_grad: bool
    op: str  # what it was computed by, "" for what was not
    depth: int  # 0 for a leaf, else 1 + the largest depth among the parents
    edges: "Sequence[tuple[Recorded, Pullback]]"
    _data: Array
    _retains: bool

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        if isinstance(data, Recorded):
            raise TypeError("Tensor: got a Tensor; pass its .data to copy the numbers")
        self._begin(np.array(as_floats("Tensor", data)))
        self.requires_grad = requires_grad

    def _begin(self, data: Array) -> None:
        """Become a constant leaf with these numbers."""
        data.setflags(write=False)
        self._data = data
        self.grad = None
        self.requires_grad = False
        self.op = ""
        self.depth = 0
        self.edges = ()
        self._retains = False

    # -- back-propagation -------------------------------------------------------------------------

    def backward(self, cotangent: Any = None, *, create_graph: bool = False) -> None:
        """Add the gradient to ``grad`` of every leaf with ``requires_grad`` that self depends on.

        Args:
            cotangent: what to multiply with, of self's shape: the gradient is that of
                ``(cotangent * self).sum()``.  May be left out if self is a single number.
            create_graph: known from PyTorch, and refused: there are no second derivatives here.

        A second call adds exactly as much again.

        Raises:
            ValueError: if self is not a single number and no cotangent is given, if the cotangent
                has another shape, or if nothing that self depends on has ``requires_grad``.
            NotImplementedError: if a graph of the gradient is asked for.
        """
        graph.refuse_second_derivatives(create_graph)
        if not self.requires_grad:
            raise ValueError(
                "backward: nothing to differentiate; make a leaf with requires_grad=True, "
                "and compute outside no_grad()"
            )
        shape, dtype = self._data.shape, self._data.dtype
        if cotangent is None:
            if self._data.size != 1:
                raise ValueError(
                    f"backward: the tensor has shape {shape} and is not a single number; "
                    f"reduce it, for instance by .sum(), or pass a cotangent of that shape"
                )
            g = np.array(1.0, dtype).reshape(shape)
        else:
            g = np.asarray(as_floats("backward", cotangent), dtype)
            if g.shape != shape:
                raise ValueError(
                    f"backward: the cotangent has shape {g.shape}; pass one of shape {shape}"
                )
        graph.backward(self, g if self.depth else g.copy())

    def retain_grad(self: Kind) -> Kind:
        """Ask a result in the middle of a graph to keep its ``grad``, as leaves do.

        Raises:
            ValueError: if no gradient can come back to it.

        >>> from minigrad import Tensor
        >>> x = Tensor(3.0, requires_grad=True)
        >>> y = (x * x).retain_grad()
        >>> (y * 2).backward()
        >>> y.grad
        array(2.)
        """
        if not self.requires_grad:
            raise ValueError(
                "retain_grad: the tensor has no graph; compute it of a leaf with "
                "requires_grad=True, outside no_grad()"
            )
        self._retains = True
        return self

    def pull(self, cotangent: Array) -> "list[tuple[Recorded, Array]]":
        """Return each parent with its part of the gradient, in the parent's shape and dtype."""
        if self._retains:
            self.receive(cotangent.copy())
        parts = []
        for parent, pullback in self.edges:
            part, x = pullback(cotangent), parent._data
            if type(part) is not np.ndarray or part.shape != x.shape or part.dtype != x.dtype:
                part = self._fit(part, parent)
            # A leaf's gradient is the reader's to change, so it must not be shared with anyone.
            if not parent.depth and (part is cotangent or part.base is not None):
                part = part.copy()
            parts.append((parent, part))
        return parts

    def _fit(self, part: Any, parent: "Recorded") -> Array:
        part = unbroadcast(np.asarray(part, dtype=parent._data.dtype), parent._data.shape)
        if part.shape != parent._data.shape:
            raise ValueError(
                f"{self.op}: its pullback gave shape {part.shape} "
                f"for an operand of shape {parent._data.shape}; make it return the operand's shape"
            )
        return np.asarray(part)  # NumPy makes a sum over all axes a number

    def receive(self, cotangent: Array) -> None:
        """Add to ``grad`` what one walk brings."""
        self.grad = np.asarray(cotangent if self.grad is None else self.grad + cotangent)

    @property
    def parents(self: Kind) -> tuple[Kind, ...]:
        """The tensors that this one was computed from and whose gradient is wanted, in order."""
        return tuple([parent for parent, _ in self.edges])  # type: ignore[misc]

    # -- the numbers ------------------------------------------------------------------------------

    @property
    def data(self) -> Array:
        """The numbers, as a read-only NumPy array.

        To give a leaf others, assign an array of the same shape, which is copied:
        ``w.data = w.data - 0.1 * w.grad``.  Graphs that were recorded before keep the old ones.
        """
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        new = as_floats("data", data)
        if self.depth or new.shape != self._data.shape:
            raise ValueError(
                f"data: got shape {new.shape} for a {'result' if self.depth else 'leaf'} of shape "
                f"{self._data.shape}; assign to a leaf, an array of its own shape"
            )
        self._data = kept(np.asarray(new, self._data.dtype))

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        for name, value in state[1].items():
            setattr(self, name, value)
        frozen(self._data)  # a copied or unpickled array can be written to


def record(op: str, data: Array, *operands: tuple[Kind, Pullback]) -> Kind:
    """Make a tensor of a computed result, and remember how its gradient goes back.

    This is the way to add an operation: compute the result, and state one pullback per operand.
    A pullback gets the gradient of the result, which it must not change, and returns that of its
    operand; it may return the shape before broadcasting was undone.  It must not refer to the
    resulting tensor, so that a graph is freed as soon as nobody needs it.

    Args:
        op: the operation's name, for messages and drawings.
        data: the result, of float64 or float32; from now on it is the tensor's, and read-only.
        operands: pairs (tensor, pullback), at least one.

    Raises:
        TypeError: if the result is of another dtype.

    >>> from minigrad import Tensor
    >>> def double(x):
    ...     return record("double", 2 * x.data, (x, lambda g: 2 * g))
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> double(x).sum().backward()
    >>> x.grad
    array([2., 2.])
    """
    if type(data) is not np.ndarray:
        data = np.asarray(data)
    elif data.base is not None and writable(data.base):
        data = data.copy()
    if data.dtype not in FLOATS:
        as_floats(op, data)
    edges: list[tuple[Kind, Pullback]] = []
    depth = 0
    for edge in operands if _recording.get() else ():
        parent = edge[0]
        if parent.requires_grad:
            edges.append(edge)
            if parent.depth >= depth:
                depth = parent.depth + 1
    result: Kind = _new(type(operands[0][0]))
    result._begin(data)
    result.op = op
    if edges:
        result.depth = depth
        result.edges = edges
        result.requires_grad = True
    return result


def constant(kind: type[Kind], data: Array) -> Kind:
    """Make a constant of an array, which is copied unless it is read-only."""
    result = _new(kind)
    result._begin(kept(data))
    return result
