"""How long does an activation take, forward and backward, compared with ReLU?

Each seed is one repetition.  ReLU and the other take turns, and the shortest of the rounds counts,
since what else a computer does can only add to a time.  The result is how many times ReLU's time
must be doubled to make the other's, the logarithm of their ratio to the base 2:

    doublings   for the activation alone, on 128 × 128 numbers, value and gradient
    training    for a whole training step of the network 784–64–10 on 32 images
"""

from math import log2
from time import perf_counter

import numpy as np

from datasets import batch_of_digits
from experiments import tables
from minigrad import SGD, TABLE, Tensor, cross_entropy
from networks import stack

ROUNDS, SIDE = 25, 128
SEEDS = range(10)
NAMES = ("leaky_relu", "elu", "tanh", "sigmoid", "softplus", "silu", "gelu", "mish")
CELLS = [{"activation": name, "seed": seed} for name in NAMES for seed in SEEDS]
# With instructions for 512 bits, a processor computes tanh about as fast as ReLU; without, five to
# seven times as slowly.  (NPY_DISABLE_CPU_FEATURES=X86_V4 switches NumPy's use of them off.)
TOLERANCE = {"doublings": "a time", "training": "a time"}


def measure(activation, seed):
    pair = TABLE["relu"], TABLE[activation]
    return [
        {
            "doublings": compare([alone(f, seed) for f in pair], calls=5),
            "training": compare([training_step(f, seed) for f in pair], calls=2),
        }
    ]


def alone(f, seed):
    """Return a function that applies f to numbers from N(0, 1), and goes back through it."""
    rng = np.random.default_rng(seed)
    z = Tensor(rng.normal(size=(SIDE, SIDE)), requires_grad=True)
    cotangent = rng.normal(size=(SIDE, SIDE))

    def run():
        z.grad = None
        f(z).backward(cotangent)

    return run


def training_step(f, seed):
    """Return a function that trains a network with f on one batch, too slowly to change it."""
    x, y = batch_of_digits(seed, size=32)
    net, _ = stack([784, 64, 10], f, seed)
    optimizer = SGD(net.parameters(), lr=1e-9)

    def run():
        optimizer.zero_grad()
        cross_entropy(net(x), y).backward()
        optimizer.step()

    return run


def compare(contenders, calls):
    """Return the logarithm to the base 2 of the second's time over the first's."""
    best = [float("inf")] * 2
    for _ in range(ROUNDS):
        for i, run in enumerate(contenders):
            start = perf_counter()
            for _ in range(calls):
                run()
            best[i] = min(best[i], perf_counter() - start)
    return log2(best[1] / best[0])


if __name__ == "__main__":
    tables.main("activation_time")
