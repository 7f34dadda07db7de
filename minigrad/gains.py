"""Gains: how much larger weights must be to make up for what an activation takes away.

Let z be a standard normal number, as the sum of many products nearly is.  An activation gives out
the mean square E[f(z)²], and lets a gradient through with the mean square E[f′(z)²].  Weights
multiplied by one over the root of the first keep the signal at its size from layer to layer;
multiplied by one over the root of the second, the gradient.  Both follow from the table alone.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from minigrad.activations import entry
from minigrad.arrays import Array
from minigrad.elementwise import ActivationFunction
from minigrad.initializers import Rng

REACH = 12.0  # beyond, the normal density is below 1e−31
PIECE = 0.25  # of a panel in which the integrand is smooth
NODES = 16  # of Gauss and Legendre's rule, in each panel


class Gain(NamedTuple):
    """What an activation asks of the weights: for signals forward, for gradients backward."""

    forward: float
    backward: float


def gain(activation: ActivationFunction | str, **settings: float) -> Gain:
    r"""Compute the factors by which an activation shrinks signals and gradients, inverted.

    .. math:: g_\text{forward} = \frac{1}{\sqrt{E[f(z)^2]}}, \qquad
              g_\text{backward} = \frac{1}{\sqrt{E[f'(z)^2]}}, \qquad z \sim N(0, 1)

    For ReLU both are √2: half of the mean square is lost, and that is where He's 2 comes from.

    Args:
        activation: an entry of the table, or its name.
        settings: its options, such as ``negative_slope``.

    Raises:
        ValueError: if there is no activation of that name, an option is out of range, or its
            results or slopes are all 0.
        TypeError: if it is no entry of the table, or an option is unknown.

    Source: the idea, LeCun, Bottou, Orr and Müller, 1998; for ReLU, He, Zhang, Ren and Sun, 2015.

    >>> gain("relu")
    Gain(forward=1.4142, backward=1.4142)
    >>> gain("tanh")
    Gain(forward=1.5925, backward=1.4674)
    """
    f = entry("gain", activation)
    options = f.settings(**settings)
    z, weights = _normal_quadrature(sorted(f.kinks))
    a = f.value(np, z, **options)
    slope = f.slope(np, z, a, **options)
    signal, gradient = weights @ a**2, weights @ slope**2
    if not signal or not gradient:
        raise ValueError(
            f"gain: of a {f.name}, {'its slope' if signal else 'the result'} is 0 everywhere, "
            f"which no factor makes up for; pass an activation that lets something through"
        )
    return Gain(1 / math.sqrt(signal), 1 / math.sqrt(gradient))


def with_gain(
    initializer: Callable[..., Array], activation: ActivationFunction | str, **settings: float
) -> Callable[..., Array]:
    """Make an initializer whose weights are larger by an activation's forward `gain`.

    With `lecun_normal` and ReLU this is `he_normal`.

    Args:
        initializer: such as `lecun_normal` or `orthogonal`, which keep the signal of the identity.
        activation: the activation that follows the layer: an entry of the table, or its name.
        settings: its options.

    Raises:
        ValueError, TypeError: as `gain`.

    >>> from minigrad import he_normal, lecun_normal
    >>> relu_normal = with_gain(lecun_normal, "relu")
    >>> rng = np.random.default_rng
    >>> np.allclose(relu_normal(9, 4, rng(0)), he_normal(9, 4, rng(0)), rtol=1e-12)
    True
    """
    factor = gain(activation, **settings).forward

    def scaled(fan_in: int, fan_out: int, rng: Rng, dtype: Any = np.float64) -> Array:
        return factor * initializer(fan_in, fan_out, rng, dtype)

    return scaled


def _normal_quadrature(kinks: list[float]) -> tuple[Array, Array]:
    """Return points z and weights such that weights @ f(z) is E[f(z)], kinks between panels."""
    marks = [-REACH, *(k for k in kinks if abs(k) < REACH), REACH]
    edges = [np.linspace(a, b, math.ceil((b - a) / PIECE) + 1) for a, b in pairwise(marks)]
    starts = np.concatenate([e[:-1] for e in edges])[:, None]
    ends = np.concatenate([e[1:] for e in edges])[:, None]
    x, w = np.polynomial.legendre.leggauss(NODES)
    z = (starts + ends) / 2 + (ends - starts) / 2 * x
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return z.ravel(), ((ends - starts) / 2 * w * density).ravel()
