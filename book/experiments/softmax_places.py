"""What does softmax do to training where it stands?  Adam on the digits, after every epoch.

"loss only": the loss is cross-entropy from logits, softmax is inside it, once.  "twice": the
network applies softmax, too, and the loss takes its output for logits.  "hidden": softmax stands in
the place of the hidden layer's ReLU; "hidden x 64": its outputs, of which there are 64, are then
multiplied by 64.  Of these two, only the end is kept.  The loss is the mean over the epoch, on the
training images (at epoch 0 that of the untrained network); the accuracy and the number of classes
that the network never names are those on the test images.
"""

import numpy as np

from datasets import split_digits
from experiments import tables
from minigrad import (
    Adam,
    Linear,
    Sequential,
    cross_entropy,
    fit,
    he_uniform,
    no_grad,
    relu,
    softmax,
)

SEEDS = range(20)
EPOCHS = 30
CELLS = [
    {"softmax": place, "lr": lr, "seed": seed}
    for place, lr in (
        ("loss only", 1e-3),
        ("loss only", 1e-2),
        ("twice", 1e-3),
        ("hidden", 1e-3),
        ("hidden", 1e-2),
        ("hidden x 64", 1e-3),
        ("hidden x 64", 1e-2),
    )
    for seed in SEEDS
]
TOLERANCE = {"loss": "over seeds", "accuracy": "over seeds", "never": "over seeds"}


def measure(softmax, lr, seed):
    x_train, x_test, y_train, y_test = split_digits(seed)
    x_train, x_test = x_train.astype(np.float32), x_test.astype(np.float32)
    net = network(softmax, np.random.default_rng(seed))
    rows = []

    def note(loss):
        with no_grad():
            answers = net(x_test).data.argmax(axis=1)
        rows.append(
            {
                "epoch": len(rows),
                "loss": loss,
                "accuracy": float((answers == y_test).mean()),
                "never": 10 - len(set(answers.tolist())),
            }
        )

    with no_grad():
        note(cross_entropy(net(x_train), y_train).item())
    fit(
        net,
        x_train,
        y_train,
        loss=cross_entropy,
        optimizer=Adam(net.parameters(), lr),
        epochs=EPOCHS,
        rng=seed,
        callbacks=[lambda run: note(run.history["loss"][-1])],
        progress=False,
    )
    return rows[-1:] if softmax.startswith("hidden") else rows


def network(place, rng):
    """Build 784-64-10, with softmax in one of the places."""
    hidden = Linear(784, 64, weight_init=he_uniform, rng=rng, dtype=np.float32)
    output = Linear(64, 10, rng=rng, dtype=np.float32)
    middle = {"hidden": softmax, "hidden x 64": lambda z: softmax(z) * 64}.get(place, relu)
    return Sequential(hidden, middle, output, *([softmax] if place == "twice" else []))


if __name__ == "__main__":
    tables.main("softmax_places")
