"""Which learning rates kill units?  One hidden layer of 128, trained on the digits as they come.

The images have 8 × 8 pixels from 0 to 1; plain gradient descent, 32 images at a time, 20 epochs.
Afterwards, over all training images:

    dead       the share of units with slope zero for every one of them
    negative   the share of units with z ≤ 0 for every one of them
"""

from contextlib import suppress

import numpy as np

from datasets import split_small_digits
from experiments import tables
from minigrad import (
    SGD,
    TABLE,
    DivergenceError,
    Linear,
    Sequential,
    accuracy,
    cross_entropy,
    evaluate,
    fit,
    he_uniform,
    probe,
)

SEEDS = range(20)
RATES = (0.03, 0.1, 0.3, 0.6, 1.0, 1.4, 2.0, 3.0)
CLIP = {"relu": None, "leaky_relu": None, "relu clipped": 1.0}
CELLS = [
    {"variant": variant, "rate": rate, "seed": seed}
    for variant in CLIP
    for rate in RATES
    for seed in SEEDS
]
TOLERANCE = {
    "dead_before": {"rel": 1e-4},
    "dead": "over seeds",
    "negative": "over seeds",
    "test_accuracy": "over seeds",
}


def measure(variant, rate, seed):
    return [train(TABLE[variant.split()[0]], rate, seed, clip_norm=CLIP[variant])]


def train(activation, rate, seed, clip_norm=None, descent=SGD):
    """Train a network with one activation; return what became of its units."""
    x_train, x_test, y_train, y_test = split_small_digits(seed)
    rng = np.random.default_rng(seed)
    net = Sequential(
        Linear(64, 128, weight_init=he_uniform, rng=rng),
        activation,
        Linear(128, 10, rng=rng),
    )
    before = probe(net, x_train).activations[0].dead
    # Where the loss leaves the range of numbers, fit puts the last good parameters back and stops.
    with suppress(DivergenceError):
        fit(
            net,
            x_train,
            y_train,
            loss=cross_entropy,
            optimizer=descent(net.parameters(), lr=rate),
            epochs=20,
            rng=rng,
            clip_norm=clip_norm,
            progress=False,
        )
    z = net[0](x_train).data
    return {
        "dead_before": before,
        "dead": probe(net, x_train).activations[0].dead,
        "negative": float(np.mean((z <= 0).all(axis=0))),
        "test_accuracy": evaluate(net, x_test, y_test, {"accuracy": accuracy})["accuracy"],
    }


if __name__ == "__main__":
    tables.main("dead_by_rate")
