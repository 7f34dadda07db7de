"""What does depth do to training: test accuracy after 20 epochs, by activation and depth."""

import numpy as np
from datasets import split_digits
from experiments import tables
from networks import stack

from minigrad import TABLE, Adam, accuracy, cross_entropy, evaluate, fit, glorot_uniform, he_uniform

SEEDS = range(20)
INITS = {"sigmoid": glorot_uniform, "tanh": glorot_uniform, "relu": he_uniform}
CELLS = [
    {"activation": activation, "depth": depth, "seed": seed}
    for activation in INITS
    for depth in (1, 2, 4, 8)
    for seed in SEEDS
]
TOLERANCE = {"test_accuracy": {"abs": 0.03}, "train_loss": {"abs": 0.1}}  # see tables.py


def measure(activation, depth, seed):
    x_train, x_test, y_train, y_test = split_digits(seed)
    rng = np.random.default_rng(seed)
    net, _ = stack([784, *[64] * depth, 10], TABLE[activation], rng, hidden_init=INITS[activation])
    history = fit(
        net,
        x_train,
        y_train,
        loss=cross_entropy,
        optimizer=Adam(net.parameters()),
        epochs=20,
        rng=rng,
        progress=False,
    )
    test = evaluate(net, x_test, y_test, {"accuracy": accuracy})
    return [{"test_accuracy": test["accuracy"], "train_loss": history["loss"][-1]}]


if __name__ == "__main__":
    tables.main("accuracy_by_depth")
