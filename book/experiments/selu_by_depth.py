"""Does a signal keep its size through 100 layers, and its gradient on the way back?

Untrained layers of 256 units without biases, on normal numbers.  At every tenth layer, the root
mean square of what comes out of the activation, and of δ, if the gradient at the end is normal,
too.
"""

import numpy as np

from experiments import tables
from minigrad import TABLE, Linear, Tensor, gain, lecun_normal

WIDTH, DEPTH, EXAMPLES = 256, 100, 128
LAYERS = (1, *range(10, DEPTH + 1, 10))
SEEDS = range(20)

# What LeCun's weights are multiplied by.
FACTORS = {
    ("selu", "1"): 1.0,
    ("selu", "3/4"): 0.75,
    ("relu", "gain"): gain("relu").forward,
    ("gelu", "gain"): gain("gelu").forward,
}
CELLS = [
    {"activation": activation, "factor": factor, "seed": seed}
    for activation, factor in FACTORS
    for seed in SEEDS
]
TOLERANCE = {"rms": {"rel": 1e-4}, "delta": {"rel": 1e-4}}  # nothing is trained here


def measure(activation, factor, seed):
    rng = np.random.default_rng(seed)

    def scaled(fan_in, fan_out, rng, dtype):
        return FACTORS[activation, factor] * lecun_normal(fan_in, fan_out, rng, dtype)

    a = Tensor(rng.normal(size=(EXAMPLES, WIDTH)))
    zs, sizes = [], []
    for _ in range(DEPTH):
        z = Linear(WIDTH, WIDTH, weight_init=scaled, bias_init=None, rng=rng)(a)
        a = TABLE[activation](z.retain_grad())
        zs.append(z)
        sizes.append(root_mean_square(a.data))
    a.backward(rng.normal(size=a.shape))
    return [
        {"layer": layer, "rms": sizes[layer - 1], "delta": root_mean_square(zs[layer - 1].grad)}
        for layer in LAYERS
    ]


def root_mean_square(x):
    return float(np.sqrt(np.mean(x**2)))


if __name__ == "__main__":
    tables.main("selu_by_depth")
