"""ReLU and its smooth relatives, trained on the same digits: 8 by 8 pixels, 64 units a layer.

Each has LeCun's weights times its own forward gain, which for ReLU are He's; SELU, whose gain is 1,
also has three quarters of it, and softplus is also trained less its mean.  Where the seed is the
same, so are the split, the order of the images and the numbers that the weights are scaled from.
"""

import numpy as np

from datasets import split_small_digits
from experiments import tables
from minigrad import (
    TABLE,
    ActivationFunction,
    Adam,
    Linear,
    Sequential,
    accuracy,
    cross_entropy,
    evaluate,
    fit,
    gain,
    lecun_normal,
    softplus,
)

WIDTH = 64
SEEDS = range(20)
NAMES = ("relu", "softplus", "elu", "selu", "selu 3/4", "gelu", "silu", "mish", "softplus centered")
MEAN = 0.806059  # of softplus for standard normal z
CENTERED = ActivationFunction(
    "centered_softplus",
    value=lambda xp, z: softplus.value(xp, z) - MEAN,
    slope=lambda xp, z, a: softplus.slope(xp, z, a + MEAN),
)
CELLS = [
    {"activation": name, "depth": depth, "seed": seed}
    for name in NAMES
    for depth in (2, 8)
    for seed in SEEDS
]
TOLERANCE = dict.fromkeys(("train_loss", "test_loss", "test_accuracy"), "over seeds")


def measure(activation, depth, seed):
    x_train, x_test, y_train, y_test = split_small_digits(seed)
    x_train, x_test = x_train.astype("float32"), x_test.astype("float32")
    f = CENTERED if activation == "softplus centered" else TABLE[activation.split()[0]]
    factor = gain(f).forward * (0.75 if activation == "selu 3/4" else 1.0)

    def scaled(fan_in, fan_out, rng, dtype):
        return factor * lecun_normal(fan_in, fan_out, rng, dtype)

    rng = np.random.default_rng(seed)
    hidden = [
        part
        for fan_in in [x_train.shape[1], *[WIDTH] * (depth - 1)]
        for part in (
            Linear(fan_in, WIDTH, weight_init=scaled, rng=rng, dtype="float32"),
            f,
        )
    ]
    net = Sequential(*hidden, Linear(WIDTH, 10, rng=rng, dtype="float32"))
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
    test = evaluate(net, x_test, y_test, {"loss": cross_entropy, "accuracy": accuracy})
    return [
        {
            "train_loss": history["loss"][-1],
            "test_loss": test["loss"],
            "test_accuracy": test["accuracy"],
        }
    ]


if __name__ == "__main__":
    tables.main("relatives_trained")
