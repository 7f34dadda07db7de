"""Do four sigmoid layers learn with more steps, or with a larger learning rate?

The networks of `sigmoid_rescued` with Glorot's weights: at the same learning rate, five times as
long; and as long, at ten times the rate.  Measured: after how many steps the loss is below 0.5.
"""

import numpy as np

from datasets import split_small_digits
from experiments import tables
from experiments.sigmoid_rescued import BATCH_SIZE, GOAL, network
from experiments.tanh_centering import STEPS_PER_EPOCH, StopAt
from minigrad import SGD, cross_entropy, fit

EPOCHS = {0.01: 250, 0.1: 50}
CELLS = [{"rate": rate, "seed": seed} for rate in EPOCHS for seed in range(10)]
TOLERANCE = dict.fromkeys(("steps", "reached", "loss"), "over seeds")


def measure(rate, seed):
    x_train, _, y_train, _ = split_small_digits(seed)
    rng = np.random.default_rng(seed)
    net = network("sigmoid", 4, rng, np.float32)
    watch = StopAt(GOAL)
    fit(
        net,
        x_train.astype(np.float32),
        y_train,
        loss=cross_entropy,
        optimizer=SGD(net.parameters(), lr=rate, momentum=0.9),
        epochs=EPOCHS[rate],
        batch_size=BATCH_SIZE,
        rng=rng,
        callbacks=[watch],
        progress=False,
    )
    steps, last = len(watch.losses), np.mean(watch.losses[-STEPS_PER_EPOCH:])
    return [{"steps": steps, "reached": int(watch.reached), "loss": round(float(last), 2)}]


if __name__ == "__main__":
    tables.main("sigmoid_patience")
