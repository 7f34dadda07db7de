"""Activations that learn their own shape, so they are layers and not entries of the table."""

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.arrays import Array, float_dtype
from minigrad.initializers import Rng, as_rng, glorot_uniform, zeros
from minigrad.layers import Layer, Linear, linear
from minigrad.recording import record
from minigrad.settings import whole
from minigrad.tensor import Tensor, as_tensor


class PReLU(Layer):
    r"""Keep what is positive, and learn how much of the rest to let through.

    .. math:: f(z) = \max(z, 0) + \alpha \min(z, 0), \qquad
              \frac{\partial f}{\partial z} = [z > 0] + \alpha\,[z \le 0], \qquad
              \frac{\partial f}{\partial \alpha} = \min(z, 0)

    The gradient of α is summed over all that share it.  At z = 0 it has a kink: the slope there
    is α.

    Args:
        channels: 1 for one α, or the length of the last axis for one α for each place on it.
        dtype: float64 or float32.

    The slopes α are the Tensor ``alpha``, of shape (channels,), and start at 0.25.

    Raises:
        TypeError: if ``dtype`` is another one.
        ValueError: if ``channels`` is not a positive integer, or the last axis of an input has
            another length.

    Source: He, Zhang, Ren and Sun, 2015.

    >>> PReLU()([-4.0, 0.0, 4.0]).data
    array([-1.,  0.,  4.])
    """

    def __init__(self, channels: int = 1, *, dtype: Any = np.float64) -> None:
        self.channels = whole("PReLU", "channels", channels)
        self.alpha = Tensor(
            np.full(channels, 0.25, float_dtype("PReLU", dtype)), requires_grad=True
        )

    def __call__(self, z: Any) -> Tensor:
        inputs = as_tensor(z, "PReLU")
        if not inputs.ndim:
            raise ValueError("PReLU: got a single number; pass an array with at least one axis")
        if self.channels not in (1, inputs.shape[-1]):
            raise ValueError(
                f"PReLU: got an input of shape {inputs.shape} for {self.channels} channels; "
                f"the last axis must have that length"
            )
        x, alpha = inputs.data, self.alpha.data
        negative = np.minimum(x, 0.0)
        return record(
            "PReLU",
            np.maximum(x, 0.0) + alpha * negative,
            (inputs, lambda delta: delta * ((x > 0) + alpha * (x <= 0))),
            (self.alpha, lambda delta: delta * negative),  # the engine sums
        )

    def __repr__(self) -> str:
        return f"PReLU({self.channels})"


class Maxout(Layer):
    r"""Take, for each unit, the largest of k linear functions: a convex shape that is learned.

    .. math:: a = \max_j\,(x W_j + b_j), \qquad j = 1, \dots, k

    With two pieces of which one is 0 it is ReLU; with more it can follow any convex curve.  The
    gradient goes to the largest piece alone.  Where several are largest, there is a kink: they
    share the gradient in equal parts.

    Args:
        in_features: how many numbers come in for each example.
        out_features: how many units the layer has, and numbers go out.
        pieces: k, how many linear functions each unit chooses from.
        weight_init: the initializer of each :math:`W_j`, of shape (in_features, out_features).
        bias_init: the initializer of each :math:`b_j`, or None for a layer without biases.
        rng: a seed or a generator; share one generator among the layers of a network.
        dtype: float64 or float32.

    The pieces stand side by side in one matrix ``W``, of shape (in_features, k · out_features), and
    so in ``b``.

    Raises:
        TypeError, ValueError: if a size is not a positive integer, or else as `Linear`.

    Source: Goodfellow, Warde-Farley, Mirza, Courville and Bengio, 2013.

    >>> layer = Maxout(1, 1, pieces=2, rng=0)
    >>> layer.W.data = [[1.0, -1.0]]
    >>> layer([[-3.0], [2.0]]).data
    array([[3.],
           [2.]])
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        pieces: int = 2,
        *,
        weight_init: Callable[..., Array] = glorot_uniform,
        bias_init: Callable[..., Array] | None = zeros,
        rng: int | Rng | None = None,
        dtype: Any = np.float64,
    ) -> None:
        self.in_features = whole("Maxout", "in_features", in_features)
        self.out_features = whole("Maxout", "out_features", out_features)
        self.pieces = whole("Maxout", "pieces", pieces)
        rng = as_rng(rng, "Maxout")
        # Each piece is drawn as a layer of its own: a gradient comes back through one of them.
        parts = [
            Linear(
                in_features,
                out_features,
                weight_init=weight_init,
                bias_init=bias_init,
                rng=rng,
                dtype=dtype,
            )
            for _ in range(pieces)
        ]
        self.W = Tensor(np.concatenate([part.W.data for part in parts], 1), requires_grad=True)
        biases = [part.b.data for part in parts if part.b is not None]
        self.b = Tensor(np.concatenate(biases), requires_grad=True) if biases else None

    def __call__(self, x: Any) -> Tensor:
        z = linear(x, self.W, self.b)
        a = z.reshape(*z.shape[:-1], self.pieces, self.out_features).max(-2)
        a.op = "Maxout"  # by which messages, drawings and probes tell it from any other maximum
        return a

    def __repr__(self) -> str:
        bias = ", bias_init=None" if self.b is None else ""
        return f"Maxout({self.in_features}, {self.out_features}, {self.pieces}{bias})"
