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
from minigrad import gain, mish, normal_cdf, scaled_tanh, silu, softmax


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


def signal_by_depth(activation, column, weights=None):
    """Return a column of 50-layer stacks with input 1: a row for each network, by layer."""
    table = load("signal_by_depth").query(f"activation == '{activation}' and start == 1")
    if weights:
        table = table[table.weights == weights]
    return table.pivot(index="seed", columns="layer", values=column)


def relu_signal(weights):
    """Return the rms of z at layer 30 over that at layer 1 of ReLU stacks."""
    rms = signal_by_depth("relu", "rms", weights)
    return rms[30] / rms[1]


def selu_constants():
    """Solve SELU's two equations: return α and λ."""
    left = np.sqrt(np.e) * normal_cdf(-1.0)
    alpha = 1 / np.sqrt(2 * np.pi) / (0.5 - left)
    square = np.e**2 * normal_cdf(-2.0) - 2 * left + 0.5
    return alpha, 1 / np.sqrt(0.5 + alpha**2 * square)


def selu_by_depth():
    """Return what 20 SELU networks with gain 1 have at each tenth layer."""
    rows = "activation == 'selu' and factor == '1'"
    return load("selu_by_depth").query(rows).set_index(["layer", "seed"])


def lowest(activation):
    """Return where an activation is lowest, and how low."""
    z = np.linspace(-3, 0, 300_001)
    a = activation(z)
    return z[a.argmin()], a.min()


def gated_over_plain(gated, plain):
    """Return the ratio of two test losses on Friedman's problem, one for each seed."""
    losses = load("gated_or_plain").query("task == 'friedman'").set_index(["unit", "seed"])
    return losses.test_loss[gated] / losses.test_loss[plain]


def top_sigmoid_layer(epoch):
    """Return the mean activation of the fourth of four sigmoid layers, one for each network."""
    rows = f"pixels == 'around 0' and epoch == {epoch}"
    return load("sigmoid_saturation").query(rows).set_index("seed").mean_4


def sigmoid_escapes():
    """Return after how many epochs each network with four sigmoid layers begins to learn."""
    return (
        load("sigmoid_saturation")
        .query("pixels == 'around 0' and loss < 2")
        .groupby("seed")
        .epoch.min()
    )


def sigmoid_rescued(kind):
    """Return the test accuracy of networks with four hidden layers, in percent."""
    rows = f"kind == '{kind}' and depth == 4"
    return 100 * load("sigmoid_rescued").query(rows).set_index("seed").test_accuracy


def steps_for_tanhs():
    """Return how many times tanh's steps sigmoid takes, each at its best learning rate."""
    steps = load("tanh_centering").set_index(["curve", "rate", "seed"]).steps.sort_index()
    return steps["sigmoid", 1.0] / steps["tanh", 0.3]


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
    Result(
        "Mean activation of the last of four hidden sigmoid layers, a few epochs into training",
        "glorot2010",
        "near 0",
        lambda: top_sigmoid_layer(epoch=20),
        "sigmoid.ipynb#what-saturates-and-when",
        ".2f",
        "the same in all of our networks, after 20 epochs",
    ),
    Result(
        "Epochs until a network with four hidden sigmoid layers escapes from there",
        "glorot2010",
        "about 100",
        sigmoid_escapes,
        "sigmoid.ipynb#what-saturates-and-when",
        ".0f",
        "not to be compared: other data, and epochs of another length",
    ),
    Result(
        "Test accuracy (%) of four hidden sigmoid layers that begin as a tanh network",
        "cs231n",
        "“Never use sigmoid”",
        lambda: sigmoid_rescued("rescued"),
        "sigmoid.ipynb#the-sigmoid-rescued",
        ".1f",
        "with the usual weights, it does end in a guess",
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
    Result(
        "1.7159 tanh(2z/3) at z = 1",
        "lecun1998",
        1.0,
        lambda: scaled_tanh(1.0),
        "tanh.ipynb#a-tanh-of-1998",
    ),
    Result(
        "Where 1.7159 tanh(2z/3) bends most",
        "lecun1998",
        1.0,
        lambda: 1.5 * np.arctanh(3**-0.5),
        "tanh.ipynb#a-tanh-of-1998",
        why="it is a round number; tanh² = 1/3 there, which gives 0.988",
    ),
    Result(
        "Variance of 1.7159 tanh(2z/3), for z with variance 1",
        "lecun1998",
        1.0,
        lambda: gain("scaled_tanh").forward ** -2,
        "tanh.ipynb#a-tanh-of-1998",
        ".2f",
        "they call it close to 1; many z lie where the slope is below 1",
    ),
    Result(
        "How many times tanh's steps a sigmoid network takes to a loss of 0.5",
        "cs231n",
        "tanh is always preferred to sigmoid",
        steps_for_tanhs,
        "tanh.ipynb#centered-or-steep",
        ".1f",
        "so it is here, with Glorot's weights for both",
    ),
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
    Result(
        "Slope that PReLU learns in the first layer, one for all its units",
        "he2015",
        0.681,
        lambda: load("prelu_by_layer").query("epoch == 20 and layer == 1").set_index("seed").alpha,
        "leaky-relu.ipynb#prelu-learns-its-slope",
        why="theirs is the first of 14 layers, convolutional and trained on photographs, ours the "
        "first of four fully connected ones, on digits",
    ),
    Result(
        "Gain of leaky ReLU with slope 0.25, from √(2/(1 + α²))",
        "he2015",
        (2 / (1 + 0.25**2)) ** 0.5,
        lambda: gain("leaky_relu", negative_slope=0.25).forward,
        "leaky-relu.ipynb#weights-to-match",
        ".4f",
    ),
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
    Result(
        "SELU's α, so that a standard normal input gives mean 0",
        "klambauer2017",
        1.6733,
        lambda: selu_constants()[0],
        "relatives.ipynb#selu-the-mean-0-and-the-variance-1-by-design",
        ".4f",
    ),
    Result(
        "SELU's λ, so that a standard normal input gives mean square 1",
        "klambauer2017",
        1.0507,
        lambda: selu_constants()[1],
        "relatives.ipynb#selu-the-mean-0-and-the-variance-1-by-design",
        ".4f",
    ),
    Result(
        "Root mean square of the signal after 100 layers of SELU",
        "klambauer2017",
        1.0,
        lambda: selu_by_depth().rms[100],
        "relatives.ipynb#selu-the-mean-0-and-the-variance-1-by-design",
    ),
    Result(
        "Factor on δ² per layer of SELU with gain 1, in theory and in layers 100 to 50",
        "schoenholz2017",
        1.0716,
        lambda: (selu_by_depth().delta[50] / selu_by_depth().delta[100]) ** (2 / 50),
        "relatives.ipynb#selu-the-mean-0-and-the-variance-1-by-design",
        ".4f",
    ),
    Result(
        "Where SiLU is lowest",
        "elfwing2018",
        -1.28,
        lambda: lowest(silu)[0],
        "relatives.ipynb#a-dip-below-zero",
        ".2f",
    ),
    Result(
        "The lowest value of SiLU",
        "elfwing2018",
        -0.28,
        lambda: lowest(silu)[1],
        "relatives.ipynb#a-dip-below-zero",
        ".2f",
    ),
    Result(
        "The lowest value of Mish",
        "misra2020",
        -0.31,
        lambda: lowest(mish)[1],
        "relatives.ipynb#a-dip-below-zero",
        ".2f",
    ),
    Result(
        "Test loss of GEGLU over that of GELU with as many parameters, on Friedman's problem",
        "shazeer2020",
        "lower (language modeling, transformers)",
        lambda: gated_over_plain("geglu", "gelu"),
        "relatives.ipynb#gated-units",
        ".2f",
        "ours are small networks on 1,000 examples, which they learn by heart; with fresh ones 1.2",
    ),
    # Gradient flow and initialization
    *(
        Result(
            f"{what} for {name}, beside what keeps the mean square of its signal",
            source,
            theirs,
            lambda name=name: gain(name).forward,
            f"gradient-flow.ipynb#{section}",
            ".4f",
            why,
        )
        for what, name, source, theirs, section, why in (
            ("Gain", "relu", "he2015", 2**0.5, "two-gains-by-hand", ""),
            ("Gain", "selu", "klambauer2017", 1.0, "two-gains-by-hand", ""),
            (
                "PyTorch's gain",
                "tanh",
                "pytorchinit",
                5 / 3,
                "is-the-default-made-for-relu",
                "5/3 is more than the signal needs (ours) and than the gradient needs, 1.4674",
            ),
            (
                "PyTorch's gain",
                "sigmoid",
                "pytorchinit",
                1.0,
                "is-the-default-made-for-relu",
                "1 leaves the activation out of account",
            ),
            (
                "PyTorch's gain",
                "selu",
                "pytorchinit",
                0.75,
                "is-the-default-made-for-relu",
                "ours keeps the signal; 3/4 gives the signal up to keep the gradient",
            ),
        )
    ),
    *(
        Result(
            f"ReLU with {weights} weights: rms of z at layer 30 over layer 1",
            "he2015",
            theirs,
            lambda weights=weights: relu_signal(weights),
            "gradient-flow.ipynb#is-the-default-made-for-relu",
            ".1e",
        )
        for weights, theirs in (("he", 1.0), ("glorot", 2**-14.5), ("plain", 6**-14.5))
    ),
    Result(
        "Mean square q* of z in deep tanh networks with gain 5/3",
        "schoenholz2017",
        1.1785,
        lambda: signal_by_depth("tanh", "rms")[50] ** 2,
        "gradient-flow.ipynb#tanh-and-how-the-gradient-grows",
        ".4f",
    ),
    Result(
        "Growth χ₁ of the squared gradient in each layer, tanh with gain 5/3",
        "schoenholz2017",
        1.2098,
        lambda: (signal_by_depth("tanh", "delta")[10]) ** (2 / 40),
        "gradient-flow.ipynb#tanh-and-how-the-gradient-grows",
        ".4f",
    ),
    Result(
        "GELU at its forward gain, input of rms 1: rms of z at layer 50",
        "poole2016",
        64.05,
        lambda: signal_by_depth("gelu", "rms")[50],
        "gradient-flow.ipynb#when-the-size-is-off",
        ".1f",
    ),
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
    as_printed = result.theirs == float(f"{result.theirs:g}")  # else it is a theory's
    theirs = f"{result.theirs:g}" if as_printed else rounded
    return result.claim, theirs, ours, "yes" if agrees else f"no: {result.why}"


def in_chapters(results):
    """Show results as tables, one for each page, with what is known of the differences below."""
    pages = dict.fromkeys(result.section.partition("#")[0] for result in results)
    return Markdown("\n\n".join(_chapter(page, results) for page in pages))


def _chapter(page, results):
    here = [result for result in results if result.section.partition("#")[0] == page]
    head = "| Measured | Theirs | Ours | Agree |", "|---" * 4 + "|"
    lines, reasons = [f"### [{_title(page)}]({page})", "", *head], []
    for result in here:
        claim, theirs, ours, verdict = row(result)
        agree, _, why = verdict.partition(": ")
        if why:
            reasons += [why] if why not in reasons else []
            agree += f" ({reasons.index(why) + 1})"
        link = f"[{claim}]({result.section}) {{cite:p}}`{result.source}`"
        lines.append(f"| {link} | {theirs} | {ours} | {agree} |")
    notes = [f"({number}) {why[0].upper()}{why[1:]}.\n" for number, why in enumerate(reasons, 1)]
    return "\n".join([*lines, "", *notes])


def _title(page):
    first = nbformat.read(Path(__file__).parent / page, as_version=4).cells[0].source
    return first.splitlines()[0].removeprefix("# ")
