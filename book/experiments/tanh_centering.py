"""What does it help a network that tanh is centered on zero, and what that it is steep?

Five curves of the same shape: sigmoid, with slope 1/4 at 0 and values around 1/2; the same moved
to 0; tanh, with slope 1; the same moved to values around 1; and one between.  Two hidden layers of
64 units with Glorot's weights, gradient descent with five learning rates; measured is after how
many steps the loss is below 0.5.
"""

import numpy as np

from datasets import split_small_digits
from experiments import tables
from minigrad import SGD, ActivationFunction, cross_entropy, fit
from networks import stack

SEEDS = range(20)
RATES = (0.1, 0.3, 1.0, 3.0, 10.0)
EPOCHS, BATCH_SIZE, STEPS_PER_EPOCH = 20, 32, 43
GOAL = 0.5


def curve(name, height, stretch, low):
    """Return height · tanh(stretch · z) + low, where the curve's middle is at `low`."""
    return ActivationFunction(
        name.replace(" ", "_"),
        value=lambda xp, z: height * xp.tanh(stretch * z) + low,
        slope=lambda xp, z, a: height * stretch * (1 - ((a - low) / height) ** 2),
    )


CURVES = {
    "sigmoid": curve("sigmoid", 0.5, 0.5, 0.5),
    "sigmoid - 1/2": curve("sigmoid around zero", 0.5, 0.5, 0.0),
    "2 sigmoid - 1": curve("tanh of half", 1.0, 0.5, 0.0),
    "tanh + 1": curve("tanh around one", 1.0, 1.0, 1.0),
    "tanh": curve("tanh", 1.0, 1.0, 0.0),
}
CELLS = [
    {"curve": name, "rate": rate, "seed": seed}
    for name in CURVES
    for rate in RATES
    for seed in SEEDS
]
TOLERANCE = {"steps": "over seeds", "reached": "over seeds"}


class StopAt:
    """Stop when the mean loss of the last epoch's worth of batches is below a goal.

    `losses` ends with the step that reached it, also where training is not to stop there.
    """

    def __init__(self, goal, stop=True):
        self.goal, self.stop, self.losses, self.reached = goal, stop, [], False

    def after_step(self, run):
        if self.reached:
            return
        self.losses.append(run.loss)
        latest = self.losses[-STEPS_PER_EPOCH:]
        if len(latest) == STEPS_PER_EPOCH and np.mean(latest) < self.goal:
            self.reached = True
            if self.stop:
                run.stop()


def measure(curve, rate, seed):
    x_train, _, y_train, _ = split_small_digits(seed)
    rng = np.random.default_rng(seed)
    net, _ = stack([64, 64, 64, 10], CURVES[curve], rng)
    watch = StopAt(GOAL)
    fit(
        net,
        x_train,
        y_train,
        loss=cross_entropy,
        optimizer=SGD(net.parameters(), lr=rate),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rng=rng,
        callbacks=[watch],
        progress=False,
    )
    return [{"steps": len(watch.losses), "reached": int(watch.reached)}]


if __name__ == "__main__":
    tables.main("tanh_centering")
