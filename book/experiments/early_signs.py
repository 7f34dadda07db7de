"""Do the gradient before training and the loss after one epoch tell how a training will end?

The networks and the training of `which_pair_trains`, at its lowest and its highest rate.  (At the
highest, training is chaotic: the last bits decide how a run ends, and single runs of the two tables
differ.)  Measured:
the gradient δ that arrives at the first layer before training, as a share of that at the output;
the mean loss of the first of ten epochs; and the accuracy on the test digits after the last.  A run
that diverges counts as guessing; a first loss above 10, or none, as 10.  (Guessing has 2.3.)
"""

from contextlib import suppress

import numpy as np

from experiments import tables
from experiments.gradient_map import arriving, initializer
from experiments.which_pair_trains import ACTIVATIONS, DEPTH, INITS, WIDTH, split_centered
from minigrad import SGD, TABLE, DivergenceError, accuracy, cross_entropy, evaluate, fit
from networks import stack

BATCH_SIZE = 64
SEEDS = range(8)
CELLS = [
    {"activation": activation, "init": init, "rate": rate, "seed": seed}
    for activation in ACTIVATIONS
    for init in INITS
    for rate in (0.01, 0.1)
    for seed in SEEDS
]
TOLERANCE = {
    "arriving": {"rel": 1e-3},
    "first_loss": "over seeds",
    "test_accuracy": "over seeds",
}
HIGHEST = 10.0


class Losses(list):
    """The loss of every step."""

    def after_step(self, run):
        self.append(run.loss)


def measure(activation, init, rate, seed):
    x_train, x_test, y_train, y_test = split_centered(seed)
    rng = np.random.default_rng(seed)
    sizes = [64, *[WIDTH] * DEPTH, 10]
    hidden_init = initializer(activation, init)
    net, linears = stack(sizes, TABLE[activation], rng, hidden_init=hidden_init)
    before = arriving(net, linears, x_train[:250], y_train[:250])
    losses, test = Losses(), 0.1
    with suppress(DivergenceError):
        fit(
            net,
            x_train,
            y_train,
            loss=cross_entropy,
            optimizer=SGD(net.parameters(), lr=rate, momentum=0.9),
            epochs=10,
            batch_size=BATCH_SIZE,
            rng=rng,
            callbacks=[losses],
            progress=False,
        )
        test = evaluate(net, x_test, y_test, {"accuracy": accuracy})["accuracy"]
    steps = -(-len(x_train) // BATCH_SIZE)
    first = float(np.mean(losses[:steps])) if len(losses) >= steps else HIGHEST
    return [
        {
            "arriving": before,
            "first_loss": min(first, HIGHEST),
            "test_accuracy": round(test, 2),  # as in which_pair_trains
        }
    ]


if __name__ == "__main__":
    tables.main("early_signs")
