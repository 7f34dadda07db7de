"""Settings of optimizers and training: each is checked where it comes in, or named and refused."""

import math
from numbers import Integral, Real
from typing import Any


def positive(op: str, what: str, x: Any) -> float:
    """Return a setting as a float, or say that it must be a positive number.

    >>> positive("SGD", "lr", 1)
    1.0
    """
    if not _is_number(x) or not 0 < x < math.inf:
        raise ValueError(f"{op}: {what} is {x!r}; pass a positive number")
    return float(x)  # a NumPy number would turn float32 to float64


def not_negative(op: str, what: str, x: Any) -> float:
    """Return a setting as a float, or say that it must be 0 or more.

    >>> not_negative("AdamW", "weight_decay", 0)
    0.0
    """
    if not _is_number(x) or not 0 <= x < math.inf:
        raise ValueError(f"{op}: {what} is {x!r}; pass 0 or more")
    return float(x)


def share(op: str, what: str, x: Any) -> float:
    """Return a setting as a float, or say that it must be 0 or more, and less than 1.

    >>> share("SGD", "momentum", 0)
    0.0
    """
    if not _is_number(x) or not 0 <= x < 1:
        raise ValueError(f"{op}: {what} is {x!r}; pass a number from 0 up to, not including, 1")
    return float(x)


def between(op: str, what: str, x: Any, low: float, high: float) -> float:
    """Return a setting as a float, or say between which numbers, both allowed, it must be.

    >>> between("BatchNorm", "momentum", 1, 1e-6, 1.0)
    1.0
    """
    if not _is_number(x) or not low <= x <= high:
        raise ValueError(f"{op}: {what} is {x!r}; pass a number from {low:g} to {high:g}")
    return float(x)


def whole(op: str, what: str, n: Any, least: int = 1) -> int:
    """Return a setting as an int, or say that it must be a whole number of at least 1, or 0.

    >>> whole("fit", "epochs", 3)
    3
    """
    if not isinstance(n, Integral) or isinstance(n, bool) or n < least:
        wanted = "a positive integer" if least else "an integer from 0 up"
        raise ValueError(f"{op}: {what} is {n!r}; pass {wanted}")
    return int(n)


def _is_number(x: Any) -> bool:
    return isinstance(x, Real) and not isinstance(x, bool)
