"""Does depth kill ReLU units, or is it the biases?  Untrained networks of ten hidden layers.

The widths are those of tutorial 3 of the University of Amsterdam's deep learning course, where up
to 56% of a layer are dead.  The data are the 1,797 digits, enlarged to 28 × 28 pixels from −1 to 1
(there, they are pictures of clothes, scaled in the same way), or noise of the same shape.  At each
layer:

    dead      the share of units with z ≤ 0 for every example
    few       the same share where only every hundredth example counts, 18 of 1,797
    varying   how much z depends on the example: its standard deviation over the examples, as root
              mean square over the units, divided by the root mean square of z
"""

from itertools import pairwise

import numpy as np

from datasets import digits_28
from experiments import tables
from minigrad import Linear, glorot_uniform, he_uniform, no_grad, plain_uniform, relu, zeros

SIZES = [784, *[256] * 5, *[128] * 5]
SEEDS = range(20)


def plain_biases(fan_in, fan_out, rng, dtype):
    """Draw biases as PyTorch's linear layers do, from the same interval as the weights."""
    return rng.uniform(-(fan_in**-0.5), fan_in**-0.5, (1, fan_out)).astype(dtype)


WEIGHTS = {"plain": plain_uniform, "glorot": glorot_uniform, "he": he_uniform}
BIASES = {"plain": plain_biases, "zero": zeros}
PAIRS = [("plain", "plain"), ("plain", "zero"), ("glorot", "zero"), ("he", "zero"), ("he", "plain")]
CELLS = [
    {"data": data, "weights": weights, "biases": biases, "seed": seed}
    for data in ("digits", "noise")
    for weights, biases in PAIRS
    for seed in SEEDS
]
TOLERANCE = {  # nothing is trained here; one unit in 128 may change sides by rounding
    "dead": {"abs": 0.008},
    "few": {"abs": 0.008},
    "varying": {"abs": 1e-4},
}


def measure(data, weights, biases, seed):
    rng = np.random.default_rng(seed)
    images, _ = digits_28()
    a = 2 * images - 1
    if data == "noise":
        a = np.random.default_rng([seed, 1]).normal(size=a.shape)
    rows = []
    for layer, (n, m) in enumerate(pairwise(SIZES), start=1):
        linear = Linear(n, m, weight_init=WEIGHTS[weights], bias_init=BIASES[biases], rng=rng)
        with no_grad():
            z = linear(a).data
        varying = np.sqrt(z.var(axis=0).mean() / np.square(z).mean())
        dead, few = (float((x <= 0).all(axis=0).mean()) for x in (z, z[::100]))
        varying = round(float(varying), 4)
        rows.append({"layer": layer, "dead": dead, "few": few, "varying": varying})
        a = relu(z)
    return rows


if __name__ == "__main__":
    tables.main("dead_by_depth")
