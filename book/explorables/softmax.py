"""Softmax: logits and a temperature, and what comes of them.

The script computes everything itself; the browser's test holds it against minigrad.
"""

import matplotlib.pyplot as plt
import numpy as np

from figures import COLORS, INK
from minigrad import Tensor, softmax

TITLE = "Try it: softmax and its Jacobian"
LOGITS = (2.0, 1.0, 0.0, -1.0, -2.0)
OPTIONS = {"classes": int, "temperature": float, "right": int}


def data():
    return {"logits": LOGITS}


def probabilities_and_jacobian(z, temperature):
    rows = [Tensor(z, requires_grad=True) for _ in z]
    for k, row in enumerate(rows):
        softmax(row, temperature=temperature)[k].backward()
    return softmax(z, temperature=temperature).data, np.array([row.grad for row in rows])


def picture(classes=3, temperature=1.0, right=1):
    """Draw the probabilities, and the Jacobian with its numbers."""
    p, jacobian = probabilities_and_jacobian(np.array(LOGITS[:classes]), temperature)
    figure, (bars, heat) = plt.subplots(1, 2, figsize=(6.4, 3.4))
    names = [f"{k}" for k in range(1, classes + 1)]
    bars.barh(names, p, color=COLORS["sigmoid"], height=0.6)
    bars.invert_yaxis()
    bars.set(xlim=(0, 1), title="probability", ylabel="class")
    bars.grid(False, axis="y")
    most = abs(jacobian).max()
    heat.imshow(jacobian, cmap="RdBu", vmin=-2.5 * most, vmax=2.5 * most)
    for (i, j), x in np.ndenumerate(jacobian):
        heat.text(j, i, f"{x:.2f}".replace("-", "−"), ha="center", va="center", color=INK)
    heat.set_xticks(range(classes), names)
    heat.set_yticks(range(classes), names)
    heat.set_title("Jacobian ∂p/∂z")
    heat.grid(False)
    shown = ", ".join(f"{x:.2f}" for x in p)
    words = (
        f"Left, the probabilities of {classes} classes as bars: {shown}. Right, the Jacobian as a "
        f"table of numbers, positive on the diagonal and negative beside it. The cross-entropy for "
        f"class {right} is {-np.log(p[right - 1]):.2f}."
    )
    return figure, words
