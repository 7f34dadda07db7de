"""Every activation of the table, forward and backward, on many numbers at once.

Three ways to do it: by hand, in buffers made once; the table's two lines on plain arrays, which is
what they cost without an engine; and minigrad.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks import elementwise_by_hand, peers
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
            "by hand": partial(_by_hand, name, z, g, [np.empty_like(z) for _ in range(4)]),
            "bare": partial(_softmax, z, g)
            if name == "softmax"
            else partial(_bare, function, z, g),
        }
        contenders["minigrad"] = partial(_minigrad, function, Tensor(z, requires_grad=True), g)
        if "torch" in peers.installed() and (other := _torch(name, z, g)):
            contenders["torch"] = other
        expected = contenders["bare"]()
        for who, contender in contenders.items():
            for got, wanted in zip(contender(), expected, strict=True):
                np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5, err_msg=who)
        yield compare(f"{name}, {z.size:,} float32", side_by_side(contenders, pace), "by hand")


def _minigrad(function: Any, z: Tensor, g: Any) -> Any:
    z.grad = None
    a = function(z)
    a.backward(g)
    return a.data, z.grad


def _by_hand(name: str, z: Any, g: Any, buffers: Any) -> Any:
    getattr(elementwise_by_hand, name)(z, g, *buffers)
    return buffers[:2]


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
