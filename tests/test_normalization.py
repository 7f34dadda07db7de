"""Normalization: one fused rule against NumPy, differences, and the operators it replaces."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import BatchNorm, LayerNorm, Tensor, no_grad
from minigrad.normalization import normalize
from tests.helpers import by_backward, check, spread

SEEDS = st.integers(0, 10**6)
BATCHES = st.lists(st.integers(1, 3), min_size=1, max_size=2).map(tuple)
EPS = 1e-5


def by_numpy(axes, eps=EPS):
    def f(x, gamma, beta):
        mean, var = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
        return gamma * (x - mean) / np.sqrt(var + eps) + beta

    return f


def by_layer(layer):
    """The layer as a function of its parameters, too, in their dtype."""

    def f(x, gamma, beta):
        layer.gamma, layer.beta = gamma, beta
        return layer(x)

    return f


@given(batch=BATCHES, features=st.integers(1, 3), seed=SEEDS)
def test_batch_norm_and_its_rule(batch, features, seed):
    x, gamma = spread((2, *batch, features), seed), spread(features, seed + 1)
    axes = tuple(range(x.ndim - 1))
    layer = BatchNorm(features)
    check(by_layer(layer), x, gamma, spread(features, seed + 2), reference=by_numpy(axes))


@given(batch=st.lists(st.integers(0, 3), max_size=2).map(tuple), seed=SEEDS)
def test_layer_norm_and_its_rule(batch, seed):
    x, gamma, beta = spread((*batch, 4), seed), spread(4, seed + 1), spread(4, seed + 2)
    check(by_layer(LayerNorm(4)), x, gamma, beta, reference=by_numpy(-1))


@given(batch=BATCHES, seed=SEEDS)
def test_batch_norm_out_of_training_and_its_rule(batch, seed):
    layer = BatchNorm(3).eval()
    layer.running_mean[...], layer.running_var[...] = spread(3, seed), spread(3, seed, sign=False)
    mean, var = layer.running_mean.astype("f4"), layer.running_var.astype("f4")

    def f(x, gamma, beta):
        layer.running_mean, layer.running_var = mean.astype(x.dtype), var.astype(x.dtype)
        return by_layer(layer)(x, gamma, beta)

    def reference(x, gamma, beta):
        return gamma * (x - mean) / np.sqrt(var.astype(float) + EPS) + beta

    x, gamma, beta = spread((*batch, 3), seed + 1), spread(3, seed + 2), spread(3, seed + 3)
    check(f, x, gamma, beta, reference=reference)


@pytest.mark.parametrize("axes", [(0,), (0, 1), (-1,)])
def test_the_fused_rule_gives_what_the_operators_give(axes):
    def composed(x, gamma, beta):
        c = x - x.mean(axes, keepdims=True)
        return gamma * c / ((c * c).mean(axes, keepdims=True) + EPS) ** 0.5 + beta

    def fused(x, gamma, beta):
        return normalize("norm", x, gamma, beta, axes, EPS)[0]

    arrays = spread((3, 2, 4), 1), spread(4, 2), spread(4, 3)
    cotangent = spread((3, 2, 4), 4)
    (one, leaves), (other, wanted) = (by_backward(f, arrays, cotangent) for f in (fused, composed))
    np.testing.assert_allclose(one.data, other.data, rtol=1e-12)
    for leaf, want in zip(leaves, wanted, strict=True):
        np.testing.assert_allclose(leaf.grad, want.grad, rtol=1e-10, atol=1e-12)
    assert one.parents == tuple(leaves)  # one record


@pytest.mark.parametrize("layer", [BatchNorm(4, eps=1e-12), LayerNorm(4, eps=1e-12)])
def test_shifting_and_stretching_the_input_gets_no_gradient(layer):
    x = Tensor(spread((6, 4)), requires_grad=True)
    layer(x).backward(spread((6, 4), 1))
    axis = 0 if isinstance(layer, BatchNorm) else 1
    c = x.data - x.data.mean(axis, keepdims=True)
    np.testing.assert_allclose(x.grad.sum(axis), 0, atol=1e-12)
    np.testing.assert_allclose((x.grad * c).sum(axis), 0, atol=1e-10)
    assert abs(x.grad).max() > 0.1


def test_batch_norm_counts_all_axes_but_the_last_as_examples():
    x = spread((2, 3, 4))
    out = BatchNorm(4)(x).data
    np.testing.assert_allclose(out, BatchNorm(4)(x.reshape(6, 4)).data.reshape(x.shape))
    np.testing.assert_allclose(out.mean((0, 1)), 0, atol=1e-15)
    np.testing.assert_allclose(out.var((0, 1)), 1, rtol=1e-4)


def test_running_averages_by_hand():
    layer = BatchNorm(2, momentum=0.25)
    np.testing.assert_array_equal([layer.running_mean, layer.running_var], [[0, 0], [1, 1]])
    layer([[1.0, 10.0], [3.0, 10.0]])  # means 2 and 10, unbiased variances 2 and 0
    np.testing.assert_allclose(layer.running_mean, [0.5, 2.5])
    np.testing.assert_allclose(layer.running_var, [1.25, 0.75])
    with no_grad():
        layer([[[0.0, 0.0]], [[3.0, 3.0]], [[6.0, 6.0]]])  # means 3, variances 9
    np.testing.assert_allclose(layer.running_mean, [1.125, 2.625])
    np.testing.assert_allclose(layer.running_var, [3.1875, 2.8125])
    x = np.array([[2.0, -1.0]])
    wanted = (x - [1.125, 2.625]) / np.sqrt(np.array([3.1875, 2.8125]) + 1e-5)
    for _ in range(2):  # and nothing moves
        np.testing.assert_allclose(layer.eval()(x).data, wanted)
    assert layer.train()(np.ones((2, 2))).shape == (2, 2)
    assert layer.running_mean[0] != 1.125


def test_a_momentum_of_one_takes_the_last_batch():
    layer, x = BatchNorm(3, momentum=1), spread((5, 3))
    layer(spread((4, 3), 1))
    layer(x)
    np.testing.assert_allclose(layer.running_mean, x.mean(0))
    np.testing.assert_allclose(layer.running_var, x.var(0, ddof=1))


def test_a_graph_is_walked_with_the_averages_it_was_computed_with():
    layer, x = BatchNorm(2).eval(), Tensor(spread((3, 2)), requires_grad=True)
    y = layer(x)
    layer.train()(spread((4, 2), 1) * 100)
    y.backward(np.ones((3, 2)))
    np.testing.assert_allclose(x.grad, 1 / np.sqrt(1 + 1e-5))
    np.testing.assert_allclose(layer.gamma.grad, x.data.sum(0) / np.sqrt(1 + 1e-5))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("number", [0.0, 0.1, 2024.7, 3e6, -1e15])
@pytest.mark.parametrize("layer", [BatchNorm, LayerNorm])
def test_what_is_constant_becomes_zero(layer, number, dtype):
    x = Tensor(np.full((333, 7), number, dtype), requires_grad=True)
    norm = layer(7, dtype=dtype)
    out = norm(x)
    assert out.dtype == dtype
    np.testing.assert_array_equal(out.data, 0)
    out.backward(spread(x.shape))
    assert np.isfinite(x.grad).all()
    if layer is BatchNorm:
        np.testing.assert_allclose(norm.running_mean, 0.1 * dtype(number), rtol=1e-6)
        np.testing.assert_allclose(norm.running_var, 0.9, rtol=1e-6)


@pytest.mark.parametrize(("dtype", "large"), [(np.float32, 1e30), (np.float64, 1e200)])
def test_squares_do_not_overflow(dtype, large):
    x = np.array([[-large, large], [large, -large]], dtype)
    for layer in (LayerNorm(2, dtype=dtype), batch := BatchNorm(2, dtype=dtype)):
        np.testing.assert_allclose(layer(x).data, [[-1, 1], [1, -1]], rtol=1e-6)
    np.testing.assert_array_equal([batch.running_mean, batch.running_var], [[0, 0], [1, 1]])
    x32 = spread((64, 3)).astype(np.float32)
    np.testing.assert_allclose(BatchNorm(3)(x32 + 4096).data, BatchNorm(3)(x32).data, atol=1e-3)


@pytest.mark.parametrize("x", [[[1e30], [-1e30]], [[1e300], [1e300]]])
def test_what_only_the_input_can_hold_does_not_stay(x):
    layer = BatchNorm(1, dtype=np.float32)
    layer(np.array(x))
    assert (layer.running_mean, layer.running_var) == (0, 1)


def test_what_is_not_finite_shows_and_does_not_stay():
    x = spread((4, 2))
    x[1, 1] = np.nan
    layer = BatchNorm(2)
    out = layer(x).data
    assert np.isfinite(out[:, 0]).all()
    assert np.isnan(out[:, 1]).all()
    np.testing.assert_array_equal([layer.running_mean, layer.running_var], [[0, 0], [1, 1]])


def test_float32_all_through():
    x = Tensor(spread((5, 3)).astype(np.float32), requires_grad=True)
    numbers = {"eps": np.float64(0.1), "dtype": np.float32}
    batch, layer = BatchNorm(3, np.float64(0.5), **numbers), LayerNorm(3, **numbers)
    for norm, mode in ((batch, True), (batch, False), (layer, True)):
        out = norm.train(mode)(x)
        assert out.dtype == np.float32
        out.backward(np.ones((5, 3)))
        assert {p.grad.dtype for p in (x, *norm.parameters())} == {np.dtype(np.float32)}
    assert {batch.running_mean.dtype, batch.running_var.dtype} == {np.dtype(np.float32)}


def test_a_layer_of_float32_takes_float64():
    layer = BatchNorm(3, dtype=np.float32)
    assert layer(spread((5, 3))).dtype == np.float64
    assert layer.running_mean.dtype == np.float32


@pytest.mark.parametrize(("layer", "x"), [(BatchNorm(3), (4, 3)), (LayerNorm(3), (1, 3))])
def test_scale_and_shift_start_at_one_and_zero(layer, x):
    assert [(name, p.data.tolist()) for name, p in layer.named_parameters()] == [
        ("gamma", [1.0] * 3),
        ("beta", [0.0] * 3),
    ]
    plain = layer(spread(x)).data
    layer.gamma.data, layer.beta.data = [1.0, 2.0, -3.0], [0.0, 5.0, 6.0]
    np.testing.assert_allclose(layer(spread(x)).data, plain * [1, 2, -3] + [0, 5, 6])


def test_layer_norm_does_the_same_in_and_out_of_training():
    layer, x = LayerNorm(3), spread((4, 3))
    np.testing.assert_array_equal(layer(x).data, layer.eval()(x).data)
    np.testing.assert_allclose(layer(x[0]).data, layer(x).data[0])  # examples do not meet
    assert list(layer.state_dict()) == ["gamma", "beta"]


def test_the_state_holds_the_running_averages():
    layer, other = BatchNorm(2), BatchNorm(2)
    layer(spread((5, 2)))
    assert list(layer.state_dict()) == ["gamma", "beta", "running_mean", "running_var"]
    other.load_state_dict(layer.state_dict())
    x = spread((3, 2), 1)
    np.testing.assert_array_equal(layer.eval()(x).data, other.eval()(x).data)


def test_both_show_how_they_are_set():
    assert repr(BatchNorm(8)) == "BatchNorm(8, momentum=0.1, eps=1e-05)"
    assert repr(LayerNorm(8, eps=0.5)) == "LayerNorm(8, eps=0.5)"


@pytest.mark.parametrize("shape", [(1, 3), (3,), (1, 1, 3), (0, 3)])
def test_one_example_is_no_batch(shape):
    layer, n = BatchNorm(3), 0 if 0 in shape else 1
    with pytest.raises(
        ValueError, match=r"^BatchNorm: got an input of shape \(.*, (.*), while"
    ) as e:
        layer(np.ones(shape))
    assert f"{n} example{'' if n else 's'}, while training; pass two at least" in str(e.value)
    assert "eval()" in str(e.value)
    np.testing.assert_array_equal(layer.running_mean, 0)
    assert layer.eval()(np.ones(shape)).shape == shape


@pytest.mark.parametrize("layer", [BatchNorm(3), LayerNorm(3)])
@pytest.mark.parametrize("shape", [(), (4,), (3, 1), (3, 4)])
def test_inputs_that_do_not_fit(layer, shape):
    for norm in (layer.train(), layer.eval()):
        message = rf"^{type(layer).__name__}: got an input of shape \(.*\) for 3 features; .*len"
        with pytest.raises(ValueError, match=message):
            norm(np.ones(shape))


@pytest.mark.parametrize("layer", [BatchNorm(3), BatchNorm(3).eval(), LayerNorm(3)])
def test_both_go_by_their_name_in_a_graph_and_in_an_error(layer):
    name = type(layer).__name__
    assert layer(spread((4, 3))).op == name
    with pytest.raises(TypeError, match=f"^{name}: got ndarray of dtype int64"):
        layer(np.ones((4, 3), int))


@pytest.mark.parametrize("make", [BatchNorm, LayerNorm])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"features": 0}, "features is 0; pass a positive integer"),
        ({"features": 2.0}, "features is 2.0"),
        ({"features": 3, "eps": 0}, "eps is 0; pass a number from 1e-12 to 1"),
        ({"features": 3, "eps": np.nan}, "eps is nan"),
        ({"features": 3, "eps": "1"}, "eps is '1'"),
        ({"features": 3, "eps": -1.0}, r"eps is -1\.0"),
    ],
)
def test_wrong_settings(make, options, message):
    with pytest.raises(ValueError, match=f"^{make.__name__}: {message}"):
        make(**options)


@pytest.mark.parametrize("momentum", [0, -0.1, 1.5, None])
def test_wrong_momentum(momentum):
    with pytest.raises(
        ValueError, match=r"^BatchNorm: momentum is .*; pass a number from 1e-06 to 1"
    ):
        BatchNorm(3, momentum)


def test_one_feature_is_nothing_to_normalize_over():
    with pytest.raises(ValueError, match=r"^LayerNorm: got 1 feature, .*; pass 2 or more"):
        LayerNorm(1)


def test_finite_input_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for scale in (0.0, 1e-30, 1.0, 1e18):
            x = (spread((4, 3)) * scale).astype(np.float32)
            BatchNorm(3, dtype=np.float32)(x)
            LayerNorm(3, dtype=np.float32)(x)
