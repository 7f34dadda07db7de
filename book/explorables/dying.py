"""Dying: one unit learns by gradient descent; too large a step throws its line off the data.

The unit computes a = f(wx + b) for twelve examples; the loss is the mean of (a − y)².  It starts
with w = 1.  The script computes the steps itself; the browser's test holds them against minigrad.
"""

import matplotlib.pyplot as plt
import numpy as np

from figures import COLORS, INK, SOFT
from minigrad import Value, leaky_relu

TITLE = "Try it: a unit that dies"
X = [k / 4 for k in range(1, 13)]
Y = [round(max(0.0, 0.7 * x - 0.5), 3) for x in X]
STEPS = 60
RATES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.7, 1.0)
BIASES = [round(-4 + 0.25 * k, 2) for k in range(25)]
UNITS = {
    "relu": ("ReLU", 0.0),
    "leaky": ("leaky ReLU, 0.01", 0.01),
    "leakier": ("leaky ReLU, 0.1", 0.1),
}


def in_list(name):
    if name not in UNITS:
        raise ValueError(name)
    return name


OPTIONS = {"unit": in_list, "rate": float, "bias": float, "step": int}


def data():
    return {
        "x": X,
        "y": Y,
        "steps": STEPS,
        "rates": RATES,
        "biases": BIASES,
        "units": [[name, label, leak] for name, (label, leak) in UNITS.items()],
    }


def train(unit, rate, bias, steps=STEPS):
    """Return w, b, the loss and the number of active examples before each step and after all."""
    leak, w, b, course = UNITS[unit][1], Value(1.0), Value(bias), []
    for _ in range(steps + 1):
        zs = [w * x + b for x in X]
        errors = [leaky_relu(z, negative_slope=leak) - y for z, y in zip(zs, Y, strict=True)]
        loss = sum(error * error for error in errors) / len(X)
        course.append((w.data, b.data, loss.data, sum(z.data > 0 for z in zs)))
        w.grad = b.grad = 0.0
        loss.backward()
        w.data, b.data = w.data - rate * w.grad, b.data - rate * b.grad
    return course


def picture(unit="relu", rate=0.3, bias=0.0, step=1):
    """Draw the examples, and the unit's line before the first step and later."""
    (label, leak), step = UNITS[unit], max(1, step)
    course = train(unit, rate, bias, step)
    figure, ax = plt.subplots()
    x = np.linspace(0, 3.25, 200)
    lines = ((0, SOFT, "--", "at the start"), (step, COLORS["tanh"], "-", f"after step {step}"))
    for when, color, style, words in lines:
        z = course[when][0] * x + course[when][1]
        ax.plot(x, np.where(z > 0, z, leak * z), color=color, linestyle=style, label=words)
    ax.plot(X, Y, "o", color=INK, label="examples")
    ax.set(xlabel="$x$", ylabel="$a$ and $y$", ylim=(-0.6, 3.3))
    ax.legend()
    w, b, loss, active = course[step]
    words = (
        f"Twelve examples and the line of one {label} unit, at the start and after step {step} at "
        f"a rate of {rate:g}. Then w is {w:.2f}, b is {b:.2f}, the loss {loss:.2f}, and the unit "
        f"is active for {active} of the examples."
    )
    return figure, words
