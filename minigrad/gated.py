"""Gated units: one linear layer says what, another says how much of it goes through.

A plain layer has one way to the loss, through its activation, and a gradient that shrinks with its
slope.  A gated unit has two: what comes through the open gate was only multiplied.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.activations import gelu, relu, sigmoid, silu
from minigrad.arrays import Array
from minigrad.elementwise import ActivationFunction
from minigrad.initializers import Rng, as_rng, glorot_uniform, zeros
from minigrad.layers import Layer, Linear, linear
from minigrad.settings import whole
from minigrad.tensor import Tensor


class GatedUnit(Layer):
    """a = (x W + b) ⊙ f(x V + c): the units below differ in the activation f of the gate."""

    activation: ActivationFunction

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        weight_init: Callable[..., Array] = glorot_uniform,
        bias_init: Callable[..., Array] | None = zeros,
        rng: int | Rng | None = None,
        dtype: Any = np.float64,
    ) -> None:
        op = type(self).__name__
        self.in_features = whole(op, "in_features", in_features)
        self.out_features = whole(op, "out_features", out_features)
        rng = as_rng(rng, op)  # one for both: from the same seed, W and V would be equal
        value, gate = (
            Linear(
                in_features,
                out_features,
                weight_init=weight_init,
                bias_init=bias_init,
                rng=rng,
                dtype=dtype,
            )
            for _ in range(2)
        )
        self.W, self.b, self.V, self.c = value.W, value.b, gate.W, gate.b

    def __call__(self, x: Any) -> Tensor:
        gate: Tensor = self.activation(linear(x, self.V, self.c))
        return linear(x, self.W, self.b) * gate

    def __repr__(self) -> str:
        bias = ", bias_init=None" if self.b is None else ""
        return f"{type(self).__name__}({self.in_features}, {self.out_features}{bias})"


class GLU(GatedUnit):
    r"""The gated linear unit: its gate is a sigmoid, from closed (0) to open (1).

    .. math:: a = (x W + b) \odot \sigma(x V + c)

    Args:
        in_features: how many numbers come in for each example.
        out_features: how many units the layer has, and numbers go out.
        weight_init: the initializer of W and of V, each of shape (in_features, out_features).
        bias_init: the initializer of b and c, or None for a layer without biases.
        rng: a seed or a generator; share one generator among the layers of a network.
        dtype: float64 or float32.

    Raises:
        TypeError, ValueError: if a size is not a positive integer, or else as `Linear`.

    Source: Dauphin, Fan, Auli and Grangier, 2017.

    >>> GLU(2, 3, rng=0)([[0.0, 0.0]]).shape
    (1, 3)
    """

    activation = sigmoid


class ReGLU(GatedUnit):
    r"""The gated linear unit with `relu` for its gate.

    .. math:: a = (x W + b) \odot \max(x V + c, 0)

    It takes what `GLU` takes.

    Raises:
        TypeError, ValueError: if a size is not a positive integer, or else as `Linear`.

    Source: Shazeer, 2020.

    >>> ReGLU(2, 3, rng=0)
    ReGLU(2, 3)
    """

    activation = relu


class GEGLU(GatedUnit):
    r"""The gated linear unit with `gelu` for its gate.

    .. math:: a = (x W + b) \odot \operatorname{GELU}(x V + c)

    It takes what `GLU` takes.

    Raises:
        TypeError, ValueError: if a size is not a positive integer, or else as `Linear`.

    Source: Shazeer, 2020.

    >>> GEGLU(2, 3, rng=0)
    GEGLU(2, 3)
    """

    activation = gelu


class SwiGLU(GatedUnit):
    r"""The gated linear unit with `silu` for its gate, which is Swish with β = 1.

    .. math:: a = (x W + b) \odot z\,\sigma(z), \qquad z = x V + c

    It takes what `GLU` takes.

    Raises:
        TypeError, ValueError: if a size is not a positive integer, or else as `Linear`.

    Source: Shazeer, 2020.

    >>> SwiGLU(2, 3, bias_init=None, rng=0)
    SwiGLU(2, 3, bias_init=None)
    """

    activation = silu
