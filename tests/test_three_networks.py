"""The three networks of the book, ten steps each, against arithmetic that minigrad has no part in.

The sizes, activations, losses, optimizers, rates and data are those of the three chapters.  The
weights at first and the order of the examples are given; then every loss and every weight of every
step has to agree with arithmetic by hand, to 1e-10; and every gradient, because Adam's step is the
same for a gradient that is twice as large.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from datasets import friedman, split_digits, split_series
from minigrad import (
    SGD,
    Activation,
    ActivationFunction,
    Adam,
    Linear,
    Sequential,
    binary_cross_entropy_with_logits,
    cross_entropy,
    fit,
    maximum,
    mean_squared_error,
    relu,
    tanh,
)

BATCHES, EPOCHS = 5, 2  # ten steps
SEED = 7  # of the order


class Network(NamedTuple):
    """A network of a chapter, and the same on paper."""

    sizes: tuple[int, int, int]
    batch_size: int
    rate: float
    # as the chapter has it
    activation: Any
    loss: Any
    optimizer: Any
    # as derived: a and its slope from z; the loss and δ = ∂L/∂z of the output; the step
    hidden: Callable
    output: Callable
    step: Callable


# -- on paper -------------------------------------------------------------------------------------


def relu_by_hand(z):
    return np.where(z > 0, z, 0.0), np.where(z > 0, 1.0, 0.0)


def tanh_by_hand(z):
    up, down = np.exp(z), np.exp(-z)
    a = (up - down) / (up + down)
    return a, 1 - a**2


def leaky_by_hand(z):
    slope = np.where(z > 0, 1.0, 0.2)
    return slope * z, slope


def softmax_by_hand(z, labels):
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    rows = np.arange(len(z))
    loss = -np.log(p[rows, labels]).mean()
    p[rows, labels] -= 1
    return loss, p / len(z)


def sigmoid_by_hand(z, y):
    p = 1 / (1 + np.exp(-z))
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(), (p - y) / len(z)


def squares_by_hand(z, y):
    return ((z - y) ** 2).mean(), 2 * (z - y) / len(z)


def descent_by_hand(theta, g, memory, rate):
    return theta - rate * g


def adam_by_hand(theta, g, memory, rate):
    """The same as in the paper, with the sums over all gradients so far written out."""
    memory.append(g)
    t = len(memory)
    m = sum(0.1 * 0.9 ** (t - i) * g for i, g in enumerate(memory, start=1))
    v = sum(0.001 * 0.999 ** (t - i) * g**2 for i, g in enumerate(memory, start=1))
    return theta - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)


# -- the three ------------------------------------------------------------------------------------


def digits(n):
    x, _, y, _ = split_digits(seed=0)
    return x[:n], y[:n]


def series(n):
    x, _, y, _ = split_series(seed=0)
    return x[::7][:n], y[::7][:n, None]  # windows that differ more than neighbors


def numbers(n):
    x, y, _ = friedman(n, seed=0)
    return (x - x.mean(axis=0)) / x.std(axis=0), ((y - y.mean()) / y.std())[:, None]


leaky = ActivationFunction("leaky", lambda z: maximum(z, 0.2 * z), kinks={0.0: "0.6"})
REGRESSION = Network(
    (20, 32, 1), 64, 0.01,
    leaky, mean_squared_error, Adam,
    leaky_by_hand, squares_by_hand, adam_by_hand,
)  # fmt: skip
NETWORKS = {
    "an image": (digits, Network(
        (784, 64, 10), 32, 0.001,
        relu, cross_entropy, Adam,
        relu_by_hand, softmax_by_hand, adam_by_hand,
    )),
    "a time series": (series, Network(
        (100, 128, 1), 32, 0.1,
        tanh, binary_cross_entropy_with_logits, SGD,
        tanh_by_hand, sigmoid_by_hand, descent_by_hand,
    )),
    "a number": (numbers, REGRESSION),
    "a number, the leaky ReLU of the table": (
        numbers, REGRESSION._replace(activation=Activation("leaky_relu", negative_slope=0.2))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_ten_steps_are_those_computed_by_hand(name):
    data, network = NETWORKS[name]
    x, y = data(BATCHES * network.batch_size - 5)  # the last batch is smaller
    start = given_weights(network.sizes)

    by_hand = train_by_hand(network, start, x, y)
    by_minigrad = train(network, start, x, y)

    assert len(by_hand) == len(by_minigrad) == BATCHES * EPOCHS
    for step, our_step in zip(by_hand, by_minigrad, strict=True):
        for numbers, ours in zip(step, our_step, strict=True):
            np.testing.assert_allclose(ours, numbers, rtol=0, atol=1e-10)
    for first, last in zip(start, by_hand[-1][-4:], strict=True):
        assert (abs(last - first) > 1e-4).mean() > 0.5, "most weights have moved"


def given_weights(sizes):
    """Weights and biases of both layers, none of them zero, that no initializer has drawn."""
    rng = np.random.default_rng(1)
    shapes = [sizes[:2], sizes[1:2], sizes[1:], sizes[2:]]
    return [rng.normal(scale=0.1, size=shape) for shape in shapes]


def train_by_hand(network, theta, x, y):
    """Return of each step the loss, the four gradients, and the weights and biases after it."""
    rng = np.random.default_rng(SEED)
    steps, memories = [], [[] for _ in theta]
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for i in range(0, len(x), network.batch_size):
            batch = order[i : i + network.batch_size]
            W1, b1, W2, b2 = theta
            a, slope = network.hidden(x[batch] @ W1 + b1)
            loss, delta2 = network.output(a @ W2 + b2, y[batch])
            delta1 = (delta2 @ W2.T) * slope
            gradients = [x[batch].T @ delta1, delta1.sum(axis=0), a.T @ delta2, delta2.sum(axis=0)]
            theta = [
                network.step(p, g, memory, network.rate)
                for p, g, memory in zip(theta, gradients, memories, strict=True)
            ]
            steps.append([loss, *gradients, *theta])
    return steps


def train(network, theta, x, y):
    """The same by `fit`."""
    inputs, hidden, outputs = network.sizes
    net = Sequential(Linear(inputs, hidden), network.activation, Linear(hidden, outputs))
    for parameter, given in zip(net.parameters(), theta, strict=True):
        parameter.data = given.copy()
    optimizer = network.optimizer(net.parameters(), lr=network.rate)
    watching = EveryStep(network.loss)
    fit(
        net,
        x,
        y,
        loss=watching.loss,
        optimizer=optimizer,
        epochs=EPOCHS,
        batch_size=network.batch_size,
        rng=SEED,
        callbacks=[watching],
        progress=False,
    )
    return watching.steps


class EveryStep:
    """Keeps of each step the loss, the gradients, and the parameters after it."""

    def __init__(self, loss):
        self.measure, self.steps = loss, []

    def loss(self, z, y):
        loss = self.measure(z, y)
        self.value = loss.item()
        return loss

    def after_step(self, run):
        parameters = run.model.parameters()
        arrays = [p.grad for p in parameters] + [p.data for p in parameters]
        self.steps.append([self.value, *(array.copy() for array in arrays)])
