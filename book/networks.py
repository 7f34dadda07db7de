"""The networks of the chapters: plain stacks of equally wide layers."""

import numpy as np

from minigrad import Linear, Sequential, glorot_uniform, he_uniform, plain_uniform


def glorot_times_4(fan_in, fan_out, rng, dtype):
    """Draw Glorot's weights, four times as large: the factor that undoes a slope of a quarter."""
    return 4 * glorot_uniform(fan_in, fan_out, rng, dtype)


INITS = {
    "glorot": glorot_uniform,
    "glorot times 4": glorot_times_4,
    "he": he_uniform,
    "plain": plain_uniform,
}


def stack(sizes, activation, rng, hidden_init=glorot_uniform, dtype="float64"):
    """Build a network with the given layer sizes and one activation between all of them.

    Args:
        sizes: inputs, hidden layers, outputs, such as [784, 64, 64, 10].
        activation: an entry of the activation table.
        rng: a seed or a generator.
        hidden_init: the initializer of the hidden layers; the last layer always has Glorot's.
        dtype: of the parameters.

    Returns:
        The network, and its linear layers in order.
    """
    rng = np.random.default_rng(rng)
    inits = [hidden_init] * (len(sizes) - 2) + [glorot_uniform]
    linears = [
        Linear(fan_in, fan_out, weight_init=init, rng=rng, dtype=dtype)
        for fan_in, fan_out, init in zip(sizes[:-1], sizes[1:], inits, strict=True)
    ]
    layers = [part for linear in linears[:-1] for part in (linear, activation)] + [linears[-1]]
    return Sequential(*layers), linears
