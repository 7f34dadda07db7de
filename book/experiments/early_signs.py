"""Do the gradient before training and the loss after one epoch tell how a training will end?

The networks and the training of `which_pair_trains`, at its lowest and its highest rate.  (At the
highest, training is chaotic: the last bits decide how a run ends, and single runs of the two tables
differ.)  Measured:
the gradient δ that arrives at the first layer before training, as a share of that at the output;
the mean loss of the first of ten epochs; and the accuracy on the test digits after the last.  A run
that diverges counts as guessing; a first loss above 10, or none, as 10.  (Guessing has 2.3.)
"""

import numpy as np

from experiments import tables
from experiments.which_pair_trains import ACTIVATIONS, INITS, train

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
STEPS_PER_EPOCH = 22  # of 1,347 images


class Losses(list):
    """The loss of every step."""

    def after_step(self, run):
        self.append(run.loss)


def measure(activation, init, rate, seed):
    losses = Losses()
    before, test = train(activation, init, rate, seed, [losses])
    whole = len(losses) >= STEPS_PER_EPOCH
    first = float(np.mean(losses[:STEPS_PER_EPOCH])) if whole else HIGHEST
    return [{"arriving": before, "first_loss": min(first, HIGHEST), "test_accuracy": test}]


if __name__ == "__main__":
    tables.main("early_signs")
