"""Tangent: any activation of the table, its slope, and where next to none of it is left."""

import numpy as np

from figures import INK, LABELS, curve_and_slope
from minigrad import TABLE

TITLE = "Try it: the tangent"
LIM, STEP, DECIMALS = 6, 0.05, 4
FLAT = 0.05  # of the largest slope: what figures.curve_and_slope shades, too
SYMBOLS = {"negative_slope": "Slope α", "alpha": "α", "beta": "β", "approximate": "Approximate"}
OTHERS = {"relu6": "ReLU6", "celu": "CELU", "mish": "Mish"}
SETTINGS = {
    "negative_slope": [0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0],
    "alpha": [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0],
    "beta": [0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0],
    "approximate": ["none", "tanh"],
}


def in_table(name):
    if name not in TABLE:
        raise ValueError(name)
    return name


OPTIONS = {"activation": in_table, "z": float}


def label(name):
    return LABELS.get(name) or OTHERS.get(name) or name.replace("_", " ")


def data():
    """Sample every entry of the table at the places where its slider stops."""
    return {
        "lim": LIM,
        "step": STEP,
        "flat": FLAT,
        "decimals": DECIMALS,
        "activations": [entry(activation) for activation in TABLE.values()],
    }


def entry(activation):
    """Sample one activation with each setting of its option, if it has one."""
    found = {"name": activation.name, "label": label(activation.name)}
    for option, known in activation.options.items():
        found |= {"option": SYMBOLS[option], "default": known.default}
        curves = [(text, sample(activation, **{option: text})) for text in SETTINGS[option]]
        return found | {"settings": [{"setting": text} | curve for text, curve in curves]}
    return found | {"settings": [sample(activation)]}


def sample(activation, **settings):
    """Sample f and f′.  Whole numbers, each as the difference to the one before, weigh little."""
    z = STEP * np.arange(-round(LIM / STEP), round(LIM / STEP) + 1)
    z = z.round(10)  # the corners exactly
    sides = np.array([*activation.kinks])
    a, slope = value_and_slope(activation, z, settings)
    _, everywhere = value_and_slope(activation, np.linspace(-LIM, LIM, 24_001), settings)
    _, left = value_and_slope(activation, np.nextafter(sides, -np.inf), settings)
    _, right = value_and_slope(activation, np.nextafter(sides, np.inf), settings)
    return {
        "value": differences(a),
        "slope": differences(slope),
        "steepest": round(float(abs(everywhere).max()), 6),
        "corners": [
            [float(at), round(float(before), 6), round(float(after), 6)]
            for at, before, after in zip(sides, left, right, strict=True)
            if before != after
        ],
    }


def value_and_slope(activation, z, settings):
    settings = activation.settings(**settings)
    a = activation.value(np, z, **settings)
    return a, activation.slope(np, z, a, **settings) + 0.0 * z


def differences(x):
    return np.diff(np.round(x * 10**DECIMALS).astype(int), prepend=0).tolist()


def picture(activation="sigmoid", z=1.0):
    """Draw the curve and its slope, with the tangent at one place."""
    chosen = TABLE[activation]
    figure = curve_and_slope(chosen, lim=LIM)
    (a,), (slope,) = value_and_slope(chosen, np.array([z]), {})
    curve, below = figure.axes[:2]
    height = curve.get_ylim()
    reach = np.array([-LIM, LIM])
    curve.plot(reach, a + slope * (reach - z), color=INK, linestyle="--", linewidth=1.4)
    curve.plot(z, a, "o", color=INK)
    below.plot(z, slope, "o", color=INK)
    curve.set_ylim(height)
    words = (
        f"Left, the curve of {label(activation)} with its tangent at z = {z:g}, where the value is "
        f"{a:.2f} and the slope {slope:.2f}. Right, the slope. Where it is under 5% of its largest "
        f"value, both are shaded."
    )
    return figure, words
