"""What becomes of signals and gradients in fifty layers, before training?

Layers of 64 units, 500 digits, weights of Glorot's distribution times a factor.  At each layer:
the root mean square of the activations, the share of saturated ones (slope under 5% of the
largest), and the norm of one example's δ, as root mean square over the examples.
"""

from datasets import batch_of_digits
from experiments import tables
from minigrad import TABLE, cross_entropy, glorot_uniform, probe
from networks import stack

SEEDS = range(20)
DEPTH = 50
LAYERS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50)
WEIGHTS = [
    *(("tanh", factor) for factor in (0.5, 1.0, 1.5, 2.0, 4.0)),
    ("scaled_tanh", 1.0),
    ("sigmoid", 1.0),
]
CELLS = [
    {"activation": activation, "factor": factor, "seed": seed}
    for activation, factor in WEIGHTS
    for seed in SEEDS
]
# Nothing is trained here; but fifty layers with large weights magnify the last bits a little.
TOLERANCE = {"rms": {"rel": 1e-4}, "saturated": {"abs": 1e-3}, "delta": {"rel": 1e-4}}


def measure(activation, factor, seed):
    x, y = batch_of_digits(seed)

    def init(fan_in, fan_out, rng, dtype):
        return factor * glorot_uniform(fan_in, fan_out, rng, dtype)

    net, _ = stack([784, *[64] * DEPTH, 10], TABLE[activation], seed, hidden_init=init)
    layers = probe(net, x, y, cross_entropy).activations
    return [
        {"layer": p.place, "rms": p.a.rms, "saturated": p.saturated, "delta": p.delta_norm}
        for p in layers
        if p.place in LAYERS
    ]


if __name__ == "__main__":
    tables.main("tanh_depth")
