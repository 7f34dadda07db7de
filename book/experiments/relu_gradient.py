"""How much of the gradient comes back through 50 layers of ReLU, and on which weights it depends.

Measured before training, at every fifth layer.  Biases are zero; sigmoid is there for comparison.

    delta      the norm of δ = ∂L/∂z for one example, as root mean square over 500 images
    negative   the share of units with z ≤ 0 for every one of all 1,797 images
"""

import numpy as np

from datasets import batch_of_digits, digits_28
from experiments import tables
from minigrad import TABLE, cross_entropy, no_grad
from networks import INITS, stack

DEPTH, WIDTH = 50, 128
SEEDS = range(20)
PAIRS = [("relu", "he"), ("relu", "glorot"), ("relu", "plain"), ("sigmoid", "glorot")]
CELLS = [
    {"activation": activation, "init": init, "seed": seed}
    for activation, init in PAIRS
    for seed in SEEDS
]
TOLERANCE = {  # nothing is trained here; one unit in 128 may change sides by rounding
    "delta": {"rel": 1e-4},
    "negative": {"abs": 0.008},
}


def measure(activation, init, seed):
    x, y = batch_of_digits(seed)
    sizes = [784, *[WIDTH] * DEPTH, 10]
    net, linears = stack(sizes, TABLE[activation], seed, hidden_init=INITS[init])
    a, zs = x, []
    for part in net:
        a = part(a)
        if part in linears:
            zs.append(a.retain_grad())
    cross_entropy(a, y).backward()
    a, negative = digits_28()[0], []
    with no_grad():
        for part in net:
            a = part(a)
            if part in linears:
                negative.append(float((a.data <= 0).all(axis=0).mean()))
    return [
        # The loss is a mean, so z.grad holds δ/n: the root mean square of n norms is √n · ‖z.grad‖.
        {
            "layer": layer,
            "delta": float(np.linalg.norm(z.grad) * np.sqrt(len(y))),
            "negative": negative[layer - 1],
        }
        for layer, z in enumerate(zs, start=1)
        if layer % 5 == 1
    ]


if __name__ == "__main__":
    tables.main("relu_gradient")
