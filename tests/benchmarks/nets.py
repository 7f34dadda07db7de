"""The networks to train, and minigrad training them."""

from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np

import minigrad
from minigrad import Activation, Linear, Sequential, Tensor


class Net(NamedTuple):
    """A network of linear layers with one activation between them, and how it is trained."""

    sizes: tuple[int, ...]
    activation: str
    options: dict[str, float]
    loss: str
    optimizer: str


NETS = {
    "i": Net((784, 64, 10), "relu", {}, "cross_entropy", "Adam"),
    "ii": Net((100, 128, 1), "tanh", {}, "binary_cross_entropy_with_logits", "SGD"),
    "iii": Net((20, 32, 1), "leaky_relu", {"negative_slope": 0.2}, "mean_squared_error", "Adam"),
    "deep": Net((64,) * 51, "tanh", {}, "mean_squared_error", "SGD"),
}


class Problem(NamedTuple):
    """A net with the weights and the batch that every contender starts from."""

    net: Net
    layers: list[tuple[Any, Any]]
    x: Any
    y: Any
    lr: float


class Contender(Protocol):
    """One way to train a net; a training step is to differentiate, then to update."""

    def differentiate(self) -> float:
        """Go forward and backward once, keep the gradient, and return the loss."""

    def update(self) -> None:
        """Move the parameters by the gradient."""

    def gradient(self) -> Any:
        """Return the gradient that was kept, W and b of each layer in turn, end to end."""

    def parameters(self) -> Any:
        """Return the parameters in the same order."""


def problem(net: Net, batch: int, dtype: str, lr: float, seed: int = 0) -> Problem:
    """Draw weights and a batch of examples; the targets mean nothing."""
    rng = np.random.default_rng(seed)

    def draw(*shape: int, scale: float = 1.0) -> Any:
        return (scale * rng.normal(size=shape)).astype(dtype)

    sizes = net.sizes
    layers = [
        (draw(m, n, scale=(2 / (m + n)) ** 0.5), draw(n, scale=0.1)) for m, n in pairwise(sizes)
    ]
    x, y = draw(batch, sizes[0]), draw(batch, sizes[-1])
    if net.loss == "cross_entropy":
        y = y.argmax(1)
    elif net.loss == "binary_cross_entropy_with_logits":
        y = (y > 0).astype(dtype)
    return Problem(net, layers, x, y, lr)


def flat(arrays: Any) -> Any:
    """Lay arrays end to end."""
    return np.concatenate([np.asarray(a).ravel() for a in arrays])


class Minigrad:
    """The library, used as the book uses it."""

    def __init__(self, problem: Problem) -> None:
        net, layers, x, self.y, lr = problem
        self.x = Tensor(x)
        stack: list[Any] = []
        for W, b in layers:
            layer = Linear(*W.shape, dtype=W.dtype)
            layer.W.data, layer.b.data = W.copy(), b.copy()
            stack += [layer, Activation(net.activation, **net.options)]
        self.model = Sequential(*stack[:-1])
        self.loss = getattr(minigrad, net.loss)
        self.optimizer = getattr(minigrad, net.optimizer)(self.model.parameters(), lr=lr)

    def differentiate(self) -> float:
        self.optimizer.zero_grad()
        loss = self.loss(self.model(self.x), self.y)
        loss.backward()
        return loss.item()

    def update(self) -> None:
        self.optimizer.step()

    def gradient(self) -> Any:
        return flat(p.grad for p in self.model.parameters())

    def parameters(self) -> Any:
        return flat(p.data for p in self.model.parameters())
