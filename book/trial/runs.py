"""The networks that more than one claim speaks of, and the names by which the page calls them."""

from functools import cache

from experiments import benchmark, digits_variants
from trial.claim import Test
from trial.measured import best, of, of_row, points

LABELS = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "softplus": "softplus",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "mish": "Mish",
    "glu": "GLU",
    "geglu": "GEGLU",
    "swiglu": "SwiGLU",
}
TASKS = {
    "digits": "digits",
    "friedman": "regression, 1,000 examples",
    "friedman fresh": "regression, 20,000 examples",
}
# What each table has: one layer; two layers and eight; ten layers; blocks of a transformer; leaks.
IN_ONE_LAYER = digits_variants.HIDDEN
IN_BENCHMARK = tuple(dict.fromkeys(cell["activation"] for cell in benchmark.CELLS))
IN_HIDDEN = ("relu", "softplus", "elu", "selu", "gelu", "silu", "mish")
IN_TEN_LAYERS = ("sigmoid", "tanh", "relu", "elu", "selu", "gelu", "silu")
IN_BLOCKS = ("relu", "gelu", "silu", "glu", "geglu", "swiglu")
SLOPES = ("0", "0.01", "0.1", "0.2", "0.3", "learned")

WEIGHTS = ("plain", "glorot", "forward", "backward")  # of ten layers
RATES = (0.01, 0.03, 0.1)


def one_layer(hidden, end="cross-entropy"):
    """Return the test accuracy of 784–64–10 on digits, trained by Adam."""
    return of("digits_variants", "right", hidden=hidden, end=end)


def trained(activation, depth):
    """Return the test accuracy of two or eight layers, with weights that fit, trained by Adam."""
    return of("relatives_trained", "test_accuracy", activation=activation, depth=depth)


def with_adam(activation, depth, init=None):
    """Return the test accuracy on digits of 28 × 28 pixels, trained by Adam."""
    init = init or {"tanh": "glorot", "relu": "he"}[activation]
    return of("accuracy_by_depth", "test_accuracy", activation=activation, init=init, depth=depth)


def with_momentum(kind, depth, column="test_accuracy"):
    """Return what came of gradient descent with momentum, on digits."""
    return of("sigmoid_rescued", column, kind=kind, depth=depth)


def ten_layers(activation, init, rate):
    """Return the test accuracy of ten layers, trained by gradient descent with momentum."""
    rows = {"activation": activation, "init": init, "rate": rate}
    return of("which_pair_trains", "test_accuracy", **rows)


def best_ten_layers(activation, weights=WEIGHTS):
    """Return the test accuracy of ten layers, with the best of these weights and the best rate."""
    return best([ten_layers(activation, init, rate) for init in weights for rate in RATES])


def in_block(unit, task):
    """Return the test loss of two blocks like those of a transformer."""
    return of("gated_or_plain", "test_loss", unit=unit, task=task)


def time_series(model):
    """Return the share of right answers on the time series, trained by gradient descent."""
    return of("higher_later", "right", model=model, split="in time")


def friedman(model):
    """Return the squared error on Friedman's function."""
    return of("friedman", "squared", model=model, examples=4000)


def diabetes(output):
    """Return the error on diabetes, with one activation at the output."""
    return of("regression_output", "network", output=output)


def softmax(place, rate, epoch=30):
    """Return the test accuracy of a network with softmax in one place."""
    return of("softmax_places", "accuracy", softmax=place, lr=rate, epoch=epoch)


def benchmark_row(activation, task, depth, init, rate):
    """Return the score in the benchmark; as on its page, less than nothing counts as nothing."""
    rows = {"activation": activation, "task": task, "depth": depth, "init": init, "rate": rate}
    return of_row("benchmark", **rows).map(lambda score: score.clip(lower=0))


@cache
def in_benchmark(activation, task, depth, inits=("matched", "plain")):
    """Return the score in the benchmark, with the best weights and the best rate."""
    return best(
        [
            benchmark_row(activation, task, depth, init, rate)
            for init in inits
            for rate in benchmark.RATES
        ]
    )


def ahead_in_benchmark(one, other, depths=benchmark.DEPTHS):
    """Test whether one activation is ahead of another, in every task at these depths."""
    return [
        Test(
            f"benchmark, {task}, layers: {depth}",
            points(in_benchmark(one, task, depth), in_benchmark(other, task, depth)),
        )
        for task in benchmark.TASKS
        for depth in depths
    ]
