"""With what loss does a network start that ends in softmax and cross-entropy?  Nothing is trained.

Networks with one hidden layer of ReLU units (He's weights) and different weights in the last layer,
on the digits, with pixels as they are (0 to 1) or standardized (each pixel with mean 0 and variance
1); and CS231n's network on its spiral, all of whose weights are tiny, with its penalty on large
weights added.  Beside the loss: the variance of the logits within a row, averaged over the rows.
"""

import numpy as np

from datasets import digits_28
from experiments import tables
from minigrad import (
    Linear,
    Sequential,
    cross_entropy,
    glorot_uniform,
    he_normal,
    no_grad,
    plain_uniform,
    relu,
)

SEEDS = range(20)
LAST = {"he": he_normal, "glorot": glorot_uniform, "plain": plain_uniform}
CELLS = [
    *(
        {"data": data, "last": last, "seed": seed}
        for data in ("pixels", "standardized")
        for last in LAST
        for seed in SEEDS
    ),
    *({"data": "spiral", "last": "tiny", "seed": seed} for seed in SEEDS),
]
TOLERANCE = {"loss": {"rel": 1e-4}, "variance": {"rel": 1e-4}}


def measure(data, last, seed):
    rng = np.random.default_rng(seed)
    if data == "spiral":
        x, y = spiral(rng)
        hidden = Linear(2, 100, weight_init=tiny, rng=rng)
        output = Linear(100, 3, weight_init=tiny, rng=rng)
    else:
        x, y = digits_28()
        if data == "standardized":
            spread = x.std(axis=0)
            x = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1)  # some are always paper
        hidden = Linear(784, 64, weight_init=he_normal, rng=rng)
        output = Linear(64, 10, weight_init=LAST[last], rng=rng)
    with no_grad():
        z = Sequential(hidden, relu, output)(x)
        loss = cross_entropy(z, y).item()
    if data == "spiral":
        loss += 0.5e-3 * sum(float((layer.W.data**2).sum()) for layer in (hidden, output))
    return [{"loss": loss, "variance": float(z.data.var(axis=1).mean())}]


def spiral(rng):
    """Draw three spiral arms of a hundred points each, as CS231n's case study describes them."""
    r = np.tile(np.linspace(0, 1, 100), 3)
    start = 4 * np.repeat(np.arange(3), 100)
    angle = start + 4 * r + 0.2 * rng.normal(size=300)
    return np.stack([r * np.sin(angle), r * np.cos(angle)], axis=1), np.repeat(np.arange(3), 100)


def tiny(fan_in, fan_out, rng, dtype):
    """Draw from a normal distribution with standard deviation 0.01, whatever the layer's size."""
    return (0.01 * rng.normal(size=(fan_in, fan_out))).astype(dtype)


if __name__ == "__main__":
    tables.main("softmax_start")
