"""How large is the gradient at each layer of an untrained network, on real digits?

Measured at each layer: the norm of δ = ∂L/∂z for one example, as root mean square over 500 images.
"""

import numpy as np

from datasets import batch_of_digits
from experiments import tables
from minigrad import TABLE, cross_entropy
from networks import INITS, stack

WIDTH = 64
SEEDS = range(20)

DEPTHS = {
    ("sigmoid", "glorot"): range(1, 11),
    ("sigmoid", "glorot times 4"): range(1, 11),
    ("tanh", "glorot"): [10],
    ("relu", "he"): [10],
    ("relu", "plain"): [10],
}
CELLS = [
    {"activation": activation, "init": init, "depth": depth, "seed": seed}
    for (activation, init), depths in DEPTHS.items()
    for depth in depths
    for seed in SEEDS
]
TOLERANCE = {"delta": {"rel": 1e-4}}  # nothing is trained here


def measure(activation, init, depth, seed):
    x, y = batch_of_digits(seed)
    net, linears = stack(
        [784, *[WIDTH] * depth, 10], TABLE[activation], seed, hidden_init=INITS[init]
    )
    zs = []
    a = x
    for part in net:
        a = part(a)
        if part in linears:
            zs.append(a.retain_grad())
    cross_entropy(a, y).backward()
    return [
        # The loss is a mean, so z.grad holds δ/n: the root mean square of n norms is √n · ‖z.grad‖.
        {"layer": layer, "delta": float(np.linalg.norm(z.grad) * np.sqrt(len(y)))}
        for layer, z in enumerate(zs, start=1)
    ]


if __name__ == "__main__":
    tables.main("gradient_by_layer")
