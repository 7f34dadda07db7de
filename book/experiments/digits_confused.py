"""Which digit does 784–64–10 take for which?  The networks and splits of first_network.

Measured: how many of the 450 test digits of each class were read as each other class, and how many
images the nearest neighbor reads wrongly, too, of those that the network reads wrongly.
"""

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from experiments import tables
from experiments.first_network import train
from minigrad import no_grad

CELLS = [{"seed": seed} for seed in range(20)]
PAIRS = [(true, read) for true in range(10) for read in range(10) if true != read]
COUNTS = [f"{true} as {read}" for true, read in PAIRS]
TOLERANCE = {column: {"abs": 6} for column in (*COUNTS, "wrong", "neighbor wrong, too")}


def measure(seed):
    net, (x_train, x_test, y_train, y_test) = train(seed)
    with no_grad():
        read = net(x_test).data.argmax(axis=1)
    nearest = KNeighborsClassifier(n_neighbors=1).fit(x_train, y_train).predict(x_test)
    wrong = read != y_test
    counts = {
        name: int(np.sum((y_test == true) & (read == other)))
        for name, (true, other) in zip(COUNTS, PAIRS, strict=True)
    }
    both = int(np.sum(wrong & (nearest != y_test)))
    return [counts | {"wrong": int(wrong.sum()), "neighbor wrong, too": both}]


if __name__ == "__main__":
    tables.main("digits_confused")
