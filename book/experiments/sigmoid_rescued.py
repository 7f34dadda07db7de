"""A sigmoid network that begins as a tanh network, and others that do not.

Four hidden layers of 128 units, or fewer layers, on the digits at 8×8 pixels; 50 epochs of
gradient descent with momentum, in float32.  Measured: after how many steps the loss is below 0.5,
and the test accuracy at the end.
"""

from itertools import pairwise

import numpy as np

from datasets import split_small_digits
from experiments import tables
from experiments.tanh_centering import StopAt
from minigrad import (
    SGD,
    TABLE,
    Linear,
    Sequential,
    accuracy,
    cross_entropy,
    evaluate,
    fit,
    glorot_uniform,
)
from networks import INITS

WIDTH, EPOCHS, BATCH_SIZE = 128, 50, 32
GOAL = 0.5
KINDS = {  # the activation, and where its weights come from
    "sigmoid": ("sigmoid", "glorot"),
    "sigmoid, plain": ("sigmoid", "plain"),
    "rescued": ("sigmoid", "glorot"),
    "rescued, steps too": ("sigmoid", "glorot"),
    "tanh": ("tanh", "glorot"),
    "relu": ("relu", "he"),
}
SEEDS = {  # how many
    **{(kind, depth): 20 for depth in (1, 2, 4) for kind in ("sigmoid", "rescued", "tanh", "relu")},
    **{(kind, 4): 10 for kind in ("sigmoid, plain", "rescued, steps too")},
}
CELLS = [
    {"kind": kind, "depth": depth, "seed": seed}
    for (kind, depth), seeds in SEEDS.items()
    for seed in range(seeds)
]
TOLERANCE = dict.fromkeys(("steps", "reached", "train_loss", "test_accuracy"), "over seeds")


def network(kind, depth, rng, dtype=np.float64):
    """Build a network of one of the kinds; the last layer always has Glorot's weights."""
    activation, init = KINDS[kind]
    sizes = [64, *[WIDTH] * depth, 10]
    inits = [INITS[init]] * depth + [glorot_uniform]
    parts = []
    for (fan_in, fan_out), weight_init in zip(pairwise(sizes), inits, strict=True):
        linear = Linear(fan_in, fan_out, weight_init=weight_init, rng=rng, dtype=dtype)
        parts += [linear, TABLE[activation]]
    net = Sequential(*parts[:-1])
    if kind.startswith("rescued"):
        become_tanh(net)
    return net


def become_tanh(net):
    """Change the weights of a sigmoid network: it then computes what tanh did with the old ones."""
    for V, c, reads, hidden in _layers(net):
        W = reads * hidden * V.data
        b = hidden * c.data - (W.sum(0) / 2 if reads == 2 else 0)
        V.data, c.data = W, b


class StepAsTanh:
    """Change the gradients, so that a step does to the function what it does in the tanh network.

    With θ = A t, where t are the weights of the tanh network, and s those of this one, t's gradient
    is Aᵀ times θ's, and θ has to move by A times what t moves.
    """

    def before_step(self, run):
        for W, b, reads, hidden in _layers(run.model):
            into = reads == 2  # then the biases make up for the ½
            g_c = hidden * b.grad
            g_V = reads * hidden * W.grad - into * g_c
            W.grad = reads * hidden * g_V
            b.grad = hidden * (g_c - into * g_V.sum(0))


def _layers(net):
    """Go through the linear layers: W, b, 2 if it reads activations, 2 if activations read it."""
    linears = [layer for layer in net if isinstance(layer, Linear)]
    for i, layer in enumerate(linears):
        yield layer.W, layer.b, 2 if i else 1, 2 if i < len(linears) - 1 else 1


def measure(kind, depth, seed):
    x_train, x_test, y_train, y_test = split_small_digits(seed)
    x_train, x_test = x_train.astype(np.float32), x_test.astype(np.float32)
    rng = np.random.default_rng(seed)
    net = network(kind, depth, rng, np.float32)
    watch = StopAt(GOAL, stop=False)
    callbacks = [StepAsTanh()] if kind == "rescued, steps too" else []
    history = fit(
        net,
        x_train,
        y_train,
        loss=cross_entropy,
        optimizer=SGD(net.parameters(), lr=0.01, momentum=0.9),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rng=rng,
        callbacks=[*callbacks, watch],
        progress=False,
    )
    return [
        {
            "steps": len(watch.losses),
            "reached": int(watch.reached),
            "train_loss": history["loss"][-1],
            "test_accuracy": evaluate(net, x_test, y_test, {"accuracy": accuracy})["accuracy"],
        }
    ]


if __name__ == "__main__":
    tables.main("sigmoid_rescued")
