"""How much saturation is too much?  Eight activations, saturated in two ways, then trained.

Three hidden layers of 64 units on scikit-learn's 8×8 digits, each pixel centered and all scaled to
a mean square of 1; normal weights with the activation's own gain.  Then one of two things is done
to all hidden layers:

    scale    the weights are multiplied by the level
    shift    the biases are lowered by so many standard deviations of z

Measured before training, as means over the hidden layers: the share of saturated numbers (slope at
most 5% of the largest) and of dead units.  Then the network is trained, for ten epochs in batches
of 64, once by gradient descent with momentum 0.9 at a learning rate of 0.1, once by Adam at 0.01.
Measured: the accuracy on the test digits, where a run that diverges counts as guessing; and with
Adam the saturated share after the first epoch.
"""

from functools import partial

import numpy as np

from datasets import split_small_digits
from experiments import tables
from experiments.linear_depth import normal
from experiments.sigmoid_saturation import around_zero
from minigrad import (
    SGD,
    TABLE,
    Adam,
    DivergenceError,
    accuracy,
    cross_entropy,
    evaluate,
    fit,
    gain,
    probe,
)
from networks import stack

WIDTH, HIDDEN = 64, 3
ACTIVATIONS = "sigmoid", "tanh", "hard_tanh", "softsign", "relu", "leaky_relu", "elu", "gelu"
LEVELS = [
    *(("scale", level) for level in (1.0, 1.5, 2.0, 3.0, 4.0, 8.0, 16.0)),
    *(("shift", level) for level in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)),
]
SEEDS = range(10)
CELLS = [
    {"activation": activation, "way": way, "level": level, "seed": seed}
    for activation in ACTIVATIONS
    for way, level in LEVELS
    for seed in SEEDS
]
TRAININGS = {"sgd": partial(SGD, lr=0.1, momentum=0.9), "adam": partial(Adam, lr=0.01)}
TOLERANCE = {
    "saturated": {"abs": 1e-3},
    "dead": {"abs": 1 / (HIDDEN * WIDTH)},
    "saturated_later": "over seeds",
    **dict.fromkeys(TRAININGS, "over seeds"),
}


def digits(seed):
    """Split the digits: images around 0, those to train and those to test; then their labels."""
    x_train, x_test, *labels = split_small_digits(seed)
    return *around_zero(x_train, x_test), *labels


def network(activation, way, level, seed, images):
    """Build a network, and saturate it."""
    factor = gain(activation).forward * (level if way == "scale" else 1.0)
    sizes = [64, *[WIDTH] * HIDDEN, 10]
    net, linears = stack(sizes, TABLE[activation], seed, hidden_init=normal(factor))
    if way == "shift":
        a = images
        for linear in linears[:-1]:
            z = linear(a)
            linear.b.data = linear.b.data - level * z.data.std()
            a = TABLE[activation](linear(a))
    return net


def train(net, optimizer, data, seed, callbacks=()):
    """Train for ten epochs; return the accuracy on the test digits."""
    x_train, x_test, y_train, y_test = data
    try:
        fit(
            net,
            x_train,
            y_train,
            loss=cross_entropy,
            optimizer=optimizer(net.parameters()),
            epochs=10,
            batch_size=64,
            rng=seed,
            callbacks=callbacks,
            progress=False,
        )
    except DivergenceError:
        return 0.1
    return evaluate(net, x_test, y_test, {"accuracy": accuracy})["accuracy"]


def saturated(net, images):
    return float(np.mean([p.saturated for p in probe(net, images).activations]))


def measure(activation, way, level, seed):
    data = digits(seed)
    images = data[0]
    before = probe(network(activation, way, level, seed, images), images).activations
    row = {
        "saturated": float(np.mean([p.saturated for p in before])),
        "dead": float(np.mean([p.dead for p in before])),
    }
    for name, optimizer in TRAININGS.items():
        net = network(activation, way, level, seed, images)

        def after_epoch(run, net=net):
            if run.epoch == 0:
                row["saturated_later"] = saturated(net, images)

        row[name] = train(net, optimizer, data, seed, [after_epoch])
    return [row]


if __name__ == "__main__":
    tables.main("saturation_threshold")
