"""The monitor: its records against plain NumPy, and that training goes on as without it."""

import math

import numpy as np
import pytest

from minigrad import (
    SGD,
    Adam,
    BatchNorm,
    Checkpoint,
    Dropout,
    Linear,
    Monitor,
    Sequential,
    Tensor,
    cross_entropy,
    fit,
    mean_squared_error,
    probe,
    relu,
    tanh,
)

rng = np.random.default_rng(0)
X = rng.normal(size=(20, 3))
LABELS = rng.integers(0, 2, 20)


def network():
    rng = np.random.default_rng(1)
    return Sequential(
        Linear(3, 4, rng=rng), BatchNorm(4), relu, Dropout(0.5, rng=rng), Linear(4, 2, rng=rng)
    )


def train(callbacks=(), net=None, epochs=3, **options):
    net = net or network()
    optimizer = Adam(net.parameters(), lr=0.01)
    fit(
        *(net, X, LABELS),
        **{"loss": cross_entropy, "optimizer": optimizer, "epochs": epochs, "batch_size": 5},
        **{"rng": 0, "callbacks": list(callbacks), "progress": False},
        **options,
    )
    return net


def test_the_numbers_are_those_of_numpy():
    """By hand, L = mean (x w − y)², so g = 2 xᵀ (x w − y) / n, and w moves by −η g."""
    w, y, lr = np.array([[0.5], [-1.0], [2.0]]), X @ [[1.0], [1.0], [1.0]], 0.1
    W = Tensor(w, requires_grad=True)
    monitor, sgd = Monitor(lambda x: x @ W), SGD([W], lr=lr)
    for step in range(4):
        sgd.zero_grad()
        loss = mean_squared_error(X @ W, y)
        loss.backward()
        monitor.before_step()
        sgd.step()
        monitor.after_step(loss=loss.item())
        g = 2 * X.T @ (X @ w - y) / 20
        r = monitor.records[-1]
        assert (r.step, r.saturated, r.dead) == (step, (), ())
        assert r.loss == pytest.approx(np.mean((X @ w - y) ** 2))
        assert r.gradients == {"W": pytest.approx(np.linalg.norm(g))}
        assert r.updates == {"W": pytest.approx(lr * np.linalg.norm(g) / np.linalg.norm(w))}
        w = w - lr * g
    assert len(monitor.records) == 4


def test_as_a_callback_it_sees_every_step_of_every_epoch():
    net = network()
    monitor = Monitor(net, X)
    losses = []

    class Losses:
        def after_step(self, run):
            losses.append(run.loss)

    train([monitor, Losses()], net)
    assert [r.step for r in monitor.records] == [*range(12)]
    assert [r.loss for r in monitor.records] == losses
    assert [*monitor.records[0].gradients] == [name for name, _ in net.named_parameters()]
    assert monitor.ops == ("relu",)
    measured = probe(net, X).activations[0]  # after the last step, net is what it was then
    assert monitor.records[-1].saturated == (measured.saturated,)
    assert monitor.records[-1].dead == (measured.dead,)


def test_every_so_many_steps():
    net = network()
    both = [Monitor(net, X, every=5), Monitor(net, X)]
    train(both, net)
    few, all_ = (monitor.records for monitor in both)
    assert [r.step for r in few] == [0, 5, 10]
    assert few == all_[::5]


def test_training_is_the_same_with_it():
    """To the last bit: dropout draws the same numbers, the averages are the same."""
    plain = train().state_dict()
    net = network()
    watched = train([Monitor(net, X, every=2)], net).state_dict()
    assert {name: a.tolist() for name, a in plain.items()} == {
        name: a.tolist() for name, a in watched.items()
    }


def test_it_sees_the_gradient_before_it_is_clipped():
    def norms(**options):
        net = network()
        monitor = Monitor(net)
        train([monitor], net, epochs=1, **options)
        return monitor.records[0].gradients

    assert norms(clip_norm=1e-3) == norms()
    assert max(norms().values()) > 0.1


def test_a_dying_layer_is_seen():
    """All inputs are positive and the target is far below: one long step takes every z below 0."""
    x = abs(X)
    net = Sequential(Linear(3, 8, rng=0), relu, lambda a: a.sum(1))
    monitor, sgd = Monitor(net, x), SGD(net.parameters(), lr=1.0)
    before = probe(net, x).activations[0]
    for _ in range(3):
        sgd.zero_grad()
        loss = mean_squared_error(net(x), np.full(20, -10.0))
        loss.backward()
        monitor.before_step()
        sgd.step()
        monitor.after_step(loss=loss.item())
    assert before.dead < 0.5
    assert [r.dead for r in monitor.records] == [(1.0,)] * 3
    assert [r.saturated for r in monitor.records] == [(1.0,)] * 3
    assert [r.gradients["0.W"] > 0 for r in monitor.records] == [True, False, False]
    assert [r.updates["0.W"] > 1 for r in monitor.records] == [True, False, False]


def test_what_is_zero_infinite_or_missing_is_said():
    b, c = Tensor([0.0], requires_grad=True), Tensor([0.0], requires_grad=True)
    monitor = Monitor(lambda x: x + b + c)
    b.grad = np.array([2.0])
    monitor.before_step()
    b.data = [1.0]
    monitor.after_step()
    (r,) = monitor.records
    assert math.isnan(r.loss)
    assert r.gradients["b"] == 2
    assert math.isnan(r.gradients["c"])
    assert r.updates == {"b": math.inf, "c": 0.0}
    monitor.before_step()
    b.data, c.data = [np.inf], [np.nan]
    monitor.after_step()
    assert monitor.records[1].updates["b"] == math.inf
    assert math.isnan(monitor.records[1].updates["c"])
    monitor.before_step()
    monitor.after_step()
    assert all(map(math.isnan, monitor.records[2].updates.values()))


def test_options_are_those_of_the_probe():
    net = Sequential(Linear(3, 4, rng=0), tanh)
    loose = Monitor(net, 3 * X, saturated_below=0.9, batch_size=7)
    loose.before_step()
    loose.after_step()
    assert loose.records[0].saturated == (
        probe(net, 3 * X, saturated_below=0.9).activations[0].saturated,
    )


def test_a_training_that_is_taken_up_again_goes_on_with_its_records(tmp_path):
    net = network()
    whole = Monitor(net, X)
    train([whole], net, epochs=4)

    net = network()
    train([Monitor(net, X), Checkpoint(tmp_path / "run.npz")], net, epochs=2)
    net = network()
    second = Monitor(net, X)
    train([second], net, epochs=4, resume=tmp_path / "run.npz")
    assert second.records == whole.records
    assert (second.ops, second.step) == (whole.ops, whole.step)


def test_a_monitor_without_records_has_a_state_too():
    one, other = Monitor(network()), Monitor(network())
    other.load_state_dict(one.state_dict())
    assert (other.records, other.ops, other.step) == ([], (), 0)


def test_a_state_of_another_model_is_refused():
    one, other = Monitor(network()), Monitor(Linear(2, 1, rng=0))
    with pytest.raises(ValueError, match=r"parameters \['W', 'b'\], and this model has \['0.W'"):
        one.load_state_dict(other.state_dict())


def test_a_step_past_the_range_of_floats_is_infinite():
    w = Tensor([-1.7e308], requires_grad=True)
    monitor = Monitor(lambda x: x * w)
    monitor.before_step()
    w.data = [1.7e308]
    monitor.after_step()
    assert monitor.records[0].updates == {"w": math.inf}


@pytest.mark.parametrize(
    ("words", "misuse"),
    [
        ("Monitor: every is 0; pass a positive integer", lambda: Monitor(network(), every=0)),
        ("Monitor: the model holds no parameters; pass a layer", lambda: Monitor(relu)),
        ("after_step came without before_step", lambda: Monitor(network()).after_step(loss=1.0)),
    ],
)
def test_misuse(words, misuse):
    with pytest.raises(ValueError, match=words):
        misuse()
