"""Layers: functions with parameters, and how to chain them.

Anything that can be called may stand in a `Sequential`: a layer, an activation of the table, a
function of yours.  Those that have a ``parameters`` method are trained.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minigrad.activations import TABLE, ActivationFunction
from minigrad.initializers import Rng, as_rng, glorot_uniform, zeros
from minigrad.tensor import Array, Tensor, as_tensor, record


def linear(x: Any, W: Tensor, b: Tensor | None = None) -> Tensor:
    r"""Compute x W + b as one operation; rows of x are examples.

    .. math:: z = x W + b, \qquad \frac{\partial L}{\partial x} = \delta W^\top, \qquad
              \frac{\partial L}{\partial W} = x^\top \delta, \qquad
              \frac{\partial L}{\partial b} = \sum_{\text{rows}} \delta

    Args:
        x: a Tensor or an array of shape (..., in).
        W: the weights, of shape (in, out).
        b: the biases, of shape (out,), or None.

    Returns:
        A Tensor of shape (..., out).

    Raises:
        ValueError: if the last axis of x is not as long as the first of W, or b does not fit W.

    >>> linear([[1.0, 2.0]], Tensor([[3.0], [4.0]]), Tensor([5.0]))
    Tensor([[16.]])
    """
    x, W = as_tensor(x, "linear"), as_tensor(W, "linear")
    b = None if b is None else as_tensor(b, "linear")
    a, w = x.data, W.data
    if w.ndim != 2 or (b is not None and b.data.shape != w.shape[1:]):
        raise ValueError(
            f"linear: got weights of shape {W.shape}"
            f"{'' if b is None else f' and biases of shape {b.shape}'}; pass (in, out) and (out,)"
        )
    if a.shape[-1:] != w.shape[:1]:
        raise ValueError(
            f"linear: got an input of shape {x.shape} for weights of shape {W.shape}; "
            f"the last axis of the input must have length {W.shape[0]}"
        )
    z = a @ w
    if b is not None:
        z += b.data
    fan_in, fan_out = w.shape

    def pull_weights(delta: Any) -> Any:
        return a.reshape(-1, fan_in).T @ delta.reshape(-1, fan_out)

    operands = [(x, lambda delta: delta @ w.T), (W, pull_weights)]
    if b is not None:
        operands.append((b, lambda delta: delta))  # the engine sums over the rows
    return record("linear", z, *operands)


class Linear:
    """A layer of units that each weigh every input: z = x W + b.

    Args:
        in_features: how many numbers come in for each example.
        out_features: how many units the layer has, and numbers go out.
        weight_init: the initializer of W, of shape (in_features, out_features).
        bias_init: the initializer of b, or None for a layer without biases.
        rng: a seed or a generator; share one generator among the layers of a network.
        dtype: float64 or float32.

    Raises:
        ValueError: if a size is not a positive integer, or an input does not fit.

    >>> layer = Linear(2, 3, rng=0)
    >>> layer
    Linear(2, 3)
    >>> layer([[1.0, 2.0]]).shape
    (1, 3)
    """

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
        for size in (in_features, out_features):
            if not isinstance(size, (int, np.integer)) or size < 1:
                raise ValueError(f"Linear: got a size of {size!r}; pass a positive integer")
        rng = as_rng(rng)
        self.in_features, self.out_features = in_features, out_features
        self.W = Tensor(weight_init(in_features, out_features, rng, dtype), requires_grad=True)
        self.b: Tensor | None = None
        if bias_init is not None:
            # One bias per unit, drawn at the scale that the initializer gives to weights.
            self.b = Tensor(bias_init(in_features, out_features, rng, dtype)[0], True)

    def __call__(self, x: Any) -> Tensor:
        return linear(x, self.W, self.b)

    def parameters(self) -> list[Tensor]:
        """Return the weights and, if there are any, the biases."""
        return [self.W] if self.b is None else [self.W, self.b]

    def __repr__(self) -> str:
        bias = ", bias_init=None" if self.b is None else ""
        return f"Linear({self.in_features}, {self.out_features}{bias})"


class Activation:
    """An activation of the table as a layer, with its parameters settled.

    Args:
        function: an entry of the table, or its name.
        settings: the options of the activation, such as ``negative_slope``.

    Raises:
        ValueError: if there is no activation of that name, or a setting is out of range.
        TypeError: if a setting is unknown.

    >>> Activation("leaky_relu", negative_slope=0.25)(Tensor([-4.0, 4.0]))
    Tensor([-1.,  4.])
    """

    def __init__(self, function: ActivationFunction | str, **settings: float) -> None:
        if isinstance(function, str):
            if function not in TABLE:
                raise ValueError(f"Activation: no {function!r} in the table; it has {list(TABLE)}")
            function = TABLE[function]
        if not isinstance(function, ActivationFunction):
            raise TypeError(
                f"Activation: got a {type(function).__name__}; pass an entry of the table, "
                f"or put the function itself into the Sequential"
            )
        self.function = function
        self.settings = function.settings(**settings)

    def __call__(self, z: Any) -> Any:
        return self.function(z, **self.settings)

    def __repr__(self) -> str:
        settings = "".join(f", {name}={value:g}" for name, value in self.settings.items())
        return f"Activation({self.function.name}{settings})"


class Sequential:
    """Layers in a row, each working on what the one before gives out.

    Args:
        layers: layers, activations or any other functions of one argument.

    >>> from minigrad import relu
    >>> net = Sequential(Linear(4, 8, rng=0), relu, Linear(8, 3, rng=1))
    >>> net(np.ones((5, 4))).shape, len(net.parameters())
    ((5, 3), 4)
    """

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        for layer in layers:
            if not callable(layer):
                raise TypeError(
                    f"Sequential: got a {type(layer).__name__}; pass layers, one argument each"
                )
        self.layers = layers

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Tensor]:
        """Return the parameters of all layers, first layer first; shared ones once."""
        trained = [layer for layer in self.layers if hasattr(layer, "parameters")]
        return list(dict.fromkeys(p for layer in trained for p in layer.parameters()))

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, i: int) -> Any:
        return self.layers[i]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"
