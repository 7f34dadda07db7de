"""Losses: against scikit-learn and the plain formulas, stable where those are not."""

import math

import numpy as np
import pytest
import scipy.special
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minigrad import (
    Tensor,
    Value,
    binary_cross_entropy_with_logits,
    cross_entropy,
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
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3)


@every_elementwise
@given(shape=SHAPES, seed=st.integers(0, 10**6))
def test_elementwise_losses_are_the_plain_formulas(loss, shape, seed):
    y = np.random.default_rng(seed).choice([0.0, 0.25, 1.0], shape)
    check(lambda z: loss(z, y), 1.5 * spread(shape, seed), reference=lambda z: PLAIN[loss](z, y))


@given(n=st.integers(1, 6), classes=st.integers(1, 5), seed=st.integers(0, 10**6))
def test_cross_entropy_is_scikit_learns(n, classes, seed):
    rng = np.random.default_rng(seed)
    z, labels = rng.normal(0, 3, (n, classes)), rng.integers(classes, size=n)
    loss = cross_entropy(Tensor(z), labels).item()
    if classes > 1:
        wanted = sklearn.metrics.log_loss(
            labels, scipy.special.softmax(z, -1), labels=range(classes)
        )
        assert loss == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    assert loss == pytest.approx(-scipy.special.log_softmax(z, -1)[range(n), labels].mean())


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 4, 3), (1, 1)])
def test_cross_entropy_takes_any_shape_of_batch(shape):
    labels = np.random.default_rng(0).integers(shape[-1], size=shape[:-1])
    onehot = np.eye(shape[-1])[labels]
    check(
        lambda z: cross_entropy(z, labels),
        spread(shape),
        reference=lambda z: -(onehot * scipy.special.log_softmax(z, -1)).sum(-1).mean(),
    )


@given(n=st.integers(1, 4), classes=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_gradient_of_both_cross_entropies_is_p_minus_y_over_n(n, classes, seed):
    rng = np.random.default_rng(seed)
    z, labels = rng.normal(0, 3, (n, classes)), rng.integers(classes, size=n)
    leaf = Tensor(z, requires_grad=True)
    cross_entropy(leaf, labels).backward()
    p = scipy.special.softmax(z, -1)
    np.testing.assert_allclose(leaf.grad, (p - np.eye(classes)[labels]) / n, rtol=1e-12, atol=1e-16)
    y, leaf = rng.uniform(size=z.shape), Tensor(z, requires_grad=True)
    binary_cross_entropy_with_logits(leaf, y).backward()
    np.testing.assert_allclose(leaf.grad, (scipy.special.expit(z) - y) / z.size, rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_huge_logits_are_stable_and_silent(dtype):
    z = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]], dtype)
    for loss, y, wanted in (
        (cross_entropy, [0, 1], 0.0),
        (cross_entropy, [1, 0], 2000.0),
        (cross_entropy, [0, 0], 1000.0),
        (binary_cross_entropy_with_logits, [[1, 0], [0, 1]], 0.0),
        (binary_cross_entropy_with_logits, [[0, 1], [1, 0]], 1000.0),
    ):
        leaf = Tensor(z, requires_grad=True)
        result = loss(leaf, y)
        assert (result.dtype, result.shape, result.item()) == (dtype, (), wanted)
        result.backward()
        assert np.isfinite(leaf.grad).all()
        assert leaf.grad.dtype == dtype
    right, wrong = (binary_cross_entropy_with_logits(Value(1000.0), y) for y in (1, 0))
    assert (right.data, wrong.data) == (0.0, 1000.0)
    assert cross_entropy([Value(1000.0), Value(-1000.0)], 1).data == 2000.0


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


@given(z=st.lists(st.floats(-30, 30), min_size=1, max_size=5), data=st.data())
def test_cross_entropy_of_values_gives_what_tensors_give(z, data):
    label = data.draw(st.integers(0, len(z) - 1))
    values, leaf = [Value(v) for v in z], Tensor(z, requires_grad=True)
    result, tensor = cross_entropy(values, label), cross_entropy(leaf, label)
    result.backward()
    tensor.backward()
    assert result.data == pytest.approx(tensor.item(), abs=1e-13)
    np.testing.assert_allclose([v.grad for v in values], leaf.grad, atol=1e-13)


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
    z = Tensor(spread((2, 3)), requires_grad=True)
    assert gradcheck(lambda z: cross_entropy(z, [2, 0]), z).compared == 6
    assert gradcheck(lambda *z: cross_entropy(z, 1), Value(0.3), Value(-2.0)).compared == 2


def test_at_distance_zero_the_absolute_error_has_slope_zero():
    leaf, value = Tensor([1.0, 2.0], requires_grad=True), Value(1.0)
    mean_absolute_error(leaf, [1.0, 5.0]).backward()
    np.testing.assert_array_equal(leaf.grad, [0, -0.5])
    mean_absolute_error(value, 1.0).backward()
    assert value.grad == 0.0


@pytest.mark.parametrize("kind", [bool, np.int8, np.uint8, np.int64, np.uint64, np.float32, list])
def test_targets_and_labels_of_any_number_type(kind):
    y = [0, 1] if kind is list else np.array([0, 1], kind)
    for loss in PLAIN:
        assert loss(Tensor([0.5, 2.0]), y).dtype == np.float64
        assert loss(Tensor(np.ones(2, np.float32)), y).dtype == np.float32
        assert loss([Value(0.5), Value(2.0)], y).data == loss([Value(0.5), Value(2.0)], [0, 1]).data
    if kind not in (bool, np.float32):
        assert cross_entropy(np.zeros((2, 2)), y).item() == pytest.approx(math.log(2))


def test_targets_may_change_after_use_and_are_not_changed():
    z, y = Tensor([[1.0, 2.0]], requires_grad=True), np.array([[1.0, 0.0]])
    labels = np.array([1])
    total = mean_squared_error(z, y) + cross_entropy(z, labels)
    y[...], labels[...] = 99.0, 0
    total.backward()
    p = scipy.special.softmax([1.0, 2.0])
    np.testing.assert_allclose(z.grad, [[0 + p[0], 2 + p[1] - 1]])


def test_constant_predictions_give_a_loss_without_gradient():
    assert not mean_squared_error(np.ones(2), np.ones(2)).requires_grad
    assert mean_squared_error([1.0, 3.0], [1.0, 1.0]).item() == 2.0


# -- errors ---------------------------------------------------------------------------------------


@every_elementwise
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


@every_elementwise
def test_a_tensor_is_no_target(loss):
    with pytest.raises(TypeError, match=r"got a Tensor .*pass its \.data"):
        loss(Tensor([1.0]), Tensor([1.0]))


@pytest.mark.parametrize("target", [-0.1, 1.1, 2, -1, math.nan, math.inf])
def test_binary_targets_lie_between_0_and_1(target):
    for z, y in ((np.ones(2), [0.5, target]), (Value(1.0), target)):
        with pytest.raises(ValueError, match=f"got a target of {target:g}; pass 0 to 1"):
            binary_cross_entropy_with_logits(z, y)


@pytest.mark.parametrize(
    ("z", "labels", "error", "message"),
    [
        (
            np.ones((2, 3)),
            [0, 3],
            ValueError,
            "the label 3 for 3 classes; pass integers from 0 to 2",
        ),
        (np.ones((2, 3)), [-1, 0], ValueError, "the label -1 for 3 classes"),
        (np.ones((2, 3)), np.array([0, 255], np.uint8), ValueError, "the label 255 for 3 classes"),
        (np.ones((2, 3)), [0.0, 1.0], TypeError, "labels of dtype float64; pass integers"),
        (np.ones((2, 3)), np.eye(3)[:2], TypeError, r"one-hot rows as rows\.argmax\(-1\)"),
        (np.ones((2, 3)), [True, False], TypeError, "labels of dtype bool; pass integers"),
        (np.ones((2, 3)), [0], ValueError, r"labels of shape \(1,\) for logits of shape \(2, 3\)"),
        (np.ones((2, 3)), [[0], [1]], ValueError, r"pass one integer per row, shape \(2,\)"),
        (np.ones((2, 3)), 0, ValueError, r"labels of shape \(\)"),
        (np.ones((0, 3)), [], ValueError, r"got an empty batch of shape \(0, 3\)"),
        (np.ones((0, 3)), np.array([], int), ValueError, r"got an empty batch of shape \(0, 3\)"),
        (np.ones((2, 0)), [0, 0], ValueError, "a row needs at least one number"),
        (1.0, 0, ValueError, r"got shape \(\)"),
        ([Value(1.0)] * 3, 3, ValueError, "the label 3 for 3 classes"),
        ([Value(1.0)] * 3, -1, ValueError, "the label -1 for 3 classes"),
        ([Value(1.0)] * 3, 1.0, TypeError, "got a float as the label; pass one integer"),
        ([Value(1.0)] * 3, [1], TypeError, "got a list as the label; pass one integer"),
        (Value(1.0), 0, TypeError, "got one Value"),
    ],
)
def test_wrong_labels_are_refused(z, labels, error, message):
    with pytest.raises(error, match=f"^cross_entropy: .*{message}"):
        cross_entropy(z, labels)


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


@pytest.mark.parametrize("delta", [0.0, -1.0, math.nan, math.inf])
def test_huber_refuses_a_delta_that_is_not_positive(delta):
    with pytest.raises(ValueError, match=f"^huber: delta is {delta}; pass a positive number"):
        huber(Value(1.0), 0.0, delta)
