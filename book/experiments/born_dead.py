"""How many narrow ReLU networks are born dead?  The formula of Lu and others, simulated.

Networks with one input, no biases and He's weights, 2,000 for each seed.  Of these:

    at_one      the share in which some layer has only zeros for x = 1
    constant    the share in which that is so for x = 1 and for x = −1, hence for every x
"""

import numpy as np

from experiments import tables
from minigrad import he_normal, relu

NETWORKS = 2000
SEEDS = range(20)
SHAPES = [(2, 2), (2, 5), (2, 10), (2, 20), (5, 5), (5, 10), (5, 20), (5, 50), (10, 20), (10, 50)]
CELLS = [
    {"width": width, "layers": layers, "seed": seed} for width, layers in SHAPES for seed in SEEDS
]
# One sign may differ where a sum is as good as zero: one network of 2,000.
TOLERANCE = {"at_one": {"abs": 6e-4}, "constant": {"abs": 6e-4}}


def measure(width, layers, seed):
    rng = np.random.default_rng(seed)
    a = np.broadcast_to([[1.0], [-1.0]], (NETWORKS, 2, 1))  # networks, inputs, units
    for _ in range(layers):
        fan_in = a.shape[-1]
        weights = he_normal(fan_in, NETWORKS * width, rng).reshape(fan_in, NETWORKS, width)
        a = relu(a @ weights.swapaxes(0, 1))
    dead = (a == 0).all(axis=2)  # once a layer is all zeros, all that follow are
    return [
        {"at_one": float(dead[:, 0].mean()), "constant": float(dead.all(axis=1).mean())},
    ]


if __name__ == "__main__":
    tables.main("born_dead")
