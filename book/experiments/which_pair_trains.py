"""Which activation trains with which initialization?  Ten hidden layers, on the digits.

scikit-learn's 8×8 digits, each pixel centered and all scaled to a mean square of 1; ten hidden
layers of 64 units; stochastic gradient descent with momentum 0.9 and batches of 64 for ten epochs,
at three learning rates.  Measured: the gradient δ that arrives at the first layer before training,
as a share of that at the output, and the accuracy on the test digits after training, to the nearest
percent.  A run that diverges counts as guessing.
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from experiments import tables
from experiments.gradient_map import arriving, initializer
from minigrad import SGD, TABLE, DivergenceError, accuracy, cross_entropy, evaluate, fit
from networks import stack

DEPTH, WIDTH = 10, 64
EPOCHS, BATCH_SIZE = 10, 64
ACTIVATIONS = ("sigmoid", "tanh", "relu", "elu", "selu", "gelu", "silu")
INITS = ("plain", "glorot", "forward", "backward")
RATES = (0.01, 0.03, 0.1)
SEEDS = range(8)
CELLS = [
    {"activation": activation, "init": init, "rate": rate, "seed": seed}
    for activation in ACTIVATIONS
    for init in INITS
    for rate in RATES
    for seed in SEEDS
]
TOLERANCE = {"arriving": {"rel": 1e-3}, "test_accuracy": "over seeds"}


def split_centered(seed):
    """Split the digits; center each pixel, and scale all to a mean square of 1."""
    images, labels = load_digits(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(
        images, labels, test_size=0.25, random_state=seed, stratify=labels
    )
    center = x_train.mean(axis=0)
    scale = (x_train - center).std()
    return (x_train - center) / scale, (x_test - center) / scale, y_train, y_test


def train(activation, init, rate, seed, callbacks=()):
    """Train one network; return the gradient that arrived before, and the test accuracy after."""
    x_train, x_test, y_train, y_test = split_centered(seed)
    rng = np.random.default_rng(seed)
    sizes = [64, *[WIDTH] * DEPTH, 10]
    hidden_init = initializer(activation, init)
    net, linears = stack(sizes, TABLE[activation], rng, hidden_init=hidden_init)
    before = arriving(net, linears, x_train[:250], y_train[:250])
    try:
        fit(
            net,
            x_train,
            y_train,
            loss=cross_entropy,
            optimizer=SGD(net.parameters(), lr=rate, momentum=0.9),
            epochs=EPOCHS,
            batch_size=BATCH_SIZE,
            rng=rng,
            callbacks=callbacks,
            progress=False,
        )
        test = evaluate(net, x_test, y_test, {"accuracy": accuracy})["accuracy"]
    except DivergenceError:
        test = 0.1
    # Rounded, since the classes are not quite equal: guessing is 0.098, 0.1 or 0.102.
    return before, round(test, 2)


def measure(activation, init, rate, seed):
    before, test = train(activation, init, rate, seed)
    return [{"arriving": before, "test_accuracy": test}]


if __name__ == "__main__":
    tables.main("which_pair_trains")
