"""What the chapter *Smooth and gated relatives* measures again."""

import numpy as np

from experiments.tables import load
from minigrad import mish, normal_cdf, silu
from reproduced.result import Result


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


RESULTS = [
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
        theory=True,
    ),
    Result(
        "Factor on δ² per layer of SELU with gain 1, in layers 100 to 50",
        "schoenholz2017",
        1.0716,
        lambda: (selu_by_depth().delta[50] / selu_by_depth().delta[100]) ** (2 / 50),
        "relatives.ipynb#selu-the-mean-0-and-the-variance-1-by-design",
        ".4f",
        theory=True,
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
        "ours are small networks, and fit the noise of 1,000 examples; with 20,000 fresh ones 1.2",
    ),
]
