"""What becomes of the activations while a deep sigmoid network is trained, as in 2010?

Four hidden layers of 64 sigmoid units, the weights of the time, no biases at first, gradient
descent with momentum: mean and spread of each hidden layer's activations on 450 digits that are
not trained on, every few epochs.  Once with pixels from 0 to 1, once with pixels around 0.
"""

from itertools import pairwise

import numpy as np

from datasets import split_small_digits
from experiments import tables
from minigrad import (
    SGD,
    Linear,
    Sequential,
    cross_entropy,
    evaluate,
    fit,
    plain_uniform,
    probe,
    sigmoid,
)

SEEDS = range(20)
WIDTH, HIDDEN, EPOCHS = 64, 4, 150
EVERY = {"around 0": 5, "0 to 1": 10}  # epochs between two looks
CELLS = [{"pixels": pixels, "seed": seed} for pixels in EVERY for seed in SEEDS]
COLUMNS = ("loss", *(f"{what}_{n}" for what in ("mean", "spread") for n in range(1, HIDDEN + 1)))
TOLERANCE = dict.fromkeys((*COLUMNS, "saturated_4"), "over seeds")


def network(rng):
    """Build the network with U(±1/√fan_in) in every layer, as was usual before Glorot's paper."""
    sizes = [64, *[WIDTH] * HIDDEN, 10]
    parts = []
    for fan_in, fan_out in pairwise(sizes):
        linear = Linear(fan_in, fan_out, weight_init=plain_uniform, rng=rng, dtype=np.float32)
        parts += [linear, sigmoid]
    return Sequential(*parts[:-1])


def around_zero(x_train, x_test):
    """Take from each pixel its mean, and divide all of them by one standard deviation."""
    mean, std = x_train.mean(0), x_train.std()
    return (x_train - mean) / std, (x_test - mean) / std


def measure(pixels, seed):
    x_train, x_test, y_train, _ = split_small_digits(seed)
    if pixels == "around 0":
        x_train, x_test = around_zero(x_train, x_test)
    x_train, x_test = x_train.astype(np.float32), x_test.astype(np.float32)
    rng = np.random.default_rng(seed)
    net = network(rng)
    rows = []

    def look(done):
        layers = probe(net, x_test).activations
        rows.append(
            {
                "epoch": done,
                "loss": round(evaluate(net, x_train, y_train, {"l": cross_entropy})["l"], 3),
                **{f"mean_{p.place}": round(p.a.mean, 4) for p in layers},
                **{f"spread_{p.place}": round(p.a.std, 4) for p in layers},
                "saturated_4": round(layers[-1].saturated, 3),
            }
        )

    def after_epoch(run):
        if (run.epoch + 1) % EVERY[pixels] == 0:
            look(run.epoch + 1)

    look(0)
    fit(
        net,
        x_train,
        y_train,
        loss=cross_entropy,
        optimizer=SGD(net.parameters(), lr=0.3, momentum=0.9),
        epochs=EPOCHS,
        batch_size=128,
        rng=rng,
        callbacks=[after_epoch],
        progress=False,
    )
    return rows


if __name__ == "__main__":
    tables.main("sigmoid_saturation")
