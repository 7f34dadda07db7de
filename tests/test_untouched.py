"""A probe leaves no trace: what a model holds is found, whatever it is made of, and put back."""

import gc
import types
import weakref
from functools import partial

import numpy as np
import pytest

import minigrad as mg
from minigrad import (
    SGD,
    BatchNorm,
    Dropout,
    Layer,
    Linear,
    PReLU,
    Residual,
    Sequential,
    Tensor,
    cross_entropy,
    mean_squared_error,
    probe,
    record,
    relu,
    tanh,
)
from minigrad.untouched import held_by, untouched

rng = np.random.default_rng(0)
X = rng.normal(size=(30, 4))
LABELS = rng.integers(0, 3, 30)


class Counting(Layer):
    """A layer that changes all that a layer can change."""

    def __init__(self):
        self.calls = 0
        self.running = np.zeros(2)
        self.average = Tensor([0.0])
        self.fixed = np.arange(2.0)
        self.fixed.flags.writeable = False

    def __call__(self, x):
        self.calls += 1
        self.running += 1
        self.new = self.running
        self.running = self.running * 2
        self.average.data = [float(self.calls)]
        return x


def full_network():
    rng = np.random.default_rng(0)
    return Sequential(
        *(Linear(4, 6, rng=rng), BatchNorm(6), relu, Dropout(0.5, rng=rng), Counting()),
        *(Residual(Sequential(Linear(6, 6, rng=rng), PReLU(6))), Linear(6, 3, rng=rng)),
    )


def state(net):
    generators = [part for part in net.held().values() if isinstance(part, np.random.Generator)]
    return {
        "arrays": {name: array.tolist() for name, array in net.state_dict().items()},
        "generators": [str(rng.bit_generator.state) for rng in generators],
        "training": [part.training for _, part in held_by(net) if isinstance(part, Layer)],
        "attributes": [
            {name: id(value) for name, value in vars(part).items()}
            for _, part in held_by(net)
            if isinstance(part, Layer)
        ],
    }


@pytest.mark.parametrize("mode", [True, False])
@pytest.mark.parametrize("batch_size", [1024, 8])
def test_a_model_is_afterwards_what_it_was(mode, batch_size):
    net = full_network()
    cross_entropy(net(X), LABELS).backward()
    net.train(mode)
    net[1].train(not mode)
    gradients = [p.grad for p in net.parameters()]
    numbers = [g.copy() for g in gradients]
    arrays = [p.data for p in net.parameters()]
    before, x = state(net), X.copy()
    probe(net, x, LABELS, cross_entropy, batch_size=batch_size)
    assert state(net) == before
    for p, gradient, number, array in zip(
        net.parameters(), gradients, numbers, arrays, strict=True
    ):
        assert p.grad is gradient
        assert p.data is array
        np.testing.assert_array_equal(gradient, number)
    np.testing.assert_array_equal(x, X)
    assert x.flags.writeable


def test_so_is_what_a_function_mentions():
    rng, other = np.random.default_rng(0), np.random.default_rng(1)
    norm, W = BatchNorm(4), Tensor(np.eye(4), requires_grad=True)
    deep = Dropout(0.5, rng=other)

    def helper(x, *, dropout=deep):
        return dropout(norm(x))

    def model(x, noise=rng):
        return relu(helper(x) @ W + noise.normal(size=4))

    before = [str(g.bit_generator.state) for g in (rng, other)]
    probe(model, X, X, mean_squared_error)
    assert [str(g.bit_generator.state) for g in (rng, other)] == before
    np.testing.assert_array_equal(norm.running_mean, np.zeros(4))
    assert (W.grad, norm.gamma.grad) == (None, None)


def test_so_is_a_weight_that_only_the_loss_knows():
    w = Tensor([1.0], requires_grad=True)
    twice = (w * 2).retain_grad()
    probe(relu, X, X, lambda a, y: mean_squared_error(a, y) + (twice * w).sum())
    assert (w.grad, twice.grad) == (None, None)


def test_a_model_that_fails_leaves_no_trace_either():
    net = full_network()
    before = state(net)

    def failing(a, y):
        if len(y) < 8:
            raise RuntimeError("the last batch")
        return cross_entropy(a, y)

    with pytest.raises(RuntimeError, match="the last batch"):
        probe(net, X, LABELS, failing, batch_size=8)
    assert state(net) == before
    assert {p.grad is None for p in net.parameters()} == {True}


def test_training_is_the_same_with_a_probe_in_between():
    def train(look):
        net = full_network()
        sgd = SGD(net.parameters(), lr=0.1, momentum=0.5)
        for _ in range(3):
            look(net)
            sgd.zero_grad()
            cross_entropy(net(X), LABELS).backward()
            look(net)
            sgd.step()
        return state(net)["arrays"]

    assert train(lambda net: None) == train(lambda net: probe(net, X, LABELS, cross_entropy))


class Plain:
    """A model that is no layer and that nobody can call: its method is the model."""

    def __init__(self):
        self.calls, self.line, self.norm = 0, Linear(4, 6, rng=0), BatchNorm(6)
        self.more = types.SimpleNamespace(dropout=Dropout(0.5, rng=1), last=Linear(6, 3, rng=2))

    def forward(self, x):
        self.calls += 1
        return self.more.last(self.more.dropout(relu(self.norm(self.line(x)))))


def test_a_method_of_any_object_is_left_as_it_was_too():
    def train(look):
        net = Plain()
        parameters = [*net.line.parameters(), *net.norm.parameters(), *net.more.last.parameters()]
        sgd, losses = SGD(parameters, lr=0.1), []
        for _ in range(3):
            sgd.zero_grad()
            loss = cross_entropy(net.forward(X), LABELS)
            loss.backward()
            look(net)
            sgd.step()
            losses.append(loss.item())
        return net.calls, net.norm.running_mean.tolist(), losses

    assert train(lambda net: None) == train(lambda net: probe(net.forward, X))
    assert train(lambda net: None) == train(lambda net: probe(lambda x: net.forward(x), X))
    names = [p.name for p in probe(Plain().forward, X).parameters]
    assert names == ["line.W", "line.b", "norm.gamma", "norm.beta", "more.last.W", "more.last.b"]


def test_one_forward_and_one_backward_are_the_cost():
    calls = []

    def model(x):
        calls.append("forward")
        a = tanh(x)
        return record("note", a.data, (a, lambda g: calls.append("backward") or g))

    probe(model, X)
    assert calls == ["forward"]
    probe(model, X, X, mean_squared_error, batch_size=15)
    assert calls == ["forward"] + 2 * ["forward", "backward"]


def test_its_graphs_are_freed():
    kept = []

    def model(x):
        a = relu(x @ W)
        kept.append(weakref.ref(a))
        return a

    W = Tensor(np.eye(4), requires_grad=True)
    gc.disable()
    try:
        measured = probe(model, X, X, mean_squared_error, batch_size=10)
        assert [ref() for ref in kept] == [None] * 3
    finally:
        gc.enable()
    assert measured.examples == 30


# -- what a model holds ----------------------------------------------------------------------------


def test_names_are_those_of_the_layers_and_variables():
    net = full_network()
    names = [name for name, part in held_by(net) if isinstance(part, Tensor) and part.requires_grad]
    assert names == [name for name, _ in net.named_parameters()]


def test_what_a_function_holds_is_found_wherever_it_is():
    first, second, third, fourth = (Tensor([float(i)], requires_grad=True) for i in range(4))

    class Holder:
        shared = third

        def __init__(self):
            self.mine = first

        def run(self, x):
            return next(x * second for _ in range(1)) + self.mine

        def __call__(self, x):
            return self.run(x) * self.shared + mg.tanh(fourth)

    holder = Holder()
    held = [part for _, part in held_by(holder)]
    for part in (first, second, third, fourth, mg.tanh):
        assert part in held
    named = dict(held_by(holder.run))
    assert named["mine"] is first
    fifth = Tensor([4.0])
    assert dict(held_by(partial(holder, 1, y={"k": [fifth]})))["y.k.0"] is fifth


def test_a_variable_without_a_value_is_passed_over():
    def outer():
        def model(x):
            return relu(x) if x is not None else (later, then)

        then = Tensor([1.0])
        yield model
        later = 1
        yield later

    model = next(outer())
    assert [name for name, _ in held_by(model)] == ["then", "relu"]


SHELF = types.ModuleType("shelf")
SHELF.W, SHELF.V = Tensor([1.0]), Tensor([2.0])
DEEP = Tensor([3.0])


def test_variables_of_modules_and_of_inner_functions_are_found():
    def model(x, first=SHELF, second=DEEP, *, third=SHELF.V):
        return [(lambda: DEEP * SHELF.W) for _ in x]

    assert held_by(model) == [("second", DEEP), ("third", SHELF.V), ("SHELF.W", SHELF.W)]
    named = [name for name, _ in held_by(lambda x: [(lambda y: y * DEEP)(x) for _ in x])]
    assert named == ["DEEP"]


def test_code_of_libraries_is_not_searched():
    hidden = Tensor([1.0])

    def function():
        return hidden

    class Kind(Layer):
        shared = hidden

    class Called:
        mine = hidden

        def __call__(self, x):
            return x

    assert held_by(function) == [("hidden", hidden)]
    assert hidden in [part for _, part in held_by(Kind())]
    assert hidden in [part for _, part in held_by(Called())]
    for thing in function, Kind, Called:
        thing.__module__ = "numpy.random"
    assert held_by(function) == []
    assert hidden not in [part for _, part in held_by(Kind())]
    assert held_by(Called()) == []


def test_names_go_down_to_where_a_part_is():
    layer = Linear(1, 1, rng=0)
    names = [name for name, _ in held_by(partial(layer.__call__, x=layer.b))]
    assert names[:3] == ["", "W", "b"]
    rest = [name for name, _ in held_by([Sequential(layer)])]
    assert rest[:4] == ["0", "0.0", "0.0.W", "0.0.b"]
    assert [name for name, _ in held_by(partial(np.add, Tensor(1.0), y=Tensor(2.0)))] == ["0", "y"]


class Scaled(Layer):
    def __init__(self):
        self.WX = Linear(1, 1, rng=0)

    def __call__(self, x):
        return self.WX(x) * DEEP


def test_what_a_method_mentions_goes_by_its_name_alone():
    names = ["", "WX", "WX.W", "WX.b", "DEEP"]
    assert [name for name, _ in held_by(Scaled())][:5] == names
    assert [name for name, _ in held_by(Scaled().__call__)][:5] == names


def test_untouched_puts_back_arrays_states_and_attributes():
    layer, array, text = Counting(), np.zeros(2), "left alone"
    held = [part for _, part in held_by([layer, array])]
    with untouched([*held, text]):
        layer(Tensor([1.0]))
        array += 1
    assert layer.calls == 0
    assert not hasattr(layer, "new")
    assert (layer.running.tolist(), layer.average.data.tolist()) == ([0, 0], [0])
    assert array.tolist() == [0, 0]
