"""Every activation of the table, forward and backward, on many numbers at once.

Three ways to do it: minigrad; the table's two lines on plain arrays, which is what they cost
without an engine; and, where somebody has written it, the same by hand in buffers made once.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.measure import Pace, Row, compare, side_by_side
from minigrad import TABLE, Tensor, softmax

COLUMNS = 1000


def run(pace: Pace, quick: bool) -> Iterator[Row]:
    """Time the pair (value, gradient of z) for every entry, and for softmax over the rows."""
    rng = np.random.default_rng(0)
    shape = (20 if quick else 1000, COLUMNS)
    z, g = (rng.normal(scale=2, size=shape).astype(np.float32) for _ in range(2))
    functions: dict[str, Any] = {**TABLE, "softmax": softmax}
    for name, function in functions.items():
        contenders: dict[str, Callable[[], Any]] = {
            "bare": partial(_softmax, z, g) if name == "softmax" else partial(_bare, function, z, g)
        }
        if name in BY_HAND:
            buffers = [np.empty_like(z) for _ in range(3)]
            contenders["by hand"] = partial(BY_HAND[name], z, g, *buffers)
        contenders["minigrad"] = partial(_minigrad, function, Tensor(z, requires_grad=True), g)
        if "torch" in peers.installed() and (other := _torch(name, z, g)):
            contenders["torch"] = other
        expected = contenders["bare"]()
        for who, contender in contenders.items():
            for got, wanted in zip(contender(), expected, strict=True):
                np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5, err_msg=who)
        yield compare(f"{name}, {z.size:,} float32", side_by_side(contenders, pace), "bare")


def _minigrad(function: Any, z: Tensor, g: Any) -> Any:
    z.grad = None
    a = function(z)
    a.backward(g)
    return a.data, z.grad


def _bare(entry: Any, z: Any, g: Any) -> Any:
    settings = entry.settings()
    a = entry.value(np, z, **settings)
    return a, g * entry.slope(np, z, a, **settings)


def _softmax(z: Any, g: Any) -> Any:
    e = np.exp(z - z.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    return p, p * (g - (g * p).sum(1, keepdims=True))


def _torch(name: str, z: Any, g: Any) -> Callable[[], Any] | None:
    """Return the same in PyTorch, if it has a function of that name."""
    import torch

    torch.set_num_threads(1)
    function = getattr(torch, name, None) or getattr(torch.nn.functional, name, None)
    if function is None:
        return None
    options = {"dim": 1} if name == "softmax" else {}
    leaf, cotangent = torch.from_numpy(z.copy()).requires_grad_(), torch.from_numpy(g)

    def both() -> Any:
        leaf.grad = None
        a = function(leaf, **options)
        a.backward(cotangent)
        return a.detach().numpy(), leaf.grad.numpy()

    return both


# -- by hand: into a and d, with one scratch buffer -----------------------------------------------


def _sigmoid_by_hand(z: Any, g: Any, a: Any, d: Any, scratch: Any) -> Any:
    np.abs(z, out=d)
    np.negative(d, out=d)
    np.exp(d, out=d)
    np.greater_equal(z, 0, out=a)
    np.maximum(a, d, out=a)
    np.add(d, 1, out=d)
    np.divide(a, d, out=a)
    np.subtract(1, a, out=d)
    np.multiply(d, a, out=d)
    return a, np.multiply(d, g, out=d)


def _tanh_by_hand(z: Any, g: Any, a: Any, d: Any, scratch: Any) -> Any:
    np.tanh(z, out=a)
    np.multiply(a, a, out=d)
    np.subtract(1, d, out=d)
    return a, np.multiply(d, g, out=d)


def _relu_by_hand(z: Any, g: Any, a: Any, d: Any, scratch: Any) -> Any:
    np.maximum(z, 0, out=a)
    return a, np.multiply(g, z > 0, out=d)


def _leaky_relu_by_hand(z: Any, g: Any, a: Any, d: Any, scratch: Any) -> Any:
    np.multiply(z, 0.01, out=a)
    np.maximum(z, a, out=a)
    np.maximum(z > 0, 0.01, out=d)
    return a, np.multiply(d, g, out=d)


def _softmax_by_hand(z: Any, g: Any, p: Any, d: Any, scratch: Any) -> Any:
    np.subtract(z, z.max(1, keepdims=True), out=p)
    np.exp(p, out=p)
    np.divide(p, p.sum(1, keepdims=True), out=p)
    np.multiply(g, p, out=scratch)
    np.subtract(g, scratch.sum(1, keepdims=True), out=d)
    return p, np.multiply(d, p, out=d)


BY_HAND = {
    "sigmoid": _sigmoid_by_hand,
    "tanh": _tanh_by_hand,
    "relu": _relu_by_hand,
    "leaky_relu": _leaky_relu_by_hand,
    "softmax": _softmax_by_hand,
}
