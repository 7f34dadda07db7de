"""The limit for elementwise functions: value and gradient in three buffers that were made before.

Every function writes a = f(z) into ``a`` and g · f′(z) into ``d``, and uses ``s`` and ``t`` on the
way.  The arithmetic is that of the table; what differs is that no array is made.
"""

from typing import Any

import numpy as np

from minigrad import normal


def identity(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.positive(z, out=a)
    np.multiply(g, 1, out=d)


def _sigmoid(z: Any, out: Any, s: Any) -> None:
    np.abs(z, out=s)
    np.negative(s, out=s)
    np.exp(s, out=s)
    np.greater_equal(z, 0, out=out)
    np.maximum(out, s, out=out)
    np.add(s, 1, out=s)
    np.divide(out, s, out=out)


def sigmoid(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    _sigmoid(z, a, s)
    np.subtract(1, a, out=d)
    np.multiply(d, a, out=d)
    np.multiply(d, g, out=d)


def hard_sigmoid(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.add(z, 3, out=a)
    np.clip(a, 0, 6, out=a)
    np.multiply(a, 1 / 6, out=a)
    np.abs(z, out=d)
    np.less(d, 3, out=d)
    np.multiply(d, 1 / 6, out=d)
    np.multiply(d, g, out=d)


def tanh(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.tanh(z, out=a)
    np.multiply(a, a, out=d)
    np.subtract(1, d, out=d)
    np.multiply(d, g, out=d)


def scaled_tanh(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.multiply(z, 2 / 3, out=a)
    np.tanh(a, out=a)
    np.multiply(a, a, out=d)
    np.subtract(1, d, out=d)
    np.multiply(d, 2 / 3 * 1.7159, out=d)
    np.multiply(d, g, out=d)
    np.multiply(a, 1.7159, out=a)


def hard_tanh(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.clip(z, -1, 1, out=a)
    np.abs(z, out=d)
    np.less(d, 1, out=d)
    np.multiply(d, g, out=d)


def softsign(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.abs(z, out=d)
    np.add(d, 1, out=d)
    np.divide(z, d, out=a)
    np.multiply(d, d, out=d)
    np.divide(g, d, out=d)


def relu(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.maximum(z, 0, out=a)
    np.greater(z, 0, out=d)
    np.multiply(d, g, out=d)


def relu6(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.clip(z, 0, 6, out=a)
    np.equal(a, z, out=d)
    np.multiply(d, g, out=d)


def leaky_relu(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.multiply(z, 0.01, out=a)
    np.maximum(z, a, out=a)
    np.sign(z, out=d)
    np.maximum(d, 0.01, out=d)
    np.multiply(d, g, out=d)


def elu(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any, alpha: float = 1, scale: float = 1) -> None:
    np.minimum(z, 0, out=s)
    np.expm1(s, out=s)
    np.multiply(s, scale * alpha, out=s)
    np.add(s, scale * alpha, out=d)  # the slope where z ≤ 0
    np.maximum(z, 0, out=a)
    np.multiply(a, scale, out=a)
    np.add(a, s, out=a)
    np.greater(z, 0, out=t)
    np.multiply(t, scale * (1 - alpha), out=t)  # there d is αλ, and should be λ
    np.add(d, t, out=d)
    np.multiply(d, g, out=d)


def celu(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    elu(z, g, a, d, s, t)


def selu(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    elu(z, g, a, d, s, t, 1.6732632423543772, 1.0507009873554805)


def softplus(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.abs(z, out=s)
    np.negative(s, out=s)
    np.exp(s, out=s)
    np.log1p(s, out=t)
    np.maximum(z, 0, out=a)
    np.add(a, t, out=a)
    np.greater_equal(z, 0, out=d)
    np.maximum(d, s, out=d)
    np.add(s, 1, out=s)
    np.divide(d, s, out=d)
    np.multiply(d, g, out=d)


def silu(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    _sigmoid(z, t, s)
    np.multiply(z, t, out=a)
    np.subtract(1, t, out=d)
    np.multiply(d, z, out=d)
    np.add(d, 1, out=d)
    np.multiply(d, t, out=d)
    np.multiply(d, g, out=d)


def gelu(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    coefficients = normal.FOR_FLOAT32 if z.itemsize == 4 else normal.FOR_FLOAT64
    np.abs(z, out=s)
    np.subtract(s, 4, out=d)
    np.add(s, 4, out=s)
    np.divide(d, s, out=d)  # v
    np.multiply(d, coefficients[0], out=a)
    for c in coefficients[1:-1]:
        np.add(a, c, out=a)
        np.multiply(a, d, out=a)
    np.add(a, coefficients[-1], out=a)
    np.divide(a, s, out=a)  # r(|z|)
    np.multiply(z, z, out=s)
    np.multiply(s, -0.5, out=s)
    np.exp(s, out=s)  # the bell
    np.multiply(a, s, out=a)
    np.greater_equal(z, 0, out=t)
    np.subtract(t, a, out=t)
    np.abs(t, out=t)  # Φ(z)
    np.multiply(z, t, out=a)
    np.multiply(s, (2 * np.pi) ** -0.5, out=d)
    np.multiply(d, z, out=d)
    np.add(d, t, out=d)
    np.multiply(d, g, out=d)


def mish(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.abs(z, out=s)
    np.negative(s, out=s)
    np.exp(s, out=s)
    np.log1p(s, out=t)
    np.maximum(z, 0, out=a)
    np.add(t, a, out=t)
    np.tanh(t, out=t)
    np.greater_equal(z, 0, out=a)
    np.maximum(a, s, out=a)
    np.add(s, 1, out=s)
    np.divide(a, s, out=s)  # σ(z)
    np.multiply(t, t, out=d)
    np.subtract(1, d, out=d)
    np.multiply(d, s, out=d)
    np.multiply(d, z, out=d)
    np.add(d, t, out=d)
    np.multiply(d, g, out=d)
    np.multiply(z, t, out=a)


def hard_swish(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.add(z, 3, out=s)
    np.clip(s, 0, 6, out=s)
    np.multiply(s, 1 / 6, out=s)
    np.multiply(z, s, out=a)
    np.abs(z, out=d)
    np.less(d, 3, out=d)
    np.multiply(d, z, out=d)
    np.multiply(d, 1 / 6, out=d)
    np.add(d, s, out=d)
    np.multiply(d, g, out=d)


def softmax(z: Any, g: Any, a: Any, d: Any, s: Any, t: Any) -> None:
    np.subtract(z, z.max(1, keepdims=True), out=a)
    np.exp(a, out=a)
    np.divide(a, a.sum(1, keepdims=True), out=a)
    np.multiply(g, a, out=s)
    np.subtract(g, s.sum(1, keepdims=True), out=d)
    np.multiply(d, a, out=d)
