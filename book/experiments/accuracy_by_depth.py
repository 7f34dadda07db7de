"""What does depth do to training?  Test accuracy after 20 epochs of Adam, on the digits."""

import numpy as np

from datasets import split_digits
from experiments import tables
from minigrad import TABLE, Adam, accuracy, cross_entropy, evaluate, fit
from networks import INITS, stack

SEEDS = range(20)
PAIRS = [
    ("sigmoid", "glorot"),
    ("sigmoid", "glorot times 4"),
    ("tanh", "glorot"),
    ("relu", "he"),
    ("relu", "plain"),
]
CELLS = [
    {"activation": activation, "init": init, "depth": depth, "seed": seed}
    for activation, init in PAIRS
    for depth in (1, 2, 4, 8)
    for seed in SEEDS
]
# In deep sigmoid networks, training is chaotic: one seed gives 20% here and 40% there.
TOLERANCE = {
    "untrained_loss": {"rel": 1e-5},  # the table has six digits
    "train_loss": "over seeds",
    "test_accuracy": "over seeds",
}


def measure(activation, init, depth, seed):
    x_train, x_test, y_train, y_test = split_digits(seed)
    rng = np.random.default_rng(seed)
    net, _ = stack([784, *[64] * depth, 10], TABLE[activation], rng, hidden_init=INITS[init])
    untrained = evaluate(net, x_train, y_train, {"loss": cross_entropy})
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
    return [
        {
            "untrained_loss": untrained["loss"],
            "train_loss": history["loss"][-1],
            "test_accuracy": test["accuracy"],
        }
    ]


if __name__ == "__main__":
    tables.main("accuracy_by_depth")
