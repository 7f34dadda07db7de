"""Dropout: switch random numbers off while training, so that no unit can rely on another."""

from typing import Any

from minigrad.initializers import Rng, as_rng
from minigrad.layers import Layer
from minigrad.recording import record
from minigrad.settings import share
from minigrad.tensor import Tensor, as_tensor


class Dropout(Layer):
    r"""While training, set each number to 0 with probability p, and enlarge those that stay.

    .. math:: a = \frac{m \odot x}{1 - p}, \qquad m_i \sim \operatorname{Bernoulli}(1 - p), \qquad
              \frac{\partial L}{\partial x} = \frac{m \odot \delta}{1 - p}

    Divided by 1 − p, what is expected of each number is the number itself ("inverted" dropout).  So
    there is nothing to correct after `eval`: the layer then passes its input through unchanged.

    Args:
        rate: p, from 0 to less than 1.
        rng: a seed or a generator, which is part of the layer's state; one that is shared with
            other layers draws for all of them in turn.

    The shape and the dtype are those of x.

    Raises:
        TypeError: if ``rng`` is neither a seed nor a generator.
        ValueError: if the rate is out of range.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, 2014.

    >>> layer = Dropout(0.5, rng=0)
    >>> layer(Tensor([1.0, 2.0, 3.0]))
    Tensor([2., 0., 0.])
    >>> layer.eval()(Tensor([1.0, 2.0, 3.0]))
    Tensor([1., 2., 3.])
    """

    def __init__(self, rate: float = 0.5, rng: int | Rng | None = None) -> None:
        self.rate = share("Dropout", "rate", rate)
        self.rng = as_rng(rng, "Dropout")

    def __call__(self, x: Any) -> Tensor:
        inputs = as_tensor(x, "Dropout")
        if not self.training:
            return inputs
        stays = self.rng.random(inputs.shape) >= self.rate
        factor = stays.astype(inputs.dtype) / (1 - self.rate)
        return record("Dropout", inputs.data * factor, (inputs, lambda delta: delta * factor))

    def __repr__(self) -> str:
        return f"Dropout({self.rate:g})"
