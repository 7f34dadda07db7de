"""Other libraries that train the same nets, each used as its own documentation does.

None of them is needed: those that are not installed are left out.
"""

from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from benchmarks.nets import Problem, flat

LIBRARIES = ("torch", "autograd", "micrograd")


def installed() -> dict[str, str]:
    """Return the versions of the peers that can be imported."""
    return {name: version(name) for name in LIBRARIES if find_spec(name)}


class Torch:
    """PyTorch, eager, with the optimizer it would choose or, if ``fused``, in one kernel."""

    def __init__(self, problem: Problem, fused: bool | None = None) -> None:
        import torch
        from torch import nn
        from torch.nn import functional

        torch.set_num_threads(1)
        net, layers, x, y, lr = problem
        activation = {
            "relu": nn.ReLU,
            "tanh": nn.Tanh,
            "leaky_relu": nn.LeakyReLU,
        }[net.activation]
        stack: list[Any] = []
        for W, b in layers:
            layer = nn.Linear(*W.shape, dtype=getattr(torch, str(W.dtype)))
            with torch.no_grad():
                layer.weight.copy_(torch.from_numpy(W.T))
                layer.bias.copy_(torch.from_numpy(b))
            stack += [layer, activation(**net.options)]
        self.model = nn.Sequential(*stack[:-1])
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.loss = getattr(functional, {"mean_squared_error": "mse_loss"}.get(net.loss, net.loss))
        optimizer = getattr(torch.optim, net.optimizer)
        self.optimizer = optimizer(self.model.parameters(), lr=lr, fused=fused)

    def differentiate(self) -> float:
        self.optimizer.zero_grad()
        loss = self.loss(self.model(self.x), self.y)
        loss.backward()
        return loss.item()

    def update(self) -> None:
        self.optimizer.step()

    def gradient(self) -> Any:
        return flat(p.grad.t() for p in self.model.parameters())

    def parameters(self) -> Any:
        return flat(p.detach().t() for p in self.model.parameters())


class Autograd:
    """HIPS autograd: its gradients, and the update that the limit makes."""

    def __init__(self, problem: Problem) -> None:
        import autograd.numpy as anp
        from autograd import value_and_grad

        from benchmarks.by_hand import ByHand

        self.hand = ByHand(problem)
        self.update = self.hand.update
        self.layers = [(w, b) for _, w, b, *_ in self.hand.layers]  # views of its flat vector
        net, _, x, y, _ = problem
        n = len(x)

        activation = {
            "relu": lambda z: anp.maximum(z, 0),
            "tanh": anp.tanh,
            "leaky_relu": lambda z: anp.maximum(z, net.options["negative_slope"] * z),
        }[net.activation]

        def cross_entropy(z: Any) -> Any:
            m = anp.max(z, axis=1, keepdims=True)
            lse = m + anp.log(anp.sum(anp.exp(z - m), axis=1, keepdims=True))
            return -anp.mean((z - lse)[anp.arange(n), y])

        def binary_cross_entropy_with_logits(z: Any) -> Any:
            return anp.mean(anp.maximum(z, 0) - z * y + anp.log1p(anp.exp(-anp.abs(z))))

        def mean_squared_error(z: Any) -> Any:
            return anp.mean((z - y) ** 2)

        loss = locals()[net.loss]

        def forward(layers: Any) -> Any:
            a = x
            for w, b in layers[:-1]:
                a = activation(anp.dot(a, w) + b)
            w, b = layers[-1]
            return loss(anp.dot(a, w) + b)

        self.value_and_grad = value_and_grad(forward)

    def differentiate(self) -> float:
        loss, gradients = self.value_and_grad(self.layers)
        self.hand.g[...] = flat(part for layer in gradients for part in layer)
        return float(loss)

    def gradient(self) -> Any:
        return self.hand.g

    def parameters(self) -> Any:
        return self.hand.theta
