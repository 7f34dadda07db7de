"""What reaches the logits of digits that a network with two softmaxes has stopped naming?

The networks and their training are those of "twice" in `softmax_places`.  After some epochs we
count the training images of all digits that the network names for none of the test images, and
measure how long the gradient of each is where it arrives at the logits, before the first of the two
softmaxes.  Beside it: how long p − y is, which is what a single softmax would send there.  Both are
sums over the images, so that they are 0 where no digit is lost.
"""

import numpy as np

from datasets import split_digits
from experiments import tables
from experiments.softmax_places import EPOCHS, network
from minigrad import Adam, cross_entropy, fit, no_grad, softmax

SEEDS = range(20)
CELLS = [{"seed": seed} for seed in SEEDS]
TOLERANCE = {"lost": "over seeds", "arrives": "over seeds", "one_softmax": "over seeds"}


def measure(seed):
    x, x_test, y, _ = split_digits(seed)
    x, x_test = x.astype(np.float32), x_test.astype(np.float32)
    net = network("twice", np.random.default_rng(seed))
    rows = []

    def note(run):
        epoch = len(run.history["loss"])
        if epoch not in (1, 5, 10, 20, EPOCHS):
            return
        with no_grad():
            q = net(x).data.astype(float)
            named = net(x_test).data.argmax(axis=1)
        lost = ~np.isin(y, named)
        q, target = q[lost], np.eye(10)[y[lost]]
        g = softmax(q).data - target  # what the loss with its softmax sends back ...
        delta = q * (g - (g * q).sum(axis=1, keepdims=True))  # ... comes through the first one
        rows.append(
            {
                "epoch": epoch,
                "lost": int(lost.sum()),
                "arrives": float(np.linalg.norm(delta, axis=1).sum()),
                "one_softmax": float(np.linalg.norm(q - target, axis=1).sum()),
            }
        )

    fit(
        net,
        x,
        y,
        loss=cross_entropy,
        optimizer=Adam(net.parameters(), 1e-3),
        epochs=EPOCHS,
        rng=seed,
        callbacks=[note],
        progress=False,
    )
    return rows


if __name__ == "__main__":
    tables.main("softmax_lost")
