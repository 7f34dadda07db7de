"""What people say about ReLU's smooth and gated relatives."""

import numpy as np

from trial.claim import A_TENTH_LESS, A_TENTH_MORE, Claim, Test
from trial.measured import of, points
from trial.runs import TASKS, ahead_in_benchmark, best_ten_layers, in_block, one_layer, trained


def off_by(size):
    """Return by which factor a size is off from 1, up or down."""
    return size.map(lambda x: np.maximum(x, 1 / x))


def accuracy_of(activation):
    """Return the test accuracy on digits in every network that was trained with the relatives."""
    return {
        "1": one_layer(activation),
        "2": trained(activation, 2),
        "8": trained(activation, 8),
        "10": best_ten_layers(activation),
    }


CLAIMS = [
    Claim(
        "GELU and SiLU beat ReLU.",
        reading="accuracy",
        source="{cite:t}`hendrycks2016` and {cite:t}`ramachandran2017` report it.",
        measured="By how many percentage points of test accuracy they are ahead: on digits, and in "
        "the benchmark, where on friedman the points are those of R².",
        fair="Every depth at which the book has trained them, each with weights that fit. In ten "
        "layers and in the benchmark, both sides have their best weights and rate.",
        section="relatives.ipynb#do-they-train-better-than-relu",
        tests=[
            test._replace(setting=f"{name}, {test.setting}")
            for activation, name in (("gelu", "GELU"), ("silu", "SiLU"))
            for test in [
                *(
                    Test(f"layers: {where}", points(theirs, accuracy_of("relu")[where]))
                    for where, theirs in accuracy_of(activation).items()
                ),
                *ahead_in_benchmark(activation, "relu"),
            ]
        ],
    ),
    Claim(
        "GELU and SiLU beat ReLU.",
        reading="loss",
        measured="Their test loss over ReLU's, in two blocks like those of a transformer.",
        fair="Transformers are where they are used most, and the loss shows what the accuracy may "
        "hide. All three tasks of the table. (On the regression with 1,000 examples both are "
        "better, by less than a tenth, and there [Which activation?](choosing.ipynb) advises "
        "them.)",
        section="relatives.ipynb#gated-units",
        tests=[
            Test(
                f"{name}: {task}", in_block(unit, key) / in_block("relu", key), "less", A_TENTH_LESS
            )
            for unit, name in (("gelu", "GELU"), ("silu", "SiLU"))
            for key, task in TASKS.items()
        ],
    ),
    Claim(
        "Gated units beat plain ones.",
        reading="in small blocks, with little data",
        source="{cite:t}`shazeer2020` reports it, for transformers that learn from text.",
        measured="The test loss of a gated unit over that of the plain one with the same curve and "
        "as many weights, in two blocks like those of a transformer.",
        fair="Equal numbers of weights, as the source has it, and all three tasks of the table. "
        "The gain that the source reports is itself less than a tenth of the loss, and would not "
        "pass here: this says what small networks gain, and does not refute the source.",
        section="relatives.ipynb#gated-units",
        tests=[
            Test(
                f"{name}: {task}", in_block(gated, key) / in_block(plain, key), "less", A_TENTH_LESS
            )
            for gated, plain, name in (
                ("geglu", "gelu", "GEGLU for GELU"),
                ("swiglu", "silu", "SwiGLU for SiLU"),
            )
            for key, task in TASKS.items()
        ],
    ),
    Claim(
        "SELU makes normalization unnecessary.",
        reading="it keeps sizes as normalization does",
        source="{cite:t}`klambauer2017` call such networks self-normalizing.",
        measured="By which factor the root mean square of what is sent forward or backward is off "
        "from its right size, in untrained layers: 1, or what it was at the last layer.",
        fair="Normalization keeps signals at the size 1, for small and for large inputs. If the "
        "gradient then changes its size, one would still want something. The networks of the book "
        "that have normalization have no SELU, so the two cannot be compared in training.",
        section="relatives.ipynb#selu-the-mean-0-and-the-variance-1-by-design",
        tests=[
            *(
                Test(
                    f"signal, 50 layers, input of size: {size:g}",
                    off_by(
                        of(
                            "signal_by_depth",
                            "rms",
                            activation="selu",
                            weights="gain 1",
                            start=size,
                            layer=50,
                        )
                    ),
                    "less",
                    A_TENTH_MORE,
                )
                for size in (0.5, 1.0, 2.0)
            ),
            *(
                Test(
                    f"gradient, layers: {layers}",
                    off_by(
                        of(
                            "selu_by_depth",
                            "delta",
                            activation="selu",
                            factor="1",
                            layer=100 - layers,
                        )
                        / of("selu_by_depth", "delta", activation="selu", factor="1", layer=100)
                    ),
                    "less",
                    A_TENTH_MORE,
                )
                for layers in (10, 50)
            ),
        ],
    ),
    Claim(
        "SELU makes normalization unnecessary.",
        reading="deep networks train better for it",
        measured="By how many percentage points of test accuracy SELU is ahead of ReLU, without "
        "normalization.",
        fair="If it does the work of normalization, it should be ahead where there is none. The "
        "deepest networks that the book trains with it.",
        section="relatives.ipynb#do-they-train-better-than-relu",
        tests=[
            *(
                Test(
                    f"layers: {where}",
                    points(accuracy_of("selu")[where], accuracy_of("relu")[where]),
                )
                for where in ("8", "10")
            ),
            *ahead_in_benchmark("selu", "relu", depths=(8, 16)),
        ],
    ),
]
