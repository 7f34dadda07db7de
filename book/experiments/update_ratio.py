"""How far should a step move the weights?  Learning rates over decades, two optimizers.

Three hidden layers of 64 units on scikit-learn's 8×8 digits, weights with the activation's own
gain; gradient descent with momentum 0.9, and Adam, in batches of 64.  After 3 and 30 epochs:

    ratio      how far a step moves a weight matrix, as a share of its length: the median over the
               four matrices and the steps of the first epoch
    ratio_now  the same for the last epoch so far
    loss, accuracy   on all training digits, and on the test digits

A run that diverges counts as guessing from there on, and has the ratios of the steps it made.
"""

import math

import numpy as np

from experiments import tables
from experiments.linear_depth import normal
from experiments.saturation_threshold import HIDDEN, WIDTH, digits
from minigrad import (
    SGD,
    TABLE,
    Adam,
    DivergenceError,
    Monitor,
    accuracy,
    cross_entropy,
    evaluate,
    fit,
    gain,
)
from networks import stack

RATES = {
    "sgd": (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0),
    "adam": (0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3),
}
EPOCHS = 3, 30
SEEDS = range(10)
CELLS = [
    {"activation": activation, "optimizer": optimizer, "rate": rate, "seed": seed}
    for activation in ("relu", "tanh")
    for optimizer, rates in RATES.items()
    for rate in rates
    for seed in SEEDS
]
TOLERANCE = dict.fromkeys(("ratio", "ratio_now", "loss", "accuracy"), "over seeds")


def median_ratio(records):
    """Return the median over steps and weight matrices; biases, which start at 0, are left out."""
    return float(np.median([[u for n, u in r.updates.items() if n[-1] == "W"] for r in records]))


def measure(activation, optimizer, rate, seed):
    x_train, x_test, y_train, y_test = digits(seed)
    init = normal(gain(activation).forward)
    net, _ = stack([64, *[WIDTH] * HIDDEN, 10], TABLE[activation], seed, hidden_init=init)
    parameters = net.parameters()
    descent = SGD(parameters, rate, momentum=0.9) if optimizer == "sgd" else Adam(parameters, rate)
    monitor = Monitor(net)
    per_epoch = math.ceil(len(x_train) / 64)
    rows = []

    def look(epoch, figures):
        ratios = {
            "ratio": median_ratio(monitor.records[:per_epoch]),
            "ratio_now": median_ratio(monitor.records[-per_epoch:]),
        }
        rows.append({"epoch": epoch, **ratios, **figures})

    def after_epoch(run):
        if run.epoch + 1 in EPOCHS:
            figures = evaluate(net, x_train, y_train, {"loss": cross_entropy})
            figures |= evaluate(net, x_test, y_test, {"accuracy": accuracy})
            look(run.epoch + 1, figures)

    try:
        fit(
            net,
            x_train,
            y_train,
            loss=cross_entropy,
            optimizer=descent,
            epochs=EPOCHS[-1],
            batch_size=64,
            rng=seed,
            callbacks=[monitor, after_epoch],
            progress=False,
        )
    except DivergenceError:
        for epoch in EPOCHS[len(rows) :]:
            look(epoch, {"loss": math.log(10), "accuracy": 0.1})
    return rows


if __name__ == "__main__":
    tables.main("update_ratio")
