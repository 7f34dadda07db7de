"""How large are signal and gradient in 50 linear layers, without any activation?

Measured at each fifth layer of an untrained stack, 128 units wide, for 64 random examples: the
signal, as a share of the input, and the gradient, as a share of the output's.  The gradient at the
output is random, too, so that nothing but the weights can change its size.  Layer 0 is the input.
"""

import numpy as np

from experiments import tables
from minigrad import Linear, Tensor, orthogonal, plain_uniform

WIDTH, DEPTH, EXAMPLES = 128, 50, 64
SEEDS = range(20)


def normal(gain):
    """Return an initializer that draws from N(0, gain²/fan_in)."""

    def draw(fan_in, fan_out, rng, dtype):
        return rng.normal(0.0, gain * fan_in**-0.5, (fan_in, fan_out)).astype(dtype)

    return draw


WEIGHTS = {
    "gain 0.5": normal(0.5),
    "plain": plain_uniform,
    "gain 1": normal(1.0),
    "gain 1.5": normal(1.5),
    "orthogonal": orthogonal,
}
CELLS = [{"weights": weights, "seed": seed} for weights in WEIGHTS for seed in SEEDS]
TOLERANCE = {"signal": {"rel": 1e-4}, "delta": {"rel": 1e-4}}  # nothing is trained here


def measure(weights, seed):
    rng = np.random.default_rng(seed)
    x = Tensor(rng.normal(size=(EXAMPLES, WIDTH)), requires_grad=True)
    zs = [x.retain_grad()]
    for _ in range(DEPTH):
        layer = Linear(WIDTH, WIDTH, weight_init=WEIGHTS[weights], bias_init=None, rng=rng)
        zs.append(layer(zs[-1]).retain_grad())
    zs[-1].backward(rng.normal(size=(EXAMPLES, WIDTH)))
    norm = np.linalg.norm
    return [
        {
            "layer": layer,
            "signal": float(norm(zs[layer].data) / norm(x.data)),
            "delta": float(norm(zs[layer].grad) / norm(zs[-1].grad)),
        }
        for layer in range(0, DEPTH + 1, 5)
    ]


if __name__ == "__main__":
    tables.main("linear_depth")
