"""The scalar engine: `Value`, one number that knows where it came from.

Each operation computes its result and, in the same line, the *local slopes*: the derivative of the
result with respect to each operand.  That is all that back-propagation needs; the walk in
`minigrad.graph` does the rest.  Pure Python: nothing here needs NumPy.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from minigrad import activations, floats, graph


class Value:
    """A number with its gradient.

    Arithmetic on a Value gives a Value that remembers its operands (``parents``) and its derivative
    with respect to each of them (``slopes``).  ``backward`` then fills in ``grad`` everywhere.

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

    __slots__ = ("__weakref__", "data", "grad", "op", "parents", "slopes")
    __array_ufunc__ = None  # np.float64(2) * value asks Value, and builds no object array

    def __init__(
        self,
        data: float,
        parents: "tuple[Value, ...]" = (),
        slopes: tuple[float, ...] = (),
        op: str = "",
    ) -> None:
        self.data = data if type(data) is float else _number("Value", data)
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes
        self.op = op

    # -- arithmetic: the value, and the slope for each operand ---------------------------------

    def __add__(self, other: "Value | float") -> "Value":
        if isinstance(other, Value):
            return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")
        return Value(self.data + _number("+", other), (self,), (1.0,), "+")

    def __sub__(self, other: "Value | float") -> "Value":
        if isinstance(other, Value):
            return Value(self.data - other.data, (self, other), (1.0, -1.0), "-")
        return Value(self.data - _number("-", other), (self,), (1.0,), "-")

    def __mul__(self, other: "Value | float") -> "Value":
        if isinstance(other, Value):
            x, y = self.data, other.data
            return Value(x * y, (self, other), (y, x), "*")
        c = _number("*", other)
        return Value(self.data * c, (self,), (c,), "*")

    def __truediv__(self, other: "Value | float") -> "Value":
        if isinstance(other, Value):
            y = _divide(self.data, other.data)
            return Value(y, (self, other), (1 / other.data, -y / other.data), "/")
        c = _number("/", other)
        return Value(_divide(self.data, c), (self,), (1 / c,), "/")

    def __pow__(self, n: float) -> "Value":
        if isinstance(n, Value):
            raise TypeError("**: the exponent is a Value; write (n * x.log()).exp() for x ** n")
        x, n = self.data, _number("**", n)
        if (x < 0 and n % 1) or (x == 0 and n < 0):
            raise ValueError(f"**: {x} ** {n} is not a real number; pass a positive base")
        try:
            return Value(x**n, (self,), (n * x ** (n - 1) if n else 0.0,), "**")
        except ArithmeticError as error:
            raise type(error)(
                f"**: {x} ** {n}, or its slope, is beyond float64; pass a base nearer to 1"
            ) from None

    def __neg__(self) -> "Value":
        return Value(-self.data, (self,), (-1.0,), "neg")

    def __radd__(self, other: float) -> "Value":
        return self + other

    def __rsub__(self, other: float) -> "Value":
        return Value(_number("-", other)) - self

    def __rmul__(self, other: float) -> "Value":
        return self * other

    def __rtruediv__(self, other: float) -> "Value":
        return Value(_number("/", other)) / self

    # -- functions of one number ----------------------------------------------------------------

    def exp(self) -> "Value":
        """Return e^x; its slope is itself.

        >>> Value(0.0).exp().data
        1.0
        """
        y = floats.exp(self.data)
        if y == math.inf > self.data:
            raise OverflowError(
                f"exp: e ** {self.data:g} is beyond float64; subtract the largest exponent first, "
                f"as softmax and log_sum_exp do"
            )
        return Value(y, (self,), (y,), "exp")

    def log(self) -> "Value":
        """Return the natural logarithm; its slope is 1/x.

        Raises:
            ValueError: if the number is not positive.

        >>> Value(1.0).log().data
        0.0
        """
        if self.data <= 0:
            raise ValueError(f"log: got {self.data}; pass a positive number")
        return Value(math.log(self.data), (self,), (1 / self.data,), "log")

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
        a = value(floats, z, **settings)
        return Value(a, (self,), (float(slope(floats, z, a, **settings)),), op)

    # -- back-propagation -----------------------------------------------------------------------

    def backward(self, cotangent: float = 1.0) -> None:
        """Add cotangent · ∂self/∂v to ``v.grad`` for every Value v that self was computed from.

        The gradient is ∂self/∂v where the cotangent is 1.  A second call adds exactly as much
        again; to start afresh, set ``grad = 0.0``.
        """
        graph.backward(self, _number("backward", cotangent))

    def pull(self, cotangent: float) -> list[float]:
        """Return the part of each parent's gradient: the chain rule, a product along the edge."""
        return [cotangent * slope for slope in self.slopes]

    def receive(self, cotangent: float) -> None:
        """Add to ``grad`` what one walk brings."""
        self.grad += cotangent

    # -- the rest ---------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        raise TypeError("a Value is neither true nor false; compare its .data")

    def __repr__(self) -> str:
        return f"Value(data={self.data:g}, grad={self.grad:g})"


def _number(op: str, x: Any) -> float:
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
