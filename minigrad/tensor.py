"""The array engine: `Tensor`, a NumPy array that knows where it came from.

Each operation computes its result and states, for each operand, one *pullback*: the small function
that turns the gradient of the result into the gradient of that operand (the vector-Jacobian
product, VJP).  The engine does the rest: it leaves out operands that need no gradient, sums over
axes that broadcasting stretched, checks shapes, and keeps what it recorded from being changed.
Elementwise activations have no pullback of their own: theirs is a product with the table's slope.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minigrad import activations, graph
from minigrad.hold import Hold

Array = NDArray[Any]
Pullback = Callable[[Array], Array]

_recording: ContextVar[bool] = ContextVar("recording", default=True)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: for evaluation, where no gradient is wanted.

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


class Tensor:
    """A NumPy array with its gradient.

    Args:
        data: numbers, nested lists of numbers, or an array of float64 or float32; copied.
        requires_grad: whether ``backward`` shall leave the gradient in ``grad``.

    Lists and Python numbers become float64.  Gradients (``grad``) are plain NumPy arrays of the
    tensor's shape and dtype, or None before the first ``backward``; they add up until you set
    ``grad = None``.  Second derivatives are not offered.

    Raises:
        TypeError: if ``data`` is of another dtype, such as an array of integers.

    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    array([[2., 4.],
           [6., 8.]])
    """

    __slots__ = (
        "__weakref__",
        "_data",
        "_hold",
        "_retains",
        "depth",
        "grad",
        "op",
        "parents",
        "pullbacks",
        "requires_grad",
        "version",
        "versions",
    )
    __array_ufunc__ = None  # ndarray * tensor asks Tensor, and builds no object array

    grad: Array | None
    requires_grad: bool
    op: str
    depth: int  # 0 for a leaf, else 1 + the largest depth among the parents
    parents: "tuple[Tensor, ...]"
    pullbacks: tuple[Pullback, ...]
    version: int  # how often an optimizer has changed the numbers in place
    versions: tuple[int, ...]  # those of the parents, when this was computed
    _data: Array
    _hold: Hold | None
    _retains: bool

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        if isinstance(data, Tensor):
            raise TypeError("Tensor: got a Tensor; pass its .data to copy the numbers")
        self._set(np.array(_floats("Tensor", data)), requires_grad)

    def _set(self, data: Array, requires_grad: bool) -> None:
        self._data, self.grad, self.requires_grad = data, None, requires_grad
        self.op, self.depth, self.parents, self.pullbacks = "", 0, (), ()
        self.version, self.versions = 0, ()
        self._hold, self._retains = None, False

    # -- arithmetic: the value, and the pullback for each operand -------------------------------

    def __add__(self, other: Any) -> "Tensor":
        x, y = self, self._operand("+", other)
        return record("+", _broadcast(np.add, "+", x, y), (x, lambda g: g), (y, lambda g: g))

    def __sub__(self, other: Any) -> "Tensor":
        x, y = self, self._operand("-", other)
        return record("-", _broadcast(np.subtract, "-", x, y), (x, lambda g: g), (y, lambda g: -g))

    def __mul__(self, other: Any) -> "Tensor":
        x, y = self, self._operand("*", other)
        a, b = x.data, y.data
        return record(
            "*", _broadcast(np.multiply, "*", x, y), (x, lambda g: g * b), (y, lambda g: g * a)
        )

    def __truediv__(self, other: Any) -> "Tensor":
        x, y = self, self._operand("/", other)
        b = y.data
        if np.any(b == 0):
            raise ZeroDivisionError("/: division by zero; keep the denominator away from 0")
        q = _broadcast(np.divide, "/", x, y)
        return record("/", q, (x, lambda g: g / b), (y, lambda g: -g * q / b))

    def __pow__(self, n: float) -> "Tensor":
        if not _is_number(n):
            raise TypeError(
                f"**: the exponent is a {type(n).__name__}; pass a number, "
                f"or write (n * x.log()).exp() for x ** n"
            )
        x, n = self.data, float(n)  # a NumPy number would turn float32 to float64
        if (n % 1 and np.any(x < 0)) or (n < 0 and np.any(x == 0)):
            raise ValueError(f"**: {np.min(x)} ** {n} is not a real number; pass positive bases")
        return record("**", x**n, (self, lambda g: g * (n * x ** (n - 1)) if n else g * 0))

    def __neg__(self) -> "Tensor":
        return record("-", -self.data, (self, lambda g: -g))

    def __radd__(self, other: Any) -> "Tensor":
        return self._operand("+", other) + self

    def __rsub__(self, other: Any) -> "Tensor":
        return self._operand("-", other) - self

    def __rmul__(self, other: Any) -> "Tensor":
        return self._operand("*", other) * self

    def __rtruediv__(self, other: Any) -> "Tensor":
        return self._operand("/", other) / self

    def __matmul__(self, other: Any) -> "Tensor":
        """Multiply as matrices, as NumPy's ``@`` does; a vector counts as one row or one column."""
        left, right = self, self._operand("@", other)
        x, y = left.data, right.data
        try:
            product = x @ y
        except ValueError:
            raise ValueError(
                f"@: shapes {x.shape} and {y.shape} do not fit; "
                f"the last axis of the first must be as long as the last but one of the second"
            ) from None
        rows = x if x.ndim > 1 else x[None, :]
        columns = y if y.ndim > 1 else y[:, None]

        def as_matrix(g: Any) -> Any:
            g = g if y.ndim > 1 else g[..., None]
            return g if x.ndim > 1 else np.expand_dims(g, -2)

        def pull_left(g: Any) -> Any:
            return as_matrix(g) @ columns.swapaxes(-1, -2)

        def pull_right(g: Any) -> Any:
            gy = rows.swapaxes(-1, -2) @ as_matrix(g)
            return gy if y.ndim > 1 else gy[..., 0]

        return record("@", product, (left, pull_left), (right, pull_right))

    def __rmatmul__(self, other: Any) -> "Tensor":
        return self._operand("@", other) @ self

    # -- functions of each element ----------------------------------------------------------------

    def exp(self) -> "Tensor":
        """Return e^x elementwise; its slope is itself.

        Beyond the range of floats NumPy gives inf, and warns.
        """
        return self._elementwise("exp", lambda xp, x: xp.exp(x), lambda xp, x, y: y, {})

    def log(self) -> "Tensor":
        """Return the natural logarithm elementwise; its slope is 1/x.

        Raises:
            ValueError: if an element is not positive.
        """
        if np.any(self.data <= 0):
            raise ValueError(f"log: got {np.min(self.data)}; pass positive numbers")
        return self._elementwise("log", lambda xp, x: xp.log(x), lambda xp, x, y: 1 / x, {})

    def tanh(self) -> "Tensor":
        """Return the hyperbolic tangent elementwise (see `minigrad.tanh`)."""
        return self._elementwise("tanh", activations.tanh.value, activations.tanh.slope, {})

    def relu(self) -> "Tensor":
        """Return max(x, 0) elementwise (see `minigrad.relu`)."""
        return self._elementwise("relu", activations.relu.value, activations.relu.slope, {})

    def _elementwise(
        self,
        op: str,
        value: Callable[..., Any],
        slope: Callable[..., Any],
        settings: Mapping[str, Any],
    ) -> "Tensor":
        """Apply a value-and-slope pair, such as an entry of the activation table."""
        z = self.data
        a = value(np, z, **settings)
        return record(op, a, (self, lambda g: g * slope(np, z, a, **settings)))

    # -- reductions and shapes --------------------------------------------------------------------

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """Add up the elements over an axis, several axes, or all."""
        x = self.data

        def pull(g: Any) -> Any:
            return np.broadcast_to(_restore(g, axis, keepdims), x.shape)

        return record("sum", x.sum(axis, keepdims=keepdims), (self, pull))

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """Average the elements over an axis, several axes, or all.

        Raises:
            ValueError: if there is nothing to average.
        """
        total = self.sum(axis, keepdims)
        if not self.data.size:
            raise ValueError(f"mean: got an empty tensor of shape {self.shape}")
        return total * (total.data.size / self.data.size)

    def max(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """Return the largest element over an axis, several axes, or all.

        Where several are largest, they share the gradient in equal parts.
        """
        x = self.data
        if not x.size:
            raise ValueError(f"max: got an empty tensor of shape {self.shape}")
        top = x.max(axis, keepdims=True)

        def pull(g: Any) -> Any:
            largest = x == top
            return _restore(g, axis, keepdims) * largest / largest.sum(axis, keepdims=True)

        return record("max", top if keepdims else x.max(axis), (self, pull))

    def reshape(self, *shape: Any) -> "Tensor":
        """Arrange the same elements in another shape, given as numbers or as one tuple."""
        x = self.data
        return record("reshape", x.reshape(*shape), (self, lambda g: g.reshape(x.shape)))

    def transpose(self, *axes: int) -> "Tensor":
        """Reorder the axes; without arguments, reverse them."""
        x = self.data.transpose(axes or None)
        back = np.argsort([axis % self.ndim for axis in axes]) if axes else None
        return record("transpose", x, (self, lambda g: g.transpose(back)))

    @property
    def T(self) -> "Tensor":
        """The tensor with its axes reversed."""
        return self.transpose()

    def __getitem__(self, index: Any) -> "Tensor":
        x, picked = self.data, self.data[index]
        index = deepcopy(index)  # an index array of the caller's may change before the walk

        def pull(g: Any) -> Any:
            gx = np.zeros_like(x)
            np.add.at(gx, index, g)  # adds, also where an element was picked twice
            return gx

        return record("[]", picked, (self, pull))

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> "Iterator[Tensor]":
        return (self[i] for i in range(len(self)))

    # -- back-propagation -------------------------------------------------------------------------

    def backward(self, cotangent: Any = None) -> None:
        """Add the gradient to ``grad`` of every leaf with ``requires_grad`` that self depends on.

        Args:
            cotangent: what to multiply with, of self's shape: the gradient is that of
                ``(cotangent * self).sum()``.  May be left out if self is a single number.

        A second call adds exactly as much again, unless you have changed numbers of a leaf in
        place in between: then compute the result anew.

        Raises:
            ValueError: if self is not a single number and no cotangent is given, if the cotangent
                has another shape, or if nothing that self depends on has ``requires_grad``.
        """
        if not self.requires_grad:
            raise ValueError(
                "backward: nothing to differentiate; make a leaf with requires_grad=True, "
                "and compute outside no_grad()"
            )
        if cotangent is None:
            if self.data.size != 1:
                raise ValueError(
                    f"backward: the tensor has shape {self.shape} and is not a single number; "
                    f"reduce it, for instance by .sum(), or pass a cotangent of that shape"
                )
            cotangent = np.ones(self.shape)
        g = np.asarray(_floats("backward", cotangent), dtype=self.dtype)
        if g.shape != self.shape:
            raise ValueError(
                f"backward: the cotangent has shape {g.shape}; pass one of shape {self.shape}"
            )
        graph.backward(self, g.copy())

    def retain_grad(self) -> "Tensor":
        """Ask a result in the middle of a graph to keep its ``grad``, as leaves do.

        >>> x = Tensor(3.0, requires_grad=True)
        >>> y = (x * x).retain_grad()
        >>> (y * 2).backward()
        >>> y.grad
        array(2.)
        """
        self._retains = True
        return self

    def pull(self, cotangent: Array) -> "list[tuple[Tensor, Array]]":
        """Return each parent with its part of the gradient, in the parent's shape and dtype."""
        if self._retains:
            self.receive(cotangent.copy())
        parts = []
        for parent, pullback, version in zip(
            self.parents, self.pullbacks, self.versions, strict=True
        ):
            if parent.version != version:
                raise ValueError(
                    f"{self.op}: an optimizer has changed an operand since it was recorded; "
                    f"call backward() before step(), or compute this anew"
                )
            part = pullback(cotangent)
            x = parent._data
            if type(part) is not np.ndarray or part.shape != x.shape or part.dtype != x.dtype:
                part = self._fit(part, parent)
            # A leaf's gradient is the reader's to change, so it must not be shared with anyone.
            if not parent.depth and (part is cotangent or part.base is not None):
                part = part.copy()
            parts.append((parent, part))
        self._hold = None  # the arrays have done their duty and may be changed again
        return parts

    def _fit(self, part: Array, parent: "Tensor") -> Array:
        part = unbroadcast(np.asarray(part, dtype=parent.dtype), parent.shape)
        if part.shape != parent.shape:
            raise ValueError(
                f"{self.op}: its pullback gave shape {part.shape} "
                f"for an operand of shape {parent.shape}; make it return the operand's shape"
            )
        return part

    def receive(self, cotangent: Array) -> None:
        """Add to ``grad`` what one walk brings."""
        # NumPy makes a sum of arrays without axes a number: keep it an array.
        self.grad = np.asarray(cotangent if self.grad is None else self.grad + cotangent)

    # -- the rest ---------------------------------------------------------------------------------

    @property
    def data(self) -> Array:
        """The numbers, as a NumPy array.

        Those of a result are read-only, and those of a leaf are for as long as a graph that has
        recorded them waits for its ``backward``; copy them to change them.
        """
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        self._data = _floats("data", data)

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self.data.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.data.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self.data.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64 or float32."""
        return self.data.dtype

    def item(self) -> float:
        """Return the one element as a Python float."""
        if self.size != 1:
            raise ValueError(f"item: got shape {self.shape}; reduce it to one number first")
        return float(self.data.item())

    def __bool__(self) -> bool:
        raise TypeError("a Tensor is neither true nor false; compare its .data")

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        raise TypeError("got a Tensor where NumPy wants an array; pass its .data")

    def __repr__(self) -> str:
        numbers = np.array2string(self.data, separator=", ", prefix="Tensor(")
        return f"Tensor({numbers}{', requires_grad=True' if self.requires_grad else ''})"

    def _operand(self, op: str, other: Any) -> "Tensor":
        """Return the other operand as a tensor; a Python number takes on self's dtype."""
        if _is_number(other):
            number = np.asarray(other, dtype=self.dtype)
            number.flags.writeable = False
            return _wrap(number)
        return as_tensor(other, op)


def record(op: str, data: Array, *operands: tuple[Tensor, Pullback]) -> Tensor:
    """Make a tensor of a computed result, and remember how its gradient goes back.

    This is the way to add an operation: compute the result, and state one pullback per operand.
    A pullback gets the gradient of the result and returns that of its operand; it may return the
    shape before broadcasting was undone.  It must not refer to the resulting tensor, so that a
    graph is freed as soon as nobody needs it.

    Args:
        op: the operation's name, for messages and drawings.
        data: the result.
        operands: pairs (tensor, pullback).

    >>> def double(x):
    ...     return record("double", 2 * x.data, (x, lambda g: 2 * g))
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> double(x).sum().backward()
    >>> x.grad
    array([2., 2.])
    """
    data = np.asarray(data)
    if data.base is not None or any([data is tensor._data for tensor, _ in operands]):
        data = data.copy()  # a result owns its numbers
    result = _wrap(data)
    traced = [pair for pair in operands if pair[0].requires_grad] if _recording.get() else []
    if traced:
        result.requires_grad, result.op = True, op
        result.parents, result.pullbacks = zip(*traced, strict=True)
        result.versions = tuple([t.version for t in result.parents])
        result.depth = 1 + max([t.depth for t in result.parents])
        leaves = [t._data for t, _ in operands if not t.depth]
        if leaves:
            result._hold = Hold(leaves)
        data.flags.writeable = False
    return result


def as_tensor(x: Any, op: str = "as_tensor") -> Tensor:
    """Return x if it is a Tensor, else its numbers as a constant one, copied only if need be."""
    if isinstance(x, Tensor):
        return x
    array = _floats(op, x)
    return _wrap(array if array.base is None else array.copy())


def unbroadcast(g: Array, shape: tuple[int, ...]) -> Any:
    """Sum over the axes that broadcasting has added or stretched: a sum is a copy's pullback.

    >>> unbroadcast(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    if g.shape == shape or g.ndim < len(shape):
        return g
    g = np.add.reduce(g, axis=tuple(range(g.ndim - len(shape))))
    if g.shape == shape:
        return g
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    return g.sum(axis=stretched, keepdims=True)


def _is_number(x: Any) -> bool:
    return isinstance(x, (int, float, np.integer)) and not isinstance(x, bool)


def _wrap(array: Array) -> Tensor:
    tensor = Tensor.__new__(Tensor)
    tensor._set(array, False)
    return tensor


def _floats(op: str, data: Any) -> Array:
    """Return data as an array of floats, or say what to pass."""
    try:
        array = np.asarray(data)
    except ValueError:
        raise ValueError(f"{op}: the rows of the list have different lengths") from None
    if array.dtype == np.float64 or array.dtype == np.float32:
        return array
    if array.dtype.kind in "iu" and isinstance(data, (int, list, tuple)):
        return array.astype(np.float64)
    raise TypeError(
        f"{op}: got {type(data).__name__} of dtype {array.dtype}; pass float64 or float32, "
        f"for instance array.astype(float)"
    )


def _broadcast(ufunc: np.ufunc, op: str, x: Tensor, y: Tensor) -> Array:
    try:
        return np.asarray(ufunc(x.data, y.data))
    except ValueError:
        raise ValueError(
            f"{op}: shapes {x.shape} and {y.shape} do not fit; axes, counted from the last, "
            f"must be equally long or 1"
        ) from None


def _restore(g: Array, axis: int | tuple[int, ...] | None, keepdims: bool) -> Array:
    """Put back, with length 1, the axes that a reduction has removed."""
    return g if keepdims or axis is None else np.expand_dims(g, axis)
