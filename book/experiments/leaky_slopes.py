"""Which slope on the negative side?  Test accuracy of deep networks, seed by seed.

Four hidden layers of 64 units on the digits as they come, 20 epochs of Adam.  Each slope has the
weights that suit it: He's condition with its gain.  A seed gives all slopes the same split, the
same random numbers for the weights, and the same order of the images.  PReLU learns one slope for
each layer, from 0.25.
"""

from itertools import pairwise

import numpy as np

from datasets import split_small_digits
from experiments import tables
from minigrad import (
    Activation,
    Adam,
    Linear,
    PReLU,
    Sequential,
    accuracy,
    cross_entropy,
    evaluate,
    fit,
    lecun_uniform,
    with_gain,
)

SIZES = [64, *[64] * 4, 10]
SEEDS = range(40)
SLOPES = {"0": 0.0, "0.01": 0.01, "0.1": 0.1, "0.2": 0.2, "0.3": 0.3, "learned": 0.25}
CELLS = [{"slope": slope, "seed": seed} for slope in SLOPES for seed in SEEDS]
TOLERANCE = {"loss": "over seeds", "test_accuracy": "over seeds"}


def measure(slope, seed):
    x_train, x_test, y_train, y_test = split_small_digits(seed)
    rng = np.random.default_rng(seed)
    net = network(slope, rng)
    history = train(net, x_train, y_train, rng, epochs=20)
    test = evaluate(net, x_test, y_test, {"accuracy": accuracy})
    return [{"loss": history["loss"][-1], "test_accuracy": test["accuracy"]}]


def network(slope, rng):
    """Build the network for one of SLOPES."""
    init = with_gain(lecun_uniform, "leaky_relu", negative_slope=SLOPES[slope])
    *hidden, last = pairwise(SIZES)
    layers = []
    for n, m in hidden:
        layers.append(Linear(n, m, weight_init=init, rng=rng))
        learned = slope == "learned"
        layers.append(
            PReLU() if learned else Activation("leaky_relu", negative_slope=SLOPES[slope])
        )
    return Sequential(*layers, Linear(*last, rng=rng))


def train(net, x, y, rng, epochs):
    return fit(
        net,
        x,
        y,
        loss=cross_entropy,
        optimizer=Adam(net.parameters()),
        epochs=epochs,
        rng=rng,
        progress=False,
    )


if __name__ == "__main__":
    tables.main("leaky_slopes")
