"""NumPy's names for one number, so that a line written for arrays also runs on a float.

The activation table takes its functions from a namespace called ``xp``.  For arrays, ``xp`` is
NumPy; for a `Value`, or a plain number, it is this module.  It needs nothing but ``math``.
"""

import math
from math import cos as cos
from math import log as log
from math import log1p as log1p
from math import sin as sin
from math import sqrt as sqrt
from math import tanh as tanh
from typing import NoReturn

inf = math.inf
nan = math.nan


def __getattr__(name: str) -> NoReturn:
    known = sorted({*globals()} - {"math"})
    offered = [other for other in known if other.islower() and not other.startswith("_")]
    raise AttributeError(f"xp.{name} is not offered for one number; there are {offered}")


def clip(z: float, low: float, high: float) -> float:
    """Return the number, moved up to low or down to high if it is outside; NaN for NaN.

    >>> clip(-7.0, 0.0, 6.0), clip(2.0, 0.0, 6.0), clip(7.0, 0.0, 6.0)
    (0.0, 2.0, 6.0)
    """
    return minimum(maximum(z, low), high)


def exp(z: float) -> float:
    """Compute e^z; past float64's range the result is inf, as in NumPy.

    >>> exp(0.0), exp(1000.0)
    (1.0, inf)
    """
    try:
        return math.exp(z)
    except OverflowError:
        return inf


def expm1(z: float) -> float:
    """Compute e^z − 1, exactly also near 0; past float64's range the result is inf, as in NumPy.

    >>> expm1(1e-20), expm1(-1000.0), expm1(1000.0)
    (1e-20, -1.0, inf)
    """
    try:
        return math.expm1(z)
    except OverflowError:
        return inf


def full_like(z: float, fill: float) -> float:
    """Return a number in place of another.

    >>> full_like(-7.0, 0.5)
    0.5
    """
    return fill


def maximum(x: float, y: float) -> float:
    """Return the larger of two numbers, and NaN if either is NaN.

    >>> maximum(-2.0, 0), maximum(nan, 0)
    (0, nan)
    """
    return y if y > x or y != y else x


def minimum(x: float, y: float) -> float:
    """Return the smaller of two numbers, and NaN if either is NaN.

    >>> minimum(-2.0, 0.0), minimum(nan, 0.0)
    (-2.0, nan)
    """
    return y if y < x or y != y else x


def ones_like(z: float) -> float:
    """Return 1, whatever the number.

    >>> ones_like(-7.0)
    1.0
    """
    return 1.0


def sign(z: float) -> float:
    """Return −1, 0 or 1, and NaN for NaN.

    >>> sign(-7.0), sign(0.0)
    (-1.0, 0.0)
    """
    return z if z != z else float((z > 0) - (z < 0))
