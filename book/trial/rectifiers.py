"""What people say about ReLU, its units, and its leaks."""

from trial.claim import (
    A_TENTH,
    A_TENTH_MORE,
    ONE_POINT_BEHIND,
    Claim,
    Test,
)
from trial.measured import best, of, points
from trial.runs import LABELS, SLOPES, ahead_in_benchmark

TIMED = ("leaky_relu", "elu", "tanh", "sigmoid", "softplus", "silu", "gelu", "mish")
RATES = (0.03, 0.1, 0.3, 0.6, 1.0, 1.4, 2.0, 3.0)
KILLING = (1.0, 1.4, 2.0, 3.0)
TOO_HIGH = (1.4, 2.0, 3.0)
BEST_RELU = "a ReLU network at its best rate"


def by_rate(column, variant, rate):
    """Return what became of 128 units on digits, trained at one rate."""
    return of("dead_by_rate", column, variant=variant, rate=rate)


def killed(variant, rate):
    """Return the share of units that training has killed."""
    return by_rate("dead", variant, rate) - by_rate("dead_before", variant, rate)


def relu(rate):
    """Return the test accuracy of the ReLU network at one rate."""
    return by_rate("test_accuracy", "relu", rate)


HEALTHY = best([relu(rate) for rate in RATES])


def leaks(rate):
    """Return the test accuracy of all leaky networks at one rate."""
    return {
        "slope 0.01": by_rate("test_accuracy", "leaky_relu", rate),
        "slope 0.1": of("leaky_rescue", "test_accuracy", slope=0.1, rate=rate),
        "slope 0.3": of("leaky_rescue", "test_accuracy", slope=0.3, rate=rate),
        "learned slope": of("prelu_rescue", "test_accuracy", rate=rate),
    }


def dead_at(layer, data, weights, biases):
    """Return the share of dead units in one of ten untrained layers."""
    rows = {"data": data, "weights": weights, "biases": biases}
    return of("dead_by_depth", "dead", layer=layer, **rows)


CLAIMS = [
    *(
        Claim(
            "ReLU is cheap.",
            reading=reading,
            source="{cite:t}`cs231n`, because it needs no exponential.",
            measured=f"How many times as long as ReLU each of eight others takes, {what}, on one "
            "computer.",
            fair=fair,
            section="relu.ipynb#is-it-cheap",
            tests=[
                Test(
                    f"compared with: {LABELS[activation]}",
                    of("activation_time", column, activation=activation).map(lambda x: 2.0**x),
                    "more",
                    A_TENTH_MORE,
                )
                for activation in TIMED
            ],
        )
        for reading, column, what, fair in (
            (
                "the activation alone",
                "doublings",
                "forward and backward",
                "Cheap means that others cost more, so every other one that was timed is a test.",
            ),
            (
                "a whole training step",
                "training",
                "in a training step of a small network",
                "What one pays for is a step: with matrix products, the loss, and the update. The "
                "network is 784–64–10, on 32 images.",
            ),
        )
    ),
    Claim(
        "ReLU units die.",
        reading="at any learning rate",
        measured="Which share of 128 units training kills: dead afterwards, less dead before. "
        "Dead means without gradient on every training image.",
        fair="The sentence names no learning rate, so every rate of the table is a setting, with "
        "and without clipped gradients.",
        section="relu.ipynb#which-rate-kills",
        tests=[
            Test(f"{name}, rate: {rate:g}", killed(variant, rate), "more", A_TENTH)
            for variant, name in (("relu", "no clipping"), ("relu clipped", "gradients clipped"))
            for rate in RATES
        ],
    ),
    Claim(
        "ReLU units die.",
        reading="where the rate is too high",
        source="{cite:t}`cs231n` warns of it, and of such rates only.",
        measured="As before, without clipped gradients.",
        fair="Too high are the rates at which most of these networks end clearly worse than at "
        "lower ones.",
        section="relu.ipynb#which-rate-kills",
        tests=[Test(f"rate: {rate:g}", killed("relu", rate), "more", A_TENTH) for rate in TOO_HIGH],
    ),
    Claim(
        "Dead units ruin a network.",
        measured="By how many percentage points of test accuracy a ReLU network is behind "
        f"{BEST_RELU}.",
        fair="The rates at which training kills more than a tenth of the units (see above). That "
        "they are behind there does not show that it is for their dead units: at such a rate "
        "networks with a leak fail, too.",
        section="relu.ipynb#which-rate-kills",
        tests=[Test(f"rate: {rate:g}", points(HEALTHY, relu(rate))) for rate in KILLING],
    ),
    Claim(
        "Leaky and parametric ReLU cure dying units.",
        reading="they make it healthy",
        measured=f"By how many percentage points of test accuracy they are ahead of {BEST_RELU}; "
        "negative numbers are behind.",
        fair="A cure makes healthy: no more than a point behind. The rates from 1 on: below, "
        "hardly a unit dies, and there is nothing to cure. (The table has them for all four "
        "leaks.)",
        section="leaky-relu.ipynb#the-death-curve-with-a-leak",
        tests=[
            Test(
                f"rate {rate:g}: {name}",
                points(accuracy, HEALTHY),
                "more",
                ONE_POINT_BEHIND,
            )
            for rate in KILLING
            for name, accuracy in leaks(rate).items()
        ],
    ),
    Claim(
        "Leaky and parametric ReLU cure dying units.",
        reading="they help",
        measured="By how many percentage points of test accuracy they are ahead of ReLU at the "
        "same rate.",
        fair="The weaker reading: better than nothing done.",
        section="leaky-relu.ipynb#the-death-curve-with-a-leak",
        tests=[
            Test(f"rate {rate:g}: {name}", points(accuracy, relu(rate)))
            for rate in KILLING
            for name, accuracy in leaks(rate).items()
        ],
    ),
    Claim(
        "Leaky ReLU is better than ReLU.",
        measured="By how many percentage points of test accuracy it is ahead at ordinary rates: in "
        "four layers on digits, and, with the slope 0.01, in the benchmark.",
        fair="{cite:t}`maas2013`, who introduced it, do not say so: they report little "
        "difference. All slopes of the one table, each with weights that suit it; all tasks and "
        "depths of the other, with the best weights and rate for both.",
        section="leaky-relu.ipynb#which-slope",
        tests=[
            *(
                Test(
                    f"slope: {slope}",
                    points(
                        of("leaky_slopes", "test_accuracy", slope=slope),
                        of("leaky_slopes", "test_accuracy", slope="0"),
                    ),
                )
                for slope in SLOPES[1:]
            ),
            *ahead_in_benchmark("leaky_relu", "relu"),
        ],
    ),
    Claim(
        "Depth kills ReLU units.",
        source="{cite:t}`uvadlc` counts dead units in ten layers and takes them for an effect of "
        "depth.",
        measured="How much larger the share of dead units is in the tenth layer than in the first, "
        "before training.",
        fair="If it is depth, it must happen whatever the data, the weights and the biases are.",
        section="relu.ipynb#does-depth-kill-a-published-claim-repeated",
        tests=[
            Test(
                f"{data}: {weights} weights, {biases} biases",
                dead_at(10, key, init, bias) - dead_at(1, key, init, bias),
                "more",
                A_TENTH,
            )
            for key, data in (("digits", "digits"), ("noise", "pure noise"))
            for init, bias, weights, biases in (
                ("plain", "plain", "PyTorch's", "random"),
                ("he", "plain", "He's", "random"),
                ("plain", "zero", "PyTorch's", "zero"),
                ("glorot", "zero", "Glorot's", "zero"),
                ("he", "zero", "He's", "zero"),
            )
        ],
    ),
    Claim(
        "He's initialization kills fewer units than Glorot's.",
        measured="By how much the share of dead units is larger with Glorot's weights, before "
        "training, biases zero.",
        fair="The same random numbers, scaled by the one rule or the other. Without biases this "
        "can be known beforehand: to multiply all weights by a number greater than 0 moves no unit "
        "across 0. The tables show that it is so.",
        section="relu.ipynb#does-depth-kill-a-published-claim-repeated",
        tests=[
            Test(
                f"{name}, layer: {layer}",
                dead_at(layer, data, "glorot", "zero") - dead_at(layer, data, "he", "zero"),
                "more",
                A_TENTH,
            )
            for data, name in (("digits", "digits"), ("noise", "pure noise"))
            for layer in (5, 10)
        ],
    ),
]
