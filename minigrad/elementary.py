r"""Elementary functions, of which one composes an activation of one's own.

Each takes a `Value`, a `Tensor`, a number or a NumPy array of floats, so what is written with them
works for all four.  As in the table of activations, each is its value and its slope.  Where the
result is no number, or too large for one, they raise and name the culprit.
"""

import inspect
from collections.abc import Callable
from typing import Any

from minigrad import floats
from minigrad.elementwise import Elementwise, formulas
from minigrad.lines import Line, describe, in_blocks, refuse, unlike
from minigrad.normal import REACH, distribution_and_density


class Elementary(Elementwise):
    """An elementary function, which may refuse some numbers.

    Args:
        name: its name.
        value: ``value(xp, x)``, computing y = f(x).
        slope: ``slope(xp, x, y)``, computing f′(x); y is f(x).
        formula: f(x) in LaTeX.
        slope_formula: f′(x) in LaTeX.
        about: one sentence on what it does, and one on what it raises.
        example: a doctest.
        refuses: tells which numbers are refused.
        advice: what to pass instead.
        error: what is raised.
    """

    def __init__(
        self,
        name: str,
        *,
        value: Line,
        slope: Line,
        formula: str,
        slope_formula: str,
        about: str,
        example: str,
        refuses: Callable[[Any], Any] = lambda x: False,
        advice: str = "",
        error: type[Exception] = ValueError,
    ) -> None:
        def guarded(xp: Any, x: Any) -> Any:
            if (wrong := refuses(x)) is not False:
                refuse(name, x, wrong, advice, error)
            return value(xp, x)

        super().__init__(name, guarded, slope)
        self.__signature__ = inspect.signature(lambda x: x)
        what, _, raises = about.partition("\n")
        other = "Raises TypeError unless x is a `Value`, a `Tensor`, a number or a float array."
        lines = [what, "", *formulas(formula, slope_formula), raises, other, "", example]
        self.__doc__ = "\n".join(lines)

    def __reduce__(self) -> Any:
        return _named, (self.name,)  # there is only one of each

    def __repr__(self) -> str:
        return f"<function {self.name}>"


_LARGEST = {2: 11.0859375, 4: 88.72283172607422}  # whose e^x is a float of 2 or 4 bytes, too


def _too_large_for_exp(x: Any) -> Any:
    return (x > _LARGEST.get(getattr(x, "itemsize", 8), 709.782712893384)) & (x < floats.inf)


def _slope_of_sqrt(xp: Any, x: Any, y: Any) -> Any:
    refuse("sqrt", x, y == 0, "its slope is infinite there; add a little to x", ZeroDivisionError)
    return 0.5 / y


exp = Elementary(
    "exp",
    value=lambda xp, x: xp.exp(x),
    slope=lambda xp, x, y: y,
    formula=r"y = e^x",
    slope_formula=r"y' = y",
    about="Raise e to the power of x.\nRaises OverflowError if the result is beyond all floats.",
    example=">>> exp(0.0), exp(-1000.0)\n(1.0, 0.0)",
    refuses=_too_large_for_exp,
    advice="its result is beyond all floats; subtract the largest x first, as softmax does",
    error=OverflowError,
)

log = Elementary(
    "log",
    value=lambda xp, x: xp.log(x),
    slope=lambda xp, x, y: 1 / x,
    formula=r"y = \log x",
    slope_formula=r"y' = 1 / x",
    about="Compute the natural logarithm.\nRaises ValueError if a number is not positive.",
    example=">>> log(1.0), log(10.0)\n(0.0, 2.3026)",
    refuses=lambda x: x <= 0,
    advice="pass positive numbers",
)

sqrt = Elementary(
    "sqrt",
    value=lambda xp, x: xp.sqrt(x),
    slope=_slope_of_sqrt,
    formula=r"y = \sqrt{x}",
    slope_formula=r"y' = \frac{1}{2 y}",
    about="Compute the square root.\nRaises ValueError if a number is negative, and "
    "ZeroDivisionError if\nthe slope at 0, which is infinite, is asked for.",
    example=">>> sqrt(9.0)\n3.0",
    refuses=lambda x: x < 0,
    advice="pass no negative number",
)

sin = Elementary(
    "sin",
    value=lambda xp, x: xp.sin(x),
    slope=lambda xp, x, y: xp.cos(x),
    formula=r"y = \sin x",
    slope_formula=r"y' = \cos x",
    about="Compute the sine of an angle in radians.\nRaises ValueError if a number is infinite.",
    example=">>> sin(0.0), sin(1.0)\n(0.0, 0.8415)",
    refuses=lambda x: abs(x) == floats.inf,
    advice="pass finite numbers",
)

cos = Elementary(
    "cos",
    value=lambda xp, x: xp.cos(x),
    slope=lambda xp, x, y: -xp.sin(x),
    formula=r"y = \cos x",
    slope_formula=r"y' = -\sin x",
    about="Compute the cosine of an angle in radians.\nRaises ValueError if a number is infinite.",
    example=">>> cos(0.0), cos(1.0)\n(1.0, 0.5403)",
    refuses=lambda x: abs(x) == floats.inf,
    advice="pass finite numbers",
)

absolute = Elementary(
    "abs",
    value=lambda xp, x: abs(x),
    slope=lambda xp, x, y: xp.sign(x),
    formula=r"y = |x|",
    slope_formula=r"y' = \operatorname{sign} x",
    about="Compute what Python's abs(x) gives.\nAt x = 0 it has a kink: the slope there is 0.",
    example=">>> absolute(-2.0)\n2.0",
)

_normal = in_blocks(
    lambda xp, x: distribution_and_density(xp, xp.clip(x, -REACH, REACH)),
)

normal_cdf = Elementary(
    "normal_cdf",
    value=lambda xp, x: _normal(xp, x)[0],
    slope=lambda xp, x, y: _normal(xp, x)[1],
    formula=r"y = \Phi(x) = \int_{-\infty}^{x} \varphi(t)\,dt",
    slope_formula=r"y' = \varphi(x) = \frac{e^{-x^2 / 2}}{\sqrt{2 \pi}}",
    about="Compute the probability that a standard normal number lies below x.\n"
    "With the error function, it is (1 + erf(x / √2)) / 2.",
    example=">>> normal_cdf(0.0), normal_cdf(1.96)\n(0.5, 0.9750)",
)

_ALL = {f.name: f for f in (exp, log, sqrt, sin, cos, absolute, normal_cdf)}


def _named(name: str) -> Elementary:
    return _ALL[name]


def maximum(x: Any, y: Any) -> Any:
    r"""Return the larger of two, element by element.

    .. math:: a = \max(x, y), \qquad \frac{\partial a}{\partial x} = [x > y] + \tfrac{1}{2} [x = y]

    Where the two are equal there is a kink; they share the gradient in equal parts.

    Args:
        x, y: each a Value, a Tensor, a number or an array; a Value goes with Values and numbers,
            and arrays are broadcast.

    Raises:
        TypeError: if one is of another kind, or the two do not go together.
        ValueError: if the shapes do not fit.

    >>> from minigrad import Tensor
    >>> maximum(Tensor([-1.0, 2.0]), 0.5), maximum(3.0, 4.0)
    (Tensor([0.5, 2. ]), 4.0)
    """
    return _pairwise(
        *("maximum", x, y),
        value=lambda xp, x, y: xp.maximum(x, y),
        share=lambda g, x, y: g * (x > y) + g / 2 * (x == y),
    )


def minimum(x: Any, y: Any) -> Any:
    r"""Return the smaller of two, element by element.

    .. math:: a = \min(x, y), \qquad \frac{\partial a}{\partial x} = [x < y] + \tfrac{1}{2} [x = y]

    Where the two are equal there is a kink; they share the gradient in equal parts.

    Args:
        x, y: each a Value, a Tensor, a number or an array; a Value goes with Values and numbers,
            and arrays are broadcast.

    Raises:
        TypeError: if one is of another kind, or the two do not go together.
        ValueError: if the shapes do not fit.

    >>> from minigrad import Tensor
    >>> minimum(Tensor([-1.0, 2.0]), 0.5), minimum(3.0, 4.0)
    (Tensor([-1. ,  0.5]), 3.0)
    """
    return _pairwise(
        *("minimum", x, y),
        value=lambda xp, x, y: xp.minimum(x, y),
        share=lambda g, x, y: g * (x < y) + g / 2 * (x == y),
    )


def _pairwise(op: str, x: Any, y: Any, value: Line, share: Line) -> Any:
    """Apply a function whose operands can trade places; share(g, x, y) is x's part of g."""
    for one, other in ((x, y), (y, x)):
        if hasattr(one, "_pairwise"):
            return one._pairwise(op, other, value, share)
    x, y = _plain(op, x), _plain(op, y)
    if isinstance(x, float) and isinstance(y, float):
        return value(floats, x, y)
    import numpy as np

    try:
        return value(np, x, y)
    except ValueError:
        raise unlike(op, x, y) from None


def _plain(op: str, x: Any) -> Any:
    """Return a number as a float, an array of floats as it is; raise for anything else."""
    if isinstance(x, (int, float)) and not isinstance(x, bool):
        return float(x)
    if getattr(getattr(x, "dtype", None), "kind", "") == "f":
        return x
    raise TypeError(
        f"{op}: got {describe(x)}; pass Values, Tensors, numbers or NumPy arrays of floats"
    )
