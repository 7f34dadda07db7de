"""Initializers: random weights whose scale keeps signals alive through many layers.

With rows as examples, a unit of a layer is a sum of ``fan_in`` products, so its variance is
``fan_in`` times that of one weight times the mean square of one input; the gradient on its way back
is a sum of ``fan_out`` products.  Each initializer answers the same question, how large the weights
may be, with a different wish in mind.

Every initializer is called as ``initializer(fan_in, fan_out, rng, dtype)`` and returns an array of
shape (fan_in, fan_out).  Those here raise a ValueError if a size is not a positive integer, and a
TypeError if ``rng`` is no generator and no seed, or ``dtype`` is neither float64 nor float32.
"""

import math
from collections.abc import Callable
from functools import wraps
from numbers import Integral
from types import NoneType
from typing import Any, TypeVar, cast

import numpy as np

from minigrad.arrays import Array, float_dtype
from minigrad.settings import whole

Rng = np.random.Generator
Initializer = TypeVar("Initializer", bound=Callable[..., Array])


def as_rng(seed: int | Rng | None, op: str = "as_rng") -> Rng:
    """Return a random generator: the given one, one from a seed, or a fresh one for None.

    >>> as_rng(7).integers(10, size=3)
    array([9, 6, 6])
    """
    if not isinstance(seed, (Integral, np.random.Generator, NoneType)) or isinstance(seed, bool):
        raise TypeError(f"{op}: rng is {seed!r}; pass a seed, a generator, or None")
    if isinstance(seed, Integral) and seed < 0:
        raise ValueError(f"{op}: rng is {seed}; pass a seed from 0 up")
    return np.random.default_rng(seed)


def _checked(draw: Initializer) -> Initializer:
    """Let an initializer refuse what would make no weights, or wrong ones, in its own name."""
    name = draw.__name__

    @wraps(draw)
    def checked(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
        fans = whole(name, "fan_in", fan_in), whole(name, "fan_out", fan_out)
        return draw(*fans, as_rng(rng, name), float_dtype(name, dtype))

    return cast(Initializer, checked)


@_checked
def plain_uniform(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
    r"""Draw from U(−b, b) with b = 1/√fan_in: the variance of a unit shrinks to a third.

    .. math:: \operatorname{Var} w = \frac{1}{3\,\text{fan_in}}

    The habit of the 1990s, and what PyTorch's ``nn.Linear`` does to this day.

    >>> round(float(plain_uniform(100, 10, 0).std()), 2)
    0.06
    """
    return _uniform(1 / math.sqrt(3 * fan_in), fan_in, fan_out, rng, dtype)


@_checked
def glorot_uniform(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
    r"""Draw from U(−b, b) with b = √(6/(fan_in + fan_out)): a truce between both directions.

    .. math:: \operatorname{Var} w = \frac{2}{\text{fan_in} + \text{fan_out}}

    Made for activations with slope 1 at zero, such as tanh.  Source: Glorot and Bengio, 2010.

    >>> round(float(glorot_uniform(100, 100, 0).std()), 2)
    0.1
    """
    return _uniform(math.sqrt(2 / (fan_in + fan_out)), fan_in, fan_out, rng, dtype)


@_checked
def glorot_normal(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
    r"""Draw from a normal distribution with Glorot's variance.

    .. math:: \operatorname{Var} w = \frac{2}{\text{fan_in} + \text{fan_out}}

    Source: Glorot and Bengio, 2010.

    >>> round(float(glorot_normal(100, 100, 0).std()), 2)
    0.1
    """
    return _normal(math.sqrt(2 / (fan_in + fan_out)), fan_in, fan_out, rng, dtype)


@_checked
def he_uniform(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
    r"""Draw from U(−b, b) with b = √(6/fan_in): twice the variance, as ReLU zeroes half of it.

    .. math:: \operatorname{Var} w = \frac{2}{\text{fan_in}}

    Source: He, Zhang, Ren and Sun, 2015.

    >>> round(float(he_uniform(200, 100, 0).std()), 2)
    0.1
    """
    return _uniform(math.sqrt(2 / fan_in), fan_in, fan_out, rng, dtype)


@_checked
def he_normal(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
    r"""Draw from a normal distribution with He's variance.

    .. math:: \operatorname{Var} w = \frac{2}{\text{fan_in}}

    Source: He, Zhang, Ren and Sun, 2015.

    >>> round(float(he_normal(200, 100, 0).std()), 2)
    0.1
    """
    return _normal(math.sqrt(2 / fan_in), fan_in, fan_out, rng, dtype)


@_checked
def lecun_uniform(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
    r"""Draw from U(−b, b) with b = √(3/fan_in): a unit has the mean square of its inputs.

    .. math:: \operatorname{Var} w = \frac{1}{\text{fan_in}}

    Source: LeCun, Bottou, Orr and Müller, 1998.

    >>> round(float(lecun_uniform(100, 100, 0).std()), 2)
    0.1
    """
    return _uniform(math.sqrt(1 / fan_in), fan_in, fan_out, rng, dtype)


@_checked
def lecun_normal(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
    r"""Draw from a normal distribution with LeCun's variance.

    .. math:: \operatorname{Var} w = \frac{1}{\text{fan_in}}

    What SELU asks for; times ReLU's gain √2, it is He's.

    Source: LeCun, Bottou, Orr and Müller, 1998.

    >>> round(float(lecun_normal(100, 100, 0).std()), 2)
    0.1
    """
    return _normal(math.sqrt(1 / fan_in), fan_in, fan_out, rng, dtype)


@_checked
def orthogonal(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
    r"""Draw a matrix whose rows or columns, whichever are fewer, are orthogonal and of length 1.

    .. math:: W^\top W = 1 \quad (\text{fan_in} \ge \text{fan_out}), \qquad
              W W^\top = 1 \quad (\text{fan_in} \le \text{fan_out})

    A square one keeps the length of every vector exactly, forward and backward.  Each such matrix
    is as likely as any other (Haar's measure): it is Q of the QR decomposition of a normal matrix,
    with the signs that make the diagonal of R positive.

    Source: Saxe, McClelland and Ganguli, 2014.

    >>> W = orthogonal(3, 2, 0)
    >>> np.allclose(W.T @ W, np.eye(2))
    True
    """
    tall = rng.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return np.ascontiguousarray(q if fan_in >= fan_out else q.T, dtype)


@_checked
def zeros(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
    """Return zeros: right for biases, and wrong for weights, whose units would never differ.

    >>> zeros(2, 1, 0)
    array([[0.],
           [0.]])
    """
    return np.zeros((fan_in, fan_out), dtype)


def _uniform(std: float, fan_in: int, fan_out: int, rng: Rng, dtype: Any) -> Array:
    bound = math.sqrt(3) * std
    return rng.uniform(-bound, bound, (fan_in, fan_out)).astype(dtype)


def _normal(std: float, fan_in: int, fan_out: int, rng: Rng, dtype: Any) -> Array:
    return rng.normal(0.0, std, (fan_in, fan_out)).astype(dtype)
