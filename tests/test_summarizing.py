"""The summary of a model: its text, letter by letter, and that it leaves no trace."""

import functools

import numpy as np
import pytest
from IPython.lib.pretty import pretty

from minigrad import (
    SGD,
    Activation,
    BatchNorm,
    Dropout,
    Layer,
    Linear,
    Residual,
    Sequential,
    Tensor,
    leaky_relu,
    relu,
    summary,
)


def example():
    return Sequential(
        Linear(4, 1000, rng=0),
        BatchNorm(1000),
        relu,
        Dropout(0.5, rng=0),
        lambda x: x * 2,
        functools.partial(leaky_relu, negative_slope=0.5),
        Activation("elu", alpha=0.5),
        Residual(Sequential(Linear(1000, 1000, rng=1), Tensor.tanh)),
        Linear(1000, 3, bias_init=None, rng=2),
    )


TEXT = """\
layer                                          output     parameters
--------------------------------------------------------------------
Sequential                                     (5, 3)              0
  0: Linear(4, 1000)                           (5, 1000)       5,000
  1: BatchNorm(1000, momentum=0.1, eps=1e-05)  (5, 1000)       2,000
  2: relu                                      (5, 1000)           0
  3: Dropout(0.5)                              (5, 1000)           0
  4: <lambda>                                  (5, 1000)           0
  5: partial                                   (5, 1000)           0
  6: Activation(elu, alpha=0.5)                (5, 1000)           0
  7: Residual                                  (5, 1000)           0
    layer: Sequential                          (5, 1000)           0
      0: Linear(1000, 1000)                    (5, 1000)   1,001,000
      1: tanh                                  (5, 1000)           0
  8: Linear(1000, 3, bias_init=None)           (5, 3)          3,000
--------------------------------------------------------------------
total                                                      1,011,000"""


@pytest.mark.parametrize("x", [np.ones((5, 4)), Tensor(np.ones((5, 4)))])
def test_the_text_for_a_terminal_and_a_notebook(x):
    table = summary(example(), x)
    assert str(table) == repr(table) == pretty(table) == TEXT
    assert isinstance(table, str)


def test_one_example_will_do():
    """BatchNorm refuses a single row while training, but this is no training."""
    assert "(1, 3)" in summary(example(), np.ones((1, 4)))


@pytest.mark.parametrize("mode", [True, False])
def test_it_leaves_no_trace(mode):
    net = example().train(mode)
    net[7].train(not mode)  # some layers may be frozen
    sgd = SGD(net.parameters(), lr=0.1)
    x = Tensor(np.ones((5, 4)), requires_grad=True)
    layers = (net, *(layer for layer in net if isinstance(layer, Layer)), net[7].layer[0])
    before = [(type(layer), vars(layer).copy()) for layer in layers]
    numbers = [p.data for p in net.parameters()]
    state = net.state_dict()
    summary(net, x)
    assert [(type(layer), vars(layer)) for layer in layers] == before
    assert all(p.data is old for p, old in zip(net.parameters(), numbers, strict=True))
    assert all(np.array_equal(a, state[name]) for name, a in net.state_dict().items())
    assert sgd.parameters == net.parameters()
    assert x.grad is None
    assert net[2] is relu


def test_it_records_nothing():
    recorded = []
    net = Sequential(Linear(2, 2, rng=0), lambda x: recorded.append(x.requires_grad) or x)
    summary(net, np.ones((1, 2)))
    assert recorded == [False]


class Twice(Layer):
    """A layer in the words of a reader, with a part that is used twice and one that never is."""

    def __init__(self):
        self.inner = [Linear(2, 2, rng=0)]
        self.scale, self.offset = Tensor(np.ones(2), True), Tensor(np.ones(2))
        self.spare = Linear(5, 5)

    def __call__(self, x):
        return self.inner[0](self.inner[0](x)) * self.scale + self.offset


def test_a_layer_of_ones_own():
    assert repr(Twice()) == "Twice(inner.0=Linear(2, 2), spare=Linear(5, 5))"
    assert (
        summary(Twice(), np.ones((3, 2)))
        == """\
layer                    output      parameters
-----------------------------------------------
Twice                    (3, 2)               2
  inner.0: Linear(2, 2)  (3, 2)               6
  spare: Linear(5, 5)    not called          30
-----------------------------------------------
total                                        38"""
    )


def test_what_is_shared_counts_once_and_shows_each_shape():
    layer, first = Linear(2, 2, bias_init=None, rng=0), Linear(2, 2, rng=0)
    first.W = layer.W
    net = Sequential(layer, lambda x: x.reshape(3, 2, 2), layer, Sequential(layer), first)
    assert (
        summary(net, np.ones((6, 2)))
        == """\
layer                                output     parameters
----------------------------------------------------------
Sequential                           (3, 2, 2)           0
  0: Linear(2, 2, bias_init=None)    (6, 2)              4
  1: <lambda>                        (3, 2, 2)           0
  2: Linear(2, 2, bias_init=None)    (3, 2, 2)           0
  3: Sequential                      (3, 2, 2)           0
    0: Linear(2, 2, bias_init=None)  (3, 2, 2)           0
  4: Linear(2, 2)                    (3, 2, 2)           2
----------------------------------------------------------
total                                                    6"""
    )


def test_where_it_stands_twice_a_layer_shows_what_it_made_there():
    layer = Linear(2, 2, rng=0)
    net = Sequential(layer, lambda x: x.reshape(3, 2, 2), layer)
    assert summary(net, np.ones((6, 2))).splitlines()[3:6] == [
        "  0: Linear(2, 2)  (6, 2)              6",
        "  1: <lambda>      (3, 2, 2)           0",
        "  2: Linear(2, 2)  (3, 2, 2)           0",
    ]


class Named(Layer):
    """A layer with two names that is called once, and with an option."""

    def __init__(self):
        self.one = self.other = Repeated()

    def __call__(self, x):
        return self.one(x, times=3)


class Repeated(Layer):
    def __call__(self, x, times=1):
        return np.tile(x, times)


def test_under_each_of_its_names_a_layer_shows_what_its_only_call_made():
    assert summary(Named(), np.ones((1, 2))).splitlines()[2:5] == [
        "Named                (1, 6)           0",
        "  one: Repeated()    (1, 6)           0",
        "  other: Repeated()  (1, 6)           0",
    ]


class Holder(Layer):
    """A layer whose inner one knows it."""

    def __init__(self):
        self.inner = Linear(2, 3)
        self.inner.owner = self

    def __call__(self, x):
        return self.inner(x)


def test_a_layer_that_is_known_from_within_stands_there_once():
    assert summary(Holder(), np.ones((1, 2))).splitlines()[2:4] == [
        "Holder                 (1, 3)           0",
        "  inner: Linear(2, 3)  (1, 3)           9",
    ]


def test_a_result_without_a_shape_shows_its_type():
    table = summary(Sequential(lambda x: [x, x]), 1.0)
    assert table.splitlines()[2:4] == [
        "Sequential     list             0",
        "  0: <lambda>  list             0",
    ]


@pytest.mark.parametrize("model", [relu, np.tanh, None])
def test_a_model_is_a_layer(model):
    with pytest.raises(TypeError, match=rf"^summary: got a {type(model).__name__}; pass a Layer"):
        summary(model, np.ones(3))
