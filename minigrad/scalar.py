"""The scalar engine: `Value`, one number that knows where it came from.

Each operation computes its result and, in the same line, the *local slopes*: the derivative of the
result with respect to each operand.  That is all that back-propagation needs; the walk in
`minigrad.graph` does the rest.  Pure Python: nothing here needs NumPy.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from minigrad import activations, elementary, floats, graph

_new = object.__new__


class Value:
    """A number with its gradient.

    Arithmetic on a Value gives a Value that remembers its operands (``parents``) and its derivative
    with respect to each of them (``slopes``).  ``backward`` then fills in ``grad`` everywhere.  To
    train a Value, assign to ``data``, and 0.0 (not None) to ``grad``: floats, which nothing checks.

    Args:
        data: the number; an int becomes a float.

    Raises:
        TypeError: if ``data`` is not one number.

    >>> x, w = Value(2.0), Value(-3.0)
    >>> y = x * w + 1
    >>> y.backward()
    >>> y.data, x.grad, w.grad
    (-5.0, -3.0, 2.0)
    """

    __slots__ = ("__weakref__", "_dx", "_dy", "_x", "_y", "data", "depth", "grad", "op")
    __array_ufunc__ = None  # np.float64(2) * value asks Value, and builds no object array

    # A result's one or two operands and its slopes; four plain slots take less than two tuples.
    _x: Any
    _y: Any
    _dx: float
    _dy: float

    def __init__(self, data: float) -> None:
        self.data = data if type(data) is float else number("Value", data)
        self.grad = 0.0
        self.op = ""
        self.depth = 0
        self._x = self._y = None
        self._dx = self._dy = 0.0

    # -- arithmetic: the value, and the slope for each operand ---------------------------------

    def __add__(self, other: "Value | float") -> "Value":
        if isinstance(other, Value):
            return record("+", self.data + other.data, self, 1.0, other, 1.0)
        return record("+", self.data + number("+", other), self, 1.0)

    def __sub__(self, other: "Value | float") -> "Value":
        if isinstance(other, Value):
            return record("-", self.data - other.data, self, 1.0, other, -1.0)
        return record("-", self.data - number("-", other), self, 1.0)

    def __mul__(self, other: "Value | float") -> "Value":
        if isinstance(other, Value):
            return record("*", self.data * other.data, self, other.data, other, self.data)
        c = number("*", other)
        return record("*", self.data * c, self, c)

    def __truediv__(self, other: "Value | float") -> "Value":
        if isinstance(other, Value):
            y = _divide(self.data, other.data)
            return record("/", y, self, 1 / other.data, other, -y / other.data)
        c = number("/", other)
        return record("/", _divide(self.data, c), self, 1 / c)

    def __pow__(self, n: float) -> "Value":
        if isinstance(n, Value):
            raise TypeError("**: the exponent is a Value; write (n * x.log()).exp() for x ** n")
        x, n = self.data, number("**", n)
        if (x < 0 and n % 1) or (x == 0 and n < 0):
            raise ValueError(f"**: {x} ** {n} is not a real number; pass a positive base")
        try:
            return record("**", x**n, self, n * x ** (n - 1) if n else 0.0)
        except ArithmeticError as error:
            raise type(error)(
                f"**: {x} ** {n}, or its slope, is beyond float64; pass a base nearer to 1"
            ) from None

    def __neg__(self) -> "Value":
        return record("neg", -self.data, self, -1.0)

    def __abs__(self) -> "Value":
        return self._elementwise("abs", elementary.absolute.value, elementary.absolute.slope, {})

    def __rpow__(self, base: Any) -> NoReturn:
        raise TypeError("**: the exponent is a Value; write (x * math.log(base)).exp()")

    def __radd__(self, other: float) -> "Value":
        return self + other

    def __rsub__(self, other: float) -> "Value":
        return Value(number("-", other)) - self

    def __rmul__(self, other: float) -> "Value":
        return self * other

    def __rtruediv__(self, other: float) -> "Value":
        return Value(number("/", other)) / self

    # -- functions of one number ----------------------------------------------------------------

    def exp(self) -> "Value":
        """Return e^x (see `minigrad.exp`)."""
        return self._elementwise("exp", elementary.exp.value, elementary.exp.slope, {})

    def log(self) -> "Value":
        """Return the natural logarithm (see `minigrad.log`)."""
        return self._elementwise("log", elementary.log.value, elementary.log.slope, {})

    def tanh(self) -> "Value":
        """Return the hyperbolic tangent (see `minigrad.tanh`)."""
        return self._elementwise("tanh", activations.tanh.value, activations.tanh.slope, {})

    def relu(self) -> "Value":
        """Return max(x, 0) (see `minigrad.relu`)."""
        return self._elementwise("relu", activations.relu.value, activations.relu.slope, {})

    def _elementwise(
        self,
        op: str,
        value: Callable[..., Any],
        slope: Callable[..., Any],
        settings: Mapping[str, Any],
    ) -> "Value":
        """Apply a value-and-slope pair, such as an entry of the activation table."""
        z = self.data
        a = float(value(floats, z, **settings))
        return record(op, a, self, float(slope(floats, z, a, **settings)))

    def _pairwise(
        self, op: str, other: Any, value: Callable[..., float], share: Callable[..., float]
    ) -> "Value":
        """Apply a function whose operands can trade places, such as `minigrad.maximum`."""
        x = self.data
        if isinstance(other, Value):
            y = other.data
            return record(op, value(floats, x, y), self, share(1.0, x, y), other, share(1.0, y, x))
        y = number(op, other)
        return record(op, value(floats, x, y), self, share(1.0, x, y))

    # -- back-propagation -----------------------------------------------------------------------

    def backward(self, cotangent: float = 1.0, *, create_graph: bool = False) -> None:
        """Add cotangent · ∂self/∂v to ``v.grad`` for every Value v that self was computed from.

        The gradient is ∂self/∂v where the cotangent is 1.  A second call adds exactly as much
        again; to start afresh, set ``grad = 0.0``.  There are no second derivatives:
        ``create_graph``, known from PyTorch, is refused.
        """
        graph.refuse_second_derivatives(create_graph)
        graph.backward(self, number("backward", cotangent))

    def pull(self, cotangent: float) -> "Iterable[tuple[Value, float]]":
        """Return the part of each parent's gradient: the chain rule, a product along the edge."""
        self.grad += cotangent
        if self._y is None:
            return ((self._x, cotangent * self._dx),)
        return ((self._x, cotangent * self._dx), (self._y, cotangent * self._dy))

    def receive(self, cotangent: float) -> None:
        """Add to ``grad`` what one walk brings."""
        self.grad += cotangent

    @property
    def parents(self) -> "tuple[Value, ...]":
        """The Values that this one was computed from, in order; none for a leaf."""
        return tuple(v for v in (self._x, self._y) if v is not None)

    @property
    def slopes(self) -> tuple[float, ...]:
        """The derivative with respect to each parent."""
        return (self._dx, self._dy)[: len(self.parents)]

    # -- the rest ---------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        raise TypeError("a Value is neither true nor false; compare its .data")

    def _compare(self, other: Any) -> NoReturn:
        raise TypeError("a Value is neither more nor less than anything; compare its .data")

    __lt__ = __le__ = __gt__ = __ge__ = _compare

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, float)) or hasattr(other, "dtype"):  # NumPy's, or a Tensor
            raise TypeError("==: a Value is equal to nothing but itself; compare its .data")
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"Value(data={self.data:g}, grad={self.grad:g})"


def record(
    op: str, data: float, x: Value, dx: float, y: Value | None = None, dy: float = 0.0
) -> Value:
    """Make a Value of a computed result, and remember its slopes.

    This is the way to add an operation: compute the result, and state ∂result/∂operand.

    Args:
        op: the operation's name, for drawings.
        data: the result.
        x, dx: an operand, and the slope of the result along it.
        y, dy: the other operand, if there is one, and its slope.

    >>> x = Value(3.0)
    >>> record("double", 2 * x.data, x, 2.0).backward()
    >>> x.grad
    2.0
    """
    result: Value = _new(Value)
    result.op = op
    result.data = data
    result.grad = 0.0
    result._x = x
    result._dx = dx
    result._y = y
    result._dy = dy
    depth = x.depth
    if y is not None and y.depth > depth:
        depth = y.depth
    result.depth = depth + 1
    return result


def number(op: str, x: Any) -> float:
    """Return x as a float, or say which operation got what instead."""
    if isinstance(x, (int, float)) and not isinstance(x, bool):
        return float(x)
    kind = getattr(getattr(x, "dtype", None), "kind", "")
    if kind in "iuf" and kind and x.shape == () and not hasattr(x, "requires_grad"):
        return float(x)  # one NumPy number
    raise TypeError(f"{op}: got a {type(x).__name__}; a Value works with numbers and other Values")


def _divide(x: float, y: float) -> float:
    if y == 0:
        raise ZeroDivisionError(f"/: {x} divided by zero; keep the denominator away from 0")
    return x / y
