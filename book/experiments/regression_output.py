"""Which activation belongs at the output of a regression?  Diabetes, on scikit-learn's data.

442 patients, ten measurements each; the target is how far the disease has progressed a year later,
here shifted and scaled to mean 0 and standard deviation 1 on the training data.  A network with 16
tanh units, and one output through each of four activations.  Beside it, ordinary least squares.
Measured: the root of the mean squared error on the patients that were held back.
"""

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

from experiments import tables
from minigrad import TABLE, Adam, Linear, Sequential, evaluate, fit, mean_squared_error, tanh

SEEDS = range(20)
OUTPUTS = ("identity", "tanh", "relu", "sigmoid")
CELLS = [{"output": output, "seed": seed} for output in OUTPUTS for seed in SEEDS]
TOLERANCE = {"network": "over seeds", "least_squares": {"rel": 1e-4}}


def measure(output, seed):
    x, y = load_diabetes(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=seed)
    center, scale = y_train.mean(), y_train.std()
    y_train, y_test = ((part - center) / scale for part in (y_train, y_test))
    x_train, x_test = (part / x_train.std(axis=0) for part in (x_train, x_test))

    rng = np.random.default_rng(seed)
    net = Sequential(Linear(10, 16, rng=rng), tanh, Linear(16, 1, rng=rng), TABLE[output])
    fit(
        net,
        x_train,
        y_train[:, None],
        loss=mean_squared_error,
        optimizer=Adam(net.parameters()),
        epochs=50,
        rng=rng,
        progress=False,
    )
    error = evaluate(net, x_test, y_test[:, None], {"mse": mean_squared_error})["mse"]
    plain = LinearRegression().fit(x_train, y_train).predict(x_test)
    return [
        {
            "network": error**0.5,
            "least_squares": float(np.mean((plain - y_test) ** 2) ** 0.5),
        }
    ]


if __name__ == "__main__":
    tables.main("regression_output")
