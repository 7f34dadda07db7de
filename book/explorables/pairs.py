"""Pairs: which pairs of activation and initialization learn, and how the training went.

The table is that of the experiment training_map.
"""

import matplotlib.pyplot as plt
import numpy as np

from experiments.tables import load
from experiments.training_map import ACTIVATIONS, DEPTHS, SEEDS, WHEN
from explorables.tangent import label
from figures import INK

TITLE = "Try it: the map, cell by cell"
INITS = {"plain": "plain", "glorot": "Glorot", "he": "He", "glorot times 4": "Glorot×4"}


def one_of(names):
    def check(name):
        if name not in names:
            raise ValueError(name)
        return name

    return check


OPTIONS = {"activation": one_of(ACTIVATIONS), "init": one_of(INITS), "depth": int}


def data():
    """Gather the curves: of each cell, the accuracy of five networks in whole thousandths."""
    return {
        "epochs": WHEN,
        "depths": DEPTHS,
        "activations": [[name, label(name)] for name in ACTIVATIONS],
        "inits": [*INITS.items()],
        "cells": cells(),
    }


def cells():
    table = load("training_map").set_index(["activation", "init", "depth"]).sort_index()
    found = {}
    for activation in ACTIVATIONS:
        for init in INITS:
            for depth in DEPTHS:
                cell = table.loc[activation, init, depth]
                curves = cell.pivot(index="seed", columns="epoch", values="accuracy").loc[[*SEEDS]]
                found[f"{activation} {init} {depth}"] = {
                    "arriving": float(f"{cell.groupby('seed').arriving.first().median():.3g}"),
                    "curves": (1000 * curves).round().astype(int).to_numpy().tolist(),
                }
    return found


def picture(activation="relu", init="he", depth=8):
    """Draw the map at one depth."""
    found = cells()
    accuracy = np.array(
        [
            [np.median([c[-1] for c in found[f"{a} {i} {depth}"]["curves"]]) / 10 for i in INITS]
            for a in ACTIVATIONS
        ]
    )
    figure, ax = plt.subplots(figsize=(6.4, 4.6))
    ax.imshow(accuracy, cmap="Blues", vmin=0, vmax=220, aspect="auto")
    for (row, column), x in np.ndenumerate(accuracy):
        ax.text(column, row, f"{x:.0f}", ha="center", va="center", color=INK)
    ax.set_xticks(range(len(INITS)), INITS.values())
    ax.set_yticks(range(len(ACTIVATIONS)), [label(name) for name in ACTIVATIONS])
    ax.set_title(f"accuracy in percent, {depth} hidden layers")
    ax.grid(False)
    here = accuracy[ACTIVATIONS.index(activation), [*INITS].index(init)]
    words = (
        f"A table of nine activations and four initializations, with the accuracy in percent that "
        f"{depth} hidden layers reach in ten epochs. {label(activation)} with "
        f"{INITS[init]} weights reaches {here:.0f}; {(accuracy > 90).sum()} of the 36 pairs are "
        f"above 90, {(accuracy < 15).sum()} are guessing."
    )
    return figure, words
