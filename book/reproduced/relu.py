"""What the chapter *ReLU* measures again."""

from experiments.tables import load
from reproduced.result import Result


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
    Result(
        "Factor by which one layer of ReLU changes the norm of the gradient, with He's weights",
        "he2015",
        1.0,
        lambda: relu_factor("he"),
        "relu.ipynb#why-it-took-over-the-gradient-survives",
        theory=True,
    ),
    *(
        Result(
            f"Share of networks born dead at one input, {layers} layers of {width} ReLU units",
            "lu2019",
            1 - (1 - 2.0**-width) ** layers,
            lambda width=width, layers=layers: born_dead(width, layers),
            "relu.ipynb#born-dead",
            theory=True,
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
]
