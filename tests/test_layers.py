"""Layers: linear against what it is composed of, and how layers chain and share."""

import functools
import pickle
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import (
    GEGLU,
    GLU,
    SGD,
    TABLE,
    Activation,
    ActivationFunction,
    BatchNorm,
    Dropout,
    Layer,
    LayerNorm,
    Linear,
    Maxout,
    PReLU,
    ReGLU,
    Residual,
    Sequential,
    SwiGLU,
    Tensor,
    he_normal,
    leaky_relu,
    linear,
    plain_uniform,
    relu,
    softmax,
    tanh,
)
from minigrad.elementwise import Option
from tests.helpers import check, spread

BATCHES = st.lists(st.integers(0, 3), max_size=2).map(tuple)
SIZES = st.integers(1, 3)


@given(batch=BATCHES, n=SIZES, m=SIZES, seed=st.integers(0, 10**6))
def test_linear_is_x_w_plus_b(batch, n, m, seed):
    x, w, b = spread((*batch, n), seed), spread((n, m), seed + 1), spread(m, seed + 2)
    check(linear, x, w, b, reference=lambda x, w, b: x @ w + b)
    check(linear, x, w, reference=lambda x, w: x @ w)


@given(batch=BATCHES, seed=st.integers(0, 10**6))
def test_linear_gives_what_the_operators_give(batch, seed):
    x, w, b = spread((*batch, 3), seed), spread((3, 2), seed + 1), spread(2, seed + 2)
    cotangent = spread((*batch, 2), seed + 3)
    grads = []
    for f in (linear, lambda x, w, b: x @ w + b):
        leaves = [Tensor(a, requires_grad=True) for a in (x, w, b)]
        f(*leaves).backward(cotangent)
        grads.append([leaf.grad for leaf in leaves])
    for one, other in zip(*grads, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


def test_the_data_gets_no_gradient_and_no_pullback():
    z = linear(np.ones((4, 2)), Tensor(np.ones((2, 3)), True), Tensor(np.ones(3), True))
    assert [p.shape for p in z.parents] == [(2, 3), (3,)]


def test_linear_changes_none_of_its_inputs():
    x, w, b = np.ones((4, 2)), Tensor(np.ones((2, 3))), Tensor(np.ones(3))
    linear(x, w, b)
    for a in (x, w.data, b.data):
        assert (a == 1).all()


@pytest.mark.parametrize(
    ("x", "w", "b", "message"),
    [
        (
            (4, 3),
            (2, 5),
            None,
            r"input of shape \(4, 3\) for weights of shape \(2, 5\); .*length 2",
        ),
        ((), (2, 5), None, r"input of shape \(\)"),
        (
            (4, 2),
            (2, 5),
            (4,),
            r"weights of shape \(2, 5\) and biases of shape \(4,\); pass \(in, o",
        ),
        ((4, 2), (2, 5), (4, 5), r"biases of shape \(4, 5\)"),
        ((4, 2), (2, 5), (1,), r"biases of shape \(1,\)"),
        ((4, 2), (2,), None, r"weights of shape \(2,\); pass \(in, out\)"),
        ((4, 2), (1, 2, 5), None, r"weights of shape \(1, 2, 5\); pass"),
    ],
)
def test_linear_refuses_shapes_that_do_not_fit(x, w, b, message):
    with pytest.raises(ValueError, match=f"^linear: got .*{message}"):
        linear(np.ones(x), Tensor(np.ones(w)), None if b is None else Tensor(np.ones(b)))


def test_linear_goes_by_its_name_in_a_graph_and_in_an_error():
    x, w, b, wrong = (np.ones(shape) for shape in ((4, 2), (2, 3), (3,), (2, 2)))
    assert linear(x, Tensor(w, True)).op == linear(x, Tensor(w, True), Tensor(b)).op == "linear"
    for args in ((wrong.astype(int), w, b), (x, w.astype(int), b), (x, w, b.astype(int))):
        with pytest.raises(TypeError, match=r"^linear: got ndarray of dtype int64"):
            linear(*args)


def test_a_residual_of_integers_is_refused_in_its_name():
    with pytest.raises(TypeError, match=r"^Residual: got ndarray of dtype int64"):
        Residual(tanh)(np.arange(3))


def test_a_linear_layer_has_weights_and_biases():
    layer = Linear(4, 3, rng=0)
    assert [p.shape for p in layer.parameters()] == [(4, 3), (3,)]
    assert layer.parameters() == [layer.W, layer.b]
    assert all(p.requires_grad for p in layer.parameters())
    assert (layer.b.data == 0).all()
    x = spread((5, 4))
    np.testing.assert_allclose(layer(x).data, x @ layer.W.data)
    assert layer(x[0]).shape == (3,)
    assert repr(layer) == "Linear(4, 3)"


def test_a_linear_layer_without_biases():
    layer = Linear(4, 3, bias_init=None, rng=0)
    assert layer.b is None
    assert layer.parameters() == [layer.W]
    assert repr(layer) == "Linear(4, 3, bias_init=None)"


def test_weights_come_from_the_initializer_and_the_seed():
    rng = np.random.default_rng(3)
    layer = Linear(4, 3, weight_init=he_normal, bias_init=plain_uniform, rng=3)
    np.testing.assert_array_equal(layer.W.data, he_normal(4, 3, rng))
    np.testing.assert_array_equal(layer.b.data, plain_uniform(4, 3, rng)[0])
    assert (abs(layer.b.data) <= 0.5).all()


def test_one_row_of_biases_is_enough():
    layer = Linear(4, 3, bias_init=lambda fan_in, fan_out, rng, dtype: np.ones((1, fan_out), dtype))
    np.testing.assert_array_equal(layer.b.data, [1, 1, 1])


def test_layers_that_share_a_generator_differ_and_can_be_repeated():
    nets = []
    for _ in range(2):
        rng = np.random.default_rng(0)
        nets.append([Linear(3, 3, rng=rng).W.data for _ in range(2)])
    np.testing.assert_array_equal(nets[0], nets[1])
    assert (nets[0][0] != nets[0][1]).all()
    assert (Linear(3, 3).W.data != Linear(3, 3).W.data).all()


def test_float32_all_through():
    net = Sequential(Linear(3, 4, rng=0, dtype=np.float32), tanh, Linear(4, 2, dtype=np.float32))
    out = net(np.ones((2, 3), np.float32))
    assert out.dtype == np.float32
    out.sum().backward()
    assert {p.grad.dtype for p in net.parameters()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("size", [0, -1, 2.0, "3", None])
def test_sizes_are_positive_integers(size):
    for name, sizes in (("in_features", (size, 3)), ("out_features", (3, size))):
        with pytest.raises(ValueError, match=rf"^Linear: {name} is .*; pass a positive integer"):
            Linear(*sizes)
    assert Linear(np.int64(2), 3)(np.ones((1, 2))).shape == (1, 3)


def test_parameters_come_first_layer_first():
    first, second = Linear(2, 3), Linear(3, 4, bias_init=None)
    net = Sequential(first, relu, Sequential(second, softmax))
    assert net.parameters() == [first.W, first.b, second.W]


def test_a_shared_layer_is_counted_once_and_gets_both_gradients():
    layer, x = Linear(2, 2, bias_init=None, rng=0), spread((3, 2))
    net = Sequential(layer, layer)
    assert net.parameters() == [layer.W]
    net(x).sum().backward()
    w, ones = layer.W.data, np.ones((3, 2))
    np.testing.assert_allclose(layer.W.grad, (x @ w).T @ ones + x.T @ (ones @ w.T))


def test_anything_callable_may_stand_in_a_sequential():
    net = Sequential(
        lambda x: x * 2,
        tanh,
        Activation("leaky_relu", negative_slope=0.5),
        functools.partial(leaky_relu, negative_slope=0.5),
        Tensor.exp,
    )
    x = np.array([-1.0, 1.0])
    a = np.tanh(2 * x)
    np.testing.assert_allclose(net(Tensor(x)).data, np.exp([a[0] / 4, a[1]]))
    assert net.parameters() == []


def test_a_sequential_is_a_sequence_of_its_layers():
    layers = Linear(2, 3), relu, Linear(3, 1)
    net = Sequential(*layers)
    assert (len(net), tuple(net), net[1], net[-1]) == (3, layers, relu, layers[2])
    assert repr(net) == "Sequential(Linear(2, 3), <activation relu>, Linear(3, 1))"
    assert Sequential()(5) == 5


@pytest.mark.parametrize("wrong", ["relu", None, 3])
def test_what_cannot_be_called_is_no_layer(wrong):
    with pytest.raises(TypeError, match=f"^Sequential: got a {type(wrong).__name__}; pass a lay"):
        Sequential(Linear(2, 2), wrong)


@pytest.mark.parametrize("name", TABLE)
def test_an_activation_by_name_is_the_entry(name):
    z = spread((2, 3))
    for layer in (Activation(name), Activation(TABLE[name])):
        assert layer.function is TABLE[name]
        np.testing.assert_array_equal(layer(Tensor(z)).data, TABLE[name](z))


def test_an_activation_keeps_and_shows_its_settings():
    layer = Activation("leaky_relu", negative_slope=0.25)
    assert layer.settings == {"negative_slope": 0.25}
    assert repr(layer) == "Activation(leaky_relu, negative_slope=0.25)"
    assert repr(Activation("relu")) == "Activation(relu)"
    approximate = Activation("gelu", approximate="tanh")
    assert repr(approximate) == "Activation(gelu, approximate='tanh')"
    assert repr(Activation("elu", alpha=2)) == "Activation(elu, alpha=2)"
    bent = ActivationFunction(
        "bent", lambda z, a, b: a * z + b, options={"a": Option(1.0), "b": Option(0.0)}
    )
    assert repr(Activation(bent)) == "Activation(bent, a=1, b=0)"


def test_train_and_eval_take_all_layers_along():
    net = Sequential(Linear(1, 1), Residual(Sequential(Linear(1, 1), relu)))
    assert {layer.training for layer in net.within()} == {True}
    assert net.eval() is net
    assert {layer.training for layer in net.within()} == {False}
    assert {layer.training for layer in net.train().within()} == {True}
    assert {layer.training for layer in net.train(False).within()} == {False}
    assert len(net.within()) == 5


def test_of_parts_with_one_name_the_name_is_said():
    class Twins(Layer):
        def __init__(self):
            self.alone, self.list = Tensor(0.0), [Tensor(1.0)]
            setattr(self, "list.0", Tensor(2.0))

    with pytest.raises(ValueError, match=r"^Twins: two of its parts are named 'list\.0'; rename"):
        Twins().held()


@pytest.mark.parametrize(
    ("args", "settings", "error", "message"),
    [
        (["swoosh"], {}, ValueError, r"Activation: no 'swoosh' in the table; it has .*'sigmoid'"),
        (["relu"], {"slope": 1}, TypeError, "relu: got options .* it takes z and no option"),
        (["leaky_relu"], {"negative_slope": 2}, ValueError, "negative_slope is 2; pass a number"),
        ([np.tanh], {}, TypeError, "Activation: got a ufunc; pass an entry of the table"),
    ],
)
def test_wrong_activations_are_refused(args, settings, error, message):
    with pytest.raises(error, match=message):
        Activation(*args, **settings)


def test_a_layer_without_a_call_says_what_to_define():
    class Empty(Layer):
        pass

    with pytest.raises(NotImplementedError, match=r"^Empty: define __call__\(self, x\)"):
        Empty()(1.0)


class Twice(Layer):
    """A layer in the words of a reader."""

    def __init__(self):
        self.inner = {"one": Linear(3, 3, rng=0)}

    def __call__(self, x):
        return self.inner["one"](self.inner["one"](x))


EVERY_LAYER = [
    *(Linear(3, 3, rng=0), Activation("elu"), Sequential(Linear(3, 3, rng=0), relu), Twice()),
    *(PReLU(3), Maxout(3, 3, rng=0), Dropout(0.5, rng=0), BatchNorm(3), LayerNorm(3)),
    *(GLU(3, 3, rng=0), ReGLU(3, 3, rng=0), GEGLU(3, 3, rng=0), SwiGLU(3, 3, rng=0)),
    Residual(Sequential(BatchNorm(3), PReLU(), Linear(3, 3, rng=0), Dropout(rng=0))),
]


def trained(layer, seed=0):
    """Take three steps; return all that came out."""
    sgd = SGD([*layer.parameters(), Tensor(0.0, requires_grad=True)], lr=0.1)
    outputs = []
    for step in range(3):
        sgd.zero_grad()
        out = layer(spread((4, 3), seed + step))
        (out.sum() * sgd.parameters[-1] + (out * spread((4, 3), 9)).sum()).backward()
        sgd.step()
        outputs.append(out.data)
    return outputs


@pytest.mark.parametrize("layer", EVERY_LAYER, ids=repr)
@pytest.mark.parametrize("copied", [deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_a_copy_trains_alike_and_on_its_own(layer, copied):
    before = layer.state_dict()
    one, other = copied(layer), copied(layer)
    outputs = trained(one)
    for name, a in layer.state_dict().items():
        np.testing.assert_array_equal(a, before[name])
        assert not np.array_equal(a, one.state_dict()[name])
    np.testing.assert_array_equal(outputs, trained(other))
    assert repr(one) == repr(layer)


@pytest.mark.parametrize("layer", EVERY_LAYER, ids=repr)
def test_every_layer_goes_on_from_its_state(layer):
    one, other = deepcopy(layer), deepcopy(layer)
    trained(one)
    state = one.state_dict()
    wanted = trained(one)
    trained(other, seed=50)
    other.load_state_dict(state)
    np.testing.assert_array_equal(trained(other), wanted)


@given(shape=st.lists(st.integers(0, 3), max_size=3).map(tuple), seed=st.integers(0, 10**6))
def test_residual_adds_and_so_do_the_gradients(shape, seed):
    check(Residual(tanh), spread(shape, seed), reference=lambda x: x + np.tanh(x))


def test_a_residual_holds_its_layer():
    inner = Linear(3, 3, rng=0)
    layer = Residual(inner)
    assert [name for name, _ in layer.named_parameters()] == ["layer.W", "layer.b"]
    assert repr(layer) == "Residual(Linear(3, 3))"
    assert not layer.eval().layer.training
    x = spread((2, 3))
    np.testing.assert_array_equal(layer(x).data, x + inner(x).data)


@pytest.mark.parametrize("layer", [Linear(3, 1), Tensor.sum, lambda x: x.reshape(1, 2, 3)])
def test_a_residual_broadcasts_nothing(layer):
    message = r"^Residual: the layer made shape \(.*\) of an input of shape \(2, 3\); pass a layer"
    with pytest.raises(ValueError, match=message):
        Residual(layer)(np.ones((2, 3)))


def test_wrong_residuals():
    with pytest.raises(TypeError, match=r"^Residual: got a str; pass a layer or a function"):
        Residual("relu")
    with pytest.raises(TypeError, match=r"^Residual: the layer returned a ndarray; return a Ten"):
        Residual(lambda x: x.data)(np.ones(3))


class Pair(Layer):
    """Two layers of which the inner knows the outer."""

    def __init__(self):
        self.first, self.second = Linear(1, 1), Linear(1, 1)
        self.second.owner = self


def test_a_layer_may_know_the_one_that_holds_it():
    pair = Pair()
    assert [name for name, _ in pair.named_parameters()] == [
        *("first.W", "first.b", "second.W", "second.b"),
    ]
    assert pair.within() == [pair, pair.first, pair.second]
    pair.eval()
    assert not any(layer.training for layer in pair.within())
    assert repr(pair).startswith("Pair(first=Linear(1, 1), second=Linear(1, 1)")
    assert repr(Pair()) == repr(pair)
