"""Chain: how much of the gradient arrives at each layer, for an activation, a gain and a depth.

The layers are equally wide, and so wide that chance plays no part; their weights are random with
variance g²/n, for n inputs; there are no biases; the inputs have the mean square 1.  Then the mean
square q of z goes from layer to layer as q → g² E[f(√q z)²], and that of δ changes, on its way back
through a layer, by the factor g² E[f′(√q z)²] (gradient-flow.ipynb derives both).
"""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np

from experiments.signal_by_depth import gradient_factor, next_mean_square
from explorables.tangent import label
from figures import COLORS, INK, SOFT
from minigrad import gain

TITLE = "Try it: a chain of layers"
ACTIVATIONS = (
    *("identity", "sigmoid", "tanh", "softsign", "relu"),
    *("elu", "selu", "gelu", "silu", "mish"),
)
DEEPEST, DECIMALS = 50, 4
MARKED = {round(3**-0.5, 3): "plain", 1.0: "Glorot", round(2**0.5, 3): "He"}
GAINS = (0.3, 0.5, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0)


def in_list(name):
    if name not in ACTIVATIONS:
        raise ValueError(name)
    return name


OPTIONS = {"activation": in_list, "gain": float, "depth": int, "layer": int}


def data():
    return {
        "decimals": DECIMALS,
        "deepest": DEEPEST,
        "activations": [
            {"name": name, "label": label(name), "gains": gains(name)} for name in ACTIVATIONS
        ],
    }


def gains(name):
    """Return the stops of the slider, and what the gradient loses on its way back at each."""
    own = gain(name)
    marks = MARKED | {round(own.forward, 3): "its own, forward"}
    marks[round(own.backward, 3)] = "its own, backward"
    if round(own.forward, 3) == round(own.backward, 3):
        marks[round(own.forward, 3)] = "its own"
    if name == "relu":
        marks[round(2**0.5, 3)] = "He, its own"
    return [
        {"gain": g, "mark": marks.get(g, ""), "factors": logarithms(name, g)}
        for g in sorted({*GAINS, *marks})
    ]


def logarithms(name, g):
    """Return log₁₀ of the factor for the norm of δ at layers 1, 2, …, as whole numbers."""
    return np.round(10**DECIMALS * np.log10(factors(name, g)) / 2).astype(int).tolist()


@cache
def factors(name, g):
    """Return the factor for the mean square of δ from layer l + 1 back to l, for l = 1, 2, …"""
    q, found = g**2, []
    for _ in range(DEEPEST - 1):
        found.append(gradient_factor(name, g, q))
        q = next_mean_square(name, g, q)
    return np.array(found)


def arriving(name, g, depth):
    """Return the norm of δ at layers 1, 2, …, depth, as a share of that at the last."""
    back = np.sqrt(factors(name, g)[: depth - 1])[::-1]
    return np.concatenate([[1.0], np.cumprod(back)])[::-1]


def picture(activation="sigmoid", gain=1.0, depth=10, layer=1):
    """Draw the bars."""
    shares = arriving(activation, gain, depth)
    figure, ax = plt.subplots()
    layers = np.arange(1, depth + 1)
    low = 10.0 ** min(-3, np.floor(np.log10(shares.min())))
    colors = [COLORS["tanh"] if k == layer else COLORS["sigmoid"] for k in layers]
    ax.bar(layers, shares - low, bottom=low, color=colors, width=0.7)
    ax.axhline(1, color=INK, linewidth=1)
    ax.set(yscale="log", ylim=(low, 10 * shares.max()), xlabel="layer")
    ax.set_title("share of the gradient that arrives", color=SOFT)
    ax.grid(False, axis="x")
    words = (
        f"Bars on a logarithmic scale: the gradient at each of {depth} wide layers of "
        f"{label(activation)} with gain {gain:g}, as a share of that at the last. "
        f"At layer {layer} it is {shares[layer - 1]:.1e}."
    )
    return figure, words
