"""How far does softmax saturate in attention, with and without the division by √d?

A query and 16 keys, all with d independent standard normal numbers; the scores are the query's dot
products with the keys.  Measured over 200 draws for each seed: the mean of the largest weight
after softmax; how many keys it takes, on average, to have 90% of the weight; and the mean and the
median of the slope, which is the largest eigenvalue of the weights' Jacobian with respect to the
scores as they are before the division.
"""

import numpy as np

from experiments import tables
from minigrad import softmax

SEEDS = range(20)
KEYS, DRAWS = 16, 200
CELLS = [
    {"divided": divided, "d": d, "seed": seed}
    for divided in (False, True)
    for d in (4, 16, 64, 256, 1024)
    for seed in SEEDS
]
TOLERANCE = {
    "largest": {"rel": 1e-4},
    "keys": {"rel": 1e-2},  # a count, which may flip in a draw or two
    "slope": {"rel": 1e-4},
    "median_slope": {"rel": 1e-4},
}


def measure(divided, d, seed):
    rng = np.random.default_rng(seed)
    z = np.array([rng.normal(size=(KEYS, d)) @ rng.normal(size=d) for _ in range(DRAWS)])
    T = np.sqrt(d) if divided else 1
    p = softmax(z, temperature=T).data
    J = p[:, :, None] * (np.eye(KEYS) - p[:, None, :]) / T  # (diag(p) − ppᵀ) / T, for each draw
    slope = np.linalg.eigvalsh(J)[:, -1]
    falling = -np.sort(-p, axis=1)
    return [
        {
            "largest": float(p.max(axis=1).mean()),
            "keys": float(1 + (falling.cumsum(axis=1) < 0.9).sum(axis=1).mean()),
            "slope": float(slope.mean()),
            "median_slope": float(np.median(slope)),
        }
    ]


if __name__ == "__main__":
    tables.main("attention_scale")
