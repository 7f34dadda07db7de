"""An activation that a reader typed: what it is, where it lets a gradient through, and how much.

Every slope here comes from the engine's own back-propagation; nothing is differentiated by hand.
"""

import ast
import math
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import minigrad
from in_page.hints import explained
from minigrad import TABLE, Value

Function = Callable[[Value], Any]

REACH = 5.0  # the curves are drawn from −5 to 5
SATURATED = 0.05  # under this share of the largest slope; minigrad.probe has the same shares
DEAD = 0.001
STEEP = 2.0  # more than any slope in the table: what grows is not dead wherever it grows slower
REACH_OF_NORMAL = 8  # beyond, the normal density is below 1e−14

NAMES = (
    *("exp", "log", "sqrt", "sin", "cos", "normal_cdf", "maximum", "minimum"),
    *(name for name in TABLE if name != "identity"),
)


class Unfit(Exception):
    """What was typed is no activation; the message says why, in a sentence."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line


class Point(NamedTuple):
    """An activation at one place."""

    x: float
    value: float
    slope: float


def read(code: str) -> Function:
    """Make a function of what a reader typed: an expression of x, or lines that end in one."""
    try:
        tree = ast.parse(code, "<activation>")
    except SyntaxError as error:
        said = f"Line {error.lineno} is not Python: {explained(error)}"
        raise Unfit(said, error.lineno) from None
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        raise Unfit("The last line must be a formula of x, such as x * sigmoid(1.5 * x).")
    last = ast.Expression(tree.body.pop().value)
    lines, formula = (
        compile(part, "<activation>", mode) for part, mode in ((tree, "exec"), (last, "eval"))
    )
    known = {name: getattr(minigrad, name) for name in NAMES} | {"math": math, "Value": Value}

    def function(x: Value) -> Any:
        names = known | {"x": x}
        if tree.body:
            exec(lines, names)
        return eval(formula, names)

    return function


def named(name: str) -> Function:
    """Return an activation of the table, at its default settings."""
    return TABLE[name]


def at(f: Function, x: float) -> Point:
    """Compute an activation and its slope at x, or say why that cannot be done."""
    start = Value(x)
    try:
        y = f(start)
        if isinstance(y, Value):
            y.backward()
    except RecursionError:
        raise Unfit("A function in it calls itself without an end.") from None
    except Exception as error:
        line = _line(error)
        which = f"Line {line}" if line else "It"
        where = "" if isinstance(error, (NameError, TypeError)) else f" at x = {x:.4g}"
        said = explained(error, (*NAMES, "math"))
        raise Unfit(f"{which} could not be computed{where}. {said}", line) from None
    if isinstance(y, Value):
        return Point(x, y.data, start.grad)
    if isinstance(y, (int, float)):
        return Point(x, float(y), 0.0)
    if callable(y):
        name = getattr(y, "__name__", "f").replace("<lambda>", "f")
        raise Unfit(f"It ends with a function and not with a number: write {name}(x).")
    raise Unfit(f"It gives a {type(y).__name__} and not a number; end with a formula of x.")


def _line(error: BaseException) -> int | None:
    """Return the last line of what was typed that ran."""
    line, trace = None, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<activation>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def curve(f: Function, points: int = 401) -> list[Point]:
    """Compute an activation and its slope from −5 to 5, and refuse what is none."""
    found = [at(f, REACH * (2 * i / (points - 1) - 1)) for i in range(points)]
    for x, value, slope in found:
        if not math.isfinite(value) or not math.isfinite(slope):
            what = "value" if not math.isfinite(value) else "slope"
            number = value if what == "value" else slope
            raise Unfit(f"Its {what} at x = {x:.4g} is {number}; an activation needs a number.")
    if all(point.slope == 0 for point in found):
        if max(p.value for p in found) == min(p.value for p in found):
            raise Unfit(
                f"It gives {found[0].value + 0.0:.4g} whatever x is. It ignores its input, its "
                "slope is 0 everywhere, and a network made of it can learn nothing."
            )
        if not isinstance(f(Value(1.0)), Value):
            raise Unfit(
                "It gives plain numbers, of which the engine cannot tell how they came from x. "
                "Use x itself, and not x.data or float(x)."
            )
        raise Unfit(
            "Its slope is 0 everywhere: no gradient ever comes through, and a network made "
            "of it can learn nothing."
        )
    return found


def zones(f: Function, found: Sequence[Point], share: float) -> list[tuple[float, float]]:
    """Find where the slope is under this share of the largest: from where to where.

    Args:
        f: the activation.
        found: its curve.
        share: of the largest slope in the curve, or of `STEEP` if that is less.
    """
    limit = share * min(STEEP, max(abs(point.slope) for point in found))

    def is_flat(point: Point) -> bool:
        return abs(point.slope) < limit

    def edge(flat: float, steep: float) -> float:
        for _ in range(10):  # halves: a place between two of the curve, to a hundredth at least
            middle = (flat + steep) / 2
            try:
                inside = is_flat(at(f, middle))
            except Unfit:
                break
            flat, steep = (middle, steep) if inside else (flat, middle)
        return round((flat + steep) / 2, 3) + 0.0

    places, start = [], 0
    for flat, run in groupby(found, key=is_flat):
        stop = start + len(list(run))
        if flat and stop - start > 1:
            before, after = found[max(0, start - 1)].x, found[min(stop, len(found) - 1)].x
            places.append((edge(found[start].x, before), edge(found[stop - 1].x, after)))
        start = stop
    return places


class Gains(NamedTuple):
    """How an activation changes mean squares, and the weights' factors that make up for it."""

    signal: float  # E[f(z)²]
    gradient: float  # E[f′(z)²]

    @property
    def forward(self) -> float:
        return 1 / math.sqrt(self.signal)

    @property
    def backward(self) -> float:
        return 1 / math.sqrt(self.gradient)

    @property
    def per_layer(self) -> float:
        """By what the gradient is multiplied in a layer whose weights have the forward gain."""
        return self.forward / self.backward


def mean_squares(f: Function, spread: float = 1.0, step: float = 0.01) -> Gains:
    """Average f² and f′² over a normal distribution, by the midpoint rule.

    The edges of the pieces are multiples of the step, so corners at such places, 0 above all, do no
    harm.

    Args:
        f: the activation.
        spread: the standard deviation of z.
        step: the width of a piece, in standard deviations.
    """
    signals, gradients = [], []
    for i in range(round(-REACH_OF_NORMAL / step), round(REACH_OF_NORMAL / step)):
        z = (i + 0.5) * step
        weight = step * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        _, value, slope = at(f, spread * z)
        signals.append(weight * value * value)
        gradients.append(weight * slope * slope)
    for parts in (signals, gradients):
        if not all(map(math.isfinite, parts)):
            raise Unfit("Its mean squares grow beyond all numbers.")
        if max(parts[0], parts[-1]) > 1e-6 * math.fsum(parts):  # the ends should hardly count
            raise Unfit("It grows so fast that its mean squares are beyond all bounds.")
    return Gains(math.fsum(signals), math.fsum(gradients))


def gains(f: Function) -> Gains:
    """Compute an activation's gains, or say why it has none."""
    found = mean_squares(f)
    if not found.signal or not found.gradient:
        raise Unfit("Its mean squares are 0 where the inputs of a neuron usually are.")
    return found


def through_layers(f: Function, gain: float, layers: int = 10) -> list[float]:
    """Follow a gradient back through wide layers of such neurons.

    The weights have the variance gain²/n, as many outputs as inputs, and no bias; the inputs of the
    first layer have a mean square of 1.  In a wide layer, sums of many products are nearly normal,
    so both mean squares follow from two averages per layer.  explorables/chain.py does the same.

    Returns:
        the root mean square of the gradient of z at each layer, the first layer first, as a share
        of that at the last.
    """
    factors, spread = [], gain
    for _ in range(layers - 1):
        found = mean_squares(f, spread, step=0.05)
        factors.append(gain * math.sqrt(found.gradient))
        spread = gain * math.sqrt(found.signal)
    return [math.prod(factors[i:]) for i in range(layers)]


def through_a_chain(f: Function, neurons: int = 10, start: float = 1.0) -> float:
    """Walk back through neurons in a row, each weight 1: ∂(last output)/∂(first input)."""
    x = a = Value(start)
    for _ in range(neurons):
        a = f(a)
    a.backward()
    return x.grad
