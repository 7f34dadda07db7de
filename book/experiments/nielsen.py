"""Nielsen's measurement of vanishing gradients, repeated on scikit-learn's digits.

The networks of his chapter 5: hidden layers of 30 sigmoid units, weights from N(0, 1/fan_in),
biases from N(0, 1), sigmoid outputs with cross-entropy.  At each layer, the norm of the mean δ
over 1,000 images, before training; and the same without biases.
"""

from itertools import pairwise

import numpy as np

from datasets import batch_of_digits
from experiments import tables
from minigrad import Linear, Sequential, binary_cross_entropy_with_logits, sigmoid, zeros

SEEDS = range(100)
CELLS = [
    {"biases": biases, "hidden_layers": n, "seed": seed}
    for biases in ("normal", "zero")
    for n in (2, 3, 4)
    for seed in SEEDS
]
TOLERANCE = {"norm": {"rel": 1e-4}}  # nothing is trained here


def normal_weights(fan_in, fan_out, rng, dtype):
    return rng.normal(0.0, fan_in**-0.5, (fan_in, fan_out)).astype(dtype)


def normal_biases(fan_in, fan_out, rng, dtype):
    return rng.normal(0.0, 1.0, (fan_in, fan_out)).astype(dtype)


BIASES = {"normal": normal_biases, "zero": zeros}


def measure(biases, hidden_layers, seed):
    rng = np.random.default_rng(seed)
    x, y = batch_of_digits(seed, size=1000)
    sizes = [784, *[30] * hidden_layers, 10]
    linears = [
        Linear(n, m, weight_init=normal_weights, bias_init=BIASES[biases], rng=rng)
        for n, m in pairwise(sizes)
    ]
    net = Sequential(*[part for linear in linears[:-1] for part in (linear, sigmoid)], linears[-1])
    one_hot = np.eye(10)[y]
    loss = binary_cross_entropy_with_logits(net(x), one_hot) * 10  # summed over the 10 outputs
    loss.backward()
    return [
        {"layer": layer, "norm": float(np.linalg.norm(linear.b.grad))}
        for layer, linear in enumerate(linears[:-1], start=1)
    ]


if __name__ == "__main__":
    tables.main("nielsen")
