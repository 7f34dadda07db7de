"""Tensor: what one can do with a recorded array.

Every operation here says two things: how to compute its result, and, one small pullback for each
operand, how the gradient of the result turns into that of the operand.  Elementwise functions need
no pullback of their own: theirs is a product with the slope.  `minigrad.recording` does the rest.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import partial
from typing import Any, NoReturn

import numpy as np

from minigrad import activations, elementary
from minigrad.arrays import Array, as_floats, frozen
from minigrad.lines import alike, refuse, unlike
from minigrad.recording import Recorded, constant, record


class Tensor(Recorded):
    """A NumPy array with its gradient.

    Args:
        data: numbers, nested lists of numbers, or an array of float64 or float32; copied.
        requires_grad: whether ``backward`` shall leave the gradient in ``grad``.

    Lists and Python numbers become float64.  The numbers (``data``) are read-only; to change a
    leaf, assign a new array.  Gradients (``grad``) are plain NumPy arrays of the tensor's shape and
    dtype, or None before the first ``backward``; they add up until you set ``grad = None``.  Second
    derivatives are not offered.

    Raises:
        TypeError: if ``data`` is of another dtype, such as an array of integers.
        ValueError: if the rows of a list have different lengths.

    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    array([[2., 4.],
           [6., 8.]])
    """

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self._data.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._data.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64 or float32."""
        return self._data.dtype

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
        if n % 1 or n < 0:
            wrong = ((x < 0) & (n % 1 != 0)) | ((x == 0) & (n < 0))
            refuse("**", x, wrong, f"x ** {n} is not a real number there; pass positive bases")

        def pull(g: Any) -> Any:
            if 0 < n < 1 and np.any(x == 0):
                raise ZeroDivisionError(
                    f"**: the slope of x ** {n} is infinite at 0; add a little to x"
                )
            return g * (n * x ** (n - 1)) if n else g * 0

        return record("**", x**n, (self, pull))

    def __rpow__(self, base: Any) -> NoReturn:
        raise TypeError("**: the exponent is a Tensor; write (x * math.log(base)).exp()")

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

    def __iadd__(self, other: Any) -> "Tensor":
        return self._no_leaf("+=").__add__(other)

    def __isub__(self, other: Any) -> "Tensor":
        return self._no_leaf("-=").__sub__(other)

    def __imul__(self, other: Any) -> "Tensor":
        return self._no_leaf("*=").__mul__(other)

    def __itruediv__(self, other: Any) -> "Tensor":
        return self._no_leaf("/=").__truediv__(other)

    def __ipow__(self, n: float) -> "Tensor":
        return self._no_leaf("**=").__pow__(n)

    def __imatmul__(self, other: Any) -> "Tensor":
        return self._no_leaf("@=").__matmul__(other)

    def _no_leaf(self, op: str) -> "Tensor":
        """Return self, unless it is to be trained: the name would then stand for a result."""
        if self.requires_grad and not self.depth:
            raise TypeError(
                f"{op}: x {op} y makes a new Tensor, and x is a leaf with requires_grad=True that "
                f"would stay as it is; write x.data = x.data {op[:-1]} y to move it"
            )
        return self

    def __matmul__(self, other: Any) -> "Tensor":
        """Multiply as matrices, as NumPy's ``@`` does; a vector counts as one row or one column."""
        left, right = self, self._operand("@", other)
        x, y = left.data, right.data
        try:
            product = x @ y
        except ValueError:
            raise ValueError(
                f"@: shapes {x.shape} and {y.shape} do not fit; "
                f"the last axis of the first must be as long as the last but one of the second, "
                f"where a vector is one column"
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
        """Return e^x elementwise (see `minigrad.exp`)."""
        return self._elementwise("exp", elementary.exp.value, elementary.exp.slope, {})

    def log(self) -> "Tensor":
        """Return the natural logarithm elementwise (see `minigrad.log`)."""
        return self._elementwise("log", elementary.log.value, elementary.log.slope, {})

    def __abs__(self) -> "Tensor":
        return self._elementwise("abs", elementary.absolute.value, elementary.absolute.slope, {})

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
        a = alike(op, value(np, z, **settings), z)
        return record(op, a, (self, lambda g: g * slope(np, z, a, **settings)))

    def _pairwise(
        self, op: str, other: Any, value: Callable[..., Any], share: Callable[..., Any]
    ) -> "Tensor":
        """Apply a function whose operands can trade places, such as `minigrad.maximum`."""
        x, y = self, self._operand(op, other)
        a, b = x.data, y.data
        result = _broadcast(partial(value, np), op, x, y)
        return record(op, result, (x, lambda g: share(g, a, b)), (y, lambda g: share(g, b, a)))

    # -- reductions and shapes --------------------------------------------------------------------

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """Add up the elements over an axis, several axes, or all."""
        return self._total("sum", axis, keepdims)

    def _total(self, op: str, axis: int | tuple[int, ...] | None, keepdims: bool) -> "Tensor":
        x = self.data

        def pull(g: Any) -> Any:
            return np.broadcast_to(_restore(g, axis, keepdims), x.shape)

        total = _with_name(op, x.sum, axis, keepdims=keepdims)
        return record("sum", total, (self, pull))

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """Average the elements over an axis, several axes, or all.

        Raises:
            ValueError: if there is nothing to average, or no such axis.
        """
        total = self._total("mean", axis, keepdims)
        if not self.data.size:
            raise ValueError(f"mean: got an empty tensor of shape {self.shape}")
        return total * (total.data.size / self.data.size)

    def max(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> "Tensor":
        """Return the largest element over an axis, several axes, or all.

        Where several are largest, they share the gradient in equal parts.

        Raises:
            ValueError: if there is nothing to choose from, or no such axis.
        """
        x = self.data
        if not x.size:
            raise ValueError(f"max: got an empty tensor of shape {self.shape}")
        top = _with_name("max", x.max, axis, keepdims=True)

        def pull(g: Any) -> Any:
            largest = x == top
            return _restore(g, axis, keepdims) * largest / largest.sum(axis, keepdims=True)

        return record("max", top if keepdims else x.max(axis), (self, pull))

    def reshape(self, *shape: Any) -> "Tensor":
        """Arrange the same elements in another shape, given as numbers or as one tuple."""
        x = self.data
        arranged = _with_name("reshape", x.reshape, *shape)
        return record("reshape", arranged, (self, lambda g: g.reshape(x.shape)))

    def transpose(self, *axes: Any) -> "Tensor":
        """Reorder the axes, given as numbers or as one tuple; without arguments, reverse them."""
        if len(axes) == 1 and isinstance(axes[0], tuple):
            (axes,) = axes
        x = _with_name("transpose", np.transpose, self.data, axes or None)
        back = np.argsort([axis % self.ndim for axis in axes]) if axes else None
        return record("transpose", x, (self, lambda g: g.transpose(back)))

    @property
    def T(self) -> "Tensor":
        """The tensor with its axes reversed."""
        return self.transpose()

    def __getitem__(self, index: Any) -> "Tensor":
        x, picked = self.data, _with_name("[]", self.data.__getitem__, index)
        index = deepcopy(index)  # an index array of the caller's may change before the walk

        def pull(g: Any) -> Any:
            gx = np.zeros_like(x)
            np.add.at(gx, index, g)  # adds, also where an element was picked twice
            return gx

        return record("[]", picked, (self, pull))

    def __setitem__(self, index: Any, new: Any) -> NoReturn:
        raise TypeError(
            "[]: the numbers of a Tensor do not change; build an array of all, and assign it to "
            "the .data of a leaf"
        )

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len: the Tensor is one number, of shape (); ask for its .size")
        return len(self.data)

    def __iter__(self) -> "Iterator[Tensor]":
        return (self[i] for i in range(len(self)))

    # -- the rest ---------------------------------------------------------------------------------

    def item(self) -> float:
        """Return the one element as a Python float."""
        if self.size != 1:
            raise ValueError(f"item: got shape {self.shape}; reduce it to one number first")
        return float(self.data.item())

    __float__ = item

    def __bool__(self) -> bool:
        raise TypeError("a Tensor is neither true nor false; compare its .data")

    def _compare(self, other: Any) -> NoReturn:
        raise TypeError("a Tensor is neither more nor less than anything; compare its .data")

    __lt__ = __le__ = __gt__ = __ge__ = _compare

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, float, list, tuple, np.ndarray, np.generic)):
            raise TypeError("==: a Tensor is equal to nothing but itself; compare its .data")
        return self is other

    __hash__ = object.__hash__

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        raise TypeError("got a Tensor where NumPy wants an array; pass its .data")

    def __array_function__(self, function: Any, *_: Any) -> NoReturn:
        called = f"{function.__module__}.{function.__name__}".replace("numpy", "np")
        own = f"use its own .{function.__name__}, or " * hasattr(self, function.__name__)
        raise TypeError(f"{called}: got a Tensor; {own}pass its .data")

    def __repr__(self) -> str:
        numbers = np.array2string(self.data, separator=", ", prefix="Tensor(")
        return f"Tensor({numbers}{', requires_grad=True' if self.requires_grad else ''})"

    def _operand(self, op: str, other: Any) -> "Tensor":
        """Return the other operand as a tensor; a Python number takes on self's dtype."""
        if _is_number(other):
            return constant(Tensor, frozen(np.asarray(other, dtype=self.dtype)))
        return as_tensor(other, op)


def as_tensor(x: Any, op: str = "as_tensor") -> Tensor:
    """Return x if it is a Tensor, else its numbers as a constant one, copied unless read-only.

    Raises:
        TypeError, ValueError: as `Tensor` does, in the name of op.
    """
    return x if isinstance(x, Tensor) else constant(Tensor, as_floats(op, x))


def _is_number(x: Any) -> bool:
    return isinstance(x, (int, float, np.integer, np.floating)) and not isinstance(x, bool)


def _broadcast(f: Callable[..., Any], op: str, x: Tensor, y: Tensor) -> Array:
    try:
        return np.asarray(f(x.data, y.data))
    except ValueError:
        raise unlike(op, x, y) from None


def _with_name(op: str, f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do what NumPy does, and put the operation's name before what it complains about."""
    try:
        return f(*args, **kwargs)
    except (IndexError, TypeError, ValueError) as error:
        raise type(error)(f"{op}: {error}") from None


def _restore(g: Array, axis: int | tuple[int, ...] | None, keepdims: bool) -> Array:
    """Put back, with length 1, the axes that a reduction has removed."""
    return g if keepdims or axis is None else np.expand_dims(g, axis)
