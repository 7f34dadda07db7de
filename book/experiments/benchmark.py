"""17 activations × five tasks × depth × initialization × learning rate, ten seeds each.

A plain stack of layers of 32 units, Adam, about 500 steps of 32 examples, in float32.  The weights
of the hidden layers are either matched, LeCun's with the gain of the activation, or plain, evenly
between ±1/√n, which is what PyTorch's linear layers begin with.  CELU is left out: with α = 1 it is
ELU.  The score of a network is measured on examples held back: the share of right answers, or, for
the number, R², the share of the variance that it predicts (1 is perfect, 0 the mean of all).  A
training that blows up is scored with the last parameters that had a finite loss.

The seed draws the weights, the order of the examples, and which are held back.  A row of the table
has the scores of all seeds and their mean.  One is measured again by, for instance,
`python -m experiments.benchmark --rerun "activation=relu task=moons depth=2 init=plain rate=0.03"`.
"""

from contextlib import suppress
from functools import cache

import numpy as np
from sklearn.datasets import load_breast_cancer, make_moons
from sklearn.model_selection import train_test_split

from datasets import friedman, split_digits, split_series
from experiments import tables
from minigrad import (
    TABLE,
    Adam,
    DivergenceError,
    binary_cross_entropy_with_logits,
    cross_entropy,
    fit,
    lecun_uniform,
    mean_squared_error,
    no_grad,
    plain_uniform,
    with_gain,
)
from networks import stack

WIDTH, STEPS, BATCH_SIZE = 32, 500, 32
SEEDS = range(10)
SCORES = [f"seed_{seed}" for seed in SEEDS]
DEPTHS = (1, 2, 4, 8, 16)
RATES = (0.0003, 0.003, 0.03)
TASKS = ("moons", "cancer", "friedman", "series", "digits")
ACTIVATIONS = (
    *("identity", "sigmoid", "hard_sigmoid", "tanh", "scaled_tanh", "hard_tanh", "softsign"),
    *("relu", "relu6", "leaky_relu", "elu", "selu", "softplus", "silu", "gelu", "mish"),
    "hard_swish",
)
CELLS = [
    {"activation": activation, "task": task, "depth": depth, "init": init, "rate": rate}
    for task in TASKS
    for depth in DEPTHS
    for activation in ACTIVATIONS
    for init in ("matched", "plain")
    for rate in RATES
]
TOLERANCE = {"mean": "over columns"} | {score: "over columns" for score in SCORES}


def measure(activation, task, depth, init, rate):
    scores = [train(activation, task, depth, init, rate, seed) for seed in SEEDS]
    row = {name: round(score, 4) for name, score in zip(SCORES, scores, strict=True)}
    return [{"mean": float(np.mean([*row.values()]))} | row]


def train(activation, task, depth, init, rate, seed):
    """Train one network; return its score on the examples held back."""
    x_train, x_test, y_train, y_test = data(task, seed)
    rng = np.random.default_rng(seed)
    hidden = with_gain(lecun_uniform, activation) if init == "matched" else plain_uniform
    outputs = 10 if task == "digits" else 1
    sizes = [x_train.shape[1], *[WIDTH] * depth, outputs]
    net, _ = stack(sizes, TABLE[activation], rng, hidden, dtype="float32")
    with suppress(DivergenceError):
        fit(
            net,
            x_train,
            y_train,
            loss=LOSSES.get(task, binary_cross_entropy_with_logits),
            optimizer=Adam(net.parameters(), lr=rate),
            epochs=round(STEPS * BATCH_SIZE / len(x_train)),
            batch_size=BATCH_SIZE,
            rng=rng,
            progress=False,
        )
    with no_grad():
        z = net(x_test).data
    if task == "friedman":
        return float(1 - np.mean((z - y_test) ** 2) / np.var(y_test))
    answers = z.argmax(axis=1) if task == "digits" else z > 0
    return float(np.mean(answers == y_test))


LOSSES = {"digits": cross_entropy, "friedman": mean_squared_error}


@cache
def data(task, seed):
    """Load or draw a task: x_train, x_test, y_train, y_test; inputs and numbers scaled."""
    x_train, x_test, y_train, y_test = SPLITS[task](seed)
    if task in ("cancer", "friedman"):
        center, scale = x_train.mean(axis=0), x_train.std(axis=0)
        x_train, x_test = (x_train - center) / scale, (x_test - center) / scale
    if task == "friedman":
        center, scale = y_train.mean(), y_train.std()
        y_train, y_test = (y_train - center) / scale, (y_test - center) / scale
    if task != "digits":
        y_train, y_test = (y.astype("float32")[:, None] for y in (y_train, y_test))
    return x_train.astype("float32"), x_test.astype("float32"), y_train, y_test


def split_moons(seed):
    x, y = make_moons(1_500, noise=0.25, random_state=seed)
    return x[:500], x[500:], y[:500], y[500:]


def split_cancer(seed):
    x, y = load_breast_cancer(return_X_y=True)
    return train_test_split(x, y, test_size=0.25, random_state=seed, stratify=y)


def split_friedman(seed):
    x, y, _ = friedman(4_000, seed)
    return x[:2_000], x[2_000:], y[:2_000], y[2_000:]


SPLITS = {
    "moons": split_moons,
    "cancer": split_cancer,
    "friedman": split_friedman,
    "series": split_series,
    "digits": split_digits,
}


if __name__ == "__main__":
    tables.main("benchmark")
