"""How does each pair of activation and initialization learn, in networks of one to sixteen layers?

scikit-learn's 8×8 digits, pixels from 0 to 1; hidden layers of 64 units; stochastic gradient
descent with momentum 0.9, a rate of 0.01 and batches of 64, for ten epochs.  Measured: the norm
of δ that arrives at the first layer before training, as a share of that at the output, and the
accuracy on the test digits after some of the epochs.  A run that diverges counts as guessing from
then on.
"""

from contextlib import suppress

from datasets import split_small_digits
from experiments import tables
from experiments.gradient_map import ACTIVATIONS, arriving
from minigrad import SGD, TABLE, DivergenceError, accuracy, cross_entropy, evaluate, fit
from networks import INITS, stack

WIDTH, RATE = 64, 0.01
WHEN = (1, 2, 3, 4, 5, 6, 8, 10)
DEPTHS = (1, 2, 4, 8, 16)
SEEDS = range(5)
CELLS = [
    {"activation": activation, "init": init, "depth": depth, "seed": seed}
    for activation in ACTIVATIONS
    for init in INITS
    for depth in DEPTHS
    for seed in SEEDS
]
TOLERANCE = {"arriving": {"rel": 0.01}, "accuracy": "over seeds"}


class AtEpochs:
    """Measures the accuracy of a network on test examples after some of the epochs."""

    def __init__(self, x, y):
        self.x, self.y, self.curve = x, y, dict.fromkeys(WHEN, 0.1)

    def after_epoch(self, run):
        if run.epoch + 1 in WHEN:
            found = evaluate(run.model, self.x, self.y, {"accuracy": accuracy})
            self.curve[run.epoch + 1] = round(found["accuracy"], 3)


def measure(activation, init, depth, seed):
    x_train, x_test, y_train, y_test = split_small_digits(seed)
    sizes = [64, *[WIDTH] * depth, 10]
    net, linears = stack(sizes, TABLE[activation], seed, hidden_init=INITS[init])
    before = arriving(net, linears, x_train[:250], y_train[:250])
    watching = AtEpochs(x_test, y_test)
    with suppress(DivergenceError):
        fit(
            net,
            x_train,
            y_train,
            loss=cross_entropy,
            optimizer=SGD(net.parameters(), lr=RATE, momentum=0.9),
            epochs=max(WHEN),
            batch_size=64,
            callbacks=[watching],
            rng=seed,
            progress=False,
        )
    share = float(f"{before:.3g}")
    return [
        {"epoch": epoch, "arriving": share, "accuracy": reached}
        for epoch, reached in watching.curve.items()
    ]


if __name__ == "__main__":
    tables.main("training_map")
