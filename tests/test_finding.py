"""What counts as an activation, wherever it is, and how large its slope can be."""

from functools import partial

import numpy as np
import pytest

import minigrad as mg
from minigrad import (
    GLU,
    Activation,
    ActivationFunction,
    Dropout,
    Layer,
    Linear,
    Maxout,
    PReLU,
    Residual,
    Sequential,
    Tensor,
    leaky_relu,
    mean_squared_error,
    probe,
    record,
    relu,
    sigmoid,
    silu,
    tanh,
)
from minigrad.elementwise import Option
from minigrad.finding import largest_slope

rng = np.random.default_rng(0)
X = rng.normal(size=(30, 4))


def found(model, x=X, **options):
    return [p.op for p in probe(model, x, **options).activations]


def test_every_entry_of_the_table_is_found_with_its_largest_slope():
    for name, entry in mg.TABLE.items():
        (p,) = probe(entry, X).activations
        assert p.op == name
        z = np.linspace(-30, 30, 100_001)
        options = entry.settings()
        slopes = abs(entry.slope(np, z, entry.value(np, z, **options), **options) * np.ones_like(z))
        assert largest_slope(entry) == pytest.approx(slopes.max(), rel=1e-3)


def test_an_entry_that_is_composed_of_others_is_one_activation():
    snake = ActivationFunction("snake", lambda z: z + mg.sin(z) ** 2)
    layer = Linear(4, 4, rng=0)
    net = Sequential(layer, snake, lambda x: snake(x).sum(1))
    first, second = probe(net, X, X[:, 0], mean_squared_error).activations
    assert (first.op, second.op) == ("snake", "snake")
    z = X @ layer.W.data
    assert first.a.mean == pytest.approx(np.mean(z + np.sin(z) ** 2))
    assert first.saturated == np.mean(abs(1 + np.sin(2 * z)) <= 0.05 * 2)
    assert largest_slope(snake) == pytest.approx(2, rel=1e-5)


def test_a_composition_keeps_its_options():
    """With k = 0.01 its slope is nowhere more than 1% of the largest with k = 1, the default."""
    scaled = ActivationFunction(
        "scaled", lambda z, k: mg.tanh(k * z), options={"k": Option(default=1.0)}
    )
    (p,) = probe(Activation(scaled, k=0.01), X).activations
    assert p.a.std == pytest.approx(np.tanh(0.01 * X).std())
    assert p.saturated == 1
    assert found(lambda x: x + mg.sin(x) ** 2) == []


def test_what_it_is_composed_of_does_not_count_beside_it():
    swish = ActivationFunction("swish", lambda z: z * sigmoid(z))
    twice = ActivationFunction("twice", lambda z: swish(swish(z)))
    assert found(lambda x: tanh(swish(tanh(x)))) == ["tanh", "swish", "tanh"]
    assert found(lambda x: tanh(twice(x))) == ["twice", "tanh"]
    assert found(lambda x: tanh(swish(twice(x)))) == ["twice", "swish", "tanh"]
    same = ActivationFunction("same", lambda z: z)
    assert found(same) == ["same"]
    assert found(lambda x: tanh(same(relu(x)))) == ["relu", "same", "tanh"]
    one = probe(swish, 3 * X, X, mean_squared_error).activations[0]
    other = probe(silu, 3 * X, X, mean_squared_error, batch_size=7).activations[0]
    for name in ("op", "z", "a", "delta_norm", "delta_rms"):
        one, other = one._replace(**{name: None}), other._replace(**{name: None})
    assert one == other


def test_what_a_composition_takes_from_elsewhere_does_count():
    gates = []
    gated = ActivationFunction("gated", lambda z: z * gates[-1] if isinstance(z, Tensor) else z * 2)

    def model(x):
        gates.append(relu(x))
        return gated(tanh(x * 2))

    assert found(model) == ["relu", "tanh", "gated"]


@pytest.mark.parametrize(
    "mine",
    [
        ActivationFunction("leaky_relu", lambda z: leaky_relu(100 * z)),
        ActivationFunction(
            "leaky_relu",
            value=lambda xp, z: 100 * (xp.maximum(z, 0.0) + 0.01 * xp.minimum(z, 0.0)),
            slope=lambda xp, z, a: 100 * ((z > 0) + 0.01 * (z <= 0)),
        ),
    ],
    ids=["composed", "stated"],
)
@pytest.mark.parametrize("wrap", [Activation, lambda entry: entry])
def test_an_entry_of_ones_own_may_have_a_name_of_the_table(mine, wrap):
    """Each is measured with its own largest slope, one a hundred times that of the other."""
    first, second, third = probe(Sequential(leaky_relu, wrap(mine), tanh), X).activations
    assert [first.op, second.op, third.op] == ["leaky_relu", "leaky_relu", "tanh"]
    assert first.saturated == second.saturated == np.mean(X <= 0)
    assert vars(mine).keys() == vars(leaky_relu).keys()


def test_what_it_computes_with_is_trained_as_ever():
    """A probe records what the model records, so nothing of its gradient is lost."""
    gate = Tensor([0.5], requires_grad=True)

    def gated(z):
        return z * sigmoid(z * (gate if isinstance(z, Tensor) else 0.5))

    swish = ActivationFunction("swish", gated)
    (p,) = probe(lambda x: swish(x + 0 * gate), X, X, mean_squared_error).parameters
    s = 1 / (1 + np.exp(-X / 2))
    wanted = np.sum(2 * (X * s - X) * X * X * s * (1 - s)) / X.size
    assert (p.name, p.gradient) == ("gate", pytest.approx(abs(wanted)))
    assert gate.grad is None


def test_entries_are_afterwards_composed_as_before():
    snake = ActivationFunction("snake", lambda z: z + mg.sin(z) ** 2)
    composition = snake.composition
    probe(snake, X)
    assert snake.composition is composition
    with pytest.raises(TypeError, match="the model returned"):
        probe(lambda x: snake(x).data, X)
    assert snake.composition is composition


def test_a_probe_within_a_probe_disturbs_nothing():
    snake = ActivationFunction("snake", lambda z: z + mg.sin(z) ** 2)

    def model(x):
        probe(snake, X)
        return snake(tanh(x))

    assert found(model) == ["tanh", "snake"]
    assert "_record" not in vars(snake)


def test_of_what_is_no_entry_the_largest_slope_is_1():
    layer = PReLU(4)
    layer.alpha.data = [0.049, 0.051, 0.0009, 0.0011]
    (p,) = probe(layer, -abs(X), saturated_below=0.05, dead_below=0.001).activations
    assert (p.op, p.saturated, p.dead) == ("PReLU", 0.75, 0.25)


def test_the_largest_slope_is_looked_for_where_the_entry_takes_numbers():
    assert largest_slope(ActivationFunction("steep", lambda z: mg.exp(z * z * 4))) > 100
    assert largest_slope(ActivationFunction("half", lambda z: mg.sqrt(z * z * z + 1))) == 1


def made(value, slope):
    return ActivationFunction("made", value=value, slope=slope)


def test_the_largest_slope_is_that_of_what_is_finite():
    steep = made(lambda xp, z: xp.exp(100 * z), lambda xp, z, a: 100 * a)
    assert 1e300 < largest_slope(steep) < np.inf
    assert largest_slope(made(lambda xp, z: z, lambda xp, z, a: z * np.nan)) == 1
    assert largest_slope(made(lambda xp, z: xp.sign(z), lambda xp, z, a: 0 * z)) == 1
    assert largest_slope(made(lambda xp, z: 0 * z, lambda xp, z, a: -3.0)) == 3
    assert largest_slope(mg.elu, alpha=2.0) == pytest.approx(2, rel=1e-2)


def test_it_looks_into_layers_within_layers():
    inner = Sequential(Linear(4, 4, rng=0), tanh, Residual(Sequential(Linear(4, 4, rng=1), silu)))
    net = Sequential(Residual(inner), Activation("elu", alpha=0.5), GLU(4, 2, rng=2), PReLU(2))
    assert found(net) == ["tanh", "silu", "elu", "sigmoid", "PReLU"]


def test_it_looks_into_functions():
    W, V = (Tensor(rng.normal(size=(4, 4)), requires_grad=True) for _ in range(2))

    def model(x):
        return leaky_relu((x @ W).tanh() @ V, 0.2).relu()

    measured = probe(model, X, X, mean_squared_error)
    assert [p.op for p in measured.activations] == ["tanh", "leaky_relu", "relu"]
    assert {p.name for p in measured.parameters} == {"W", "V"}
    assert all(p.gradient > 0 for p in measured.parameters)
    assert found(lambda x: relu(x)) == ["relu"]
    assert found(partial(leaky_relu, negative_slope=0.5)) == ["leaky_relu"]


def test_arithmetic_is_no_activation_and_neither_is_a_loss():
    def model(x):
        e = (x - x.max(1, keepdims=True)).exp()
        return (e / e.sum(1, keepdims=True)).log() * 2 - 1

    assert found(model) == []
    assert found(lambda x: mg.sin(x).exp() + mg.sqrt(abs(x)) + mg.maximum(x, 0.0)) == []
    assert found(Sequential(Linear(4, 2, rng=0), Dropout(0.5, rng=0), mg.softmax)) == []
    measured = probe(lambda x: x, X, X, lambda a, y: tanh(a).sum())
    assert measured.activations == ()


def test_what_does_not_depend_on_x_is_no_activation_of_examples():
    b = Tensor([0.5] * 4, requires_grad=True)
    assert found(lambda x: relu(x + sigmoid(b))) == ["relu"]


def test_what_depends_on_no_parameter_is_found_too():
    assert found(Sequential(tanh, Linear(4, 2, rng=0), relu)) == ["tanh", "relu"]


my_sigmoid = ActivationFunction(
    "my_sigmoid",
    value=lambda xp, z: 1 / (1 + xp.exp(-z)),
    slope=lambda xp, z, a: a * (1 - a),
)


class Mine(Layer):
    """A layer of a reader's own, with an entry of a reader's own."""

    def __init__(self):
        self.W = Tensor(np.eye(4), requires_grad=True)

    def __call__(self, x):
        return my_sigmoid(x @ self.W)


@pytest.mark.parametrize(
    "model",
    [
        *(my_sigmoid, Activation(my_sigmoid), Sequential(my_sigmoid), Mine(), Sequential(Mine())),
        *(lambda x: my_sigmoid(x), Residual(lambda x: my_sigmoid(x)), partial(my_sigmoid)),
    ],
    ids=["entry", "layer", "in a row", "class", "class in a row", "lambda", "residual", "partial"],
)
def test_an_entry_of_a_readers_own_counts_with_its_own_largest_slope(model):
    """It is 1/4, so a slope of 0.02 is not nearly 0, as it would be if 1 were the largest."""
    z = np.array([[4.37, 4.3, 0.0, 0.0]])  # 4.36 is where the slope is 5% of 1/4
    (p,) = probe(model, z).activations
    assert p.op == "my_sigmoid"
    assert p.saturated == 0.25


def test_an_entry_out_of_sight_counts_too():
    unseen = ActivationFunction(
        "unseen", value=lambda xp, z: 0.04 * z, slope=lambda xp, z, a: 0.04 + 0 * z
    )
    (p,) = probe(lambda x: (lambda: [unseen])()[0](x), X).activations
    assert (p.op, p.saturated) == ("unseen", 0)
    registry = {unseen}  # nothing that a search would open
    (p,) = probe(lambda x: next(iter(registry))(x), X).activations
    assert (p.op, p.saturated) == ("unseen", 1)


def test_maxout_takes_the_largest_piece():
    layer = Maxout(4, 3, pieces=2, rng=0)
    (p,) = probe(layer, X, np.zeros((30, 3)), mean_squared_error).activations
    assert p.op == "Maxout"
    assert p.shape == (30, 2, 3)
    z = X @ layer.W.data + layer.b.data
    z = z.reshape(30, 2, 3)
    assert p.z.std == pytest.approx(z.std(), rel=1e-12)
    assert p.a.std == pytest.approx(z.max(1).std(), rel=1e-12)
    assert p.saturated == 0.5
    assert (p.dead, p.passing) == (0, (0.5, 0.5, 0.5))
    assert p.delta_norm == pytest.approx(np.sqrt(np.mean((2 / 3 * z.max(1)) ** 2) * 3), rel=1e-12)


def test_no_other_maximum_is_maxout():
    assert found(lambda x: relu(x.reshape(-1, 2, 2).max(-1))) == ["relu"]
    assert Maxout(4, 3, rng=0)(X).op == "Maxout"


def test_a_recorded_operation_counts_if_it_is_named():
    def double(x):
        return record("double", 2 * x.data, (x, lambda g: 2 * g))

    assert found(double) == []
    assert found(lambda x: record("thrice", 3 * x.data, (x, partial(np.multiply, 3)))) == []
    assert found(double, ops=["double"]) == ["double"]
    with pytest.raises(ValueError, match=r"probe: sum takes shape \(30, 4\) and gives back \(\)"):
        found(lambda x: record("sum", x.data.sum(), (x, lambda g: np.asarray(g))), ops=["sum"])
