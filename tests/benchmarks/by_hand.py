"""The limit: the same training steps derived by hand, in NumPy, for one shape of batch.

All that a step writes to is allocated once.  The parameters lie in one flat vector and the
gradients in another; each layer sees its part of both.  Only a compiler could do much better.
"""

import math
from typing import Any

import numpy as np

from benchmarks.nets import Problem


class ByHand:
    """Forward pass, backward pass and update with no array made on the way."""

    def __init__(self, problem: Problem) -> None:
        net, layers, self.x, self.y, self.lr = problem
        dtype, batch = self.x.dtype, len(self.x)
        self.theta = np.concatenate([part.ravel() for layer in layers for part in layer])
        self.g = np.empty_like(self.theta)
        self.layers = []
        a, start = self.x, 0
        for W, b in layers:
            split, end = start + W.size, start + W.size + b.size
            w, bias = self.theta[start:split].reshape(W.shape), self.theta[split:end]
            gw, gbias = self.g[start:split].reshape(W.shape), self.g[split:end]
            z = np.empty((batch, len(b)), dtype)
            self.layers.append((a, w, bias, z, gw, gbias, a.T, w.T))
            a, start = z, end  # activations are computed in place: z becomes a
        # For each hidden layer: the gradient that arrives there, its slope, and where it is active.
        self.back = [
            (np.empty_like(z), np.empty_like(z), np.empty(z.shape, bool))
            for _, _, _, z, *_ in self.layers[:-1]
        ]
        self.ones = np.ones(batch, dtype)  # ones @ delta sums over the rows, and is the faster way
        self.rows = np.arange(batch)
        self.delta, self.scratch = np.empty_like(a), np.empty_like(a)
        self.column = np.empty((batch, 1), dtype)
        self.activate, self.slope = ACTIVATIONS[net.activation]
        self.alpha = net.options.get("negative_slope", 0.0)
        self.loss = getattr(self, net.loss)
        self.update = getattr(self, net.optimizer.lower())
        self.t = 0
        self.m, self.v = np.zeros_like(self.theta), np.zeros_like(self.theta)
        self.step = np.empty_like(self.theta)

    def differentiate(self) -> float:
        last = len(self.layers) - 1
        for i, (a, w, bias, z, *_) in enumerate(self.layers):
            np.matmul(a, w, out=z)
            np.add(z, bias, out=z)
            if i < last:
                self.activate(z, self.back[i][1], self.alpha)
        loss = self.loss(z)
        delta = self.delta
        for i in range(last, -1, -1):
            _, _, _, _, gw, gbias, a_t, w_t = self.layers[i]
            np.matmul(a_t, delta, out=gw)
            np.matmul(self.ones, delta, out=gbias)
            if i:
                below, slope, active = self.back[i - 1]
                np.matmul(delta, w_t, out=below)
                self.slope(below, self.layers[i][0], slope, active, self.alpha)
                delta = below
        return loss

    # -- losses: return the mean and leave its gradient in delta ----------------------------------

    def cross_entropy(self, z: Any) -> float:
        delta, column, rows = self.delta, self.column, self.rows
        np.maximum.reduce(z, 1, keepdims=True, out=column)
        np.subtract(z, column, out=z)
        np.exp(z, out=delta)
        np.add.reduce(delta, 1, keepdims=True, out=column)
        np.divide(delta, column, out=delta)
        np.log(column, out=column)
        loss = float(np.add.reduce(column, None) - np.add.reduce(z[rows, self.y])) / len(z)
        delta[rows, self.y] -= 1
        np.multiply(delta, 1 / len(z), out=delta)
        return loss

    def binary_cross_entropy_with_logits(self, z: Any) -> float:
        delta, scratch, y = self.delta, self.scratch, self.y
        np.abs(z, out=scratch)
        np.negative(scratch, out=scratch)
        np.exp(scratch, out=scratch)  # e = e^−|z|
        np.greater_equal(z, 0, out=delta)
        np.maximum(delta, scratch, out=delta)
        loss = float(np.add.reduce(np.log1p(scratch), None))
        np.add(scratch, 1, out=scratch)
        np.divide(delta, scratch, out=delta)  # p
        np.maximum(z, 0, out=scratch)
        np.multiply(z, y, out=z)
        np.subtract(scratch, z, out=scratch)
        loss += float(np.add.reduce(scratch, None))
        np.subtract(delta, y, out=delta)
        np.multiply(delta, 1 / z.size, out=delta)
        return loss / z.size

    def mean_squared_error(self, z: Any) -> float:
        delta = np.subtract(z, self.y, out=self.delta)
        loss = float(np.vdot(delta, delta)) / z.size
        np.multiply(delta, 2 / z.size, out=delta)
        return loss

    # -- optimizers -------------------------------------------------------------------------------

    def sgd(self) -> None:
        np.multiply(self.g, self.lr, out=self.step)
        np.subtract(self.theta, self.step, out=self.theta)

    def adam(self) -> None:
        self.t += 1
        g, m, v, step = self.g, self.m, self.v, self.step
        root = math.sqrt(1 - 0.999**self.t)
        np.multiply(m, 0.9, out=m)
        np.multiply(g, 0.1, out=step)
        np.add(m, step, out=m)
        np.multiply(v, 0.999, out=v)
        np.multiply(g, g, out=step)
        np.multiply(step, 0.001, out=step)
        np.add(v, step, out=v)
        np.sqrt(v, out=step)
        np.add(step, 1e-8 * root, out=step)
        np.divide(m, step, out=step)
        np.multiply(step, self.lr * root / (1 - 0.9**self.t), out=step)
        np.subtract(self.theta, step, out=self.theta)

    def gradient(self) -> Any:
        return self.g

    def parameters(self) -> Any:
        return self.theta


# -- activations: z becomes a in place; on the way back, g becomes g · f′(z) -----------------------


def _relu(z: Any, scratch: Any, alpha: float) -> None:
    np.maximum(z, 0, out=z)


def _relu_slope(g: Any, a: Any, scratch: Any, active: Any, alpha: float) -> None:
    np.greater(a, 0, out=active)
    np.multiply(g, active, out=g)


def _leaky_relu(z: Any, scratch: Any, alpha: float) -> None:
    np.multiply(z, alpha, out=scratch)
    np.maximum(z, scratch, out=z)


def _leaky_relu_slope(g: Any, a: Any, scratch: Any, active: Any, alpha: float) -> None:
    np.greater(a, 0, out=active)
    np.maximum(active, alpha, out=scratch)
    np.multiply(g, scratch, out=g)


def _tanh(z: Any, scratch: Any, alpha: float) -> None:
    np.tanh(z, out=z)


def _tanh_slope(g: Any, a: Any, scratch: Any, active: Any, alpha: float) -> None:
    np.multiply(a, a, out=scratch)
    np.subtract(1, scratch, out=scratch)
    np.multiply(g, scratch, out=g)


ACTIVATIONS = {
    "relu": (_relu, _relu_slope),
    "leaky_relu": (_leaky_relu, _leaky_relu_slope),
    "tanh": (_tanh, _tanh_slope),
}
