"""What the chapter *Gradient flow and initialization* measures again."""

from experiments.tables import load
from minigrad import gain
from reproduced.result import Result


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


RESULTS = [
    *(
        Result(
            f"PyTorch's gain for {name}; ours is what keeps the mean square of the signal",
            "pytorchinit",
            theirs,
            lambda name=name: gain(name).forward,
            "gradient-flow.ipynb#is-the-default-made-for-relu",
            ".4f",
            why,
        )
        for name, theirs, why in (
            (
                "tanh",
                5 / 3,
                "5/3 is more than the signal needs (ours) and than the gradient needs, 1.4674",
            ),
            (
                "sigmoid",
                1.0,
                "1 leaves the activation out of account",
            ),
            (
                "selu",
                0.75,
                "ours keeps the signal; 3/4 keeps the gradient, the signal settles at a fifth",
            ),
        )
    ),
    *(
        Result(
            f"ReLU with {whose} weights: rms of z at layer 30 over layer 1",
            "he2015",
            theirs,
            lambda weights=weights: relu_signal(weights),
            "gradient-flow.ipynb#is-the-default-made-for-relu",
            ".2g",
            theory=True,
        )
        for weights, whose, theirs in (
            ("he", "He's", 1.0),
            ("glorot", "Glorot's", 2**-14.5),
            ("plain", "PyTorch's default", 6**-14.5),
        )
    ),
    Result(
        "Mean square q* of z in deep tanh networks with gain 5/3",
        "schoenholz2017",
        1.1785,
        lambda: signal_by_depth("tanh", "rms")[50] ** 2,
        "gradient-flow.ipynb#tanh-and-how-the-gradient-grows",
        ".4f",
        theory=True,
    ),
    Result(
        "Growth χ₁ of the squared gradient in each layer, tanh with gain 5/3",
        "schoenholz2017",
        1.2098,
        lambda: (signal_by_depth("tanh", "delta")[10]) ** (2 / 40),
        "gradient-flow.ipynb#tanh-and-how-the-gradient-grows",
        ".4f",
        theory=True,
    ),
    Result(
        "GELU at its forward gain, input of rms 1: rms of z at layer 50",
        "poole2016",
        64.05,
        lambda: signal_by_depth("gelu", "rms")[50],
        "gradient-flow.ipynb#when-the-size-is-off",
        ".1f",
        theory=True,
    ),
]
