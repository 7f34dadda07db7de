"""What the cheat sheet says of each activation, output and initializer, read from the library."""

from base64 import b64encode
from itertools import pairwise
from math import ceil, inf

import numpy as np
from IPython.display import Markdown

from figures import INK, SOFT
from minigrad import TABLE, gain
from names import ACTIVATIONS, INITIALIZERS, LIBRARIES, LOSSES
from sources import table_lines

LEFT, RIGHT, LOW, HIGH = -4, 4, -2, 3  # what a tiny picture shows
UNIT = 14  # its pixels for 1, in both directions
PLACES = {"Keras": "", "PyTorch": "nn.", "JAX": "jax.nn."}  # what one writes before a name
FAR = 40.0  # beyond, no slope grows

# How much an initializer's weights vary, and for what they are.
WEIGHTS = {
    "he_normal": (r"\frac{2}{n}", "[ReLU and its like](relu.ipynb#what-to-do)"),
    "glorot_normal": (r"\frac{2}{n + m}", "[tanh](tanh.ipynb#what-to-do), and no activation"),
    "lecun_normal": (
        r"\frac{1}{n}",
        "[SELU](relatives.ipynb#when-to-take-which); times a gain, any",
    ),
    "orthogonal": (
        r"\frac{1}{\max(n, m)}",
        "[many layers](linear.ipynb#does-the-gradient-vanish); times a gain, any",
    ),
}


def cards(table=TABLE):
    """Show each activation of the table as a card."""
    return Markdown("\n\n".join(map(card, table.values())))


def card(entry):
    """Write down what there is to know of an activation."""
    forward, backward = gain(entry)
    facts = {
        "range": " to ".join(map(number, entry.range)),
        "largest slope": number(largest_slope(entry)),
        "gain": f"{forward:.3f}, backward {backward:.3f}",
        "at a kink": kinks(entry),
        "option": options(entry),
        **{library: name or "–" for library, name in elsewhere(ACTIVATIONS[entry.name])},
    }
    return "\n".join(
        [
            "::::{div} entry",
            f"### `{entry.name}`",
            "",
            f'<img alt="{in_words(entry)}" src="data:image/svg+xml;base64,{picture(entry)}">',
            "",
            "\n\n".join(map(in_parts, (entry.formula, entry.slope_formula))),
            "",
            *(f"{term}\n: {fact}\n" for term, fact in facts.items() if fact),
            "```python",
            *table_lines(entry.name, "shared", "value"),
            "```",
            "::::",
        ]
    )


def picture(entry):
    """Draw f as a thick line and f′ as a thin broken one, over z from −4 to 4."""
    width, height = (RIGHT - LEFT) * UNIT, (HIGH - LOW) * UNIT
    x0, y0 = place(0, 0)
    ticks = "".join(
        f"M{x:g} {y0 - 2:g}v4" for x, _ in (place(i, 0) for i in range(LEFT + 1, RIGHT))
    ) + "".join(f"M{x0 - 2:g} {y:g}h4" for _, y in (place(0, i) for i in range(LOW + 1, HIGH)))
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


def path(entry, which):
    """Draw the value (0) or the slope (1), lifting the pen at kinks."""
    edges = [LEFT, *(k for k in sorted(entry.kinks) if LEFT < k < RIGHT), RIGHT]
    pieces = []
    for start, end in pairwise(edges):
        z = np.linspace(start, end, 2 + 6 * ceil(end - start))
        inside = np.clip(z, start + 1e-9, end - 1e-9)
        y = np.clip(value_and_slope(entry, inside)[which], LOW - 1, HIGH + 1)
        x, y = place(z, y)
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
    at = (-4.0, -1.0, 0.0, 1.0, 4.0)
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
    """Say what shapes it, and to what that is set here."""
    return ", ".join(f"`{name}={option.default!r}`" for name, option in entry.options.items())


def elsewhere(line):
    """Return for each library what one writes there, or nothing."""
    return [
        (library, name and f"`{PLACES[library]}{name}`")
        for library, name in zip(LIBRARIES, line, strict=True)
    ]


def outputs():
    """Show what a network ends in, by what is wanted."""
    ends = [
        ("A number", "identity", "p = z", "mean_squared_error", "2"),
        ("Yes or no", "sigmoid", r"p = \sigma(z)", "binary_cross_entropy_with_logits", "1"),
        (
            "One of several classes",
            "softmax",
            r"p = \operatorname{softmax}(z)",
            "cross_entropy",
            "1",
        ),
    ]
    return Markdown("\n\n".join(output(*end) for end in ends))


def output(wanted, activation, prediction, loss, factor):
    """Write down an output layer with its loss, here and in other libraries."""
    facts = {
        "prediction": f"${prediction}$",
        "loss": f"`{loss}`",
        "gradient": rf"$\partial L / \partial z = \tfrac{{{factor}}}{{n}} (p - y)$",
    }
    for (library, first), (_, second) in zip(
        elsewhere(ACTIVATIONS[activation]), elsewhere(LOSSES[loss]), strict=True
    ):
        facts[library] = ", ".join(filter(None, (first, second)))
    lines = (f"{term}\n: {fact}\n" for term, fact in facts.items())
    return "\n".join(["::::{div} entry", f"### {wanted}", "", *lines, "::::"])


def weights():
    """Show the initializers: how much they vary, and for what they are."""
    head = ["| | Variance | For | Keras, JAX | PyTorch |", "|---" * 5 + "|"]
    rows = []
    for name, (variance, purpose) in WEIGHTS.items():
        keras, torch, jax = INITIALIZERS[name]
        assert keras == jax, name
        rows.append(f"| `{name}` | ${variance}$ | {purpose} | `{keras}` | `{torch}` |")
    return Markdown("\n".join([*head, *rows]))
