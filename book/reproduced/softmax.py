"""What the chapter *Softmax* measures again."""

import numpy as np

from experiments.tables import load
from minigrad import softmax
from reproduced.result import Result


def largest_eigenvalue():
    """Return the largest eigenvalue of softmax's Jacobian, for three scores on a wide grid."""
    lead = np.linspace(-20, 20, 41)
    a, b = np.meshgrid(lead, lead)
    p = softmax(np.stack([a, b, 0 * a], axis=-1)).data
    return float(np.linalg.eigvalsh(p[..., None] * (np.eye(3) - p[..., None, :])).max())


RESULTS = [
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
]
