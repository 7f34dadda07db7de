"""What the chapter *Linear* measures again."""

import pandas as pd

from experiments.deep_linear import half_time, predicted_half_time
from experiments.tables import load
from reproduced.result import Result


def linear_depth(weights):
    """Return the share of the gradient that comes through 50 linear layers, for each network."""
    rows = f"weights == '{weights}' and layer == 0"
    return load("linear_depth").query(rows).set_index("seed").delta


def half_times(kind):
    """Return when each network of two linear layers has learned half of a pattern."""
    runs = load("deep_linear").query("layers == 2").groupby("seed")
    return pd.Series({seed: half_time(run, kind) for seed, run in runs})


RESULTS = [
    *(
        Result(
            f"Share of the gradient that arrives through 50 linear layers, {weights} weights",
            source,
            theirs,
            lambda weights=weights: linear_depth(weights),
            "linear.ipynb#does-the-gradient-vanish",
            ".2g",
            theory=True,
        )
        for weights, source, theirs in (
            ("gain 0.5", "glorot2010", 0.5**50),
            ("plain", "glorot2010", 3**-25),
            ("gain 1", "glorot2010", 1.0),
            ("gain 1.5", "glorot2010", 1.5**50),
            ("orthogonal", "saxe2014", 1.0),
        )
    ),
    *(
        Result(
            f"Time at which two linear layers have learned half of a pattern, singular value {s}",
            "saxe2014",
            predicted_half_time(kind),
            lambda kind=kind: half_times(kind),
            "linear.ipynb#the-steps-measured",
            ".2f",
            "the theory lets each pattern grow undisturbed; the rows of 32 random weights "
            "that carry them overlap and are not equally long, and the steps are finite",
            theory=True,
        )
        for kind, s in (("living", "√15"), ("kingdom", "√7"), ("family", "√3"), ("thing", "1"))
    ),
]
