"""Can deep tanh networks be trained?  Steps of Adam until the loss is below 0.5, on the digits.

Layers of 64 units; tanh with Glorot's weights beside ReLU with He's.
"""

import numpy as np

from datasets import split_small_digits
from experiments import tables
from experiments.tanh_centering import StopAt
from minigrad import TABLE, Adam, cross_entropy, fit
from networks import INITS, stack

SEEDS = range(20)
DEPTHS = (2, 10, 20, 30)
CELLS = [
    {"activation": activation, "depth": depth, "seed": seed}
    for activation in ("tanh", "relu")
    for depth in DEPTHS
    for seed in SEEDS
]
TOLERANCE = {"steps": "over seeds", "reached": "over seeds"}
INIT = {"tanh": "glorot", "relu": "he"}
GOAL, EPOCHS, BATCH_SIZE = 0.5, 10, 32


def measure(activation, depth, seed):
    x_train, _, y_train, _ = split_small_digits(seed)
    rng = np.random.default_rng(seed)
    net, _ = stack(
        [64, *[64] * depth, 10], TABLE[activation], rng, hidden_init=INITS[INIT[activation]]
    )
    watch = StopAt(GOAL)
    fit(
        net,
        x_train,
        y_train,
        loss=cross_entropy,
        optimizer=Adam(net.parameters()),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rng=rng,
        callbacks=[watch],
        progress=False,
    )
    return [{"steps": len(watch.losses), "reached": int(watch.reached)}]


if __name__ == "__main__":
    tables.main("tanh_deep_training")
