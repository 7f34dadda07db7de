"""What people say about sigmoid and tanh in hidden layers."""

from trial.claim import A_TENTH_MORE, ONE_POINT_BEHIND, Claim, Test
from trial.measured import best, of, points
from trial.runs import (
    ahead_in_benchmark,
    best_ten_layers,
    one_layer,
    time_series,
    with_adam,
    with_momentum,
)


def adam_against_sigmoid(rival):
    """Test by how much sigmoid is behind with Adam, from the usual weights and from larger ones."""
    return [
        Test(
            f"Adam, {name}, layers: {depth}",
            points(with_adam(rival, depth), with_adam("sigmoid", depth, init)),
        )
        for init, name in (
            ("glorot", "Glorot's weights"),
            ("glorot times 4", "Glorot's weights times 4"),
        )
        for depth in (1, 2, 4, 8)
    ]


def momentum_against_sigmoid(rival):
    """Test by how much sigmoid is behind with momentum, and with weights that tanh would have."""
    return [
        Test(
            f"momentum, {name}, layers: {depth}",
            points(with_momentum(rival, depth), with_momentum(kind, depth)),
        )
        for kind, name in (("sigmoid", "Glorot's weights"), ("rescued", "begun as a tanh network"))
        for depth in (1, 2, 4)
    ]


def against_sigmoid(rival):
    """Test by how much sigmoid is behind, wherever the book has trained both."""
    return [
        *adam_against_sigmoid(rival),
        *momentum_against_sigmoid(rival),
        Test(
            "momentum, best weights, layers: 10",
            points(best_ten_layers(rival), best_ten_layers("sigmoid")),
        ),
        Test("time series, layers: 1", points(time_series(rival), time_series("sigmoid hidden"))),
        Test("Adam, own gain, layers: 1", points(one_layer(rival), one_layer("sigmoid"))),
        *ahead_in_benchmark(rival, "sigmoid"),
    ]


TANH_AHEAD = (
    "By how many percentage points of test accuracy a network with tanh is ahead of the same "
    "network with sigmoid; negative numbers are behind. (Of R² on the benchmark's friedman.)"
)
ADVISED = {4: "relu", 8: "gelu", 16: "mish"}  # by the page Which activation?


CLAIMS = [
    Claim(
        "Sigmoid should not be used in hidden layers.",
        source="{cite:t}`cs231n`: “Never use sigmoid”.",
        measured="By how many percentage points of test accuracy a network with sigmoid is behind "
        "the same network with ReLU. (Of R² on the benchmark's friedman.)",
        fair="Whoever follows the advice takes ReLU instead, so that is what it is compared with, "
        "in every network of the book that was trained with both, for as long and in the same "
        "way.",
        section="sigmoid.ipynb#does-it-matter-for-training",
        tests=against_sigmoid("relu"),
    ),
    Claim(
        "In hidden layers, tanh is always better than sigmoid.",
        reading="always clearly better",
        measured=TANH_AHEAD,
        fair="“Always” is taken at its word: every network of the book that was trained with both.",
        section="sigmoid.ipynb#the-sigmoid-rescued",
        tests=against_sigmoid("tanh"),
    ),
    Claim(
        "In hidden layers, tanh is always better than sigmoid.",
        reading="never clearly worse",
        source="{cite:t}`cs231n` says that tanh is always preferred.",
        measured=TANH_AHEAD,
        fair="Whoever always prefers tanh wants never to lose by it: no more than a point behind.",
        section="sigmoid.ipynb#the-sigmoid-rescued",
        tests=[test._replace(bound=ONE_POINT_BEHIND) for test in against_sigmoid("tanh")],
    ),
    Claim(
        "Tanh is not ideal for deep networks.",
        reading="in the end, ReLU is better",
        measured="By how many percentage points of test accuracy ReLU with He's weights is ahead "
        "of tanh with Glorot's. (In ten layers, each has the best of four kinds of weights; in the "
        "benchmark, the better of two, and on friedman the points are those of R².)",
        fair="If tanh is not ideal, something is better, and what most recommend instead is ReLU. "
        "Deep means four layers or more.",
        section="sigmoid.ipynb#does-it-matter-for-training",
        tests=[
            *(
                Test(
                    f"Adam, layers: {depth}",
                    points(with_adam("relu", depth), with_adam("tanh", depth)),
                )
                for depth in (4, 8)
            ),
            Test("momentum, layers: 4", points(with_momentum("relu", 4), with_momentum("tanh", 4))),
            Test("momentum, layers: 10", points(best_ten_layers("relu"), best_ten_layers("tanh"))),
            *ahead_in_benchmark("relu", "tanh", depths=(4, 8, 16)),
        ],
    ),
    Claim(
        "Tanh is not ideal for deep networks.",
        reading="in the end, what this book advises is better",
        measured="By how many percentage points of test accuracy (of R² on friedman) the "
        "activation is ahead that [Which activation?](choosing.ipynb) advises for so many layers: "
        "ReLU for four, GELU for eight, Mish for sixteen. Each has the better of two kinds "
        "of weights.",
        fair="The advice comes from the same benchmark, which favors the claim.",
        section="benchmark.ipynb#the-map",
        tests=[
            test
            for depth, name in ADVISED.items()
            for test in ahead_in_benchmark(name, "tanh", depths=(depth,))
        ],
    ),
    Claim(
        "Tanh is not ideal for deep networks.",
        reading="it takes longer",
        measured="How many times ReLU's steps tanh takes until the loss is below 0.5, with Adam. "
        "A run that has not arrived after 430 steps, which is "
        "when it ends, counts as 430.",
        fair="Deep networks are hard because they may not get going. Here are the deepest that the "
        "book trains.",
        section="tanh.ipynb#fifty-layers",
        tests=[
            Test(
                f"layers: {depth}",
                of("tanh_deep_training", "steps", activation="tanh", depth=depth)
                / of("tanh_deep_training", "steps", activation="relu", depth=depth),
                "more",
                A_TENTH_MORE,
            )
            for depth in (10, 20, 30)
        ],
    ),
    Claim(
        "A tanh network with SGD is less effective than one with ReLU.",
        reading="in the end",
        measured="By how many percentage points of test accuracy ReLU with He's weights is ahead "
        "of tanh with Glorot's, both trained by gradient descent, with or without momentum.",
        fair="Every network of the book that was trained in this way with both. (The time series "
        "has Glorot's weights for both; in ten layers, each has the best of four kinds.)",
        section="sigmoid.ipynb#the-sigmoid-rescued",
        tests=[
            *(
                Test(
                    f"momentum, digits, layers: {depth}",
                    points(with_momentum("relu", depth), with_momentum("tanh", depth)),
                )
                for depth in (1, 2, 4)
            ),
            Test(
                "momentum, digits, layers: 10",
                points(best_ten_layers("relu"), best_ten_layers("tanh")),
            ),
            Test(
                "no momentum, time series, layers: 1",
                points(time_series("relu"), time_series("tanh")),
            ),
        ],
    ),
    Claim(
        "A tanh network with SGD is less effective than one with ReLU.",
        reading="it takes longer",
        source="{cite:t}`cs231n` says that ReLU speeds up gradient descent greatly.",
        measured="How many times ReLU's steps tanh takes until the loss is below 0.5, with "
        "momentum.",
        fair="The networks of the first reading for which the steps were counted.",
        section="sigmoid.ipynb#slow-or-stuck",
        tests=[
            Test(
                f"layers: {depth}",
                with_momentum("tanh", depth, "steps") / with_momentum("relu", depth, "steps"),
                "more",
                A_TENTH_MORE,
            )
            for depth in (1, 2, 4)
        ],
    ),
    Claim(
        "A tanh network with SGD is less effective than one with ReLU.",
        reading="more so when deeper",
        measured="By how many percentage points ReLU's lead over tanh is larger than with one "
        "hidden layer.",
        fair="“More so” compares two leads. Both come from the same table, seed by seed.",
        section="sigmoid.ipynb#the-sigmoid-rescued",
        tests=[
            Test(
                f"layers: {depth}",
                points(with_momentum("relu", depth), with_momentum("tanh", depth))
                - points(with_momentum("relu", 1), with_momentum("tanh", 1)),
            )
            for depth in (2, 4)
        ],
    ),
    Claim(
        "Activations centered on zero train faster.",
        source="{cite:t}`lecun1998` recommend them.",
        measured="How many times as many steps a curve takes as the same curve moved to zero, "
        "until the loss is below 0.5. (A sigmoid moved to zero is tanh, but for its scale.)",
        fair="Only the center is changed, and nothing else. Each at its best rate, and both at "
        "the same rate wherever all their runs arrive.",
        section="tanh.ipynb#centered-or-steep",
        tests=[
            Test(f"{name}, rate: {when}", off / centered, "more", A_TENTH_MORE)
            for name, uncentered, at_zero, rates in (
                ("slope ¼ at 0", "sigmoid", "sigmoid - 1/2", (0.3, 1.0, 3.0)),
                ("slope 1 at 0", "tanh + 1", "tanh", (0.1, 0.3)),
            )
            for when, off, centered in (
                *(
                    (
                        f"{rate:g}",
                        of("tanh_centering", "steps", curve=uncentered, rate=rate),
                        of("tanh_centering", "steps", curve=at_zero, rate=rate),
                    )
                    for rate in rates
                ),
                (
                    "the best",
                    *(
                        best(
                            [
                                of("tanh_centering", "steps", curve=curve, rate=rate)
                                for rate in (0.1, 0.3, 1.0, 3.0, 10.0)
                            ],
                            lowest=True,
                        )
                        for curve in (uncentered, at_zero)
                    ),
                ),
            )
        ],
    ),
]
