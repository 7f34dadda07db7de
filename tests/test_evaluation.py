"""Evaluation: averages, modes, and what is refused."""

from functools import partial

import numpy as np
import pytest

from minigrad import (
    BatchNorm,
    Dropout,
    Linear,
    Residual,
    Sequential,
    Tensor,
    accuracy,
    binary_accuracy,
    cross_entropy,
    evaluate,
    mean_squared_error,
    relu,
)
from tests.fitting import LABELS, X, small_net


@pytest.mark.parametrize("batch_size", [1, 3, 19, 20, 1000])
def test_evaluate_averages_whatever_the_batch_size(batch_size):
    net = small_net()
    means = evaluate(net, X, LABELS, {"loss": cross_entropy, "acc": accuracy}, batch_size)
    assert means["loss"] == pytest.approx(cross_entropy(net(X), LABELS).item(), rel=1e-13)
    assert means["acc"] == pytest.approx((net(X).data.argmax(1) == LABELS).mean())


def test_evaluate_records_nothing():
    recorded = []
    net = Sequential(small_net(), lambda z: recorded.append(z.requires_grad) or relu(z))
    evaluate(net, X, LABELS, {"loss": cross_entropy})
    assert recorded == [False]
    assert all(p.grad is None for p in net.parameters())


@pytest.mark.parametrize("batch_size", [0, -1])
def test_evaluate_refuses_batches_of_nothing(batch_size):
    with pytest.raises(ValueError, match=f"^evaluate: batch_size is {batch_size}; pass a positive"):
        evaluate(small_net(), X, LABELS, {}, batch_size)


def test_evaluate_refuses_lengths_that_differ_and_nothing():
    with pytest.raises(
        ValueError, match=r"^evaluate: got x of shape \(20, 3\) and y of shape \(3,"
    ):
        evaluate(small_net(), X, LABELS[:3], {})
    with pytest.raises(ValueError, match="at least one"):
        evaluate(small_net(), X[:0], LABELS[:0], {})


def test_accuracy_counts_the_rows_whose_largest_score_is_right():
    scores = np.array([[0.1, 0.9], [0.8, 0.2], [3.0, 4.0], [-1.0, -2.0]])
    assert accuracy(scores, [1, 1, 1, 0]) == 0.75
    assert accuracy(Tensor(scores), np.array([1, 0, 1, 0])) == 1.0
    assert type(accuracy(scores, [1, 1, 1, 0])) is float


@pytest.mark.parametrize(
    ("shape", "labels"), [((2, 3), (3,)), ((2, 3), (2, 1)), ((2,), (2,)), ((0, 3), (0,))]
)
def test_accuracy_refuses_shapes_that_do_not_fit(shape, labels):
    with pytest.raises(ValueError, match=r"^accuracy: .*; pass \(n, classes\) and \(n,\)"):
        accuracy(np.ones(shape), np.ones(labels, int))


def test_accuracy_refuses_labels_out_of_range_and_nan():
    with pytest.raises(ValueError, match="got labels from -1 to 0 for 2 classes"):
        accuracy(np.zeros((2, 2)), np.array([-1, 0]))
    with pytest.raises(ValueError, match="got labels from 0 to 2 for 2 classes"):
        accuracy(np.zeros((2, 2)), np.array([2, 0]))
    with pytest.raises(ValueError, match="1 NaN"):
        accuracy(np.array([[np.nan, 0.0]]), np.array([0]))


# -- training or not ------------------------------------------------------------------------------


def mixed():
    """A model of which one layer is frozen, deep inside, and everything else in training."""
    net = Sequential(
        Linear(3, 4, rng=0), Residual(Sequential(BatchNorm(4), Dropout(rng=0))), BatchNorm(4)
    )
    net[1].layer[0].eval()
    return net


def modes(net):
    inner = net[1].layer
    return [part.training for part in (net, *net, inner, *inner)]


def test_binary_accuracy_counts_the_logits_on_the_right_side():
    z, y = np.array([[3.0], [-0.1], [0.0], [np.inf]]), np.array([[1], [0], [1], [0]])
    assert binary_accuracy(z, y) == 0.5  # a logit of 0 says no
    assert binary_accuracy(Tensor(z), y.astype(float)) == 0.5
    assert binary_accuracy(z, y == 1) == 0.5
    assert type(binary_accuracy(z, y)) is float


@pytest.mark.parametrize(("shape", "targets"), [((3,), (4,)), ((3, 1), (3,)), ((0,), (0,))])
def test_binary_accuracy_refuses_shapes_that_do_not_fit(shape, targets):
    with pytest.raises(ValueError, match=r"^binary_accuracy: .*; pass the same shape"):
        binary_accuracy(np.ones(shape), np.ones(targets))


@pytest.mark.parametrize(("z", "y"), [([1.0], [2]), ([1.0], [0.5]), ([np.nan], [1]), ([1.0], [-1])])
def test_binary_accuracy_refuses_targets_that_are_no_zeros_and_ones_and_nan(z, y):
    with pytest.raises(ValueError, match=r"^binary_accuracy: got .*; pass targets that are 0 or 1"):
        binary_accuracy(np.array(z), y)


def test_binary_accuracy_shows_what_is_wrong():
    with pytest.raises(ValueError, match=r"got a target of 0\.5; pass targets that are 0 or 1"):
        binary_accuracy(np.ones(3), [0, 0.5, 1])
    with pytest.raises(ValueError, match=r"got a logit that is NaN"):
        binary_accuracy(np.array([1.0, np.nan]), [0, 1])


def test_binary_accuracy_says_its_name_of_what_is_no_array_of_floats():
    with pytest.raises(TypeError, match=r"^binary_accuracy: got str"):
        binary_accuracy("yes", np.ones(1))


def test_evaluate_takes_a_layer_out_of_training_and_puts_it_back():
    net = mixed()
    before, state, seen = modes(net), net.state_dict(), []
    assert before == [True, True, True, True, True, False, True]
    evaluate(net, X, LABELS, {"modes": lambda prediction, y: seen.append(modes(net)) or 0.0}, 8)
    assert seen == [[False] * 7] * 3
    assert modes(net) == before
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, state[name])  # no statistic, no generator has moved


def test_evaluate_puts_the_modes_back_also_after_an_error():
    net = mixed()
    before = modes(net)
    with pytest.raises(ZeroDivisionError):
        evaluate(net, X, LABELS, {"trouble": lambda prediction, y: 1 / 0})
    assert modes(net) == before


def test_a_model_that_is_a_function_has_no_mode():
    net = mixed()
    seen = []
    evaluate(lambda x: seen.append(modes(net)) or net(x), X, LABELS, {"accuracy": accuracy})
    assert seen == [modes(net)]


@pytest.mark.parametrize(("x", "y"), [(1.0, [1.0]), ([1.0], 1.0), (1.0, 1.0)])
def test_evaluate_refuses_what_has_no_rows(x, y):
    with pytest.raises(ValueError, match=r"^evaluate: got x of shape .* pass as many rows"):
        evaluate(lambda x: x, x, y, {})


def test_the_operation_is_named_where_integers_come_for_floats():
    with pytest.raises(TypeError, match=r"^accuracy: got ndarray of dtype int64; pass float64"):
        accuracy(np.ones((2, 2), int), [0, 1])
    with pytest.raises(TypeError, match=r"^evaluate: got ndarray of dtype int64; pass float64"):
        evaluate(lambda x: x, np.ones((2, 2), int), [0, 1], {})


def test_metrics_may_come_in_a_list():
    one = evaluate(lambda x: x, np.eye(2), [0, 0], [accuracy])
    assert one == evaluate(lambda x: x, np.eye(2), [0, 0], {"accuracy": accuracy})


def test_a_metric_without_a_name_goes_by_its_kind():
    half = partial(lambda share, p, y: share, 0.5)
    assert evaluate(lambda x: x, np.eye(2), [0, 0], [half]) == {"partial": 0.5}


def test_a_mean_of_roots_is_no_root_of_a_mean():
    """As it is said of the size of batches."""
    x, y = np.array([[1.0], [3.0]]), np.zeros((2, 1))
    root = lambda p, y: mean_squared_error(p, y) ** 0.5  # noqa: E731
    assert evaluate(lambda x: x, x, y, {"root": root})["root"] == 5**0.5
    assert evaluate(lambda x: x, x, y, {"root": root}, batch_size=1)["root"] == 2


def test_evaluate_goes_in_batches_of_the_size_that_is_asked_for():
    sizes = []
    evaluate(lambda x: sizes.append(len(x.data)) or x, X, LABELS, {}, batch_size=8)
    assert sizes == [8, 8, 4]
