"""Losses: against the plain formulas, and against 50 digits where those are not stable."""

import math
import re

import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minigrad import (
    Tensor,
    Value,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    gradcheck,
    huber,
    mean_absolute_error,
    mean_squared_error,
)
from tests.helpers import check, spread

PLAIN = {
    mean_squared_error: lambda z, y: ((z - y) ** 2).mean(),
    mean_absolute_error: lambda z, y: abs(z - y).mean(),
    huber: lambda z, y: scipy.special.huber(1.0, z - y).mean(),
    binary_cross_entropy_with_logits: lambda z, y: (
        -(y * np.log(scipy.special.expit(z)) + (1 - y) * np.log(scipy.special.expit(-z))).mean()
    ),
}
every_elementwise = pytest.mark.parametrize("loss", PLAIN, ids=lambda f: f.__name__)
BINARY = [binary_cross_entropy_with_logits, binary_cross_entropy]
both_binary = pytest.mark.parametrize("loss", BINARY, ids=lambda f: f.__name__)
every_loss = pytest.mark.parametrize(
    "loss", [*PLAIN, binary_cross_entropy], ids=lambda f: f.__name__
)
EXTREME = st.sampled_from([1e4, -1e4, 745.0, -745.0, 40.0, 0.0]) | st.floats(-50, 50)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3)


@every_elementwise
@settings(max_examples=50)
@given(shape=SHAPES, seed=st.integers(0, 10**6))
def test_elementwise_losses_are_the_plain_formulas(loss, shape, seed):
    y = np.random.default_rng(seed).choice([0.0, 0.25, 1.0], shape)
    check(lambda z: loss(z, y), 1.5 * spread(shape, seed), reference=lambda z: PLAIN[loss](z, y))


@given(shape=SHAPES, seed=st.integers(0, 10**6))
def test_gradient_of_the_cross_entropy_is_p_minus_y_over_n(shape, seed):
    rng = np.random.default_rng(seed)
    z, y = rng.normal(0, 3, shape), rng.uniform(size=shape)
    leaf = Tensor(z, requires_grad=True)
    binary_cross_entropy_with_logits(leaf, y).backward()
    wanted = (scipy.special.expit(z) - y) / z.size
    np.testing.assert_allclose(leaf.grad, wanted, rtol=1e-9, atol=1e-16)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_huge_logits_are_stable_and_silent(dtype):
    z = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]], dtype)
    for y, wanted in (([[1, 0], [0, 1]], 0.0), ([[0, 1], [1, 0]], 1000.0)):
        leaf = Tensor(z, requires_grad=True)
        result = binary_cross_entropy_with_logits(leaf, y)
        assert (result.dtype, result.shape, result.item()) == (dtype, (), wanted)
        result.backward()
        np.testing.assert_array_equal(leaf.grad, ((z > 0) - np.array(y)) / 4)
        assert leaf.grad.dtype == dtype
    right, wrong = (binary_cross_entropy_with_logits(Value(1000.0), y) for y in (1, 0))
    assert (right.data, wrong.data) == (0.0, 1000.0)


@given(z=EXTREME, y=st.sampled_from([0.0, 0.3, 1.0]), epsilon=st.sampled_from([0.0, 0.1, 0.5]))
def test_the_cross_entropy_of_logits_is_that_of_50_digits(z, y, epsilon):
    with mpmath.workdps(600):  # e^−745 beside 1
        share = (1 - mpmath.mpf(epsilon)) * mpmath.mpf(y) + mpmath.mpf(epsilon) / 2
        p = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        q = 1 / (1 + mpmath.exp(mpmath.mpf(z)))
        loss = float(-share * mpmath.log(p) - (1 - share) * mpmath.log(q))
        slope = float(p - share)
    for leaf in (Value(z), Tensor([z], requires_grad=True)):
        target = y if isinstance(leaf, Value) else [y]
        result = binary_cross_entropy_with_logits(leaf, target, label_smoothing=epsilon)
        result.backward()
        assert float(result.data) == pytest.approx(loss, rel=1e-14, abs=1e-14)
        assert np.ravel(leaf.grad)[0] == pytest.approx(slope, rel=1e-14, abs=1e-15)


def test_a_confident_answer_keeps_its_small_loss():
    """log(1 + e^−40) is 4e−18, which log(p) has rounded to 0."""
    assert binary_cross_entropy_with_logits(Tensor([40.0]), [1]).item() == pytest.approx(
        math.exp(-40)
    )
    assert binary_cross_entropy_with_logits(Value(40.0), 1).data == pytest.approx(math.exp(-40))


@every_elementwise
@given(
    pairs=st.lists(st.tuples(st.floats(-30, 30), st.floats(0, 1)), min_size=1, max_size=5),
)
def test_values_give_what_tensors_give(loss, pairs):
    z, y = map(list, zip(*pairs, strict=True))
    values, leaf = [Value(v) for v in z], Tensor(z, requires_grad=True)
    result, tensor = loss(values, y), loss(leaf, y)
    result.backward()
    tensor.backward()
    assert result.data == pytest.approx(tensor.item(), rel=1e-13, abs=1e-300)
    np.testing.assert_allclose([v.grad for v in values], leaf.grad, rtol=1e-13, atol=1e-16)
    single = loss(Value(z[0]), y[0])
    assert single.data == pytest.approx(loss(Tensor(z[0]), y[0]).item(), rel=1e-13, abs=1e-300)


def test_float32_targets_do_not_coarsen_values():
    y = np.array([0.1], np.float32)
    assert mean_absolute_error([Value(1 / 3)], y).data == 1 / 3 - float(y[0])


def test_gradcheck_passes_for_every_loss():
    y = np.array([[0.0, 1.0], [1.0, 0.25]])
    for loss in PLAIN:
        assert (
            gradcheck(lambda z, loss=loss: loss(z, y), Tensor(spread((2, 2)), True)).compared == 4
        )
        assert gradcheck(lambda *z, loss=loss: loss(z, [0, 1]), Value(0.3), Value(-2)).compared == 2


def test_at_distance_zero_the_absolute_error_has_slope_zero():
    leaf, value = Tensor([1.0, 2.0], requires_grad=True), Value(1.0)
    mean_absolute_error(leaf, [1.0, 5.0]).backward()
    np.testing.assert_array_equal(leaf.grad, [0, -0.5])
    mean_absolute_error(value, 1.0).backward()
    assert value.grad == 0.0


@every_loss
@pytest.mark.parametrize("kind", [bool, np.int8, np.uint8, np.int64, np.uint64, np.float32, list])
def test_targets_of_any_number_type(loss, kind):
    y = [0, 1] if kind is list else np.array([0, 1], kind)
    z, row = [0.5, 0.75], [Value(0.5), Value(0.75)]
    wanted = loss(row, [0.0, 1.0]).data
    assert loss(row, y).data == wanted
    assert loss(Tensor(z), y).item() == pytest.approx(wanted, rel=1e-15)
    assert loss(Tensor(z), y).dtype == np.float64
    assert loss(Tensor(np.array(z, np.float32)), y).dtype == np.float32


def test_targets_may_change_after_use_and_are_not_changed():
    z, y = Tensor([[1.0, 2.0]], requires_grad=True), np.array([[1.0, 0.0]])
    loss = mean_squared_error(z, y)
    np.testing.assert_array_equal(y, [[1, 0]])
    y[...] = 99.0
    loss.backward()
    np.testing.assert_array_equal(z.grad, [[0, 2]])


def test_constant_predictions_give_a_loss_without_gradient():
    assert not mean_squared_error(np.ones(2), np.ones(2)).requires_grad
    assert mean_squared_error([1.0, 3.0], [1.0, 1.0]).item() == 2.0


# -- binary cross-entropy: from probabilities, and with smoothed answers --------------------------


@settings(max_examples=50)
@given(shape=SHAPES, seed=st.integers(0, 10**6), epsilon=st.sampled_from([0.0, 0.2]))
def test_binary_cross_entropy_is_the_plain_formula(shape, seed, epsilon):
    rng = np.random.default_rng(seed)
    p, y = rng.uniform(0.2, 0.8, shape), rng.choice([0.0, 0.25, 1.0], shape)
    smooth = (1 - epsilon) * y + epsilon / 2
    check(
        lambda p: binary_cross_entropy(p, y, label_smoothing=epsilon),
        np.asarray(p),
        reference=lambda p: -(smooth * np.log(p) + (1 - smooth) * np.log(1 - p)).mean(),
        seed=seed,
    )


@given(z=st.floats(-30, 30), y=st.floats(0, 1), epsilon=st.sampled_from([0.0, 0.2]))
def test_from_the_probability_it_is_what_it_is_from_the_logit(z, y, epsilon):
    logit, p = Value(z), Value(float(scipy.special.expit(z)))
    from_logit = binary_cross_entropy_with_logits(logit, y, label_smoothing=epsilon)
    from_p = binary_cross_entropy(p, y, label_smoothing=epsilon)
    for loss in (from_logit, from_p):
        loss.backward()
    assert from_p.data == pytest.approx(from_logit.data, rel=1e-2 if z > 20 else 1e-6, abs=1e-15)
    leaf = Tensor([p.data], requires_grad=True)
    tensor = binary_cross_entropy(leaf, [y], label_smoothing=epsilon)
    tensor.backward()
    assert tensor.item() == pytest.approx(from_p.data, rel=1e-14, abs=1e-16)
    assert leaf.grad[0] == pytest.approx(p.grad, rel=1e-14)


def test_gradcheck_passes_for_binary_cross_entropy():
    y = np.array([[0.0, 1.0], [1.0, 0.25]])
    p = Tensor([[0.2, 0.7], [0.01, 0.99]], requires_grad=True)
    for epsilon in (0.0, 0.1):
        report = gradcheck(lambda p, e=epsilon: binary_cross_entropy(p, y, label_smoothing=e), p)
        assert report.compared == 4
    values = Value(0.2), Value(0.99)
    assert gradcheck(lambda *p: binary_cross_entropy(p, [1, 0]), *values).compared == 2


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_certain_and_right_costs_nothing_certain_and_wrong_about_70_nats(dtype):
    worst = 30 * math.log(10) + 1
    for p, y, loss, slope in (
        (0.0, 0, 0.0, 1.0),
        (1.0, 1, 0.0, -1.0),
        (0.0, 1, worst, -1e30),
        (1.0, 0, worst, 1e30),
        (0.0, 0.5, worst / 2, 0.5 - 0.5e30),
    ):
        leaf, value = Tensor(np.array(p, dtype), requires_grad=True), Value(p)
        for result in (binary_cross_entropy(leaf, y), binary_cross_entropy(value, y)):
            result.backward()
            assert float(result.data) == pytest.approx(loss, rel=1e-6)
        assert float(leaf.grad) == pytest.approx(slope, rel=1e-6)
        assert value.grad == pytest.approx(slope)
        assert leaf.grad.dtype == dtype


@both_binary
def test_smoothing_moves_the_answers_toward_one_half(loss):
    p, epsilon = 0.8, 0.3
    x = p if loss is binary_cross_entropy else math.log(p / (1 - p))
    for y, share in ((1, 0.85), (0, 0.15), (0.5, 0.5)):
        wanted = -share * math.log(p) - (1 - share) * math.log(1 - p)
        for result in (
            loss(Value(x), y, label_smoothing=epsilon).data,
            loss(Tensor([x]), [y], label_smoothing=epsilon).item(),
        ):
            assert result == pytest.approx(wanted, rel=1e-13)
    single = loss(np.full(2, 0.5, np.float32), [0, 1], label_smoothing=np.float64(epsilon))
    assert single.dtype == np.float32


@both_binary
@pytest.mark.parametrize("epsilon", [-0.1, 1.0, 1, math.nan, math.inf, "a", [0.1]])
def test_a_smoothing_is_a_share(loss, epsilon):
    for z, y in ((np.array([0.5]), [0]), (Value(0.5), 0)):
        with pytest.raises(
            ValueError, match=f"^{loss.__name__}: label_smoothing is .*; pass a number from 0"
        ):
            loss(z, y, label_smoothing=epsilon)


@pytest.mark.parametrize("p", [-0.1, 1.1, 3.0, math.inf, -math.inf])
def test_logits_are_no_probabilities(p):
    for z, y in ((np.array([0.5, p]), [1, 0]), (Value(p), 1)):
        with pytest.raises(
            ValueError,
            match=rf"^binary_cross_entropy: got a probability of {p:g}; pass 0 to 1, "
            r"or pass logits to binary_cross_entropy_with_logits$",
        ):
            binary_cross_entropy(z, y)


@both_binary
def test_nan_makes_the_loss_nan_so_that_a_training_can_tell(loss):
    assert math.isnan(loss(Value(math.nan), 1).data)
    assert math.isnan(loss(np.array([0.5, math.nan]), [1, 0]).item())


# -- errors ---------------------------------------------------------------------------------------


@every_loss
@pytest.mark.parametrize(
    ("z", "y", "error", "message"),
    [
        (np.ones((3, 1)), np.ones(3), ValueError, r"shape \(3, 1\) and the target \(3,\).*reshape"),
        (np.ones(3), np.ones((3, 1)), ValueError, r"shape \(3,\) and the target \(3, 1\)"),
        (np.ones(3), 1.0, ValueError, r"shape \(3,\) and the target \(\); .*nothing is broadcast"),
        (np.ones(3), [], ValueError, r"shape \(3,\) and the target \(0,\)"),
        ([Value(1.0)] * 2, [1.0], ValueError, r"shape \(2,\) and the target \(1,\)"),
        ([Value(1.0)] * 2, [], ValueError, r"shape \(2,\) and the target \(0,\)"),
        (np.ones((0, 2)), np.ones((0, 2)), ValueError, r"empty batch of shape \(0, 2\)"),
        ([], [], ValueError, r"empty batch of shape \(0,\)"),
        (
            np.ones((2, 2)),
            [[1, 2], [3]],
            ValueError,
            "the rows of the target have different lengths",
        ),
        (np.ones(2), ["0", "1"], TypeError, "targets of dtype <U1; pass numbers"),
        (np.ones(2), [None, 1], TypeError, "targets of dtype object; pass numbers"),
        (np.ones(2), [1j, 1], TypeError, "targets of dtype complex128; pass numbers"),
        (np.ones(2, int), np.ones(2), TypeError, "of dtype int64; pass float64 or float32"),
        ([Value(1.0)], ["1"], TypeError, r"got the target \['1'\]; pass as many numbers"),
        ([Value(1.0)], 1.0, TypeError, r"got the target 1\.0; pass as many numbers"),
        (Value(1.0), Value(1.0), TypeError, "got the target .*Value.*; pass as many numbers"),
        ([Value(1.0), 2.0], [1, 1], TypeError, "got a mixed row"),
    ],
)
def test_wrong_targets_are_refused(loss, z, y, error, message):
    with pytest.raises(error, match=f"^{loss.__name__}: .*{message}"):
        loss(z, y)


@every_loss
def test_in_a_graph_and_in_an_error_a_loss_goes_by_its_name(loss):
    assert loss(Tensor([0.25, 0.5], requires_grad=True), [0, 1]).op == loss.__name__
    with pytest.raises(TypeError, match=rf"^{loss.__name__}: got ndarray of dtype int64"):
        loss(np.ones(2, int), [0, 1])


@every_loss
def test_a_tensor_is_no_target(loss):
    with pytest.raises(
        TypeError, match=rf"^{loss.__name__}: the target: got a Tensor .* its \.data"
    ):
        loss(Tensor([1.0]), Tensor([1.0]))
    with pytest.raises(TypeError, match=f"^{loss.__name__}: got the target Tensor"):
        loss([Value(1.0)], Tensor([1.0]))


@both_binary
@pytest.mark.parametrize("target", [-0.1, 1.1, 2, -1, math.nan, math.inf])
def test_binary_targets_lie_between_0_and_1(loss, target):
    match = f"^{loss.__name__}: got a target of {target:g}; pass 0 to 1"
    for z, y in ((np.ones(2), [0.5, target]), (Value(1.0), target)):
        with pytest.raises(ValueError, match=match):
            loss(z, y)


@given(delta=st.floats(0.1, 10), seed=st.integers(0, 10**6))
def test_huber_bends_where_it_is_told(delta, seed):
    y = np.random.default_rng(seed).normal(0, 3, (2, 3))
    check(
        lambda z: huber(z, y, delta),
        3 * spread((2, 3), seed),
        reference=lambda z: scipy.special.huber(delta, z - y).mean(),
    )


def test_huber_is_half_the_square_near_and_a_line_far_away():
    for z, loss, slope in ((0.5, 0.125, 0.5), (-2.0, 2.0, -2.0), (1e300, 2e300, 2.0)):
        for leaf in (Value(z), Tensor(z, requires_grad=True)):
            result = huber(leaf, 0.0, delta=2.0)
            result.backward()
            assert (float(result.data), float(leaf.grad)) == (loss, slope)
    single = huber(Tensor(np.ones(3, np.float32)), np.zeros(3), np.float64(0.5))
    assert single.dtype == np.float32


@pytest.mark.parametrize("delta", [0.0, -1.0, 9e-31, 1.1e30, math.nan, math.inf])
def test_huber_refuses_a_delta_that_is_not_positive_or_out_of_reach(delta):
    """In float32, 10³⁹ is ∞, and ∞ · 0 is NaN."""
    said = re.escape(f"huber: delta is {delta}; pass a number from 1e-30 to 1e+30")
    with pytest.raises(ValueError, match=f"^{said}"):
        huber(Value(1.0), 0.0, delta)
    for largest in (1e-30, 1e30):
        assert math.isfinite(huber(Tensor(np.ones(3, np.float32)), [0, 0, 0], largest).item())


def test_targets_of_values_may_come_one_by_one():
    values = [Value(1.0), Value(2.0)]
    assert mean_squared_error(values, (y for y in (0.0, 2.0))).data == 0.5
