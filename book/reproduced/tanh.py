"""What the chapter *Tanh* measures again."""

import numpy as np

from experiments.tables import load
from minigrad import gain, scaled_tanh
from reproduced.result import Result


def steps_for_tanhs():
    """Return how many times tanh's steps sigmoid takes, each at its best learning rate."""
    steps = load("tanh_centering").set_index(["curve", "rate", "seed"]).steps.sort_index()
    return steps["sigmoid", 1.0] / steps["tanh", 0.3]


RESULTS = [
    Result(
        "1.7159 tanh(2z/3) at z = 1",
        "lecun1998",
        1.0,
        lambda: scaled_tanh(1.0),
        "tanh.ipynb#a-tanh-of-1998",
    ),
    Result(
        "Where 1.7159 tanh(2z/3) bends most",
        "lecun1998",
        1.0,
        lambda: 1.5 * np.arctanh(3**-0.5),
        "tanh.ipynb#a-tanh-of-1998",
        why="it is a round number; tanh² = 1/3 there, which gives 0.988",
    ),
    Result(
        "Variance of 1.7159 tanh(2z/3), for z with variance 1",
        "lecun1998",
        1.0,
        lambda: gain("scaled_tanh").forward ** -2,
        "tanh.ipynb#a-tanh-of-1998",
        ".2f",
        "they call it close to 1; many z lie where the slope is below 1",
    ),
    Result(
        "How many times tanh's steps a sigmoid network takes to a loss of 0.5",
        "cs231n",
        "tanh is always preferred to sigmoid",
        steps_for_tanhs,
        "tanh.ipynb#centered-or-steep",
        ".1f",
        "so it is here, with Glorot's weights for both",
    ),
]
