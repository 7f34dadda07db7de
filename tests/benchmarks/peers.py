"""Other libraries that train the same nets, each used as its own documentation does.

None of them is needed: those that are not installed are left out.
"""

from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from benchmarks.nets import Problem, flat

LIBRARIES = ("torch", "jax", "keras", "autograd", "micrograd")


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


class Jax:
    """JAX: the whole step, with the update that the limit makes, compiled into one function."""

    def __init__(self, problem: Problem) -> None:
        import jax
        from jax import nn
        from jax import numpy as jnp

        jax.config.update("jax_enable_x64", True)
        net, layers, x, y, lr = problem
        activation = {
            "relu": nn.relu,
            "tanh": jnp.tanh,
            "leaky_relu": lambda z: nn.leaky_relu(z, **net.options),
        }[net.activation]

        def cross_entropy(z: Any) -> Any:
            return -jnp.mean(nn.log_softmax(z)[jnp.arange(len(y)), y])

        def binary_cross_entropy_with_logits(z: Any) -> Any:
            return jnp.mean(nn.softplus(z) - z * y)

        def mean_squared_error(z: Any) -> Any:
            return jnp.mean((z - y) ** 2)

        loss = locals()[net.loss]

        def forward(layers: Any, x: Any) -> Any:
            a = x
            for w, b in layers[:-1]:
                a = activation(a @ w + b)
            w, b = layers[-1]
            return loss(a @ w + b)

        def adam(theta: Any, g: Any, m: Any, v: Any, t: Any) -> Any:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            root = jnp.sqrt(v / (1 - 0.999**t))
            return theta - lr * (m / (1 - 0.9**t)) / (root + 1e-8), m, v

        def step(state: Any, x: Any) -> Any:
            theta, m, v, t = state
            error, g = jax.value_and_grad(forward)(theta, x)
            tree = jax.tree_util
            if net.optimizer == "SGD":
                return error, (tree.tree_map(lambda p, d: p - lr * d, theta, g), m, v, t)
            moved = tree.tree_map(lambda *parts: adam(*parts, t), theta, g, m, v)
            pick = [
                tree.tree_map(lambda p, i=i: p[i], moved, is_leaf=lambda p: len(p) == 3)
                for i in range(3)
            ]
            return error, (*pick, t + 1)

        start = [(jnp.asarray(W), jnp.asarray(b)) for W, b in layers]
        zeros = jax.tree_util.tree_map(jnp.zeros_like, start)
        self.x = jnp.asarray(x)
        self.state: Any = (start, zeros, zeros, jnp.asarray(1.0, x.dtype))
        self.step, self.slope = jax.jit(step), jax.jit(jax.grad(forward))

    def differentiate(self) -> float:
        self.before = self.state
        loss, self.state = self.step(self.state, self.x)
        return float(loss)

    def update(self) -> None:
        """The step above has done it."""

    def gradient(self) -> Any:
        return flat(p for layer in self.slope(self.before[0], self.x) for p in layer)

    def parameters(self) -> Any:
        return flat(p for layer in self.state[0] for p in layer)


class Keras:
    """Keras: ``train_on_batch``, which keeps its gradient to itself."""

    def __init__(self, problem: Problem) -> None:
        import keras

        net, layers, self.x, self.y, lr = problem
        keras.config.set_floatx(str(self.x.dtype))
        activation = {
            "relu": keras.layers.ReLU,
            "tanh": lambda: keras.layers.Activation("tanh"),
            "leaky_relu": keras.layers.LeakyReLU,
        }[net.activation]
        dense = [keras.layers.Dense(W.shape[1]) for W, _ in layers]
        stack: list[Any] = [keras.layers.Input((len(layers[0][0]),))]
        for layer in dense:
            stack += [layer, activation(**net.options)]
        self.model = keras.Sequential(stack[:-1])
        for layer, (W, b) in zip(dense, layers, strict=True):
            layer.set_weights([W, b])
        loss = {
            "cross_entropy": lambda: keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "binary_cross_entropy_with_logits": lambda: keras.losses.BinaryCrossentropy(
                from_logits=True
            ),
            "mean_squared_error": keras.losses.MeanSquaredError,
        }[net.loss]()
        # Keras's Adam adds epsilon before it corrects the second average, and not after.
        options = {"epsilon": 1e-8} if net.optimizer == "Adam" else {}
        optimizer = getattr(keras.optimizers, net.optimizer)(learning_rate=lr, **options)
        self.model.compile(optimizer=optimizer, loss=loss)

    def differentiate(self) -> float:
        return float(self.model.train_on_batch(self.x, self.y))

    def update(self) -> None:
        """The step above has done it."""

    def gradient(self) -> None:
        return None

    def parameters(self) -> Any:
        return flat(self.model.get_weights())


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
