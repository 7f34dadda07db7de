"""By how much does each activation shrink signal and gradient, in one layer that is run?

500 random examples go through 256 linear units with weights of variance 1/fan-in, so that z is
nearly standard normal, then through the activation; a random gradient comes back.  Measured: the
root mean square of z over that of a, and of the gradient at a over that at z.  These are the gains.
"""

import numpy as np

from experiments import tables
from minigrad import TABLE, Linear, Tensor, lecun_normal

WIDTH, EXAMPLES = 256, 500
SEEDS = range(20)
CELLS = [{"activation": activation, "seed": seed} for activation in TABLE for seed in SEEDS]
TOLERANCE = {"forward": {"rel": 1e-4}, "backward": {"rel": 1e-4}}  # nothing is trained here


def rms(x):
    return float(np.sqrt(np.mean(x**2)))


def measure(activation, seed):
    rng = np.random.default_rng(seed)
    x = Tensor(rng.normal(size=(EXAMPLES, WIDTH)), requires_grad=True)
    z = Linear(WIDTH, WIDTH, weight_init=lecun_normal, rng=rng)(x).retain_grad()
    a = TABLE[activation](z)
    from_above = rng.normal(size=a.shape)
    a.backward(from_above)
    return [{"forward": rms(z.data) / rms(a.data), "backward": rms(from_above) / rms(z.grad)}]


if __name__ == "__main__":
    tables.main("gains_in_a_layer")
