"""How do signal and gradient fare in 50 layers, and does the size of the input matter?

Untrained stacks of 256 units without biases; 64 random examples of a given root mean square (rms);
a random gradient at the last z.  Measured at some layers: the rms of z, and the gradient δ there as
a share of that at the last layer.
"""

import numpy as np

from experiments import tables
from experiments.linear_depth import normal
from minigrad import TABLE, Linear, Tensor, gain, glorot_uniform, he_normal, plain_uniform

WIDTH, DEPTH, EXAMPLES = 256, 50, 64
SEEDS = range(20)
WEIGHTS = {
    "gain 1": normal(1.0),
    "gain 5/3": normal(5 / 3),
    "forward gain": normal(gain("gelu").forward),
    "he": he_normal,
    "glorot": glorot_uniform,
    "plain": plain_uniform,
}
# With this input and GELU's gain, the first z has a mean square of 1, as with gain 1 and input 1.
FIRST_IS_1 = round(1 / gain("gelu").forward, 3)
PAIRS = [
    *((a, w, s) for a, w in (("selu", "gain 1"), ("relu", "he")) for s in (0.5, 1.0, 2.0)),
    *(("gelu", "forward gain", s) for s in (0.5, FIRST_IS_1, 1.0, 2.0)),
    *(("tanh", "gain 5/3", s) for s in (0.5, 1.0, 2.0)),
    ("relu", "glorot", 1.0),
    ("relu", "plain", 1.0),
]
CELLS = [
    {"activation": activation, "weights": weights, "start": start, "seed": seed}
    for activation, weights, start in PAIRS
    for seed in SEEDS
]
TOLERANCE = {"rms": {"rel": 1e-3}, "delta": {"rel": 1e-3}}  # nothing is trained here


def normal_mean(f):
    """Return E[f(z)] for a standard normal z, by the trapezoidal rule."""
    z = np.linspace(-12, 12, 24_000)  # an even number: a jump at 0 lies between two points
    return float(np.sum(f(z) * np.exp(-(z**2) / 2)) * (z[1] - z[0]) / np.sqrt(2 * np.pi))


def next_mean_square(activation, gain, q):
    """Return the mean square of z at the next layer, if it is q here and the layer is wide."""
    f = TABLE[activation]
    return gain**2 * normal_mean(lambda z: f(np.sqrt(q) * z) ** 2)


def gradient_factor(activation, gain, q):
    """Return the factor χ by which the next layer back multiplies the mean square of δ."""
    f, root = TABLE[activation], np.sqrt(q)
    options = f.settings()
    return gain**2 * normal_mean(
        lambda z: np.square(1.0 * f.slope(np, root * z, f(root * z), **options))
    )


def measure(activation, weights, start, seed):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(EXAMPLES, WIDTH))
    a = Tensor(start * a / np.sqrt(np.mean(a**2)), requires_grad=True)
    zs = []
    for _ in range(DEPTH):
        layer = Linear(WIDTH, WIDTH, weight_init=WEIGHTS[weights], bias_init=None, rng=rng)
        zs.append(layer(a).retain_grad())
        a = TABLE[activation](zs[-1])
    zs[-1].backward(rng.normal(size=(EXAMPLES, WIDTH)))
    norm = np.linalg.norm
    return [
        {
            "layer": layer,
            "rms": float(np.sqrt(np.mean(zs[layer - 1].data ** 2))),
            "delta": float(norm(zs[layer - 1].grad) / norm(zs[-1].grad)),
        }
        for layer in (1, 10, 20, 30, 40, 50)
    ]


if __name__ == "__main__":
    tables.main("signal_by_depth")
