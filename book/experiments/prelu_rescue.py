"""Does PReLU, which learns its leak, help at rates that kill ReLU units?

The network, the training and the columns are those of `dead_by_rate`; the layer has one slope on
the negative side for all its units, which begins at 0.25 and is learned at the same rate.  Where it
ends, with neither sign nor more than 10, is the column "slope".
"""

from experiments import tables
from experiments.dead_by_rate import train
from minigrad import PReLU

SEEDS = range(20)
CELLS = [{"rate": rate, "seed": seed} for rate in (1.0, 1.4, 2.0, 3.0) for seed in SEEDS]
TOLERANCE = {"negative": "over seeds", "slope": "over seeds", "test_accuracy": "over seeds"}
LARGEST = 10.0


def measure(rate, seed):
    activation = PReLU()
    row = train(activation, rate, seed)
    row["slope"] = min(abs(float(activation.alpha.data[0])), LARGEST)
    return [{name: row[name] for name in TOLERANCE}]


if __name__ == "__main__":
    tables.main("prelu_rescue")
