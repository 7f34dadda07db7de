"""784–64–10 with ReLU and Adam, trained by minigrad and by scikit-learn on the same splits."""

import numpy as np
from datasets import split_digits
from experiments import tables
from networks import stack
from sklearn.neural_network import MLPClassifier

from minigrad import Adam, accuracy, cross_entropy, evaluate, fit, he_uniform, relu

SEEDS = range(20)
EPOCHS = 30
BATCH_SIZE = 32
CELLS = [{"seed": seed} for seed in SEEDS]
TOLERANCE = {"minigrad": {"abs": 0.02}, "scikit_learn": {"abs": 0.02}}  # 9 of 450 images


def measure(seed):
    x_train, x_test, y_train, y_test = split_digits(seed)
    rng = np.random.default_rng(seed)
    net, _ = stack([784, 64, 10], relu, rng, hidden_init=he_uniform)
    fit(
        net,
        x_train,
        y_train,
        loss=cross_entropy,
        optimizer=Adam(net.parameters()),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rng=rng,
        progress=False,
    )
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
    theirs.fit(x_train, y_train)
    return [
        {
            "minigrad": evaluate(net, x_test, y_test, {"accuracy": accuracy})["accuracy"],
            "scikit_learn": float(theirs.score(x_test, y_test)),
        }
    ]


if __name__ == "__main__":
    tables.main("first_network")
