"""By what factor per layer may the gradient shrink or grow?  ReLU networks, trained.

5, 10 and 20 hidden layers of 64 ReLU units on scikit-learn's 8×8 digits; He's weights times a
factor, which multiplies signal and gradient at each layer.  Measured before training: the factor by
which the gradient changes per layer, from the last hidden layer to the first.  Then the networks
are trained as in `saturation_threshold`, at a tenth of its learning rates.
"""

from functools import partial

from experiments import tables
from experiments.linear_depth import normal
from experiments.saturation_threshold import WIDTH, digits, train
from minigrad import SGD, TABLE, Adam, cross_entropy, probe
from networks import stack

SEEDS = range(10)
CELLS = [
    {"depth": depth, "factor": factor, "seed": seed}
    for depth in (5, 10, 20)
    for factor in (0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5, 2.0)
    for seed in SEEDS
]
TRAININGS = {"sgd": partial(SGD, lr=0.01, momentum=0.9), "adam": partial(Adam, lr=0.001)}
TOLERANCE = {"measured": {"rel": 1e-4}, **dict.fromkeys(TRAININGS, "over seeds")}


def network(depth, factor, seed):
    init = normal(2**0.5 * factor)
    net, _ = stack([64, *[WIDTH] * depth, 10], TABLE["relu"], seed, hidden_init=init)
    return net


def measure(depth, factor, seed):
    data = digits(seed)
    x_train, _, y_train, _ = data
    deltas = [
        p.delta_norm
        for p in probe(network(depth, factor, seed), x_train, y_train, cross_entropy).activations
    ]
    row = {"measured": float((deltas[0] / deltas[-1]) ** (1 / (depth - 1)))}
    for name, optimizer in TRAININGS.items():
        row[name] = train(network(depth, factor, seed), optimizer, data, seed)
    return [row]


if __name__ == "__main__":
    tables.main("gradient_factor")
