"""A neuron's weighted sum as one operation: fewer nodes, the same numbers."""

import operator
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from minigrad.scalar import Value, number


class _Dot(Value):
    """A result with any number of operands."""

    __slots__ = ("_operands", "_slopes")
    _operands: list[Value]
    _slopes: list[float]

    def pull(self, cotangent: float) -> "Iterable[tuple[Value, float]]":
        self.grad += cotangent
        return zip(self._operands, [cotangent * s for s in self._slopes], strict=True)

    @property
    def parents(self) -> tuple[Value, ...]:
        return tuple(self._operands)

    @property
    def slopes(self) -> tuple[float, ...]:
        return tuple(self._slopes)


def dot(w: "Sequence[Value | float]", x: "Sequence[Value | float]", b: Any = 0.0) -> Value:
    r"""Compute what goes into a neuron's activation, as one operation.

    .. math:: z = \sum_i w_i x_i + b, \qquad
              \frac{\partial z}{\partial w_i} = x_i, \qquad
              \frac{\partial z}{\partial x_i} = w_i, \qquad
              \frac{\partial z}{\partial b} = 1

    It is ``sum(wi * xi for wi, xi in zip(w, x)) + b``, to the last bit, as one result instead of
    2n; a number in w or x becomes a Value.

    Args:
        w, x: Values or numbers, as many of each, and at least one.
        b: a Value or a number.

    Raises:
        TypeError: if something is neither a Value nor a number.
        ValueError: if they are not equally many, or none.

    >>> w, x = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]
    >>> z = dot(w, x, b=Value(5.0))
    >>> z.backward()
    >>> z.data, w[0].grad, x[1].grad
    (16.0, 3.0, 2.0)
    """
    n = len(w)
    if len(x) != n or not n:
        raise ValueError(f"dot: got {n} and {len(x)} numbers; pass as many, and at least one")
    operands = [v if isinstance(v, Value) else Value(number("dot", v)) for v in (*w, *x)]
    numbers = [v.data for v in operands]
    ws, xs = numbers[:n], numbers[n:]
    slopes = [*xs, *ws]
    z: _Dot = object.__new__(_Dot)
    # Not sum: from Python 3.12 on it adds floats more exactly than Values are added.
    z.data, z.grad, z.op = reduce(operator.add, map(operator.mul, ws, xs)), 0.0, "dot"
    if isinstance(b, Value):
        operands.append(b)
        slopes.append(1.0)
    z.data += b.data if isinstance(b, Value) else number("dot", b)
    z.depth = 1 + max([v.depth for v in operands])
    z._operands, z._slopes = operands, slopes
    return z
