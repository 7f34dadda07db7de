"""What the cheat sheet says of each activation, output and initializer.

What minigrad knows is read from it; how one writes it elsewhere is in `names.py`.
"""

from base64 import b64encode
from itertools import pairwise
from math import ceil, floor, inf

import numpy as np
from IPython.display import Markdown

from figures import INK, SOFT
from minigrad import TABLE, gain
from names import ACTIVATIONS, INITIALIZERS, LIBRARIES, LOSSES, NUMPY, PREDICTIONS

LEFT, RIGHT, LOW, HIGH = -4, 4, -2, 3  # what a tiny picture shows
UNIT = 14  # its pixels for 1, in both directions
SMALLER = {"relu6": 2.5}  # what has a kink beyond the edges is drawn so many times smaller
PLACES = {"Keras": "", "PyTorch": "nn.", "JAX": "jax.nn."}  # what one writes before a name
FAR = 40.0  # beyond, no slope grows

# The lowest value and what an option is in the formula, where the table has a number only.
LOWEST = {"elu": "−α", "celu": "−α", "silu": "−0.278 / β"}
OPTION_NOTES = {
    "leaky_relu": "this is α, from 0 to 1",
    "elu": "this is α",
    "celu": "this is α",
    "silu": "this is β; Keras, PyTorch and JAX have no such option",
    "gelu": "a yes or no in Keras and JAX",
}

# How much an initializer's weights vary, and for what they are.
WEIGHTS = {
    "he_normal": (r"2 / n", "[ReLU and its like](relu.ipynb#what-to-do)"),
    "glorot_normal": (
        r"2 / (n + m)",
        "[tanh](tanh.ipynb#what-to-do), and no activation; times 4, "
        "[sigmoid](sigmoid.ipynb#does-it-matter-for-training)",
    ),
    "lecun_normal": (r"1 / n", "[SELU](relatives.ipynb#when-to-take-which); times a gain, any"),
    "orthogonal": (
        r"1 / \max(n, m)",
        "[many layers](linear.ipynb#does-the-gradient-vanish); times a gain, any",
    ),
}


def cards(table=TABLE):
    """Show each activation of the table as a card."""
    return Markdown("\n\n".join(map(card, table.values())))


def card(entry):
    """Write down what there is to know of an activation."""
    forward, backward = gain(entry)
    low, high = map(number, entry.range)
    facts = {
        "range": f"{LOWEST.get(entry.name, low)} to {high}",
        "largest slope": number(largest_slope(entry)),
        "gain": f"{forward:.3f}, backward {backward:.3f}",
        "at a kink": kinks(entry),
        "option": options(entry),
        **{library: name or "–" for library, name in elsewhere(ACTIVATIONS[entry.name])},
    }
    return box(
        f"`{entry.name}`",
        f'<img alt="{in_words(entry)}" src="data:image/svg+xml;base64,{picture(entry)}">',
        "\n\n".join(map(in_parts, (entry.formula, entry.slope_formula))),
        listed(facts),
        f"```python\n{NUMPY[entry.name]}\n```",
    )


def box(title, *parts):
    """Put a card together."""
    return "\n".join(["::::{div} entry", f"### {title}", "", "\n\n".join(parts), "::::"])


def listed(facts):
    """List what is known, each fact behind what it is about."""
    return "\n\n".join(f"{term}\n: {fact}" for term, fact in facts.items() if fact)


def picture(entry):
    """Draw f as a thick line and f′ as a thin broken one, over z from −4 to 4 or further."""
    scale = SMALLER.get(entry.name, 1)
    width, height = (RIGHT - LEFT) * UNIT, (HIGH - LOW) * UNIT
    x0, y0 = place(0, 0)
    ticks = "".join(
        f"M{x:g} {y0 - 2:g}v4" for x, _ in (place(i / scale, 0) for i in marks(LEFT, RIGHT, scale))
    ) + "".join(
        f"M{x0 - 2:g} {y:g}h4" for _, y in (place(0, i / scale) for i in marks(LOW, HIGH, scale))
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" fill="none" stroke-linejoin="round">'
        f'<path stroke="{SOFT}" stroke-width=".7" d="M0 {y0:g}H{width}M{x0:g} 0V{height}{ticks}"/>'
        f'<path stroke="{INK}" stroke-width="1.2" stroke-dasharray="3 2" d="{path(entry, 1)}"/>'
        f'<path stroke="{INK}" stroke-width="2.4" d="{path(entry, 0)}"/></svg>'
    )
    return b64encode(svg.encode()).decode()


def place(z, y):
    """Turn numbers into pixels."""
    return (z - LEFT) * UNIT, (HIGH - y) * UNIT


def marks(low, high, scale):
    """Return the whole numbers between the edges of a picture."""
    return range(floor(low * scale) + 1, ceil(high * scale))


def path(entry, which):
    """Draw the value (0) or the slope (1), lifting the pen at kinks."""
    scale = SMALLER.get(entry.name, 1)
    left, right = LEFT * scale, RIGHT * scale
    edges = [left, *(k for k in sorted(entry.kinks) if left < k < right), right]
    pieces = []
    for start, end in pairwise(edges):
        z = np.linspace(start, end, 2 + 6 * ceil(end - start))
        inside = np.clip(z, start + 1e-9, end - 1e-9)
        y = value_and_slope(entry, inside)[which] / scale
        x, y = place(z / scale, np.clip(y, LOW - 1, HIGH + 1))
        pieces.append("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)))
    return "".join(pieces)


def value_and_slope(entry, z):
    """Compute f(z) and f′(z) with the default options."""
    settings = entry.settings()
    a = entry.value(np, z, **settings)
    return a, entry.slope(np, z, a, **settings) + 0 * z


def largest_slope(entry):
    """Look for the largest slope on a fine grid and just beside the kinks."""
    beside = [k + side for k in entry.kinks for side in (-1e-9, 1e-9)]
    z = np.concatenate([np.linspace(-FAR, FAR, 80_001), beside])
    return value_and_slope(entry, z)[1].max()


def in_words(entry):
    """Describe the picture to those who do not see it."""
    scale = SMALLER.get(entry.name, 1)
    at = (LEFT * scale, -1.0, 0.0, 1.0, RIGHT * scale)
    values = value_and_slope(entry, np.array(at))[0]
    points = ", ".join(f"{number(a)} at {number(z)}" for z, a in zip(at, values, strict=True))
    return f"Curve of {entry.name.replace('_', ' ')} with its slope; the value is {points}"


def number(x):
    """Print three digits, as in a book."""
    size = "∞" if abs(x) == inf else f"{abs(x):.3g}" if abs(x) > 1e-9 else "0"
    return f"−{size}" if x < -1e-9 else size


def in_parts(formula):
    """Set a formula so that a line may break where it has a wide space."""
    return " ".join(
        f"${part.strip()}$" for part in formula.replace(r",\ ", r",\quad ").split(r"\quad")
    )


def kinks(entry):
    """Say which slope was chosen where there is none."""
    return ", ".join(
        f"{slope.replace('``', '`')} at {number(z)}" for z, slope in entry.kinks.items()
    )


def options(entry):
    """Say what shapes it, to what that is set here, and what it is in the formula."""
    return ", ".join(
        f"`{name}={option.default!r}`: {OPTION_NOTES[entry.name]}"
        for name, option in entry.options.items()
    )


def elsewhere(line):
    """Return for each library what one writes there, or nothing."""
    return [
        (library, name and f"`{PLACES[library]}{name}`")
        for library, name in zip(LIBRARIES, line, strict=True)
    ]


def outputs():
    """Show what a network ends in, by what is wanted."""
    ends = [
        ("A number", "p = z", None, "mean_squared_error", "2"),
        ("Yes or no", r"p = \sigma(z)", "sigmoid", "binary_cross_entropy_with_logits", "1"),
        (
            "One of several classes",
            r"p = \operatorname{softmax}(z)",
            "softmax",
            "cross_entropy",
            "1",
        ),
    ]
    return Markdown("\n\n".join(output(*end) for end in ends))


def output(wanted, formula, activation, loss, factor):
    """Write down what trains an output layer and what predicts with it, here and elsewhere."""
    train = {"minigrad": f"`{loss}(z, y)`"} | {
        library: name for library, name in elsewhere(LOSSES[loss]) if name
    }
    train["gradient"] = rf"$\partial L / \partial z = \tfrac{{{factor}}}{{n}} (p - y)$"
    predict = activation and {"minigrad": f"`{activation}(z)`"} | {
        library: f"`{call}`"
        for library, call in zip(LIBRARIES, PREDICTIONS[activation], strict=True)
    }
    return box(
        wanted,
        "**To train:** a last layer *without* an activation gives $z$. The loss takes $z$:",
        listed(train),
        f"**To predict:** ${formula}$" + (", computed from $z$:" if predict else "."),
        listed(predict or {}),
    )


def weights():
    """Show the initializers: how much they vary, and for what they are."""
    return Markdown("\n\n".join(map(first_weights, WEIGHTS)))


def first_weights(name):
    """Write down an initializer, here and in other libraries."""
    variance, purpose = WEIGHTS[name]
    keras, torch, jax = INITIALIZERS[name]
    assert keras == jax, name
    facts = {
        "variance": f"${variance}$",
        "for": purpose,
        "Keras, JAX": f"`{keras}`",
        "PyTorch": f"`nn.init.{torch if '(' in torch else torch + '(w)'}`",
    }
    return box(f"`{name}`", listed(facts))
