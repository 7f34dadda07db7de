"""How far do larger slopes on the negative side help at rates that kill ReLU units?

The network, the training and the columns are those of `dead_by_rate`, which has ReLU and the slope
0.01.
"""

from experiments import tables
from experiments.dead_by_rate import train
from minigrad import Activation

SEEDS = range(20)
CELLS = [
    {"slope": slope, "rate": rate, "seed": seed}
    for slope in (0.1, 0.3)
    for rate in (1.0, 1.4, 2.0, 3.0)
    for seed in SEEDS
]
TOLERANCE = {"negative": "over seeds", "test_accuracy": "over seeds"}


def measure(slope, rate, seed):
    row = train(Activation("leaky_relu", negative_slope=slope), rate, seed)
    return [{name: row[name] for name in TOLERANCE}]


if __name__ == "__main__":
    tables.main("leaky_rescue")
