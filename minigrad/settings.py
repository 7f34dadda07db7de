"""Settings of optimizers and training: each is checked where it comes in, or named and refused."""

import math
from typing import Any

import numpy as np


def positive(op: str, what: str, x: Any) -> float:
    """Return a setting as a float, or say that it must be a positive number.

    >>> positive("SGD", "lr", np.float32(0.5))
    0.5
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


def whole(op: str, what: str, n: Any, least: int = 1) -> int:
    """Return a setting as an int, or say that it must be a whole number of at least 1, or 0.

    >>> whole("fit", "epochs", np.int64(3))
    3
    """
    if not isinstance(n, (int, np.integer)) or isinstance(n, bool) or n < least:
        wanted = "a positive integer" if least else "an integer from 0 up"
        raise ValueError(f"{op}: {what} is {n!r}; pass {wanted}")
    return int(n)


def _is_number(x: Any) -> bool:
    return isinstance(x, (int, float, np.integer, np.floating)) and not isinstance(x, bool)
