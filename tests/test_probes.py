"""Probes: their numbers against plain NumPy, what they find, and what they are for."""

import math
from itertools import pairwise

import numpy as np
import pytest

from minigrad import (
    ActivationFunction,
    Linear,
    Sequential,
    Tensor,
    cross_entropy,
    leaky_relu,
    mean_squared_error,
    no_grad,
    probe,
    record,
    relu,
    sigmoid,
    silu,
    tanh,
)

rng = np.random.default_rng(0)
X = rng.normal(size=(30, 4))
LABELS = rng.integers(0, 3, 30)


def network(hidden=relu, seed=0):
    rng = np.random.default_rng(seed)
    return Sequential(
        *(Linear(4, 6, rng=rng), hidden, Linear(6, 5, rng=rng), sigmoid, Linear(5, 3, rng=rng))
    )


def by_hand(net, x, labels):
    """Run this network forward and backward in NumPy: δ of each example's own loss."""
    W1, b1, W2, b2, W3, b3 = (p.data for p in net.parameters())
    z1 = x @ W1 + b1
    a1 = np.where(z1 > 0, z1, 0)
    z2 = a1 @ W2 + b2
    a2 = 1 / (1 + np.exp(-z2))
    logits = a2 @ W3 + b3
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    losses = -np.log(p[range(len(x)), labels])
    delta3 = p - np.eye(3)[labels]
    delta2 = delta3 @ W3.T * a2 * (1 - a2)
    delta1 = delta2 @ W2.T * (z1 > 0)
    deltas = [(z1, a1, z1 > 0, delta1), (z2, a2, a2 * (1 - a2), delta2)]
    gradients = [
        g
        for inputs, delta in ((x, delta1), (a1, delta2), (a2, delta3))
        for g in (inputs.T @ delta / len(x), delta.mean(0))
    ]
    return losses.mean(), deltas, gradients


@pytest.mark.parametrize("batch_size", [1024, 30, 7, 1])
def test_the_numbers_are_those_of_numpy(batch_size):
    net = network()
    measured = probe(net, X, LABELS, cross_entropy, batch_size=batch_size)
    loss, layers, gradients = by_hand(net, X, LABELS)
    assert measured.examples == 30
    assert measured.loss == pytest.approx(loss, rel=1e-12)
    assert [(p.place, p.op) for p in measured.activations] == [(1, "relu"), (2, "sigmoid")]
    for p, (z, a, slope, delta), largest in zip(
        measured.activations, layers, (1, 0.25), strict=True
    ):
        assert p.shape == z.shape
        for spread, numbers in ((p.z, z), (p.a, a)):
            wanted = numbers.mean(), numbers.std(), np.sqrt((numbers**2).mean())
            assert spread == pytest.approx(wanted, rel=1e-12)
        assert p.zeros == np.mean(a == 0)
        assert p.saturated == np.mean(slope <= 0.05 * largest)
        assert p.passing == pytest.approx(np.mean(slope > 0.001 * largest, 0))
        assert p.dead == np.mean(np.all(slope <= 0.001 * largest, 0))
        assert p.nonfinite == 0
        assert p.delta_norm == pytest.approx(
            np.sqrt(np.mean(np.linalg.norm(delta, axis=1) ** 2)), rel=1e-12
        )
        assert p.delta_rms == pytest.approx(np.sqrt(np.mean(delta**2)), rel=1e-12)
    assert [p.name for p in measured.parameters] == ["0.W", "0.b", "2.W", "2.b", "4.W", "4.b"]
    for p, parameter, gradient in zip(
        measured.parameters, net.parameters(), gradients, strict=True
    ):
        assert p.shape == parameter.shape
        assert p.norm == pytest.approx(np.linalg.norm(parameter.data), rel=1e-12)
        assert p.gradient == pytest.approx(np.linalg.norm(gradient), rel=1e-12)


def test_without_a_loss_there_is_no_gradient():
    measured = probe(network(), X)
    assert measured.loss is None
    assert [p.delta_norm for p in measured.activations] == [None, None]
    assert [p.delta_rms for p in measured.activations] == [None, None]
    assert {p.gradient for p in measured.parameters} == {None}
    with_loss = probe(network(), X, LABELS, cross_entropy)
    for one, other in zip(measured.activations, with_loss.activations, strict=True):
        assert one == other._replace(delta_norm=None, delta_rms=None)


@pytest.mark.parametrize("batch_size", [29, 10, 3, 1])
def test_data_in_batches_are_as_one_pass(batch_size):
    """Shares, counts and bins exactly, the rest but for the order of summing."""
    net = network(tanh)
    one = probe(net, 9 * X, LABELS, cross_entropy)
    several = probe(net, 9 * X, LABELS, cross_entropy, batch_size=batch_size)
    assert several.loss == pytest.approx(one.loss, rel=1e-12)
    for p, q in zip(one.activations, several.activations, strict=True):
        exact = [name for name in p._fields if name not in ("z", "a", "delta_norm", "delta_rms")]
        assert [getattr(p, name) for name in exact] == [getattr(q, name) for name in exact]
        assert (*p.z, *p.a, p.delta_norm, p.delta_rms) == pytest.approx(
            (*q.z, *q.a, q.delta_norm, q.delta_rms), rel=1e-12
        )
    for p, q in zip(one.parameters, several.parameters, strict=True):
        assert p.gradient == pytest.approx(q.gradient, rel=1e-12)


def test_data_may_lie_in_a_file(tmp_path):
    np.save(tmp_path / "x.npy", X)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert probe(network(), mapped, batch_size=8) == probe(network(), X, batch_size=8)


def test_float32_stays_float32():
    kinds = []

    def note(a):
        kinds.append(a.dtype)
        return a

    net = Sequential(Linear(4, 3, rng=0, dtype=np.float32), silu, note)
    measured = probe(net, X.astype(np.float32), np.zeros((30, 3)), mean_squared_error)
    assert kinds == [np.float32]
    assert all(type(number) is float for number in measured.activations[0].z)


def test_units_are_the_last_axis_and_rows_are_examples():
    x = rng.normal(size=(5, 2, 4))
    (p,) = probe(relu, x, batch_size=2).activations
    assert p.shape == (5, 2, 4)
    assert p.passing == pytest.approx((x > 0).mean((0, 1)))
    (p,) = probe(relu, x[:, 0, 0], batch_size=2).activations
    assert p.shape == (5,)
    assert p.passing == pytest.approx([(x[:, 0, 0] > 0).mean()])
    (p,) = probe(lambda x: tanh(x.sum()), x).activations
    assert p.shape == (1,)


def test_what_counts_may_be_the_readers_own():
    half = ActivationFunction("half", value=lambda xp, z: z / 2, slope=lambda xp, z, a: 0 * z + 0.5)

    def double(x):
        return record("double", 2 * x.data, (x, lambda g: 2 * g))

    first, second = probe(lambda x: half(double(x)), X, ops=["double"]).activations
    assert (first.op, second.op) == ("double", "half")
    assert (first.saturated, second.saturated) == (0, 0)
    assert probe(half, X, saturated_below=0.6).activations[0].saturated == 0  # its largest is 0.5


# -- what it is for --------------------------------------------------------------------------------


def test_a_dead_unit_is_one_that_is_off_for_every_example():
    layer = Linear(4, 3, rng=0)
    layer.b.data = np.array([-100.0, 0.0, 100.0])
    (p,) = probe(Sequential(layer, relu), X, batch_size=4).activations
    assert p.dead == pytest.approx(1 / 3)
    assert p.passing[0] == 0 < p.passing[1] < 1 == p.passing[2]
    (p,) = probe(Sequential(layer, leaky_relu), X).activations
    assert p.saturated > 1 / 3
    assert p.dead == 0  # something always comes through
    (p,) = probe(Sequential(layer, leaky_relu), X, dead_below=0.05).activations
    assert p.dead == pytest.approx(1 / 3)


def test_a_unit_that_one_batch_needs_is_not_dead():
    x = np.array([[-1.0], [-1.0], [-1.0], [1.0]])
    assert probe(relu, x[:3], batch_size=2).activations[0].dead == 1
    assert probe(relu, x, batch_size=2).activations[0].dead == 0


def test_vanishing_gradients_are_seen():
    """Glorot's weights and sigmoid: from layer to layer at most a quarter is left."""
    layers = [part for i in range(8) for part in (Linear(20, 20, rng=i), sigmoid)]
    x = np.random.default_rng(1).normal(size=(50, 20))
    measured = probe(Sequential(*layers), x, np.zeros((50, 20)), mean_squared_error)
    sizes = [p.delta_norm for p in measured.activations]
    assert all(below < 0.4 * above for below, above in pairwise(sizes))


def test_saturation_is_seen():
    (p,) = probe(tanh, 10 * X).activations
    assert p.saturated == np.mean(1 - np.tanh(10 * X) ** 2 <= 0.05)
    assert p.saturated > 0.8
    (loose,) = probe(tanh, 10 * X, saturated_below=0.5).activations
    assert loose.saturated == np.mean(1 - np.tanh(10 * X) ** 2 <= 0.5) > p.saturated


def test_numbers_that_are_not_finite_are_reported():
    x = X.copy()
    x[3, 1], x[4, 0], x[5] = np.inf, -np.inf, np.nan
    (p,) = probe(relu, x, batch_size=5).activations
    assert p.nonfinite == 6 + 5  # in z; in a, relu(−inf) is 0
    assert all(map(math.isnan, (*p.z, *p.a)))
    assert sum(p.histogram.counts) == x.size - 6
    assert p.dead == 0
    measured = probe(Linear(4, 1, rng=0), x[5:6], np.zeros((1, 1)), mean_squared_error)
    assert math.isnan(measured.loss)
    assert math.isnan(measured.parameters[0].gradient)


def test_nan_slopes_are_neither_flat_nor_dead():
    (p,) = probe(sigmoid, np.full((3, 2), np.nan)).activations
    assert (p.saturated, p.dead, p.nonfinite) == (0, 0, 12)
    assert p.histogram == ((0.0,), (), ())


def test_it_prints_as_a_table():
    text = str(probe(network(), X, LABELS, cross_entropy))
    assert text.split("\n")[0].split() == [
        *("units", "rms", "z", "mean", "a", "std", "a", "saturated", "dead", "‖δ‖")
    ]
    first = text.split("\n")[1]
    p = probe(network(), X, LABELS, cross_entropy).activations[0]
    assert first.split()[:4] == ["1", "relu", "6", f"{p.z.rms:.3g}"]
    assert first.split()[-3:] == [f"{p.saturated:.1%}", f"{p.dead:.1%}", f"{p.delta_norm:.2e}"]
    assert repr(probe(Linear(4, 1, rng=0), X)).split("\n")[1:] == []
    assert str(probe(relu, X)).endswith("%")


# -- what is refused -------------------------------------------------------------------------------


def test_batches_must_take_the_same_way():
    def model(x):
        return relu(x) if len(x) == 20 else tanh(x)

    with pytest.raises(ValueError, match=r"through \['relu'\], another through \['tanh'\]; pass a"):
        probe(model, X, batch_size=20)


def test_units_must_not_come_and_go():
    with pytest.raises(ValueError, match=r"z of relu had shape \(4, 20\) and then \(4, 10\)"):
        probe(lambda x: relu(x.T), X, batch_size=20)


@pytest.mark.parametrize(
    ("error", "words", "misuse"),
    [
        (ValueError, "got only one of y and loss", lambda: probe(relu, X, LABELS)),
        (ValueError, "got only one of y", lambda: probe(relu, X, loss=cross_entropy)),
        (ValueError, r"x of shape \(0, 4\)", lambda: probe(relu, X[:0])),
        (ValueError, r"x of shape \(\)", lambda: probe(relu, 1.0)),
        (
            ValueError,
            r"x of shape \(30, 4\) and y of shape \(29,\); pass as many rows",
            lambda: probe(relu, X, LABELS[1:], cross_entropy),
        ),
        (
            ValueError,
            "probe: batch_size is 0; pass",
            lambda: probe(relu, X, batch_size=0),
        ),
        (ValueError, "probe: saturated_below is 1", lambda: probe(relu, X, saturated_below=1)),
        (ValueError, "probe: dead_below is -1", lambda: probe(relu, X, dead_below=-1)),
        (TypeError, "probe: got ndarray of dtype int64", lambda: probe(relu, LABELS)),
        (TypeError, "got a Tensor", lambda: probe(relu, Tensor(X))),
        (TypeError, "the model returned a ndarray", lambda: probe(lambda x: x.data, X)),
        (
            TypeError,
            "the loss returned a float",
            lambda: probe(relu, X, X, lambda a, y: 0.0),
        ),
        (ValueError, "does not depend on x", lambda: probe(lambda x: Tensor(x.data), X)),
        (
            ValueError,
            "does not depend on x",
            lambda: probe(lambda x: Tensor([1.0], requires_grad=True), X),
        ),
    ],
)
def test_misuse(error, words, misuse):
    with pytest.raises(error, match=words):
        misuse()


def test_a_probe_within_no_grad_is_refused():
    with no_grad(), pytest.raises(ValueError, match=r"call probe outside no_grad\(\)"):
        probe(relu, X)


# -- borders ---------------------------------------------------------------------------------------


def test_a_slope_at_the_threshold_counts_as_nearly_zero():
    """So a threshold of 0 asks for slopes that are exactly 0."""
    z = np.array([[-1.0, 2.0]])
    (p,) = probe(relu, z, saturated_below=0, dead_below=0).activations
    assert (p.saturated, p.dead) == (0.5, 0.5)
    (p,) = probe(lambda x: leaky_relu(x, 0.25), z, saturated_below=0.25).activations
    assert p.saturated == 0.5


def test_a_gradient_from_before_is_neither_reported_nor_lost():
    W = Tensor(np.eye(4), requires_grad=True)
    W.grad = gradient = np.full((4, 4), 7.0)
    (p,) = probe(lambda x: relu(x @ W), X).parameters
    assert p.gradient is None
    (p,) = probe(lambda x: relu(x @ W), X, X, mean_squared_error).parameters
    a = np.maximum(X, 0)
    wanted = X.T @ ((a - X) * (X > 0)) * 2 / X.size
    assert p.gradient == pytest.approx(np.linalg.norm(wanted), abs=1e-15)
    assert W.grad is gradient


def test_a_loss_that_does_not_look_at_the_result_sends_nothing_back():
    w = Tensor([3.0], requires_grad=True)
    measured = probe(lambda x: relu(x * w), X, X, lambda a, y: (w * w).sum())
    (p,) = measured.activations
    assert (p.delta_norm, p.delta_rms) == (0, 0)
    assert measured.loss == pytest.approx(9)
    assert measured.parameters[0].gradient == pytest.approx(6)


def test_the_loss_may_be_an_array_of_one_number():
    model, x, y = Linear(2, 1, rng=0), np.eye(2), np.ones((2, 1))
    plain = probe(model, x, y, loss=mean_squared_error)
    wrapped = probe(model, x, y, loss=lambda z, y: mean_squared_error(z, y).reshape(1))
    assert wrapped.parameters == plain.parameters and wrapped.loss == plain.loss
