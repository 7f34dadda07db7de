"""Every published number that the book measures again, beside ours.

The page *Results* is made from RESULTS.  Ours is computed from the tables of the experiments, or
on the spot where no chance is involved; nothing is typed but what others have printed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat
import numpy as np
import pandas as pd
from IPython.display import Markdown

from experiments.deep_linear import half_time, predicted_half_time
from experiments.tables import load
from minigrad import softmax


class Result(NamedTuple):
    """One published number, and how to get ours.

    Attributes:
        claim: what is measured, in words that need no context.
        source: a key of references.bib.
        theirs: what is printed there, as a number where it is one.
        ours: returns our number; where it depends on chance, a series with one for each seed.
        section: the page and the heading where the measurement stands, as in a link.
        form: how to print ours, as in a format string.
        why: where the two differ, what we know of the reason.
    """

    claim: str
    source: str
    theirs: float | str
    ours: Callable[[], float | pd.Series]
    section: str
    form: str = ".3f"
    why: str = ""


def nielsen(hidden_layers, layer):
    """Return the norms of the mean δ at one layer, one for each network."""
    rows = f"biases == 'normal' and hidden_layers == {hidden_layers} and layer == {layer}"
    return load("nielsen").query(rows).set_index("seed").norm


def linear_depth(weights):
    """Return the share of the gradient that comes through 50 linear layers, for each network."""
    rows = f"weights == '{weights}' and layer == 0"
    return load("linear_depth").query(rows).set_index("seed").delta


def half_times(kind):
    """Return when each network of two linear layers has learned half of a pattern."""
    runs = load("deep_linear").query("layers == 2").groupby("seed")
    return pd.Series({seed: half_time(run, kind) for seed, run in runs})


def largest_eigenvalue():
    """Return the largest eigenvalue of softmax's Jacobian, for three scores on a wide grid."""
    lead = np.linspace(-20, 20, 41)
    a, b = np.meshgrid(lead, lead)
    p = softmax(np.stack([a, b, 0 * a], axis=-1)).data
    return float(np.linalg.eigvalsh(p[..., None] * (np.eye(3) - p[..., None, :])).max())


def relu_factor(init):
    """Return the mean factor from one layer to the one before, for each deep ReLU network."""
    deltas = load("relu_gradient").query(f"activation == 'relu' and init == '{init}'")
    deltas = deltas.pivot(index="seed", columns="layer", values="delta")
    return (deltas[1] / deltas[46]) ** (1 / 45)


def born_dead(width, layers):
    """Return the share of narrow networks that are born dead at one input, for each seed."""
    rows = f"width == {width} and layers == {layers}"
    return load("born_dead").query(rows).set_index("seed").at_one


def dead_by_depth(layer):
    """Return the percentage of dead units on the digits, one for each network."""
    rows = f"data == 'digits' and weights == 'plain' and biases == 'plain' and layer == {layer}"
    return 100 * load("dead_by_depth").query(rows).set_index("seed").dead


RESULTS = [
    # Sigmoid and saturation
    *(
        Result(
            f"Norm of the mean δ at layer {layer} of a sigmoid network with {hidden_layers} "
            "hidden layers, before training",
            "nielsen2015",
            theirs,
            lambda n=hidden_layers, at=layer: nielsen(n, at),
            "sigmoid.ipynb#a-published-measurement-repeated",
        )
        for hidden_layers, norms in (
            (2, (0.066, 0.309)),
            (3, (0.012, 0.060, 0.283)),
            (4, (0.003, 0.017, 0.070, 0.285)),
        )
        for layer, theirs in enumerate(norms, start=1)
    ),
    # Linear
    *(
        Result(
            f"Share of the gradient that arrives through 50 linear layers, {weights} weights",
            source,
            theirs,
            lambda weights=weights: linear_depth(weights),
            "linear.ipynb#does-the-gradient-vanish",
            ".1e",
        )
        for weights, source, theirs in (
            ("gain 0.5", "glorot2010", 0.5**50),
            ("plain", "glorot2010", 3**-25),
            ("gain 1", "glorot2010", 1.0),
            ("gain 1.5", "glorot2010", 1.5**50),
            ("orthogonal", "saxe2014", 1.0),
        )
    ),
    *(
        Result(
            f"Time at which two linear layers have learned half of a pattern, singular value {s}",
            "saxe2014",
            predicted_half_time(kind),
            lambda kind=kind: half_times(kind),
            "linear.ipynb#the-steps-measured",
            ".2f",
            "the theory lets each pattern grow undisturbed; the rows of 32 random weights "
            "that carry them are only nearly perpendicular",
        )
        for kind, s in (("living", "√15"), ("kingdom", "√7"), ("family", "√3"), ("thing", "1"))
    ),
    # Tanh
    # ReLU
    Result(
        "Factor by which one layer of ReLU changes the norm of the gradient, with He's weights",
        "he2015",
        1.0,
        lambda: relu_factor("he"),
        "relu.ipynb#why-it-took-over-the-gradient-survives",
    ),
    *(
        Result(
            f"Share of networks born dead at one input, {layers} layers of {width} ReLU units",
            "lu2019",
            1 - (1 - 2.0**-width) ** layers,
            lambda width=width, layers=layers: born_dead(width, layers),
            "relu.ipynb#born-dead",
        )
        for width, layers in ((2, 10), (5, 20))
    ),
    *(
        Result(
            f"Dead ReLU units in layer {layer} of 10, PyTorch's weights and biases (%)",
            "uvadlc",
            theirs,
            lambda layer=layer: dead_by_depth(layer),
            "relu.ipynb#does-depth-kill-a-published-claim-repeated",
            ".1f",
            "they count over 50,000 pictures, we over 1,797; the more pictures, the fewer units "
            "are dead for all of them, until the network no longer sees its input",
        )
        for layer, theirs in enumerate(
            (0.0, 0.0, 2.73, 10.55, 34.77, 46.88, 45.31, 47.66, 56.25, 43.75), start=1
        )
    ),
    # Leaky and parametric ReLU
    # Softmax
    Result(
        "Loss before training of a network with small weights on a spiral of three classes",
        "cs231n",
        1.098744,
        lambda: load("softmax_start").query("data == 'spiral'").set_index("seed").loss,
        "softmax.ipynb#before-training-log-c",
        ".6f",
    ),
    Result(
        "Largest eigenvalue of softmax's Jacobian, for any distribution",
        "nair2025",
        0.5,
        largest_eigenvalue,
        "softmax.ipynb#never-more-than-a-half",
    ),
    *(
        Result(
            f"Exponent above which the exponential overflows in {dtype}",
            "blanchard2021",
            theirs,
            lambda dtype=dtype: float(np.log(float(np.finfo(dtype).max))),
            "softmax.ipynb#scores-that-are-too-large",
            ".1f",
            "float16's largest number has the logarithm 11.0899; theirs looks cut off, not rounded",
        )
        for dtype, theirs in (("float16", 11.0), ("float32", 88.7))
    ),
    # Smooth and gated relatives
    # Gradient flow and initialization
]


def measured(result):
    """Return our number, the middle 90% of it over seeds, and how many seeds there are.

    Where no chance is involved, the two ends are the number itself, and there are no seeds.
    """
    ours = result.ours()
    if isinstance(ours, pd.Series):
        return ours.mean(), *ours.quantile([0.05, 0.95]), len(ours)
    return ours, ours, ours, 0


def row(result):
    """Return one line of the table: claim, theirs, ours, whether they agree."""
    mean, low, high, seeds = measured(result)
    ours = f"{mean:{result.form}}"
    if seeds:
        ours += f" ({low:{result.form}} to {high:{result.form}}, {seeds} seeds)"
    if isinstance(result.theirs, str):
        return result.claim, result.theirs, ours, result.why
    rounded = f"{result.theirs:{result.form}}"
    agrees = low <= result.theirs <= high or rounded == f"{mean:{result.form}}"
    return result.claim, f"{result.theirs:.4g}", ours, "yes" if agrees else f"no: {result.why}"


def in_chapters(results):
    """Show results as tables, one for each page, with what is known of the differences below."""
    pages = dict.fromkeys(result.section.partition("#")[0] for result in results)
    return Markdown("\n\n".join(_chapter(page, results) for page in pages))


def _chapter(page, results):
    here = [result for result in results if result.section.partition("#")[0] == page]
    lines = [
        f"### [{_title(page)}]({page})",
        "",
        "| | Theirs | Ours | Agree |",
        "|---|---|---|---|",
    ]
    reasons = {}
    for result in here:
        claim, theirs, ours, verdict = row(result)
        agree, _, why = verdict.partition(": ")
        reasons |= {why: None} if why else {}
        link = f"[{claim}]({result.section}) {{cite:p}}`{result.source}`"
        lines.append(f"| {link} | {theirs} | {ours} | {agree} |")
    return "\n".join([*lines, "", *(f"Where they do not agree: {why}.\n" for why in reasons)])


def _title(page):
    first = nbformat.read(Path(__file__).parent / page, as_version=4).cells[0].source
    return first.splitlines()[0].removeprefix("# ")
