"""784–64–10 with ReLU and Adam, trained by minigrad and by scikit-learn on the same splits.

Beside them what has no hidden layer: 784–10, trained in the same way; and two classics, logistic
regression and the nearest neighbor.
"""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier

from datasets import split_digits
from experiments import tables
from minigrad import Adam, accuracy, cross_entropy, evaluate, fit, he_uniform, relu
from networks import stack

SEEDS = range(20)
EPOCHS = 30
BATCH_SIZE = 32
CELLS = [{"seed": seed} for seed in SEEDS]
COLUMNS = ("minigrad", "scikit_learn", "no_hidden", "logistic", "nearest")
TOLERANCE = {column: {"abs": 0.02} for column in COLUMNS}  # 9 of the 450 images


def train(seed, callbacks=(), sizes=(784, 64, 10)):
    """Train one network; return it with its split."""
    split = x_train, _, y_train, _ = split_digits(seed)
    rng = np.random.default_rng(seed)
    net, _ = stack(sizes, relu, rng, hidden_init=he_uniform)
    fit(
        net,
        x_train,
        y_train,
        loss=cross_entropy,
        optimizer=Adam(net.parameters()),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rng=rng,
        callbacks=callbacks,
        progress=False,
    )
    return net, split


def measure(seed):
    net, (x_train, x_test, y_train, y_test) = train(seed)
    theirs = MLPClassifier(
        hidden_layer_sizes=(64,),
        activation="relu",
        solver="adam",
        alpha=0.0,  # no weight decay, as in ours
        batch_size=BATCH_SIZE,
        max_iter=EPOCHS,
        n_iter_no_change=EPOCHS,  # no early stop
        random_state=seed,
    )
    with warnings.catch_warnings():  # it warns that it could go on after the epochs we compare
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(x_train, y_train)
    logistic = LogisticRegression(C=np.inf, max_iter=1000).fit(x_train, y_train)
    nearest = KNeighborsClassifier(n_neighbors=1).fit(x_train, y_train)
    return [
        {
            "minigrad": share_right(net, x_test, y_test),
            "scikit_learn": float(theirs.score(x_test, y_test)),
            "no_hidden": share_right(train(seed, sizes=(784, 10))[0], x_test, y_test),
            "logistic": float(logistic.score(x_test, y_test)),
            "nearest": float(nearest.score(x_test, y_test)),
        }
    ]


def share_right(net, x, y):
    return evaluate(net, x, y, {"accuracy": accuracy})["accuracy"]


if __name__ == "__main__":
    tables.main("first_network")
