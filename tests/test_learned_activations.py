"""PReLU and maxout: values, rules, kinks and ties."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from minigrad import Linear, Maxout, PReLU, Tensor, he_normal, no_grad, plain_uniform
from tests.helpers import check, spread

BATCHES = st.lists(st.integers(0, 3), max_size=2).map(tuple)
SEEDS = st.integers(0, 10**6)


def prelu(channels):
    layer = PReLU(channels)

    def f(z, alpha):
        layer.alpha = alpha
        return layer(z)

    return f


@given(batch=BATCHES, features=st.integers(1, 3), each=st.booleans(), seed=SEEDS)
def test_prelu_and_its_rule(batch, features, each, seed):
    channels = features if each else 1
    z, alpha = spread((*batch, features), seed), spread(channels, seed + 1)
    check(prelu(channels), z, alpha, reference=lambda z, alpha: np.where(z > 0, z, alpha * z))


def test_slopes_start_at_a_quarter():
    assert PReLU().alpha.data.tolist() == [0.25]
    assert PReLU(3).alpha.data.tolist() == [0.25] * 3
    assert [(name, p.shape) for name, p in PReLU(3).named_parameters()] == [("alpha", (3,))]
    assert (repr(PReLU()), repr(PReLU(3))) == ("PReLU(1)", "PReLU(3)")


def test_at_the_kink_the_slope_is_alpha():
    layer, z = PReLU(2), Tensor([[0.0, -0.0], [1e-300, -1e-300]], requires_grad=True)
    layer.alpha.data = [0.5, 3.0]
    layer(z).backward(np.ones((2, 2)))
    np.testing.assert_array_equal(z.grad, [[0.5, 3.0], [1.0, 3.0]])
    np.testing.assert_array_equal(layer.alpha.grad, [0, -1e-300])


def test_prelu_is_called_so_in_a_graph_and_in_an_error():
    assert PReLU()(np.ones(2)).op == "PReLU"
    with pytest.raises(TypeError, match=r"^PReLU: got ndarray of dtype int64"):
        PReLU()(np.arange(2))


def test_prelu_is_one_record_and_keeps_float32():
    layer, z = PReLU(dtype=np.float32), Tensor(spread((2, 3)).astype("f4"), requires_grad=True)
    a = layer(z)
    assert a.parents == (z, layer.alpha)
    assert a.dtype == np.float32
    a.sum().backward()
    assert z.grad.dtype == layer.alpha.grad.dtype == np.float32


@pytest.mark.parametrize(("channels", "shape"), [(3, (3, 2)), (2, (4, 1))])
def test_prelu_refuses_shapes_that_do_not_fit(channels, shape):
    message = rf"^PReLU: got an input of shape \(.*\) for {channels} channels; the last axis"
    with pytest.raises(ValueError, match=message):
        PReLU(channels)(np.ones(shape))


@pytest.mark.parametrize("channels", [1, 2])
def test_prelu_refuses_a_single_number(channels):
    with pytest.raises(ValueError, match=r"^PReLU: got a single number; pass an array with at l"):
        PReLU(channels)(np.ones(()))


@pytest.mark.parametrize("channels", [0, -1, 1.0, None])
def test_channels_are_a_positive_integer(channels):
    with pytest.raises(ValueError, match=r"^PReLU: channels is .*; pass a positive integer"):
        PReLU(channels)


def maxout(pieces, out_features):
    layer = Maxout(3, out_features, pieces)

    def f(x, w, b):
        layer.W, layer.b = w, b
        return layer(x)

    return f


@given(
    batch=st.lists(st.integers(1, 3), max_size=2).map(tuple),
    m=st.integers(1, 3),
    pieces=st.integers(1, 3),
    seed=SEEDS,
)
def test_maxout_and_its_rule(batch, m, pieces, seed):
    x = spread((*batch, 3), seed)
    w, b = spread((3, pieces * m), seed + 1), spread(pieces * m, seed + 2)

    def reference(x, w, b):
        each = [x @ w[:, j * m : (j + 1) * m] + b[j * m : (j + 1) * m] for j in range(pieces)]
        return np.max(each, axis=0)

    each = np.sort((x @ w + b).reshape(*batch, pieces, m), -2)
    assume(pieces == 1 or np.diff(each, axis=-2).min() > 0.02)  # no kink within a difference
    check(maxout(pieces, m), x, w, b, reference=reference)


def test_tied_pieces_share_the_gradient():
    layer = Maxout(1, 1, pieces=4)
    layer.W.data = [[1.0, 1.0, 0.5, 0.5]]
    layer([[2.0]]).backward([[1.0]])
    np.testing.assert_array_equal(layer.W.grad, [[1, 1, 0, 0]])
    np.testing.assert_array_equal(layer.b.grad, [0.5, 0.5, 0, 0])


def test_maxout_is_recorded_by_its_name():
    layer = Maxout(2, 1, rng=0)
    assert layer([[1.0, 2.0]]).op == "Maxout"
    with no_grad():
        assert layer([[1.0, 2.0]]).op == "Maxout"


def test_two_pieces_with_one_zero_are_relu():
    layer = Maxout(2, 2, pieces=2)
    layer.W.data = np.hstack([np.eye(2), np.zeros((2, 2))])
    x = spread((5, 2))
    np.testing.assert_array_equal(layer(x).data, np.maximum(x, 0))


def test_each_piece_is_drawn_as_a_layer():
    layer = Maxout(4, 3, 2, weight_init=he_normal, bias_init=plain_uniform, rng=5, dtype="f4")
    rng = np.random.default_rng(5)
    for j in range(2):
        piece = Linear(4, 3, weight_init=he_normal, bias_init=plain_uniform, rng=rng, dtype="f4")
        np.testing.assert_array_equal(layer.W.data[:, 3 * j : 3 * j + 3], piece.W.data)
        np.testing.assert_array_equal(layer.b.data[3 * j : 3 * j + 3], piece.b.data)
    assert layer.W.dtype == layer.b.dtype == np.float32


def test_maxout_with_and_without_biases():
    layer = Maxout(4, 3, pieces=5)
    assert [(name, p.shape) for name, p in layer.named_parameters()] == [
        ("W", (4, 15)),
        ("b", (15,)),
    ]
    assert repr(layer) == "Maxout(4, 3, 5)"
    bare = Maxout(4, 3, bias_init=None)
    assert bare.b is None
    assert [p.shape for p in bare.parameters()] == [(4, 6)]
    assert repr(bare) == "Maxout(4, 3, 2, bias_init=None)"
    assert bare(np.ones(4)).shape == (3,)


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((0, 1, 1), "in_features is 0"),
        ((1, -1, 1), "out_features is -1"),
        ((1, 1, 0), "pieces is 0"),
        ((1, 1, 2.0), "pieces is 2.0"),
        (("3", 1, 1), "in_features is '3'"),
    ],
)
def test_maxout_sizes_are_positive_integers(sizes, words):
    with pytest.raises(ValueError, match=rf"^Maxout: {words}; pass a positive integer"):
        Maxout(*sizes)


def test_maxout_refuses_another_input():
    with pytest.raises(ValueError, match=r"^linear: got an input of shape \(2, 3\) .* length 4"):
        Maxout(4, 1)(np.ones((2, 3)))
