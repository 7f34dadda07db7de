"""What keeps 20–32–1 from the floor of Friedman's function?  One remedy at a time, and together.

The network and the data of friedman, 32 epochs each: so four times the examples are four times the
steps.  weights: at first, with the gain of leaky ReLU, or Glorot's, as scikit-learn's network has
them.  rate: the same in all epochs, or falling to 0 along a cosine.  inputs: all 20, or only the 5
that matter.  networks: how many, of which the mean is the answer.  Measured in the units of the
target: the mean squared error on 4,000 further examples, and that on the training examples.
"""

import numpy as np

from datasets import friedman
from experiments import tables
from experiments.friedman import BATCH_SIZE, HELD_BACK, RATE, WEIGHTS, leaky, scaled
from minigrad import (
    Adam,
    CosineDecay,
    Linear,
    Sequential,
    fit,
    glorot_uniform,
    mean_squared_error,
    no_grad,
)

EPOCHS = 32
SEEDS = range(20)
SCHEDULES = {"constant": None, "falling": CosineDecay(RATE, EPOCHS)}
STARTS = {"gain": WEIGHTS[leaky], "glorot": glorot_uniform}

AS_IT_IS = {"weights": "gain", "rate": "constant", "inputs": 20, "networks": 1, "examples": 4_000}
BOTH = AS_IT_IS | {"weights": "glorot", "rate": "falling"}
CELLS = [
    setting | {"seed": seed}
    for setting in (
        AS_IT_IS,
        AS_IT_IS | {"weights": "glorot"},
        AS_IT_IS | {"rate": "falling"},
        AS_IT_IS | {"inputs": 5},
        AS_IT_IS | {"examples": 500},
        AS_IT_IS | {"examples": 16_000},
        BOTH,
        BOTH | {"inputs": 5},
        BOTH | {"networks": 5},
        BOTH | {"examples": 8_000},
        BOTH | {"examples": 16_000},
        BOTH | {"examples": 32_000},
    )
    for seed in SEEDS
]
TOLERANCE = {"squared": "over seeds", "training": "over seeds"}


def measure(weights, rate, inputs, networks, examples, seed):
    x, y, _ = friedman(examples + HELD_BACK, seed)
    x_train, x_test = scaled(x[:examples, :inputs], x[examples:, :inputs])
    y_train, y_test = y[:examples], y[examples:]
    center, scale = y_train.mean(), y_train.std()
    v_train = ((y_train - center) / scale)[:, None].astype("float32")
    trained = [
        train(x_train, v_train, STARTS[weights], SCHEDULES[rate], np.random.default_rng(rng))
        for rng in np.random.SeedSequence(seed).spawn(networks)
    ]
    with no_grad():
        on_train, on_test = (
            center + scale * np.mean([net(x).data[:, 0].astype(float) for net in trained], axis=0)
            for x in (x_train, x_test)
        )
    return [
        {
            "squared": float(np.mean((on_test - y_test) ** 2)),
            "training": float(np.mean((on_train - y_train) ** 2)),
        }
    ]


def train(x, y, weights, schedule, rng):
    net = Sequential(
        Linear(x.shape[1], 32, weight_init=weights, rng=rng, dtype="float32"),
        leaky,
        Linear(32, 1, rng=rng, dtype="float32"),
    )
    fit(
        net,
        x,
        y,
        loss=mean_squared_error,
        optimizer=Adam(net.parameters(), lr=RATE),
        schedule=schedule,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rng=rng,
        progress=False,
    )
    return net


if __name__ == "__main__":
    tables.main("friedman_floor")
