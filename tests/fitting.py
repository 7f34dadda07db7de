"""What the tests of training have in common: data, small models, and a short way to fit them."""

import numpy as np

from minigrad import SGD, Linear, Sequential, fit, mean_squared_error, tanh

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(20, 3)), RNG.integers(4, size=20)
TARGETS = RNG.normal(size=(20, 1))


def small_net(seed=0):
    rng = np.random.default_rng(seed)
    return Sequential(Linear(3, 5, rng=rng), tanh, Linear(5, 4, rng=rng))


def line(lr=0.1, kind=SGD):
    model = Linear(3, 1, rng=0)
    return model, kind(model.parameters(), lr=lr)


def run(model, optimizer, *, x=X, y=TARGETS, **settings):
    """Fit with what most tests have in common."""
    given = {"loss": mean_squared_error, "epochs": 2, "batch_size": 8, "rng": 0, "progress": False}
    return fit(model, x, y, optimizer=optimizer, **{**given, **settings})


def numbers(model):
    return [p.data.copy() for p in model.parameters()]
