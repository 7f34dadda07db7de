"""Gated units against plain ones with as many parameters, in blocks like those of a transformer.

Two blocks, each x + W₂ f(W x) or x + W₂ ((W x) ⊙ f(V x)) behind a layer normalization.  The plain
one is 96 units wide, the gated one 64, so that both have 6,144 weights.  Three tasks: the digits;
Friedman's first regression problem, 1,000 examples seen 20 times; and the same with 20,000
examples, each seen once, in about as many steps.
"""

import numpy as np
from sklearn.datasets import load_digits, make_friedman1
from sklearn.model_selection import train_test_split

from experiments import tables
from minigrad import (
    GEGLU,
    GLU,
    TABLE,
    Adam,
    LayerNorm,
    Linear,
    Residual,
    Sequential,
    SwiGLU,
    cross_entropy,
    evaluate,
    fit,
    lecun_normal,
    mean_squared_error,
    with_gain,
)

FEATURES, PLAIN_WIDTH, GATED_WIDTH = 32, 96, 64
BLOCKS = 2
GATED = {"glu": (GLU, "sigmoid"), "geglu": (GEGLU, "gelu"), "swiglu": (SwiGLU, "silu")}
SEEDS = range(12)
CELLS = [
    {"task": task, "unit": unit, "seed": seed}
    for task in ("digits", "friedman", "friedman fresh")
    for unit in ("relu", "gelu", "silu", *GATED)
    for seed in SEEDS
]
TOLERANCE = {
    "parameters": {"abs": 0},
    "train_loss": "over seeds",
    "test_loss": "over seeds",
}


def block(unit, rng):
    """Build one block.  Both kinds start with a signal of the same size."""
    plain = {"weight_init": lecun_normal, "bias_init": None, "rng": rng, "dtype": "float32"}
    if unit in GATED:
        layer, activation = GATED[unit]
        first, width = [layer(FEATURES, GATED_WIDTH, **plain)], GATED_WIDTH
    else:
        activation, width = unit, PLAIN_WIDTH
        first = [Linear(FEATURES, width, **plain), TABLE[activation]]
    scaled = plain | {"weight_init": with_gain(lecun_normal, activation)}
    return Sequential(
        LayerNorm(FEATURES, dtype="float32"), *first, Linear(width, FEATURES, **scaled)
    )


def network(unit, inputs, outputs, rng):
    plain = {"weight_init": lecun_normal, "rng": rng, "dtype": "float32"}
    return Sequential(
        Linear(inputs, FEATURES, **plain),
        *[Residual(block(unit, rng)) for _ in range(BLOCKS)],
        LayerNorm(FEATURES, dtype="float32"),
        Linear(FEATURES, outputs, **plain),
    )


def data(task, seed):
    """Return x_train, x_test, y_train, y_test; what is to be predicted has about variance 1."""
    if task == "digits":
        x, y = load_digits(return_X_y=True)
        x = (x / 16).astype("float32")
        return train_test_split(x, y, test_size=0.25, random_state=seed, stratify=y)
    n = 20_000 if task == "friedman fresh" else 1_000
    x, y = make_friedman1(n + 1_000, n_features=10, noise=1.0, random_state=seed)
    x = ((x - 0.5) * np.sqrt(12)).astype("float32")
    y = ((y - 14.4) / 5).astype("float32")[:, None]
    return x[1_000:], x[:1_000], y[1_000:], y[:1_000]


def measure(task, unit, seed):
    x_train, x_test, y_train, y_test = data(task, seed)
    classes = task == "digits"
    rng = np.random.default_rng(seed)
    net = network(unit, x_train.shape[1], 10 if classes else 1, rng)
    loss = cross_entropy if classes else mean_squared_error
    history = fit(
        net,
        x_train,
        y_train,
        loss=loss,
        optimizer=Adam(net.parameters()),
        epochs=1 if task == "friedman fresh" else 20,
        rng=rng,
        progress=False,
    )
    test = evaluate(net, x_test, y_test, {"loss": loss})
    return [
        {
            "parameters": sum(p.size for p in net.parameters()),
            "train_loss": history["loss"][-1],
            "test_loss": test["loss"],
        }
    ]


if __name__ == "__main__":
    tables.main("gated_or_plain")
