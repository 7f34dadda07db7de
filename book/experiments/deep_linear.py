"""How does a deep linear network learn?  Eight living things and their properties, over time.

The network learns which thing has which properties, by gradient descent from small random weights.
Measured at each point in time (learning rate times steps): half the squared error, and how much of
each kind of distinction has been learned, as the mean strength of the singular vectors of that
kind.
"""

from itertools import pairwise

import numpy as np

from experiments import tables
from minigrad import SGD, Linear, Sequential, mean_squared_error

THINGS = ("canary", "robin", "salmon", "perch", "oak", "pine", "rose", "daisy")
RATE = 0.002
LENGTH = 10.0  # how long to train, in units of time
HIDDEN = 32
WEIGHTS = 2.5e-4  # standard deviation, before training
SEEDS = range(20)
CELLS = [{"layers": layers, "seed": seed} for layers in (1, 2) for seed in SEEDS]


def properties():
    """Return a row of 15 properties, 0 or 1, for each of the eight living things."""
    all_share = np.ones((8, 1))
    kingdoms = np.kron(np.eye(2), np.ones((4, 1)))  # can move, has roots
    families = np.kron(np.eye(4), np.ones((2, 1)))  # flies, swims, has a trunk, has petals
    return np.hstack([all_share, kingdoms, families, np.eye(8)])


# Which singular vectors make which distinction, from the largest singular value to the smallest.
KINDS = {
    "living": slice(0, 1),
    "kingdom": slice(1, 2),
    "family": slice(2, 4),
    "thing": slice(4, 8),
}
STRENGTHS = {"living": 15**0.5, "kingdom": 7**0.5, "family": 3**0.5, "thing": 1.0}
TOLERANCE = {name: {"rel": 1e-4, "abs": 2e-5} for name in ("loss", *KINDS)}


def half_time(run, kind):
    """Return the time at which one network has learned half of a distinction."""
    s, time = STRENGTHS[kind], RATE * run.step
    p = run[kind].clip(1e-6, s - 1e-6)
    # Between two points, the logarithm of p/(s - p) is a straight line, or nearly so.
    return float(np.interp(0, np.log(p / (s - p)), time))


def predicted_half_time(kind, size=WEIGHTS):
    """Return the time that the theory says, for two layers."""
    s, p0 = STRENGTHS[kind], HIDDEN * size**2 / 2
    return float(np.log(s / p0 - 1) / (2 * s))


def network(layers, rng, size=WEIGHTS):
    """Build one or two linear layers without biases, with small random weights."""

    def small(fan_in, fan_out, rng, dtype):
        return rng.normal(0.0, size, (fan_in, fan_out)).astype(dtype)

    sizes = [8, *[HIDDEN] * (layers - 1), 15]
    return Sequential(
        *(Linear(n, m, weight_init=small, bias_init=None, rng=rng) for n, m in pairwise(sizes))
    )


def train(net, every=100):
    """Train for `LENGTH` units of time, and measure every so many steps."""
    x, y = np.eye(8), properties()
    u, _, vt = np.linalg.svd(y, full_matrices=False)
    optimizer = SGD(net.parameters(), lr=RATE)
    rows = []
    for step in range(round(LENGTH / RATE) + 1):
        prediction = net(x)
        loss = mean_squared_error(prediction, y) * (y.size / 2)  # half the sum, not the mean
        if step % every == 0:
            strength = np.diag(u.T @ prediction.data @ vt.T)
            measured = {kind: strength[which].mean() for kind, which in KINDS.items()}
            measured = {"loss": loss.item()} | measured
            rows.append({"step": step} | {name: round(x, 5) for name, x in measured.items()})
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return rows


def measure(layers, seed, size=WEIGHTS, every=100):
    return train(network(layers, np.random.default_rng(seed), size), every)


if __name__ == "__main__":
    tables.main("deep_linear")
