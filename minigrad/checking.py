"""Checking a gradient against finite differences, without trusting the engine that made it.

The derivative of f is what (f(x + h) − f(x − h)) / 2h tends to.  That quotient needs nothing but
values of f, so this module imports nothing from either engine: it only puts other numbers into an
input's ``.data`` and reads what ``backward`` left in its ``.grad``.  The walk tells it where else a
gradient was left, to put that back.  (`check_activation` makes the inputs itself, so it imports
what they are made of when it is called.)

The result of f is multiplied by a random *cotangent* before it is summed to one number.  Ones would
not do: the outputs of softmax sum to 1, so the gradient of their plain sum is zero, right or wrong.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, NamedTuple

from minigrad import graph

STEP = 6e-6  # about the cube root of 2^-52: rounding and truncation errors are then alike
SHORTER_STEPS = (STEP, STEP / 8, STEP / 64)  # the next only where the one before disagrees


class GradientError(AssertionError):
    """A gradient from ``backward`` and its finite difference do not agree."""


class GradCheck(NamedTuple):
    """What a passed gradient check has seen: one derivative per element of the inputs.

    Attributes:
        compared: how many derivatives were compared.
        at_kinks: how many elements were left out, as they sit on a kink.
        by_backward: the derivatives that were compared, as back-propagation has them.
        by_differences: the same derivatives, as difference quotients.

    >>> from minigrad import Value
    >>> (exact,), (quotient,) = gradcheck(lambda x: x * x, Value(3.0))[2:]
    >>> abs(exact - quotient) < 1e-8
    True
    """

    compared: int
    at_kinks: int
    by_backward: list[float]
    by_differences: list[float]

    @property
    def largest_difference(self) -> float:
        """The largest distance between the two, over all elements that were compared."""
        pairs = zip(self.by_backward, self.by_differences, strict=True)
        return max(abs(exact - approximate) for exact, approximate in pairs)

    def __str__(self) -> str:
        left_out = f", {self.at_kinks} at a kink left out" if self.at_kinks else ""
        return (
            f"{self.compared} derivative{'s agree' if self.compared > 1 else ' agrees'}{left_out}; "
            f"largest difference below {10.0 ** _magnitude(self.largest_difference):.0e}"
        )


def gradcheck(
    f: Callable[..., Any],
    *inputs: Any,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    seed: int = 0,
) -> GradCheck:
    """Compare ``backward`` with central differences, for every element of every input.

    With c a random cotangent, both sides are ∂(c · f(inputs))/∂x: once by back-propagation, once as
    (c · f(x + h) − c · f(x − h)) / 2h, in float64.  An element that sits on a kink, where the
    slopes to its left and right differ, has no derivative and is left out and counted.

    Args:
        f: called as ``f(*inputs)``; returns a `Value`, a `Tensor`, or a list of them.
        inputs: Values, or float64 Tensors with ``requires_grad``, none a result.  Their numbers are
            moved and put back; so f may also reach them in another way, as a model reaches its
            parameters.
        rtol: how far apart the two may be, as a share of the quotient's size.
        atol: how much farther they may be, whatever its size.
        seed: of the random cotangent.

    Returns:
        What was compared, both ways.

    Every ``grad`` is afterwards what it was.  What f itself changes is not put back: the statistics
    of a `BatchNorm` move with each call, unless it is in `Layer.eval`.

    Raises:
        GradientError: if a derivative disagrees; both numbers are named.
        ValueError: if there is nothing to compare, more elements seem to be at kinks than not, f is
            random, or f does not depend on an input.
        TypeError: if an input has no gradient, is a result, or is not float64, where differences
            would be too coarse; or if f returns something else.

    >>> from minigrad import Value
    >>> print(gradcheck(lambda x, y: x * y + x.exp(), Value(1.0), Value(2.0)))
    2 derivatives agree; largest difference below 1e-09
    """
    for k, x in enumerate(inputs):
        if not hasattr(x, "backward") or not getattr(x, "requires_grad", True):
            raise TypeError(
                f"gradcheck: input {k} is a {type(x).__name__} without gradient; "
                f"pass a Value, or a Tensor with requires_grad=True"
            )
        if x.depth:
            raise TypeError(
                f"gradcheck: input {k} is the result of {x.op}; "
                f"pass a leaf, made of its .data, and let f compute with that"
            )
        if getattr(getattr(x, "dtype", None), "itemsize", 8) != 8:
            raise TypeError(f"gradcheck: input {k} is {x.dtype}; pass float64, to be exact enough")
    rng = random.Random(seed)
    cotangents: list[Any] = []

    def project() -> float:
        """Compute c · f(inputs)."""
        outputs = _outputs(f, inputs)
        if not cotangents:
            cotangents.extend(_random_like(y.data, rng) for y in outputs)
        return sum(_dot(c, y.data) for c, y in zip(cotangents, outputs, strict=True))

    center = project()
    if not math.isnan(center) and project() != center:
        raise ValueError("gradcheck: f is random, two calls differ; draw its random numbers once")
    by_backward = _gradients(f, inputs, cotangents)
    report = GradCheck(0, 0, [], [])
    at_kinks = 0
    for (where, x, i), exact in zip(_elements(inputs), by_backward, strict=True):
        quotient, agrees = _judge(exact, partial(_slopes, project, center, x, i), rtol, atol)
        if agrees is None:
            at_kinks += 1
            continue
        if not agrees:
            raise GradientError(
                f"gradcheck: {where}: by backward {exact!r}, by differences {quotient!r}"
            )
        report.by_backward.append(exact)
        report.by_differences.append(quotient)
    if not report.by_backward:
        raise ValueError(
            f"gradcheck: nothing to compare ({at_kinks} elements, all at kinks or poles); "
            f"pass other numbers"
        )
    if at_kinks > len(report.by_backward):
        raise ValueError(
            f"gradcheck: {at_kinks} elements seem to be at kinks, {len(report.by_backward)} not; "
            f"move the inputs off the kinks, and compute in float64 throughout"
        )
    return report._replace(compared=len(report.by_backward), at_kinks=at_kinks)


def _gradients(f: Callable[..., Any], inputs: Sequence[Any], cotangents: list[Any]) -> list[float]:
    """Back-propagate the cotangents and return the gradient of every element, in order."""
    outputs = _outputs(f, inputs)
    reached = {*inputs}.union(*map(graph.nodes, outputs))
    saved = [(node, node.grad) for node in reached]
    found: list[float] = []
    try:
        for x in inputs:
            x.grad = None if hasattr(x, "requires_grad") else 0.0
        for c, y in zip(cotangents, outputs, strict=True):
            y.backward(c)
        for k, x in enumerate(inputs):
            if x.grad is None:
                raise ValueError(f"gradcheck: input {k} has no gradient; f does not depend on it")
            found.extend(float(g) for g in getattr(x.grad, "flat", [x.grad]))
    finally:
        for node, grad in saved:
            node.grad = grad
    return found


def _judge(
    exact: float, slopes: Callable[[float], tuple[float, float, float]], rtol: float, atol: float
) -> tuple[float, bool | None]:
    """Return a difference quotient and whether the gradient agrees with it; None at a kink.

    Where they do not agree, a kink may be near, so we look from closer by: the slopes to the left
    and right of a curve draw near to each other with the step, and those at a kink stay apart.
    Where only the slope has a kink, as that of max(z, 0)² at 0, the quotient is off by a part of
    the step, and draws near to the gradient with it.
    """
    quotients: list[float] = []
    apart = math.inf
    for step in SHORTER_STEPS:
        left, middle, right = slopes(step)
        quotients.append(middle)
        if abs(exact - middle) <= atol + rtol * abs(middle):
            return middle, True
        before, apart = apart, abs(right - left)
        tolerance = atol + rtol * abs(middle)
        lowest, highest = min(left, right) - tolerance, max(left, right) + tolerance
        if apart > before / 2 and lowest <= exact <= highest:
            return middle, None
    errors = [abs(exact - quotient) for quotient in quotients]
    if all(small < large / 6 for large, small in pairwise(errors)):
        return quotients[-1], True
    return quotients[0], False


def _slopes(
    project: Callable[[], float], center: float, x: Any, i: int | None, step: float
) -> tuple[float, float, float]:
    """Return the difference quotients to the left, across and to the right of one element."""
    data = x.data
    at = _number(data, i)
    h = step * max(1.0, abs(at))
    try:
        x.data = _moved(data, i, at - h)
        below, before = _number(x.data, i), project()
        x.data = _moved(data, i, at + h)
        above, after = _number(x.data, i), project()
    finally:
        x.data = data
    return (
        (center - before) / (at - below),
        (after - before) / (above - below),
        (after - center) / (above - at),
    )


def _elements(inputs: tuple[Any, ...]) -> Iterator[tuple[str, Any, int | None]]:
    """Go through every number of every input: a description, the input, the flat index."""
    for k, x in enumerate(inputs):
        if hasattr(x.data, "flat"):
            for i in range(x.data.size):
                yield f"input {k} of shape {x.data.shape}, element {i}", x, i
        else:
            yield f"input {k}", x, None


def _number(data: Any, i: int | None) -> float:
    return float(data if i is None else data.flat[i])


def _moved(data: Any, i: int | None, number: float) -> Any:
    """Return the data with one number changed, in a copy: a graph may hold the original."""
    if i is None:
        return number
    moved = data.copy()
    moved.flat[i] = number
    return moved


def _outputs(f: Callable[..., Any], inputs: Sequence[Any]) -> list[Any]:
    """Call f, and return what it returns as a list."""
    result = f(*inputs)
    outputs = list(result) if isinstance(result, (list, tuple)) else [result]
    wrong = [f"a {type(y).__name__}" for y in outputs if not hasattr(y, "backward")]
    if wrong or not outputs:
        raise TypeError(
            f"gradcheck: f returned {wrong[0] if wrong else 'an empty list'}; "
            f"return a Value, a Tensor, or a list of them"
        )
    return outputs


def _random_like(data: Any, rng: random.Random) -> Any:
    """Draw a standard normal number for each element."""
    if not hasattr(data, "flat"):
        return rng.gauss()
    drawn = data.copy()
    for i in range(drawn.size):
        drawn.flat[i] = rng.gauss()
    return drawn


def _dot(c: Any, data: Any) -> float:
    product = c * data
    return float(product.sum() if hasattr(product, "sum") else product)


def _magnitude(error: float) -> int:
    """Return the smallest power of ten above an error, from 1e-09 up: less is rounding."""
    return next(k for k in range(-9, 300) if error < 10.0**k)


# -- an activation --------------------------------------------------------------------------------

_EIGHTHS = [k / 8 for k in range(-64, 65)]  # where kinks usually are
_POINTS = [*_EIGHTHS, *(z + 0.0437 for z in _EIGHTHS), -100.0, -50.0, -20.0, 20.0, 50.0, 100.0]


def check_activation(activation: Any, **settings: Any) -> GradCheck:
    r"""Hold an activation's slope against central differences of its value, in both engines.

    .. math:: f'(z) \approx \frac{f(z + h) - f(z - h)}{2 h}

    The points are the eighths from −8 to 8, a number after each, and some as far as ±100.  At a
    kink that the entry names, the slope must lie between those of the two sides.  Between two
    points, the slope must not jump: that would be a kink without a name.  Shape and dtype, also
    float32, must be those of the input; only true and false may stand for 1 and 0.

    Args:
        activation: an entry of the table, one of your own, or the name of one.
        settings: its options.

    Returns:
        What was compared, as many derivatives of Values as of Tensors.

    Raises:
        GradientError: if a slope disagrees (both numbers are named), if there is a kink without a
            name, or if shape or dtype change.
        TypeError: if it is no activation, or an option is unknown.
        ValueError: if the table has none of that name, or an option is out of range.
        ArithmeticError, ValueError: what the entry itself raises where it is not defined: an
            activation must take every number.

    >>> print(check_activation("leaky_relu", negative_slope=0.2))
    526 derivatives agree, 2 at a kink left out; largest difference below 1e-09
    """
    import numpy as np

    from minigrad.layers import Activation
    from minigrad.scalar import Value
    from minigrad.tensor import Tensor

    f = Activation(activation, **settings)
    name, kinks = f.function.name, f.function.kinks
    _check_types(f, np)

    def by_value(z: float) -> float:
        v = Value(z)
        f(v).backward()
        return v.grad

    def by_tensor(z: float) -> float:
        x = Tensor([z], requires_grad=True)
        f(x).backward([1.0])
        return float(x.grad[0])  # type: ignore[index]

    points = sorted({z for z in _POINTS if all(abs(z - at) > 1e-3 for at in kinks)} | {*kinks})
    report = GradCheck(0, 2 * len(kinks), [], [])
    for engine, slope, value in (
        ("Value", by_value, f),
        ("Tensor", by_tensor, lambda z: float(f(np.array([z]))[0])),
    ):
        for z in points:
            exact = slope(z)
            quotient, agrees = _judge(exact, partial(_slopes_at, value, z), rtol=1e-6, atol=1e-8)
            if not agrees and (z not in kinks or agrees is False):
                what = "disagrees" if agrees is False else "has a kink that it does not name"
                raise GradientError(
                    f"check_activation: {name} {what} at z = {z:g}, as a {engine}: "
                    f"by backward {exact!r}, by differences {quotient!r}"
                )
            if z not in kinks:
                report.by_backward.append(exact)
                report.by_differences.append(quotient)
    for low, high in pairwise(points):  # beside a kink, its own jump is left out
        _refuse_jump(name, by_value, low + 1e-9 * (low in kinks), high - 1e-9 * (high in kinks))
    return report._replace(compared=len(report.by_backward))


def _slopes_at(f: Callable[[float], float], z: float, step: float) -> tuple[float, float, float]:
    """Return the difference quotients of a plain function to the left, across and to the right."""
    x = SimpleNamespace(data=z)
    return _slopes(lambda: f(x.data), f(z), x, None, step)


def _check_types(f: Any, np: Any) -> None:
    """Raise unless value and slope have the shape and dtype of the input."""
    for dtype in (np.float64, np.float32):
        x = np.linspace(-2, 2, 12, dtype=dtype).reshape(2, 3, 2)
        a = f.function.value(np, x, **f.settings)
        slope = f.function.slope(np, x, a, **f.settings)
        for what, result in (("value", a), ("slope", slope)):
            if getattr(result, "shape", None) != x.shape or result.dtype not in (dtype, bool):
                kind = getattr(result, "dtype", type(result).__name__)
                shape = getattr(result, "shape", ())
                raise GradientError(
                    f"check_activation: {f.function.name}: the {what} is {kind} of shape "
                    f"{shape} for an input that is {x.dtype} of shape {x.shape}"
                )


def _refuse_jump(name: str, slope: Callable[[float], float], low: float, high: float) -> None:
    """Halve an interval again and again, on the side where the slope changes more."""
    left, right = slope(low), slope(high)
    while abs(right - left) > 1e-6 * (1 + abs(left) + abs(right)):
        if high - low < 1e-10 * (1 + abs(low)):
            raise GradientError(
                f"check_activation: {name} has a kink that it does not name near "
                f"z = {round(low, 6) + 0.0:g}: "
                f"the slope goes from {left!r} to {right!r}"
            )
        middle = (low + high) / 2
        between = slope(middle)
        if abs(between - left) > abs(right - between):
            high, right = middle, between
        else:
            low, left = middle, between
