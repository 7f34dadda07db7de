"""What people advise to watch, and what a ranking is worth."""

from experiments.early_signs import HIGHEST
from trial.claim import A_COIN, NINE_TENTHS, Claim, Test
from trial.measured import of, ordered_as_others, told_by
from trial.runs import (
    IN_HIDDEN,
    IN_ONE_LAYER,
    IN_TEN_LAYERS,
    SLOPES,
    WEIGHTS,
    one_layer,
    ten_layers,
    trained,
)

COIN = "A coin is right in half of the pairs; we ask for a tenth more."
RELY = "Whoever relies on it should be right in nine of ten pairs."
UVA = "{cite:t}`uvadlc` prints the accuracies of six activations, with one seed."


def all_told(column, rate):
    """Return every network of ten layers at one rate."""
    return [
        of("early_signs", column, activation=activation, init=init, rate=rate)
        for activation in IN_TEN_LAYERS
        for init in WEIGHTS
    ]


def lower(rate, diverged=True):
    """Return the sign that the loss is low; without the runs that have diverged, no number."""
    losses = all_told("first_loss", rate)
    if not diverged:
        losses = [loss.map(lambda x: x.where(x < HIGHEST)) for loss in losses]
    return [loss.map(lambda x: -x) for loss in losses]


SIGNS = {
    "the gradient, rate: 0.01": (0.01, all_told("arriving", 0.01)),
    "the gradient, rate: 0.1": (0.1, all_told("arriving", 0.1)),
    "the loss, rate: 0.01": (0.01, lower(0.01)),
    "the loss, rate: 0.1": (0.1, lower(0.1)),
    "the loss, without runs that diverge at once, rate: 0.1": (0.1, lower(0.1, diverged=False)),
}


def watched(bound):
    """Test how well two signs tell which of two networks ends ahead, at a low and a high rate."""
    return [
        Test(name, told_by(sign, all_told("test_accuracy", rate), apart=0.01), "more", bound)
        for name, (rate, sign) in SIGNS.items()
    ]


RANKED = {
    "18 activations, layers: 1": [one_layer(name) for name in IN_ONE_LAYER],
    "7 activations, layers: 2": [trained(name, 2) for name in IN_HIDDEN],
    "7 activations, layers: 8": [trained(name, 8) for name in IN_HIDDEN],
    "28 pairs of activation and weights, layers: 10": [
        ten_layers(activation, init, 0.01) for activation in IN_TEN_LAYERS for init in WEIGHTS
    ],
    "6 leaks, layers: 4": [of("leaky_slopes", "test_accuracy", slope=x) for x in SLOPES],
}


def ranked(bound, apart=0.0):
    """Test how well one seed ranks what the book has trained; no two leaks are far apart."""
    return [
        Test(name, ordered_as_others(runs, apart), "more", bound)
        for name, runs in RANKED.items()
        if not (apart and "leaks" in name)
    ]


CLAIMS = [
    *(
        Claim(
            "Watch the loss and the gradients, because they tell you.",
            reading=reading,
            measured="Of all pairs of networks that end more than a point apart, the share in "
            "which a sign favors the better one: more gradient at the first layer before "
            "training, or a lower mean loss in the first epoch of ten. (The gradient during "
            "training was not watched.) Ten layers, seven activations, four kinds of weights.",
            fair="A sign tells you something if it says beforehand which training ends better. "
            f"{fair} The lowest and the highest learning rate of the page on gradient flow.",
            section="gradient-flow.ipynb#which-pair-trains",
            shown="measured for this page, in these networks",
            tests=watched(bound),
        )
        for reading, bound, fair in (
            ("they tell more than a coin", A_COIN, COIN),
            ("one can rely on them", NINE_TENTHS, RELY),
        )
    ),
    *(
        Claim(
            "A ranking by one seed means something.",
            reading=reading,
            source=source,
            measured=f"Of all pairs{which}, the share that one seed orders as the mean of the "
            "other seeds does. A tie is half right.",
            fair=f"{fair} Sets of networks that the book has trained side by side.{note}",
            section="leaky-relu.ipynb#which-slope",
            tests=ranked(bound, apart),
        )
        for reading, source, which, bound, apart, fair, note in (
            ("more than a coin", UVA, "", A_COIN, 0.0, COIN, ""),
            ("one can rely on it", UVA, "", NINE_TENTHS, 0.0, RELY, ""),
            (
                "one can rely on it for large differences",
                "",
                " whose means are more than a point apart",
                NINE_TENTHS,
                0.01,
                RELY,
                " (No two leaks are a point apart.)",
            ),
        )
    ),
]
