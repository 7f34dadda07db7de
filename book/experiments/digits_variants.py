"""784–64–10 with each of 18 activations in the hidden layer, and with wrong ends.

The network and the splits of first_network, in float32: Adam, batches of 64, 20 epochs.  Each
activation's weights have its own gain; for ReLU that is He's initialization.  Two wrong ends: the
squared error of the softmax, and a cross-entropy that takes the raw outputs for probabilities, as
Keras does if softmax has been forgotten: each divided by their sum, and cut off near 0 and 1.
Measured: the share of the 450 test digits that are read correctly.
"""

import numpy as np

from datasets import split_digits
from experiments import tables
from minigrad import (
    TABLE,
    Adam,
    accuracy,
    cross_entropy,
    evaluate,
    fit,
    lecun_uniform,
    log,
    maximum,
    minimum,
    softmax,
    with_gain,
)
from networks import stack

EPOCHS, BATCH_SIZE = 20, 64
SEEDS = range(10)
WRONG_ENDS = ("squared error", "linear out")
HIDDEN = (
    *("identity", "sigmoid", "hard_sigmoid", "tanh", "scaled_tanh", "hard_tanh", "softsign"),
    *("relu", "relu6", "leaky_relu", "elu", "celu", "selu", "softplus", "silu", "gelu", "mish"),
    "hard_swish",
)
CELLS = [
    {"hidden": hidden, "end": "cross-entropy", "seed": seed} for hidden in HIDDEN for seed in SEEDS
]
CELLS += [{"hidden": "relu", "end": end, "seed": seed} for end in WRONG_ENDS for seed in SEEDS]
TOLERANCE = {"right": "over seeds"}


def squared_error(z, labels):
    return ((softmax(z) - np.eye(10, dtype="float32")[labels]) ** 2).sum() / len(labels)


def cross_entropy_of_outputs(z, labels):
    """Take the outputs themselves for probabilities, as Keras does without from_logits=True."""
    p = minimum(maximum(z / z.sum(axis=1, keepdims=True), 1e-7), 1 - 1e-7)
    return -(np.eye(10, dtype="float32")[labels] * log(p)).sum() / len(labels)


LOSSES = {
    "cross-entropy": cross_entropy,
    "squared error": squared_error,
    "linear out": cross_entropy_of_outputs,
}


def measure(hidden, end, seed):
    x_train, x_test, y_train, y_test = split_digits(seed)
    rng = np.random.default_rng(seed)
    hidden_init = with_gain(lecun_uniform, hidden)
    net, _ = stack([784, 64, 10], TABLE[hidden], rng, hidden_init, dtype="float32")
    fit(
        net,
        x_train.astype("float32"),
        y_train,
        loss=LOSSES[end],
        optimizer=Adam(net.parameters()),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rng=rng,
        progress=False,
    )
    right = evaluate(net, x_test.astype("float32"), y_test, {"right": accuracy})["right"]
    return [{"right": right}]


if __name__ == "__main__":
    tables.main("digits_variants")
