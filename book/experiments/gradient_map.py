"""How much of the gradient arrives?  Nine activations, five initializations, five depths.

Untrained networks of 64 units a layer on scikit-learn's 8×8 digits, each pixel centered and all
scaled to a mean square of 1.  Measured: the norm of δ at the first layer, as a share of that at the
output.  "forward" and "backward" draw normal weights with the activation's own gain.
"""

import numpy as np
from sklearn.datasets import load_digits

from experiments import tables
from experiments.linear_depth import normal
from minigrad import TABLE, cross_entropy, gain, glorot_uniform, he_uniform, plain_uniform
from networks import stack

WIDTH = 64
SEEDS = range(10)
ACTIVATIONS = ("sigmoid", "tanh", "softsign", "relu", "elu", "selu", "gelu", "silu", "mish")
INITS = ("plain", "glorot", "he", "forward", "backward")
CELLS = [
    {"activation": activation, "init": init, "depth": depth, "seed": seed}
    for activation in ACTIVATIONS
    for init in INITS
    for depth in (2, 5, 10, 20, 50)
    for seed in SEEDS
]
TOLERANCE = {"arriving": {"rel": 1e-3}}  # nothing is trained here


def initializer(activation, init):
    """Return one of the five initializers, for this activation."""
    gains = gain(activation)
    return {
        "plain": plain_uniform,
        "glorot": glorot_uniform,
        "he": he_uniform,
        "forward": normal(gains.forward),
        "backward": normal(gains.backward),
    }[init]


def arriving(net, linears, x, y):
    """Return the norm of δ at the first layer, as a share of that at the output."""
    zs, a = [], x
    for part in net:
        a = part(a)
        if part in linears:
            zs.append(a.retain_grad())
    cross_entropy(a, y).backward()
    return float(np.linalg.norm(zs[0].grad) / np.linalg.norm(zs[-1].grad))


def measure(activation, init, depth, seed):
    images, labels = load_digits(return_X_y=True)
    images = images - images.mean(axis=0)
    images /= images.std()
    chosen = np.random.default_rng(seed).permutation(len(labels))[:100]
    sizes = [64, *[WIDTH] * depth, 10]
    hidden_init = initializer(activation, init)
    net, linears = stack(sizes, TABLE[activation], seed, hidden_init=hidden_init)
    return [{"arriving": arriving(net, linears, images[chosen], labels[chosen])}]


if __name__ == "__main__":
    tables.main("gradient_map")
