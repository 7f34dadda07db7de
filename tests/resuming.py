"""Trainings to interrupt and take up again: python resuming.py FOLDER does the first 3 epochs.

Whatever changes from epoch to epoch is in at least one of them.
"""

import sys
from pathlib import Path

import numpy as np

from minigrad import (
    SGD,
    Adam,
    AdamW,
    BatchNorm,
    Checkpoint,
    CosineDecay,
    Dropout,
    EarlyStopping,
    Linear,
    PReLU,
    RMSprop,
    Sequential,
    StepDecay,
    accuracy,
    cross_entropy,
    fit,
)

DATA = np.random.default_rng(1)
X, LABELS = DATA.normal(size=(30, 3)), DATA.integers(4, size=30)

OPTIMIZERS = {
    "SGD": lambda p: SGD(p, lr=0.1),
    "momentum": lambda p: SGD(p, lr=0.1, momentum=0.9),
    "Nesterov": lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda p: Adam(p, lr=0.01),
    "AdamW": lambda p: AdamW(p, lr=0.01, weight_decay=0.1),
    "RMSprop": RMSprop,
}
SETTINGS = {
    "plain": {},
    "steps": {"schedule": StepDecay(0.05, every=2, factor=0.5), "clip_norm": 0.1},
    "cosine": {"schedule": CosineDecay(0.05, epochs=7, warmup=2)},
}
CASES = [*zip(OPTIMIZERS, [*SETTINGS] * 2, strict=True), ("Adam", "steps"), ("SGD", "cosine")]


def training(optimizer, setting, dtype=np.float64):
    """Make everything afresh: (model, optimizer, early stopping, the arguments of fit)."""
    rng = np.random.default_rng(0)
    net = Sequential(
        Linear(3, 8, rng=rng, dtype=dtype),
        BatchNorm(8, dtype=dtype),
        PReLU(dtype=dtype),
        Dropout(0.2, rng=rng),
        Linear(8, 4, rng=rng, dtype=dtype),
    )
    steps = OPTIMIZERS[optimizer](net.parameters())
    stopping = EarlyStopping("val_accuracy", patience=6, better="higher")
    return net, steps, stopping, {"optimizer": steps, **SETTINGS[setting]}


def go(path, epochs, case, dtype=np.float64, callbacks=(), **more):
    """Train up to so many epochs; return all that has come out of it, as bytes and numbers."""
    net, optimizer, stopping, settings = training(*case, dtype)
    history = fit(
        net,
        X.astype(dtype),
        LABELS,
        loss=cross_entropy,
        epochs=epochs,
        batch_size=12,
        rng=np.random.default_rng(5),
        validation_data=(X[:9].astype(dtype), LABELS[:9]),
        metrics=[accuracy],
        callbacks=[Checkpoint(path), stopping, *callbacks],
        progress=False,
        **settings,
        **more,
    )
    parts = {"model": net, "optimizer": optimizer, "stopping": stopping}
    states = {
        (part, name): (array.dtype, array.tobytes())
        for part, held in parts.items()
        for name, array in held.state_dict().items()
    }
    with np.load(path) as file:
        order = file["order.rng"].item()
    return history, states, order


if __name__ == "__main__":
    for case in CASES:
        go(Path(sys.argv[1]) / f"{'-'.join(case)}.npz", 3, case)
