"""Why are two linear layers a little later than the theory says?  Starts that lack a cause.

Each pattern is carried by a row of random weights: its half sum grows, its half difference dies
out.  "perpendicular" turns these rows until no two of them overlap, each as long as it was drawn;
"equal" also gives each the length that the theory calculates with.  Measured: the time at which
half of each kind of pattern is learned.  For the weights as they are drawn, see deep_linear.
"""

import numpy as np
import pandas as pd

from experiments import tables
from experiments.deep_linear import (
    HIDDEN,
    STRENGTHS,
    WEIGHTS,
    half_time,
    network,
    properties,
    train,
)

STARTS = ("perpendicular", "equal")
CELLS = [{"start": start, "seed": seed} for start in STARTS for seed in range(20)]
TOLERANCE = {kind: {"rel": 1e-4} for kind in STRENGTHS}


def measure(start, seed):
    net = network(2, np.random.default_rng(seed))
    u, _, vt = np.linalg.svd(properties(), full_matrices=False)
    a, b = u.T @ net[0].W.data, vt @ net[1].W.data.T
    rows = np.vstack([a + b, a - b]) / 2
    turned = np.linalg.qr(rows.T).Q.T
    if start == "equal":
        lengths = np.full((16, 1), (HIDDEN / 2) ** 0.5 * WEIGHTS)
    else:
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    c, d = np.split(turned * lengths, 2)
    net[0].W.data, net[1].W.data = u @ (c + d), (c - d).T @ vt
    run = pd.DataFrame(train(net))
    return [{kind: round(half_time(run, kind), 5) for kind in STRENGTHS}]


if __name__ == "__main__":
    tables.main("linear_starts")
