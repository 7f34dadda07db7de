"""Which slopes does PReLU learn, layer by layer?  The network and the data of `leaky_slopes`.

Each of the four hidden layers has one slope for all its units, from 0.25; 20 epochs of Adam.
"""

import numpy as np

from datasets import split_small_digits
from experiments import tables
from experiments.leaky_slopes import network
from minigrad import Adam, PReLU, cross_entropy, fit

EPOCHS = (1, 5, 20)
SEEDS = range(20)
CELLS = [{"seed": seed} for seed in SEEDS]
TOLERANCE = {"alpha": "over seeds"}


def measure(seed):
    x_train, _, y_train, _ = split_small_digits(seed)
    rng = np.random.default_rng(seed)
    net = network("learned", rng)
    watch = Watch([layer for layer in net if isinstance(layer, PReLU)])
    fit(
        net,
        x_train,
        y_train,
        loss=cross_entropy,
        optimizer=Adam(net.parameters()),
        epochs=max(EPOCHS),
        rng=rng,
        callbacks=[watch],
        progress=False,
    )
    return watch.rows


class Watch:
    """Writes the slopes down after some epochs."""

    def __init__(self, layers):
        self.layers, self.rows = layers, []

    def after_epoch(self, run):
        epoch = run.epoch + 1
        if epoch in EPOCHS:
            self.rows += [
                {"epoch": epoch, "layer": place, "alpha": float(layer.alpha.data[0])}
                for place, layer in enumerate(self.layers, start=1)
            ]


if __name__ == "__main__":
    tables.main("prelu_by_layer")
