"""100–128–1: will the Mackey–Glass series be higher, 50 steps after a window of 100?

Each seed has a series of its own, 4,000 steps to learn from and the next 2,000 to be tested on.  A
network with 128 units and one output, stochastic gradient descent with rate 0.1 and batches of 32
for 20 epochs, its hidden layer, output or loss changed one at a time.  Beside it what needs no
network: to go on as in the last step; to go back to the mean; logistic regression; the nearest
neighbor; and scikit-learn's network.  "random" is the mistake of holding back windows at random.
Measured: the share of right answers, and of the answer "higher", on the test side.
"""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier

from datasets import split_series
from experiments import tables
from experiments.friedman import cross_entropy_of_outputs
from minigrad import (
    SGD,
    TABLE,
    Linear,
    Sequential,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    fit,
    mean_squared_error,
    no_grad,
    softmax,
)

EPOCHS, BATCH_SIZE, RATE = 20, 32, 0.1
SEEDS = range(20)

# Each network: its hidden layer, what stands at its output, its loss, and where it says "higher".
NETWORKS = {
    "tanh": ("tanh", None, binary_cross_entropy_with_logits, 0.0),
    "relu": ("relu", None, binary_cross_entropy_with_logits, 0.0),
    "sigmoid hidden": ("sigmoid", None, binary_cross_entropy_with_logits, 0.0),
    "squared error": ("tanh", TABLE["sigmoid"], mean_squared_error, 0.5),
    "linear out": ("tanh", None, cross_entropy_of_outputs, 0.5),
    "softmax out": ("tanh", softmax, binary_cross_entropy, 0.5),
}
OTHERS = ("last step", "to the mean", "logistic", "nearest", "scikit-learn")
CELLS = [
    {"model": model, "split": "in time", "seed": seed}
    for model in (*NETWORKS, *OTHERS)
    for seed in SEEDS
]
CELLS += [
    {"model": model, "split": "random", "seed": seed}
    for model in ("tanh", "logistic", "nearest")
    for seed in SEEDS
]
TOLERANCE = {"right": "over seeds", "higher": "over seeds"}


def measure(model, split, seed):
    x_train, x_test, y_train, y_test = split_series(seed)
    if split == "random":
        x, y = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])
        x_train, x_test, y_train, y_test = train_test_split(
            x, y, test_size=len(x_test), random_state=seed
        )
    if model in NETWORKS:
        answer = by_network(model, x_train, y_train, x_test, seed)
    elif model == "last step":
        answer = x_test[:, -1] > x_test[:, -2]
    elif model == "to the mean":
        answer = x_test[:, -1] < 0
    else:
        answer = by_others(model, x_train, y_train, x_test, seed)
    return [{"right": float(np.mean(answer == y_test)), "higher": float(np.mean(answer))}]


def by_network(model, x_train, y_train, x_test, seed):
    hidden, output, loss, threshold = NETWORKS[model]
    rng = np.random.default_rng(seed)
    net = Sequential(
        Linear(100, 128, rng=rng, dtype="float32"),
        TABLE[hidden],
        Linear(128, 1, rng=rng, dtype="float32"),
        *([output] if output else []),
    )
    fit(
        net,
        x_train.astype("float32"),
        y_train[:, None].astype("float32"),
        loss=loss,
        optimizer=SGD(net.parameters(), lr=RATE),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rng=rng,
        progress=False,
    )
    with no_grad():
        return net(x_test.astype("float32")).data[:, 0] > threshold


def by_others(model, x_train, y_train, x_test, seed):
    others = {
        "logistic": LogisticRegression(max_iter=1_000),
        "nearest": KNeighborsClassifier(n_neighbors=1),
        "scikit-learn": MLPClassifier(
            hidden_layer_sizes=(128,),
            activation="tanh",
            solver="sgd",
            momentum=0.0,
            alpha=0.0,
            learning_rate_init=RATE,
            batch_size=BATCH_SIZE,
            max_iter=EPOCHS,
            n_iter_no_change=EPOCHS,
            random_state=seed,
        ),
    }
    with warnings.catch_warnings():  # the network could go on after the epochs we compare
        warnings.simplefilter("ignore", ConvergenceWarning)
        return others[model].fit(x_train, y_train).predict(x_test)


if __name__ == "__main__":
    tables.main("higher_later")
