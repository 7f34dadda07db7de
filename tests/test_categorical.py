"""Losses for one of several classes: against scikit-learn, 50 digits and formulas on paper."""

import math

import mpmath
import numpy as np
import pytest
import scipy.special
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from minigrad import (
    Tensor,
    Value,
    cross_entropy,
    cross_entropy_from_probabilities,
    gradcheck,
    no_grad,
)
from tests.helpers import check, spread

both = pytest.mark.parametrize(
    "loss", [cross_entropy, cross_entropy_from_probabilities], ids=lambda f: f.__name__
)
both_types = pytest.mark.parametrize("dtype", [np.float64, np.float32])
EXTREME = st.sampled_from([1e4, -1e4, 745.0, -745.0, 0.0, 0.1]) | st.floats(-50, 50)


def distributions(shape, seed=0):
    """Draw rows that sum to 1, none of their numbers near 0."""
    p = 0.5 + np.random.default_rng(seed).uniform(size=shape)
    return p / p.sum(-1, keepdims=True)


@given(n=st.integers(1, 6), classes=st.integers(1, 5), seed=st.integers(0, 10**6))
def test_both_are_scikit_learns(n, classes, seed):
    rng = np.random.default_rng(seed)
    z, labels = rng.normal(0, 3, (n, classes)), rng.integers(classes, size=n)
    p = scipy.special.softmax(z, -1)
    loss = cross_entropy(Tensor(z), labels).item()
    from_p = cross_entropy_from_probabilities(Tensor(p), labels).item()
    if classes > 1:
        wanted = sklearn.metrics.log_loss(labels, p, labels=range(classes))
        assert loss == pytest.approx(wanted, rel=1e-9, abs=1e-12)
        assert from_p == pytest.approx(wanted, rel=1e-12, abs=1e-15)
    assert loss == pytest.approx(-scipy.special.log_softmax(z, -1)[range(n), labels].mean())


@given(z=st.lists(EXTREME, min_size=1, max_size=5), data=st.data())
def test_values_are_those_of_50_digits(z, data):
    label = data.draw(st.integers(0, len(z) - 1))
    with mpmath.workdps(50):
        e = [mpmath.exp(mpmath.mpf(v) - mpmath.mpf(z[label])) for v in z]
        wanted = float(mpmath.log(mpmath.fsum(e)))
    batch = np.tile(z, (7, 1))
    for result in (
        cross_entropy(Tensor(batch), [label] * 7),
        cross_entropy(batch, np.eye(len(z))[[label] * 7]),
        cross_entropy([Value(v) for v in z], label),
    ):
        assert float(result.data) == pytest.approx(wanted, rel=1e-14, abs=2e-15)


def test_huge_logits_that_differ_little_keep_the_digits_of_their_difference():
    z = np.array([[1e15, 1e15 + 1]])
    wanted = math.log(1 + math.e)
    assert cross_entropy(z, [0]).item() == pytest.approx(wanted, rel=1e-15)
    assert cross_entropy(z, [[1, 0]]).item() == pytest.approx(wanted, rel=1e-15)
    assert cross_entropy([Value(1e15), Value(1e15 + 1)], 0).data == pytest.approx(wanted, rel=1e-15)


@both_types
@pytest.mark.parametrize("classes", [1, 2, 10, 1000])
def test_at_equal_logits_the_loss_is_the_logarithm_of_the_number_of_classes(classes, dtype):
    z = np.full((3, classes), 7, dtype)
    labels = np.arange(3) % classes
    for loss in (
        cross_entropy(z, labels),
        cross_entropy(z, labels, label_smoothing=0.3),
        cross_entropy_from_probabilities(np.full_like(z, 1 / classes), labels),
    ):
        assert loss.dtype == dtype
        assert loss.item() == pytest.approx(math.log(classes), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("classes", "floor"), [(2, 0.3133), (10, 1.4612), (1000, 5.9095)])
def test_a_second_softmax_has_a_floor(classes, floor):
    perfect = np.eye(classes)[:1]  # the first softmax at its best
    loss = cross_entropy(perfect, [0]).item()
    assert loss == pytest.approx(math.log(math.e + classes - 1) - 1, rel=1e-13)
    assert round(loss, 4) == floor


@both
@given(data=st.data(), seed=st.integers(0, 10**6))
def test_shifts_and_orders_change_nothing(loss, data, seed):
    rng = np.random.default_rng(seed)
    n, classes = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    z, labels = distributions((n, classes), seed), rng.integers(classes, size=n)
    before = loss(z, labels).item()
    rows, columns = rng.permutation(n), rng.permutation(classes)
    assert loss(z[rows], labels[rows]).item() == pytest.approx(before, rel=1e-13)
    moved = loss(z[:, columns], np.argsort(columns)[labels]).item()
    assert moved == pytest.approx(before, rel=1e-13, abs=1e-15)
    if loss is cross_entropy:
        assert loss(z + 1000, labels).item() == pytest.approx(before, rel=1e-10, abs=1e-12)


# -- gradients ------------------------------------------------------------------------------------


SHAPES = st.sampled_from([(3,), (2, 3), (2, 4, 3), (1, 1), (5, 2)])
EPSILONS = st.sampled_from([0.0, 0.1, 0.9])


@settings(max_examples=40)
@given(shape=SHAPES, epsilon=EPSILONS, seed=st.integers(0, 10**6))
def test_gradients_of_integer_labels_agree_with_differences(shape, epsilon, seed):
    labels = np.random.default_rng(seed).integers(shape[-1], size=shape[:-1])
    y = (1 - epsilon) * np.eye(shape[-1])[labels] + epsilon / shape[-1]
    check(
        lambda z: cross_entropy(z, labels, label_smoothing=epsilon),
        spread(shape, seed),
        reference=lambda z: -(y * scipy.special.log_softmax(z, -1)).sum(-1).mean(),
        seed=seed,
    )
    check(
        lambda p: cross_entropy_from_probabilities(p, labels, label_smoothing=epsilon),
        distributions(shape, seed),
        reference=lambda p: -(y * np.log(p)).sum(-1).mean(),
        seed=seed,
    )


@settings(max_examples=40)
@given(shape=SHAPES, epsilon=EPSILONS, seed=st.integers(0, 10**6))
def test_gradients_of_soft_labels_agree_with_differences(shape, epsilon, seed):
    rows = distributions(shape, seed + 1)
    y = (1 - epsilon) * rows + epsilon / shape[-1]
    check(
        lambda z: cross_entropy(z, rows, label_smoothing=epsilon),
        spread(shape, seed),
        reference=lambda z: -(y * scipy.special.log_softmax(z, -1)).sum(-1).mean(),
        seed=seed,
    )
    check(
        lambda p: cross_entropy_from_probabilities(p, rows, label_smoothing=epsilon),
        distributions(shape, seed),
        reference=lambda p: -(y * np.log(p)).sum(-1).mean(),
        seed=seed,
    )


@given(n=st.integers(1, 4), classes=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_the_gradient_is_p_minus_y_over_n(n, classes, seed):
    rng = np.random.default_rng(seed)
    z, labels = rng.normal(0, 3, (n, classes)), rng.integers(classes, size=n)
    soft, p = distributions(z.shape, seed), scipy.special.softmax(z, -1)
    for y, rows in ((labels, np.eye(classes)[labels]), (soft, soft)):
        leaf = Tensor(z, requires_grad=True)
        cross_entropy(leaf, y).backward()
        np.testing.assert_allclose(leaf.grad, (p - rows) / n, rtol=1e-12, atol=1e-16)


def test_gradcheck_passes_in_both_engines():
    for y in ([2, 0], [[0.5, 0.25, 0.25], [0, 0, 1]]):
        for epsilon in (0.0, 0.2):
            z = Tensor(spread((2, 3)), requires_grad=True)
            report = gradcheck(lambda z, y=y, e=epsilon: cross_entropy(z, y, label_smoothing=e), z)
            assert report.compared == 6
            p = Tensor(distributions((2, 3)), requires_grad=True)
            report = gradcheck(lambda p, y=y: cross_entropy_from_probabilities(p, y), p)
            assert report.compared == 6
    for y in (1, [0.75, 0.25]):
        assert gradcheck(lambda *z, y=y: cross_entropy(z, y), Value(0.3), Value(-2)).compared == 2
        p = Value(0.3), Value(0.7)
        assert gradcheck(lambda *p, y=y: cross_entropy_from_probabilities(p, y), *p).compared == 2


@both
@given(data=st.data(), epsilon=EPSILONS, seed=st.integers(0, 10**6))
def test_values_give_what_tensors_give(loss, data, epsilon, seed):
    numbers = distributions(data.draw(st.integers(1, 5)), seed)
    if loss is cross_entropy:
        numbers = 30 * numbers - 10
    y = data.draw(st.sampled_from([distributions(len(numbers), seed + 1), seed % len(numbers)]))
    values, leaf = [Value(v) for v in numbers.tolist()], Tensor(numbers, requires_grad=True)
    result = loss(values, y, label_smoothing=epsilon)
    tensor = loss(leaf, y, label_smoothing=epsilon)
    result.backward()
    tensor.backward()
    assert result.data == pytest.approx(tensor.item(), rel=1e-13, abs=1e-13)
    np.testing.assert_allclose([v.grad for v in values], leaf.grad, rtol=1e-12, atol=1e-13)


# -- labels ---------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("kind", [bool, np.int8, np.uint8, np.int64, np.float32, np.float64, list])
def test_rows_of_any_number_type_say_what_integers_say(loss, kind):
    z, labels = distributions((2, 3)), np.array([2, 0])
    rows = np.eye(3)[labels]
    wanted = loss(z, labels).item()
    assert loss(z, rows.tolist() if kind is list else rows.astype(kind)).item() == wanted
    values = [Value(v) for v in z[0].tolist()]
    row = [0, 0, 1] if kind is list else rows[0].astype(kind)
    assert loss(values, row).data == loss(values, 2).data


@both
@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64, list])
def test_integers_of_any_type(loss, kind):
    z = np.full((2, 2), 0.5)
    y = [0, 1] if kind is list else np.array([0, 1], kind)
    assert loss(z, y).item() == pytest.approx(math.log(2))
    one = 1 if kind is list else kind(1)
    assert loss([Value(0.5), Value(0.5)], one).data == pytest.approx(math.log(2))


def test_there_may_be_more_classes_than_the_type_of_the_labels_can_count():
    z = np.zeros((2, 300))
    for kind in (np.int8, np.uint8):
        assert cross_entropy(z, np.array([1, 127], kind)).item() == pytest.approx(math.log(300))


@both
def test_smoothing_spreads_a_share_of_the_truth_over_all_classes(loss):
    p, epsilon = [0.7, 0.2, 0.1], 0.3
    wanted = -(0.7 + 0.1) * math.log(0.7) - 0.1 * math.log(0.2) - 0.1 * math.log(0.1)
    numbers = [math.log(q) for q in p] if loss is cross_entropy else p
    for y in ([0], [[1, 0, 0]], np.array([[1.0, 0, 0]])):
        result = loss([numbers], y, label_smoothing=epsilon)
        assert result.item() == pytest.approx(wanted, rel=1e-14)
    values = [Value(v) for v in numbers]
    assert loss(values, 0, label_smoothing=epsilon).data == pytest.approx(wanted, rel=1e-14)
    soft = loss([numbers], [[0.5, 0.5, 0]], label_smoothing=epsilon).item()
    both_alike = -0.45 * (math.log(0.7) + math.log(0.2)) - 0.1 * math.log(0.1)
    assert soft == pytest.approx(both_alike, rel=1e-14)
    single = loss(np.array([numbers], np.float32), [0], label_smoothing=np.float64(epsilon))
    assert single.dtype == np.float32


@both
def test_labels_may_change_after_use_and_are_not_changed(loss):
    for y in (np.array([1, 0]), np.array([[0.25, 0.75], [1.0, 0.0]])):
        before, leaf = y.copy(), Tensor(distributions((2, 2)), requires_grad=True)
        loss(leaf, y).backward()
        wanted, leaf.grad = leaf.grad, None
        result = loss(leaf, y)
        np.testing.assert_array_equal(y, before)
        y[...] = 0
        result.backward()
        np.testing.assert_array_equal(leaf.grad, wanted)


@both
@pytest.mark.parametrize("labels", [[0, 2], distributions((2, 3))], ids=["integers", "rows"])
def test_in_a_graph_a_loss_is_called_by_its_name(loss, labels):
    assert loss(Tensor(distributions((2, 3)), requires_grad=True), labels).op == loss.__name__


@both
def test_no_gradient_is_recorded_where_none_is_wanted(loss):
    z = Tensor(distributions((2, 2)), requires_grad=True)
    assert not loss(z.data, [0, 1]).requires_grad
    with no_grad():
        assert not loss(z, [0, 1]).requires_grad


# -- at the ends ----------------------------------------------------------------------------------


@both_types
def test_huge_logits_are_stable_and_silent(dtype):
    z = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]], dtype)
    for labels, wanted in (([0, 1], 0.0), ([1, 0], 2000.0), ([0, 0], 1000.0)):
        for y in (labels, np.eye(2)[labels]):
            leaf = Tensor(z, requires_grad=True)
            result = cross_entropy(leaf, y)
            assert (result.dtype, result.shape, result.item()) == (dtype, (), wanted)
            result.backward()
            np.testing.assert_array_equal(leaf.grad, (np.eye(2) - np.eye(2)[labels]) / 2)
            assert leaf.grad.dtype == dtype
    assert cross_entropy([Value(1000.0), Value(-1000.0)], 1).data == 2000.0


@both_types
def test_a_masked_class_takes_no_part(dtype):
    z = np.array([[1.0, -math.inf, 1.0]], dtype)
    row = z[0].tolist()
    for y in ([0], [[1, 0, 0]], [[0.5, 0, 0.5]]):
        leaf, values = Tensor(z, requires_grad=True), [Value(v) for v in row]
        result = cross_entropy(leaf, y)
        result.backward()
        assert result.item() == pytest.approx(math.log(2), rel=1e-6)
        assert (leaf.grad[0, 1], np.isfinite(leaf.grad).all()) == (0, True)
        value = cross_entropy(values, y[0])
        value.backward()
        assert value.data == pytest.approx(math.log(2))
        np.testing.assert_allclose([v.grad for v in values], leaf.grad[0], atol=1e-7)


def test_a_true_class_that_is_masked_is_an_infinite_surprise():
    row = [1.0, -math.inf]
    for settings_ in ({}, {"label_smoothing": 0.1}):
        leaf, values = Tensor([row], requires_grad=True), [Value(v) for v in row]
        result, value = cross_entropy(leaf, [1], **settings_), cross_entropy(values, 1, **settings_)
        result.backward()
        value.backward()
        assert result.item() == value.data == math.inf
        share = 1 - settings_.get("label_smoothing", 0) / 2
        np.testing.assert_allclose(leaf.grad, [[share, -share]])
        np.testing.assert_allclose([v.grad for v in values], [share, -share])


@pytest.mark.parametrize("labels", [[0], [[0.5, 0.5]]], ids=["integers", "rows"])
def test_a_row_without_a_class_that_is_not_masked_is_refused(labels):
    with pytest.raises(ValueError, match=r"^cross_entropy: got a row of nothing but -inf"):
        cross_entropy(np.full((1, 2), -np.inf), labels)


def test_logits_that_have_overflowed_give_an_infinite_loss_and_nan_gives_nan():
    """So a training that diverges is noticed, whatever the sign."""
    z = np.array([[math.inf, 0.0]])
    assert cross_entropy(z, [1]).item() == math.inf
    assert cross_entropy(z, [0]).item() == 0.0
    assert cross_entropy([Value(math.inf), Value(0.0)], 1).data == math.inf
    nan = [0.0, math.nan]
    for y in ([0], [[1, 0]]):
        assert math.isnan(cross_entropy([nan], y).item())
        assert math.isnan(cross_entropy_from_probabilities([nan], y).item())
    for loss in (cross_entropy, cross_entropy_from_probabilities):
        assert math.isnan(loss([Value(v) for v in nan], 1).data)
    with pytest.raises(ValueError, match=r"^cross_entropy: got a row of nothing but -inf"):
        cross_entropy(np.full((1, 2), -math.inf), [0])


@both_types
def test_a_probability_of_0_at_the_true_class_costs_about_70_nats(dtype):
    """Below 1e−30, the loss is the tangent to −log p there; its gradient is the tangent's slope."""
    p = np.array([[0.0, 1.0], [1.0, 0.0]], dtype)
    leaf, values = Tensor(p, requires_grad=True), [Value(0.0), Value(1.0)]
    result = cross_entropy_from_probabilities(leaf, [0, 0])
    value = cross_entropy_from_probabilities(values, 0)
    result.backward()
    value.backward()
    worst = 30 * math.log(10) + 1
    assert result.item() == pytest.approx(worst / 2, rel=1e-6)
    assert value.data == pytest.approx(worst)
    np.testing.assert_allclose(leaf.grad, [[-0.5e30, 0], [-0.5, 0]], rtol=1e-6)
    np.testing.assert_allclose([v.grad for v in values], [-1e30, 0])


def test_the_loss_of_small_probabilities_is_a_curve_without_a_jump():
    for small in (1e-29, 1e-30, 0.5e-30, 1e-31, 1e-300):
        p = Value(small)
        result = cross_entropy_from_probabilities([p, Value(1.0)], 0)
        result.backward()
        line = 30 * math.log(10) + 1 - small / 1e-30
        assert result.data == pytest.approx(-math.log(small) if small >= 1e-30 else line)
        assert p.grad == pytest.approx(-1 / max(small, 1e-30))


# -- errors ---------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize(
    ("shape", "labels", "error", "message"),
    [
        ((2, 3), [0, 3], ValueError, "the label 3 for 3 classes; pass integers from 0 to 2"),
        ((2, 3), [-1, 0], ValueError, "the label -1 for 3 classes"),
        ((2, 3), np.array([0, 255], np.uint8), ValueError, "the label 255 for 3 classes"),
        ((2, 3), [0.0, 1.0], TypeError, "labels of dtype float64; pass integers, or rows of"),
        ((2, 3, 2), np.ones((2, 3)), TypeError, "labels of dtype float64; pass integers, or"),
        ((2, 3), [True, False], TypeError, "labels of dtype bool; pass integers"),
        ((2, 3), ["0", "1"], TypeError, "labels of dtype <U1; pass integers"),
        ((2, 3), [["a"] * 3] * 2, TypeError, "labels of dtype <U1; pass integers"),
        ((2, 3), [0], ValueError, r"labels of shape \(1,\) for logits of shape \(2, 3\)"),
        ((2, 3), [[0], [1]], ValueError, r"pass one integer per row, shape \(2,\), or rows"),
        ((2, 3), 0, ValueError, r"labels of shape \(\)"),
        ((2, 3), [[0, 1, 2], [0, 1]], ValueError, "the rows of the labels have different lengths"),
        ((2, 3), Tensor([0.0, 1.0]), TypeError, r"the labels: got a Tensor .* pass its \.data"),
        ((2, 2), [[0, 1], [1, 1]], ValueError, "in rows, one with the sum 2, the lowest 0; pass"),
        ((2, 2), [[0, 1], [0, 0]], ValueError, "in rows, one with the sum 0, the lowest 0"),
        ((2, 2), [[0.5, 0.5], [0.5, 0.49]], ValueError, "in rows, one with the sum 0.99"),
        ((2, 2), [[0.5, 0.5], [1.5, -0.5]], ValueError, "the lowest -0.5; pass rows from 0 to 1"),
        ((2, 2), [[0.5, 0.5], [math.nan, 1]], ValueError, "one with the sum nan"),
        ((1, 1), [[0]], ValueError, "one with the sum 0"),
        ((0, 3), [], ValueError, r"got an empty batch of shape \(0, 3\)"),
        ((0, 3), np.array([], int), ValueError, r"got an empty batch of shape \(0, 3\)"),
        ((2, 0), [0, 0], ValueError, "a row needs at least one number"),
        ((), 0, ValueError, r"got shape \(\)"),
        (3, 3, ValueError, "the label 3 for 3 classes"),
        (3, -1, ValueError, "the label -1 for 3 classes"),
        (3, 1.0, TypeError, "got a float as the label; pass one integer"),
        (3, True, TypeError, "got a bool as the label; pass one integer"),
        (3, "1", TypeError, "got a str as the label; pass one integer"),
        (3, [1], ValueError, "got 1 labels for one example of 3 classes; pass one integer, or"),
        (3, np.array([[0, 0, 1]]), TypeError, "got the labels .*; pass as many numbers"),
        (3, ["0", "0", "1"], TypeError, "got the labels .*; pass as many numbers"),
        (3, [0, 1, 1], ValueError, "one with the sum 2"),
        (3, [-1, 1, 1], ValueError, "the lowest -1; pass rows from 0 to 1"),
        (3, [math.nan, 0, 1], ValueError, "one with the sum nan"),
        (1, [0], ValueError, "one with the sum 0"),
        (None, 0, TypeError, "got one Value"),
    ],
)
def test_wrong_labels_are_refused(loss, shape, labels, error, message):
    if shape is None:
        z = Value(1.0)
    elif isinstance(shape, int):
        z = [Value(1 / shape) for _ in range(shape)]
    else:
        z = np.full(shape, 1 / shape[-1] if shape and shape[-1] else 1.0)
    with pytest.raises(error, match=f"^{loss.__name__}: .*{message}"):
        loss(z, labels)


@both
@pytest.mark.parametrize("epsilon", [-0.1, 1.0, 1, math.nan, math.inf, "a", [0.1]])
def test_a_smoothing_is_a_share(loss, epsilon):
    for z, y in ((np.full((1, 2), 0.5), [0]), ([Value(0.5), Value(0.5)], 0)):
        with pytest.raises(
            ValueError, match=f"^{loss.__name__}: label_smoothing is .*; pass a number from 0"
        ):
            loss(z, y, label_smoothing=epsilon)


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([3.0, -2.0], "got a probability of (3|-2); pass 0 to 1, or pass logits to cross_entropy$"),
        ([1.0 + 1e-7, 0.0], "got a probability of 1; pass 0 to 1"),
        ([0.2, 0.3], "probabilities that sum to 0.5; pass rows that sum to 1, or pass logits to"),
        ([0.502, 0.5], "probabilities that sum to 1.002"),
    ],
)
def test_what_is_no_distribution_is_refused(p, message):
    match = f"^cross_entropy_from_probabilities: .*{message}"
    with pytest.raises(ValueError, match=match):
        cross_entropy_from_probabilities([[0.5, 0.5], p], [0, 0])
    with pytest.raises(ValueError, match=match):
        cross_entropy_from_probabilities([Value(v) for v in p], 0)


def test_rows_that_were_rounded_are_taken():
    p = np.array([[0.333, 0.333, 0.3335]])
    assert cross_entropy_from_probabilities(p, [0]).item() == pytest.approx(-math.log(0.333))
    assert cross_entropy(np.zeros((1, 3)), p).item() == pytest.approx(math.log(3), abs=1e-3)
