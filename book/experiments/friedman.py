"""20–32–1: a number from twenty, with the floor known.  Friedman's function #1.

    y = 10 sin(π x₁x₂) + 20 (x₃ − ½)² + 10 x₄ + 5 x₅ + noise of variance 1

Twenty inputs between 0 and 1, of which fifteen say nothing.  No prediction has a mean squared error
below 1, on average.  The network: 32 units, one output, Adam, 2,000 steps of 64 examples, targets
scaled to mean 0 and standard deviation 1, its hidden layer, output or loss changed one at a time.
"squeezed" are targets from 0 to 1, by the smallest and the largest of the training side.
Beside it scikit-learn's models, given the same examples; and fewer and more examples, with the same
number of steps.  Measured on 4,000 further examples: the mean squared and the mean absolute error,
in the units of the target.
"""

import warnings

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPRegressor

from datasets import friedman
from experiments import tables
from minigrad import (
    TABLE,
    Activation,
    Adam,
    Linear,
    Sequential,
    binary_cross_entropy,
    fit,
    lecun_normal,
    maximum,
    mean_absolute_error,
    mean_squared_error,
    minimum,
    no_grad,
    softmax,
    with_gain,
)

HELD_BACK = 4_000
STEPS, BATCH_SIZE, RATE = 2_000, 64, 0.01
SEEDS = range(20)

leaky = Activation("leaky_relu", negative_slope=0.2)


def cross_entropy_of_outputs(z, y):
    """Take the output itself for a probability, cut off as Keras does; y from 0 to 1."""
    return binary_cross_entropy(minimum(maximum(z, 1e-7), 1 - 1e-7), y)


WEIGHTS = {
    leaky: with_gain(lecun_normal, "leaky_relu", negative_slope=0.2),
    TABLE["relu"]: with_gain(lecun_normal, "relu"),
    TABLE["sigmoid"]: with_gain(lecun_normal, "sigmoid"),
}
# Each network: what stands between its layers, at its output, and its loss.
NETWORKS = {
    "leaky": (leaky, None, mean_squared_error),
    "relu": (TABLE["relu"], None, mean_squared_error),
    "sigmoid hidden": (TABLE["sigmoid"], None, mean_squared_error),
    "sigmoid out": (leaky, TABLE["sigmoid"], mean_squared_error),
    "sigmoid out, squeezed": (leaky, TABLE["sigmoid"], mean_squared_error),
    "softmax out": (leaky, softmax, mean_squared_error),
    "cross-entropy": (leaky, None, cross_entropy_of_outputs),
    "absolute error": (leaky, None, mean_absolute_error),
    "not scaled": (leaky, None, mean_squared_error),
}
OTHERS = ("linear", "boosted trees", "scikit-learn")
SQUEEZED = ("sigmoid out, squeezed", "cross-entropy")  # targets from 0 to 1
TWENTY = (
    *("leaky", "relu", "sigmoid hidden", "sigmoid out, squeezed"),
    *("linear", "boosted trees", "scikit-learn"),
)
CELLS = [
    {"model": model, "examples": 4_000, "seed": seed}
    for model in (*NETWORKS, *OTHERS)
    for seed in SEEDS[: 20 if model in TWENTY else 10]
]
CELLS += [
    {"model": model, "examples": examples, "seed": seed}
    for model in ("leaky", "linear", "boosted trees")
    for examples in (500, 1_000, 2_000, 8_000)
    for seed in SEEDS[:10]
]
TOLERANCE = {"squared": "over seeds", "absolute": "over seeds", "floor": {"rel": 1e-4}}


def measure(model, examples, seed):
    x, y, function = friedman(examples + HELD_BACK, seed)
    x_train, y_train, x_test, y_test = x[:examples], y[:examples], x[examples:], y[examples:]
    if model in NETWORKS:
        prediction = by_network(model, x_train, y_train, x_test, seed)
    else:
        prediction = by_others(model, x_train, y_train, x_test, seed)
    error = prediction - y_test
    return [
        {
            "squared": float(np.mean(error**2)),
            "absolute": float(np.mean(abs(error))),
            "floor": float(np.mean((y_test - function[examples:]) ** 2)),
        }
    ]


def by_network(model, x_train, y_train, x_test, seed):
    activation, output, loss = NETWORKS[model]
    x_train, x_test = scaled(x_train, x_test)
    low, scale = y_train.mean(), y_train.std()
    if model in SQUEEZED:
        low, scale = y_train.min(), np.ptp(y_train)
    elif model == "not scaled":
        low, scale = 0.0, 1.0

    rng = np.random.default_rng(seed)
    net = Sequential(
        Linear(20, 32, weight_init=WEIGHTS[activation], rng=rng, dtype="float32"),
        activation,
        Linear(32, 1, rng=rng, dtype="float32"),
        *([output] if output else []),
    )
    fit(
        net,
        x_train,
        ((y_train - low) / scale)[:, None].astype("float32"),
        loss=loss,
        optimizer=Adam(net.parameters(), lr=RATE),
        epochs=round(STEPS * BATCH_SIZE / len(x_train)),
        batch_size=BATCH_SIZE,
        rng=rng,
        progress=False,
    )
    with no_grad():
        z = net(x_test).data[:, 0].astype(float)
    if model == "cross-entropy":  # as the loss reads them
        z = np.clip(z, 0, 1)
    return low + scale * z


def by_others(model, x_train, y_train, x_test, seed):
    x_train, x_test = scaled(x_train, x_test)
    center, scale = y_train.mean(), y_train.std()
    if model == "linear":
        other = LinearRegression()
    elif model == "boosted trees":
        other = HistGradientBoostingRegressor(random_state=seed)
    else:
        epochs = round(STEPS * BATCH_SIZE / len(x_train))
        other = MLPRegressor(
            hidden_layer_sizes=(32,),
            alpha=0.0,  # no weight decay, as in ours
            batch_size=BATCH_SIZE,
            learning_rate_init=RATE,
            max_iter=epochs,
            n_iter_no_change=epochs,  # no early stop
            random_state=seed,
        )
    with warnings.catch_warnings():  # the network could go on after the epochs we compare
        warnings.simplefilter("ignore", ConvergenceWarning)
        other.fit(x_train, (y_train - center) / scale)
    return center + scale * other.predict(x_test)


def scaled(x_train, x_test):
    """Shift and scale the inputs to mean 0 and standard deviation 1 in training; float32."""
    center, scale = x_train.mean(axis=0), x_train.std(axis=0)
    return (((x - center) / scale).astype("float32") for x in (x_train, x_test))


if __name__ == "__main__":
    tables.main("friedman")
