"""What people advise: how to choose, what to watch, and what to believe."""

from trial.claim import A_COIN, A_TENTH_MORE, NINE_TENTHS, ONE_POINT, Claim, Test
from trial.measured import best, of, ordered_as_others, points, told_by
from trial.relatives import TASKS, in_block, one_layer, trained
from trial.squashing import in_ten_layers, time_series, with_adam

IN_HIDDEN = ("relu", "softplus", "elu", "selu", "gelu", "silu", "mish")
IN_BLOCKS = ("relu", "gelu", "silu", "glu", "geglu", "swiglu")
IN_TEN_LAYERS = ("sigmoid", "tanh", "relu", "elu", "selu", "gelu", "silu")
IN_ONE_LAYER = (
    *("identity", "sigmoid", "hard_sigmoid", "tanh", "scaled_tanh", "hard_tanh", "softsign"),
    *("relu", "relu6", "leaky_relu", "elu", "celu", "selu", "softplus", "silu", "hard_swish"),
    *("gelu", "mish"),
)
SLOPES = ("0", "0.01", "0.1", "0.2", "0.3", "learned")
WEIGHTS = ("plain", "glorot", "forward", "backward")
LABELS = {
    "relu": "ReLU",
    "softplus": "softplus",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "mish": "Mish",
    "glu": "GLU",
    "geglu": "GEGLU",
    "swiglu": "SwiGLU",
    "tanh": "tanh",
}
COIN = "A coin is right in half of the pairs; we ask for a tenth more."
RELY = "Whoever relies on it should be right in nine of ten pairs."
UVA = "{cite:t}`uvadlc` rank six activations by one seed."
RIVAL = "The rival, and where a choice is left the setting, is chosen on the other seeds. "


def with_output(output):
    """Return the error on diabetes with one activation at the output."""
    return of("regression_output", "network", output=output)


def friedman(model):
    """Return the squared error on Friedman's function."""
    return of("friedman", "squared", model=model, examples=4000)


def ending_in(end):
    """Return the test accuracy of 784–64–10 with one end."""
    return of("digits_variants", "right", hidden="relu", end=end)


def softmax(place, rate, epoch=30):
    """Return the test accuracy of a network with softmax in one place."""
    return of("softmax_places", "accuracy", softmax=place, lr=rate, epoch=epoch)


def ten_layers(column, activation, init, rate):
    """Return what was measured of ten layers, before training or after."""
    return of("early_signs", column, activation=activation, init=init, rate=rate)


def pair_at(activation, init, rate):
    """Return the test accuracy of ten layers with one kind of weights, at one rate."""
    rows = {"activation": activation, "init": init, "rate": rate}
    return of("which_pair_trains", "test_accuracy", **rows)


def at_best_rate(activation, inits):
    """Return the test accuracy of ten layers at their best rate, and weights if there are more."""
    rates = (0.01, 0.03, 0.1)
    return best([pair_at(activation, init, rate) for init in inits for rate in rates])


def behind(mine, rivals):
    """Return by how much a quantity is behind the best rival, chosen on the other seeds."""
    return best([points(rival, mine) for rival in rivals])


def all_told(column, rate):
    """Return every network of ten layers at one rate."""
    return [
        ten_layers(column, activation, init, rate)
        for activation in IN_TEN_LAYERS
        for init in WEIGHTS
    ]


def watched(bound):
    """Test how well two signs tell which of two networks ends ahead, at a low and a high rate."""
    signs = {"the gradient": "arriving", "the loss": "first_loss"}
    return [
        Test(
            f"{name}, rate: {rate:g}",
            told_by(
                [
                    sign if column == "arriving" else sign.map(lambda loss: -loss)
                    for sign in all_told(column, rate)
                ],
                all_told("test_accuracy", rate),
                apart=0.01,
            ),
            "more",
            bound,
        )
        for name, column in signs.items()
        for rate in (0.01, 0.1)
    ]


RANKED = {
    "18 activations, layers: 1": [one_layer(name) for name in IN_ONE_LAYER],
    "7 activations, layers: 2": [trained(name, 2) for name in IN_HIDDEN],
    "7 activations, layers: 8": [trained(name, 8) for name in IN_HIDDEN],
    "28 pairs of activation and weights, layers: 10": [
        pair_at(activation, init, 0.01) for activation in IN_TEN_LAYERS for init in WEIGHTS
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


WRONG_OUTPUTS = [
    *(
        Test(
            f"a number: {name}", with_output(output) / with_output("identity"), "more", A_TENTH_MORE
        )
        for output, name in (("tanh", "tanh"), ("relu", "ReLU"), ("sigmoid", "sigmoid"))
    ),
    *(
        Test(
            f"a number, Friedman's: {name}",
            friedman(model) / friedman("leaky"),
            "more",
            A_TENTH_MORE,
        )
        for model, name in (
            ("sigmoid out", "sigmoid"),
            ("softmax out", "softmax"),
            ("cross-entropy", "cross-entropy as the loss"),
        )
    ),
    *(
        Test(
            f"yes or no: {name}", points(time_series("tanh"), time_series(model)), "more", ONE_POINT
        )
        for model, name in (
            ("softmax out", "softmax"),
            ("linear out", "nothing"),
            ("squared error", "squared error as the loss"),
        )
    ),
    *(
        Test(
            f"one of ten: {name}",
            points(ending_in("cross-entropy"), ending_in(end)),
            "more",
            ONE_POINT,
        )
        for end, name in (
            ("linear out", "nothing"),
            ("squared error", "squared error as the loss"),
        )
    ),
]
MISPLACED = [
    Test(
        f"softmax in a hidden layer, rate: {rate:g}",
        points(softmax("loss only", rate), softmax("hidden", rate)),
        "more",
        ONE_POINT,
    )
    for rate in (0.001, 0.01)
]
MISPLACED += [
    Test(
        "nothing in place of a hidden layer: Friedman's function",
        friedman("linear") / friedman("leaky"),
        "more",
        A_TENTH_MORE,
    ),
    Test(
        "nothing in place of a hidden layer: time series",
        points(time_series("tanh"), time_series("logistic")),
        "more",
        ONE_POINT,
    ),
    Test(
        "nothing in place of a hidden layer: digits",
        points(of("first_network", "minigrad"), of("first_network", "logistic")),
        "more",
        ONE_POINT,
    ),
    *(
        Test(
            f"at the output, for a number: {name}",
            with_output(output) / with_output("identity"),
            "more",
            A_TENTH_MORE,
        )
        for output, name in (("tanh", "tanh"), ("relu", "ReLU"), ("sigmoid", "sigmoid"))
    ),
]

CLAIMS = [
    Claim(
        "No activation is best everywhere: it depends on the layer and the data.",
        reading="the layer: hidden or output",
        measured="What it costs to put an activation where it does not belong: points of test "
        "accuracy, or how many times the error.",
        fair="If the place matters, an activation that is right in one place must be wrong in the "
        "other. Each was taken from its own place (softmax and no activation from the output, the "
        "others from hidden layers) to the other.",
        section="linear.ipynb#where-it-belongs-the-output-of-a-regression",
        tests=MISPLACED,
    ),
    Claim(
        "No activation is best everywhere: it depends on the layer and the data.",
        reading="the data: hidden layers only",
        measured="By how much an activation is behind its best rival where it is farthest behind: "
        "in points of test accuracy (digits, two layers or eight), or how many times the rival's "
        "loss (three tasks, in blocks).",
        fair="An activation that is best everywhere would never be clearly behind. " + RIVAL,
        section="relatives.ipynb#do-they-train-better-than-relu",
        tests=[
            *(
                Test(
                    f"digits: {LABELS[name]}",
                    best(
                        [
                            points(trained(rival, depth), trained(name, depth))
                            for depth in (2, 8)
                            for rival in IN_HIDDEN
                            if rival != name
                        ]
                    ),
                    "more",
                    ONE_POINT,
                )
                for name in IN_HIDDEN
            ),
            *(
                Test(
                    f"three tasks: {LABELS[name]}",
                    best(
                        [
                            in_block(name, task) / in_block(rival, task)
                            for task in TASKS
                            for rival in IN_BLOCKS
                            if rival != name
                        ]
                    ),
                    "more",
                    A_TENTH_MORE,
                )
                for name in IN_BLOCKS
            ),
        ],
    ),
    Claim(
        "Start with ReLU and a matching output.",
        reading="ReLU in the hidden layers",
        source="{cite:t}`cs231n` advise ReLU.",
        measured="By how many percentage points of test accuracy ReLU is behind its best rival; on "
        "Friedman's function, how many times its error.",
        fair="A good start is one that costs no more than a point, or a tenth of the error. "
        + RIVAL
        + "In ten layers, "
        "all have their best weights and rate.",
        section="relatives.ipynb#when-to-take-which",
        tests=[
            Test(
                "digits, 28 × 28, 17 rivals, layers: 1",
                behind(one_layer("relu"), [one_layer(x) for x in IN_ONE_LAYER if x != "relu"]),
                "less",
                ONE_POINT,
            ),
            *(
                Test(
                    f"digits, 28 × 28, three rivals, layers: {depth}",
                    behind(
                        with_adam("relu", depth),
                        [
                            with_adam("tanh", depth),
                            with_adam("sigmoid", depth, "glorot"),
                            with_adam("sigmoid", depth, "glorot times 4"),
                        ],
                    ),
                    "less",
                    ONE_POINT,
                )
                for depth in (1, 2, 4, 8)
            ),
            *(
                Test(
                    f"digits, 8 × 8, layers: {depth}",
                    behind(trained("relu", depth), [trained(x, depth) for x in IN_HIDDEN[1:]]),
                    "less",
                    ONE_POINT,
                )
                for depth in (2, 8)
            ),
            Test(
                "digits, 8 × 8, layers: 10",
                behind(
                    in_ten_layers("relu"),
                    [in_ten_layers(name) for name in IN_TEN_LAYERS if name != "relu"],
                ),
                "less",
                ONE_POINT,
            ),
            Test(
                "time series, layers: 1",
                behind(time_series("relu"), [time_series("tanh"), time_series("sigmoid hidden")]),
                "less",
                ONE_POINT,
            ),
            Test(
                "Friedman's function, layers: 1",
                friedman("relu")
                / best([friedman("leaky"), friedman("sigmoid hidden")], lowest=True),
                "less",
                A_TENTH_MORE,
            ),
        ],
    ),
    Claim(
        "Start with ReLU and a matching output.",
        reading="the matching output",
        measured="What another output, or another loss, costs: how many times the error for a "
        "number, points of test accuracy for a yes or no and for one of ten classes.",
        fair="The advice is worth something if other outputs are clearly worse. All of them that "
        "the book has trained.",
        section="regression.ipynb#the-wrong-pair",
        tests=WRONG_OUTPUTS,
    ),
    *(
        Claim(
            "Watch the loss and the gradients, because they tell you.",
            reading=reading,
            measured="Of all pairs of networks that end more than a point apart, the share in "
            "which a sign favors the better one: more gradient at the first layer before "
            "training, or a lower mean loss in the first epoch of ten. Ten layers, seven "
            "activations, four kinds of weights.",
            fair="A sign tells you something if it says beforehand which training ends better. "
            f"{fair} The lowest and the highest learning rate of the page on gradient flow.",
            section="gradient-flow.ipynb#which-pair-trains",
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
            fair=f"{fair} All that the book has trained side by side with the same seeds.{note}",
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
    Claim(
        "The framework's default weights will do.",
        measured="By how many percentage points of test accuracy a network with PyTorch's default "
        "weights is behind the same network with weights that fit its activation.",
        fair="“Will do” means no more than a point. In ten layers, both sides have their best "
        "rate, and the fitting weights are the better of the two gains, chosen on the other seeds.",
        section="gradient-flow.ipynb#is-the-default-made-for-relu",
        tests=[
            *(
                Test(
                    f"ReLU, Adam, layers: {depth}",
                    points(with_adam("relu", depth), with_adam("relu", depth, "plain")),
                    "less",
                    ONE_POINT,
                )
                for depth in (1, 2, 4, 8)
            ),
            *(
                Test(
                    f"10 layers, momentum: {LABELS[name]}",
                    points(
                        at_best_rate(name, ("forward", "backward")), at_best_rate(name, ("plain",))
                    ),
                    "less",
                    ONE_POINT,
                )
                for name in IN_TEN_LAYERS[1:]
            ),
        ],
    ),
    Claim(
        "Softmax applied twice does no harm.",
        measured="By how many percentage points of test accuracy a network is behind that applies "
        "softmax, and whose loss applies it again.",
        fair="It raises no error, and one looks at the accuracy. All times are tested at which a "
        "reader might look.",
        section="softmax.ipynb#softmax-applied-twice",
        tests=[
            Test(
                f"epochs: {epoch}",
                points(softmax("loss only", 0.001, epoch), softmax("twice", 0.001, epoch)),
                "less",
                ONE_POINT,
            )
            for epoch in (1, 2, 5, 10, 20, 30)
        ],
    ),
]
