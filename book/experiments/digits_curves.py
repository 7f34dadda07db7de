"""The learning curves of 784–64–10 on the digits: loss and accuracy after each epoch.

The network, the splits and the training of first_network.  "train" is measured at the end of an
epoch, too, and not while the network changes.
"""

from datasets import split_digits
from experiments import tables
from experiments.first_network import train
from minigrad import accuracy, cross_entropy, evaluate

WHEN = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30)
CELLS = [{"seed": seed} for seed in range(20)]
TOLERANCE = {
    "train_loss": {"rel": 0.2, "abs": 0.02},
    "test_loss": {"rel": 0.2, "abs": 0.03},
    "train_accuracy": {"abs": 0.02},
    "test_accuracy": {"abs": 0.025},
}
MEASURES = {"loss": cross_entropy, "accuracy": accuracy}


class AtEpochs:
    """Measures a network on both sides of a split after some of the epochs."""

    def __init__(self, split):
        self.split, self.rows = split, []

    def after_epoch(self, run):
        x_train, x_test, y_train, y_test = self.split
        if run.epoch + 1 in WHEN:
            train = evaluate(run.model, x_train, y_train, MEASURES)
            test = evaluate(run.model, x_test, y_test, MEASURES)
            self.rows.append(
                {"epoch": run.epoch + 1}
                | {f"train_{name}": x for name, x in train.items()}
                | {f"test_{name}": x for name, x in test.items()}
            )


def measure(seed):
    watching = AtEpochs(split_digits(seed))
    train(seed, [watching])
    return watching.rows


if __name__ == "__main__":
    tables.main("digits_curves")
