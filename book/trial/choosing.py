"""What people advise on the choice of activations, outputs and weights."""

from itertools import product

from experiments import benchmark
from trial.claim import A_TENTH_MORE, ONE_POINT, Claim, Test
from trial.measured import best, of, points
from trial.runs import (
    IN_BENCHMARK,
    IN_BLOCKS,
    IN_HIDDEN,
    IN_ONE_LAYER,
    IN_TEN_LAYERS,
    LABELS,
    TASKS,
    best_ten_layers,
    diabetes,
    friedman,
    in_benchmark,
    in_block,
    one_layer,
    softmax,
    time_series,
    trained,
    with_adam,
)


def behind(mine, rivals):
    """Return by how much a quantity is behind the best rival, chosen on the other seeds."""
    return best([points(rival, mine) for rival in rivals])


WRONG_OUTPUTS = [
    *(
        Test(f"a number: {name}", diabetes(output) / diabetes("identity"), "more", A_TENTH_MORE)
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
        Test(f"yes or no: {name}", points(time_series("tanh"), time_series(model)))
        for model, name in (
            ("softmax out", "softmax"),
            ("linear out", "nothing"),
            ("squared error", "squared error as the loss"),
        )
    ),
    *(
        Test(f"one of ten: {name}", points(one_layer("relu"), one_layer("relu", end)))
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
    ),
    Test(
        "nothing in place of a hidden layer: digits",
        points(of("first_network", "minigrad"), of("first_network", "logistic")),
    ),
    *(
        Test(
            f"at the output, for a number: {name}",
            diabetes(output) / diabetes("identity"),
            "more",
            A_TENTH_MORE,
        )
        for output, name in (("tanh", "tanh"), ("relu", "ReLU"), ("sigmoid", "sigmoid"))
    ),
]
BEATEN = [
    *(
        Test(
            f"benchmark: {LABELS.get(name, name.replace('_', ' '))}",
            best(
                [
                    points(in_benchmark(rival, *where), in_benchmark(name, *where))
                    for where in product(benchmark.TASKS, benchmark.DEPTHS)
                    for rival in IN_BENCHMARK
                    if rival != name
                ]
            ),
        )
        for name in IN_BENCHMARK
    ),
    *(
        Test(
            f"blocks: {LABELS[name]}",
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
        for name in ("glu", "geglu", "swiglu")
    ),
]
RELU_AGAINST_THE_BEST = [
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
            best_ten_layers("relu"),
            [best_ten_layers(name) for name in IN_TEN_LAYERS if name != "relu"],
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
    *(
        Test(
            f"benchmark, {task}, layers: {depth}",
            behind(
                in_benchmark("relu", task, depth),
                [in_benchmark(x, task, depth) for x in IN_BENCHMARK if x != "relu"],
            ),
            "less",
            ONE_POINT,
        )
        for task in benchmark.TASKS
        for depth in benchmark.DEPTHS
    ),
    Test(
        "Friedman's function, layers: 1",
        friedman("relu") / best([friedman("leaky"), friedman("sigmoid hidden")], lowest=True),
        "less",
        A_TENTH_MORE,
    ),
]
DEFAULT_AGAINST_FITTING = [
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
                best_ten_layers(name, ("forward", "backward")),
                best_ten_layers(name, ("plain",)),
            ),
            "less",
            ONE_POINT,
        )
        for name in IN_TEN_LAYERS[1:]
    ),
    *(
        Test(
            f"benchmark, {task}, ReLU, layers: {depth}",
            points(
                in_benchmark("relu", task, depth, ("matched",)),
                in_benchmark("relu", task, depth, ("plain",)),
            ),
            "less",
            ONE_POINT,
        )
        for task in benchmark.TASKS
        for depth in benchmark.DEPTHS
    ),
]
SOFTMAX_TWICE = [
    Test(
        f"epochs: {epoch}",
        points(softmax("loss only", 0.001, epoch), softmax("twice", 0.001, epoch)),
        "less",
        ONE_POINT,
    )
    for epoch in (1, 2, 5, 10, 20, 30)
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
        reading="the task and the depth: hidden layers only",
        measured="By how much an activation is behind its best rival where it is farthest behind: "
        "in points of test accuracy (of R² on friedman), at five depths in five tasks; for the "
        "gated units, how many times the rival's loss in three tasks.",
        fair="An activation that is best everywhere would never be clearly behind. Each is tried "
        "where the book has most of them side by side: in the benchmark, with the best weights "
        "and rate, or in blocks like those of a transformer. The task, the depth and the rival "
        "are chosen on the other seeds.",
        section="benchmark.ipynb#the-map",
        tests=BEATEN,
    ),
    Claim(
        "Start with ReLU and a matching output.",
        reading="ReLU in the hidden layers",
        source="{cite:t}`cs231n` advises ReLU.",
        measured="By how many percentage points of test accuracy ReLU is behind its best rival; on "
        "Friedman's function, how many times its error. (In the benchmark, its friedman has R².)",
        fair="A good start is one that costs no more than a point, or a tenth of the error, "
        "whoever the best of many rivals is. That is strict: [Which activation?](choosing.ipynb) "
        "is content with three points of the benchmark. In ten layers and in the benchmark, all "
        "have their best weights and rate.",
        section="relatives.ipynb#when-to-take-which",
        tests=RELU_AGAINST_THE_BEST,
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
    Claim(
        "The framework's default weights will do.",
        measured="By how many percentage points of test accuracy a network with PyTorch's default "
        "weights is behind the same network with weights that fit its activation.",
        fair="“Will do” means no more than a point. In ten layers and in the benchmark, both sides "
        "have their best rate; in ten layers, the fitting weights are the better of the two "
        "gains.",
        section="gradient-flow.ipynb#is-the-default-made-for-relu",
        tests=DEFAULT_AGAINST_FITTING,
    ),
    Claim(
        "Softmax applied twice does no harm.",
        measured="By how many percentage points of test accuracy a network is behind that applies "
        "softmax, and whose loss applies it again.",
        fair="It raises no error, and one looks at the accuracy. All times are tested at which a "
        "reader might look.",
        section="softmax.ipynb#softmax-applied-twice",
        tests=SOFTMAX_TWICE,
    ),
]
