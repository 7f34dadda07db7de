"""Which steps kill units?  The training of `dead_by_rate`, step by step.

A step's length is that of the change of all parameters: the rate times the length of the gradient,
after clipping.  How many steps are that long, and how many units of 128 die in them, so that their
z is no longer positive for any training image:

    short, killed_short     up to 1
    middle, killed_middle   over 1, up to 2
    long, killed_long       over 2
"""

from functools import partial

import numpy as np

from datasets import split_small_digits
from experiments import tables
from experiments.dead_by_rate import CLIP, train
from minigrad import SGD, relu

SEEDS = range(20)
PAIRS = [("relu", 0.6), ("relu", 1.0), ("relu", 2.0), ("relu clipped", 2.0), ("relu clipped", 3.0)]
CELLS = [
    {"variant": variant, "rate": rate, "seed": seed} for variant, rate in PAIRS for seed in SEEDS
]
CLASSES = ("short", "middle", "long")
ENDS = 1 + 1e-9, 2 + 1e-9  # a clipped step may be longer than its rate by a rounding
TOLERANCE = dict.fromkeys((*CLASSES, *(f"killed_{name}" for name in CLASSES)), "over seeds")


class Watched(SGD):
    """Gradient descent that keeps an eye on the units of the first layer."""

    def __init__(self, parameters, lr, images, counts):
        super().__init__(parameters, lr)
        self.alive = Living(*self.parameters[:2], images)
        self.counts = counts

    def step(self):
        length = self.lr * np.sqrt(sum(np.square(p.grad).sum() for p in self.parameters))
        name = CLASSES[np.searchsorted(ENDS, length)]
        super().step()
        self.counts[name] += 1
        self.counts[f"killed_{name}"] += self.alive.bury()


class Living:
    """The units of a layer that are positive for some image.  The dead stay dead."""

    def __init__(self, weights, biases, images):
        self.weights, self.biases, self.images = weights, biases, images
        self.units = np.arange(weights.shape[1])
        self.witnesses = np.zeros_like(self.units)  # for each, an image that showed it alive
        self.bury()

    def bury(self):
        """Drop the units that are dead now; return how many."""
        w, b = self.weights.data[:, self.units], self.biases.data.ravel()[self.units]
        # einsum, since threads for such small products cost more than they save
        z = np.einsum("jx,xj->j", self.images[self.witnesses], w) + b
        doubtful = np.flatnonzero(z <= 0)
        z = np.einsum("ix,xj->ij", self.images, w[:, doubtful]) + b[doubtful]
        self.witnesses[doubtful] = z.argmax(axis=0)
        dead = doubtful[z.max(axis=0) <= 0]
        self.units, self.witnesses = (np.delete(x, dead) for x in (self.units, self.witnesses))
        return len(dead)


def measure(variant, rate, seed):
    images = split_small_digits(seed)[0]
    counts = dict.fromkeys(TOLERANCE, 0)
    descent = partial(Watched, images=images, counts=counts)
    train(relu, rate, seed, CLIP[variant], descent)
    return [counts]


if __name__ == "__main__":
    tables.main("dead_by_step")
