"""How far does softmax saturate in attention, with and without the division by √d?

A query and 16 keys, all with d independent standard normal numbers; the scores are the query's dot
products with the keys.  Measured over 200 draws for each seed: the mean of the largest weight
after softmax, and of two sizes of its Jacobian, the Frobenius norm (the root of the sum of the
squares of all entries) and the largest eigenvalue.
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
    "frobenius": {"rel": 1e-4},
    "eigenvalue": {"rel": 1e-4},
}


def measure(divided, d, seed):
    rng = np.random.default_rng(seed)
    z = np.array([rng.normal(size=(KEYS, d)) @ rng.normal(size=d) for _ in range(DRAWS)])
    p = softmax(z / np.sqrt(d) if divided else z).data
    J = p[:, :, None] * (np.eye(KEYS) - p[:, None, :])  # diag(p) − ppᵀ, for each draw
    return [
        {
            "largest": float(p.max(axis=1).mean()),
            "frobenius": float(np.sqrt((J**2).sum(axis=(1, 2))).mean()),
            "eigenvalue": float(np.linalg.eigvalsh(J)[:, -1].mean()),
        }
    ]


if __name__ == "__main__":
    tables.main("attention_scale")
