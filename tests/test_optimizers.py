"""Optimizers: against the published rules in plain Python floats, and how they hold parameters."""

import copy
import math
import pickle

import numpy as np
import pytest

from minigrad import (
    SGD,
    Adam,
    AdamW,
    Linear,
    RMSprop,
    Sequential,
    Tensor,
    clip_gradients,
    tanh,
)
from minigrad.optimizers import Optimizer
from tests.helpers import spread


def sgd(theta, gradients, lr, momentum):
    """v ← μ v + g, θ ← θ − η v (Rumelhart, Hinton and Williams, 1986), for one number."""
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        theta = theta - lr * v
        yield theta


def adam(theta, gradients, lr, beta1, beta2, eps):
    """Algorithm 1 of Kingma and Ba, 2015, for one number."""
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - lr * m_hat / (math.sqrt(v_hat) + eps)
        yield theta


def nesterov(theta, gradients, lr, momentum):
    """Equations 3 and 4 of Sutskever and others, 2013: the gradient is taken at θ + μ v.

    There θ is where the velocity starts from; an optimizer only has the point looked ahead to.
    """
    base, v = theta, 0.0
    for g in gradients:
        v_next = momentum * v - lr * g
        base, v = base + v_next, v_next
        yield base + momentum * v


def adamw(theta, gradients, lr, beta1, beta2, eps, decay):
    """Algorithm 2 of Loshchilov and Hutter, 2019, for one number, its schedule left out."""
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = theta - (lr * m_hat / (math.sqrt(v_hat) + eps) + lr * decay * theta)
        yield theta


def rmsprop(theta, gradients, lr, alpha, eps):
    """Slide 29 of Hinton's lecture 6, 2012, for one number."""
    v = 0.0
    for g in gradients:
        v = alpha * v + (1 - alpha) * g**2
        theta = theta - lr * g / (math.sqrt(v) + eps)
        yield theta


OPTIMIZERS = {
    "SGD": (lambda p: SGD(p, lr=0.1), lambda x, g: sgd(x, g, 0.1, 0.0)),
    "momentum": (lambda p: SGD(p, 0.1, 0.9), lambda x, g: sgd(x, g, 0.1, 0.9)),
    "Nesterov": (lambda p: SGD(p, 0.1, 0.9, nesterov=True), lambda x, g: nesterov(x, g, 0.1, 0.9)),
    "AdamW": (AdamW, lambda x, g: adamw(x, g, 1e-3, 0.9, 0.999, 1e-8, 1e-2)),
    "AdamW, set": (
        lambda p: AdamW(p, lr=0.05, betas=(0.5, 0.8), eps=0.1, weight_decay=0.0),
        lambda x, g: adam(x, g, 0.05, 0.5, 0.8, 0.1),
    ),
    "RMSprop": (RMSprop, lambda x, g: rmsprop(x, g, 1e-2, 0.99, 1e-8)),
    "RMSprop, set": (
        lambda p: RMSprop(p, lr=0.05, alpha=0.5, eps=0.1),
        lambda x, g: rmsprop(x, g, 0.05, 0.5, 0.1),
    ),
    "Adam": (Adam, lambda x, g: adam(x, g, 1e-3, 0.9, 0.999, 1e-8)),
    "Adam, set": (
        lambda p: Adam(p, lr=0.05, betas=(0.5, 0.8), eps=0.1),
        lambda x, g: adam(x, g, 0.05, 0.5, 0.8, 0.1),
    ),
    "Adam without memory": (
        lambda p: Adam(p, lr=0.05, betas=(0.0, 0.0)),
        lambda x, g: adam(x, g, 0.05, 0.0, 0.0, 1e-8),
    ),
}
every_optimizer = pytest.mark.parametrize(
    ("make", "rule"), OPTIMIZERS.values(), ids=OPTIMIZERS.keys()
)


@every_optimizer
def test_ten_steps_follow_the_published_rule(make, rule):
    rng = np.random.default_rng(0)
    parameters = [Tensor(spread(shape), requires_grad=True) for shape in ((2, 3), (), (4,))]
    start = [p.data.copy() for p in parameters]
    gradients = [[rng.normal(size=p.shape) for p in parameters] for _ in range(10)]
    optimizer = make(parameters)
    for t in range(10):
        for p, g in zip(parameters, gradients[t], strict=True):
            p.grad = g
        optimizer.step()
        for k, p in enumerate(parameters):
            for i in np.ndindex(p.shape):
                wanted = [*rule(start[k][i], [g[k][i] for g in gradients])][t]
                assert p.data[i] == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@every_optimizer
def test_a_step_does_not_change_the_gradients(make, rule):
    p = Tensor([1.0, 2.0], requires_grad=True)
    p.grad = np.array([3.0, 4.0])
    make([p]).step()
    np.testing.assert_array_equal(p.grad, [3, 4])


@every_optimizer
def test_it_finds_the_bottom_of_a_bowl(make, rule):
    p = Tensor([3.0, -2.0], requires_grad=True)
    optimizer = make([p])
    optimizer.lr = 0.05
    for _ in range(400):
        optimizer.zero_grad()
        ((p - np.array([1.0, 1.0])) ** 2).sum().backward()
        optimizer.step()
    np.testing.assert_allclose(p.data, [1, 1], atol=0.05)


@every_optimizer
def test_float32_stays_float32(make, rule):
    p = Tensor(np.ones(3, np.float32), requires_grad=True)
    optimizer = make([p])
    p.grad = np.ones(3, np.float32)
    optimizer.step()
    assert {a.dtype for a in vars(optimizer).values() if isinstance(a, np.ndarray)} == {p.dtype}
    assert p.dtype == np.float32


def test_without_gradient_adam_stands_still():
    p = Tensor([1.0, 2.0], requires_grad=True)
    p.grad = np.array([0.0, 1.0])
    Adam([p]).step()
    assert p.data[0] == 1.0
    assert p.data[1] == pytest.approx(2.0 - 1e-3)


def test_parameters_are_views_of_one_flat_vector():
    net = Sequential(Linear(3, 4, rng=0), tanh, Linear(4, 2, rng=1))
    before = [p.data.copy() for p in net.parameters()]
    optimizer = SGD(net.parameters(), lr=0.1)
    assert optimizer.theta.shape == (3 * 4 + 4 + 4 * 2 + 2,)
    for p, data in zip(net.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.data, data)
        assert np.shares_memory(p.data, optimizer.theta)
    np.testing.assert_array_equal(optimizer.theta, np.concatenate([b.ravel() for b in before]))
    optimizer.theta = np.arange(26.0)
    assert net[2].b.data.tolist() == [24, 25]
    assert all(np.shares_memory(p.data, optimizer.theta) for p in net.parameters())
    with pytest.raises(ValueError, match="read-only"):
        optimizer.theta[0] = 1.0
    with pytest.raises(ValueError, match=r"SGD: got θ of shape \(2,\); pass one of shape \(26,\)"):
        optimizer.theta = np.ones(2)


@every_optimizer
def test_what_is_assigned_to_data_is_picked_up(make, rule):
    p, q = Tensor([1.0, 2.0], requires_grad=True), Tensor(3.0, requires_grad=True)
    optimizer = make([p, q])
    mine = np.array([10.0, 20.0])
    p.data = mine
    p.grad, q.grad = np.ones(2), np.ones(())
    optimizer.step()
    for i, start in enumerate((10.0, 20.0)):
        assert p.data[i] == pytest.approx(*rule(start, [1.0]))
    assert q.data == pytest.approx(*rule(3.0, [1.0]))
    np.testing.assert_array_equal(mine, [10, 20])  # it stays the caller's
    p.data = [5.0, 6.0]
    assert optimizer.theta[:2].tolist() == [5.0, 6.0]


def test_two_optimizers_may_take_turns():
    p = Tensor([1.0], requires_grad=True)
    first, second = SGD([p], lr=0.1), SGD([p], lr=0.01)
    p.grad = np.array([1.0])
    for optimizer in (first, second, first):
        optimizer.step()
    np.testing.assert_allclose(p.data, [1 - 0.1 - 0.01 - 0.1])


def test_zero_grad_forgets():
    p = Tensor([1.0], requires_grad=True)
    optimizer = SGD([p], lr=0.1)
    (p * 3).backward()
    optimizer.zero_grad()
    assert p.grad is None


def test_a_step_between_forward_and_backward_changes_no_gradient():
    p, x = Tensor([1.0], requires_grad=True), Tensor([2.0], requires_grad=True)
    optimizer = SGD([p], lr=0.1)
    (p * 1).backward()
    before = (p * x).sum()
    optimizer.step()
    before.backward()
    np.testing.assert_allclose([p.data, p.grad, x.grad], [[0.9], [3.0], [1.0]])


def test_a_step_does_not_disturb_graphs_of_other_tensors():
    p, q = Tensor([1.0], requires_grad=True), Tensor([2.0], requires_grad=True)
    optimizer = SGD([p], lr=0.1)
    other = q * q
    p.grad = np.ones(1)
    optimizer.step()
    other.backward()
    np.testing.assert_array_equal(q.grad, [4])


def test_a_generator_of_parameters_will_do():
    p = Tensor([1.0], requires_grad=True)
    assert SGD((q for q in [p]), lr=0.1).parameters == [p]


@pytest.mark.parametrize("wrong", [Tensor([3.0, 4.0], True), Linear(2, 1), None, 3])
def test_what_is_no_list_of_parameters_is_refused(wrong):
    """One Tensor would be gone through row by row, and a row has no gradient."""
    for name, f in (("SGD", SGD), ("clip_gradients", clip_gradients)):
        with pytest.raises(
            TypeError, match=rf"^{name}: got a {type(wrong).__name__}; pass model.p"
        ):
            f(wrong, 0.1)


def test_clipping_takes_tensors_only():
    with pytest.raises(TypeError, match=r"^clip_gradients: got a Linear in the list; pass model.p"):
        clip_gradients(Sequential(Linear(2, 1)), 1.0)


LEAF = Tensor([1.0], requires_grad=True)


@pytest.mark.parametrize("kind", [SGD, Adam])
@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ([], ValueError, r"got no parameters; pass model\.parameters\(\)"),
        (
            [Tensor([1.0])],
            TypeError,
            r"parameter 0, a Tensor of shape \(1,\), is no leaf Tensor wi",
        ),
        ([LEAF * 2], TypeError, "is no leaf Tensor"),
        ([LEAF, np.ones(2)], TypeError, "parameter 1, a ndarray, is no leaf Tensor"),
        ([LEAF, LEAF], ValueError, r"pass each parameter once, all of one dtype"),
        ([LEAF, Tensor(np.ones(1, np.float32), True)], ValueError, r"got \['float32', 'float64'\]"),
    ],
)
def test_wrong_parameters_are_refused(kind, parameters, error, message):
    with pytest.raises(error, match=f"^{kind.__name__}: .*{message}"):
        kind(parameters, lr=0.1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: SGD(p, lr=0), "SGD: lr is 0; pass a positive number"),
        (lambda p: SGD(p, lr=-0.1), "SGD: lr is -0.1; pass a positive number"),
        (lambda p: SGD(p, lr=math.nan), "SGD: lr is nan"),
        (lambda p: SGD(p, lr=math.inf), "SGD: lr is inf"),
        (
            lambda p: SGD(p, lr=0.1, momentum=1),
            "SGD: momentum is 1; pass a number from 0 up to, not",
        ),
        (lambda p: SGD(p, lr=0.1, momentum=-0.1), "SGD: momentum is -0.1"),
        (lambda p: Adam(p, lr=0), "Adam: lr is 0"),
        (lambda p: Adam(p, betas=(1.0, 0.9)), r"Adam: betas\[0\] is 1.0"),
        (lambda p: Adam(p, betas=(0.9, math.nan)), r"Adam: betas\[1\] is nan"),
        (lambda p: Adam(p, eps=0), "Adam: eps is 0; pass a number from 1e-30 to 1"),
        (lambda p: Adam(p, eps=1.1), "Adam: eps is 1.1; pass a number from"),
    ],
)
def test_settings_out_of_range_are_refused(make, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        make([Tensor([1.0], requires_grad=True)])


def test_a_parameter_without_gradient_is_named():
    p, q = Tensor([1.0], requires_grad=True), Tensor([[1.0]], requires_grad=True)
    optimizer = SGD([p, q], lr=0.1)
    p.grad = np.ones(1)
    with pytest.raises(
        ValueError, match=r"SGD: parameter 1 of shape \(1, 1\) has no gradient; call"
    ):
        optimizer.step()
    np.testing.assert_array_equal(p.data, [1])  # nothing has moved


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_of_model_and_optimizer_trains(copied):
    net = Linear(2, 1, rng=0)
    twin, optimizer = copied((net, Adam(net.parameters())))
    before = twin.W.data.copy()
    twin(np.ones((3, 2))).sum().backward()
    optimizer.step()
    assert (twin.W.data != before).all()
    np.testing.assert_array_equal(net.W.data, before)


def test_assigned_numbers_may_be_swapped():
    a, b = Tensor([1.0], requires_grad=True), Tensor([2.0], requires_grad=True)
    optimizer = SGD([a, b], lr=0.1)
    a.data, b.data = b.data, a.data
    assert optimizer.theta.tolist() == [2.0, 1.0]
    assert (a.data.tolist(), b.data.tolist()) == ([2.0], [1.0])


def test_a_gradient_of_another_shape_is_refused():
    a, b = Tensor([1.0], requires_grad=True), Tensor([2.0, 3.0], requires_grad=True)
    a.grad, b.grad = np.ones(2), np.ones(1)
    message = r"parameter 0 of shape \(1,\) has a gradient of shape \(2,\); assign one of the same"
    with pytest.raises(ValueError, match=message):
        SGD([a, b], lr=0.1).step()


def test_the_largest_of_the_averages_is_told_and_0_where_there_is_none():
    a, b = Tensor([1.0], requires_grad=True), Tensor([2.0, 3.0], requires_grad=True)
    a.grad, b.grad = np.array([2.0]), np.array([-5.0, 0.0])
    plain, heavy = SGD([a, b], lr=0.1), SGD([a, b], lr=0.1, momentum=0.9)
    for optimizer in plain, heavy:
        optimizer.step()
    assert (plain.largest_average(), heavy.largest_average()) == (0.0, 5.0)

    class Fixed(Optimizer):
        """One that keeps no averages at all."""

    assert Fixed([Tensor([1.0], requires_grad=True)], lr=0.1).largest_average() == 0.0


def test_clipping_shortens_all_gradients_by_one_factor():
    p, q, without = (Tensor(np.zeros(n), requires_grad=True) for n in (2, 1, 3))
    p.grad, q.grad = np.array([3.0, 0.0]), np.array([4.0])
    kept = p.grad
    assert clip_gradients([p, q, without], 5.0) == 5.0
    assert p.grad is kept  # what is short enough stays as it is
    assert clip_gradients(iter([p, q, without]), 1.0) == 5.0
    np.testing.assert_allclose([*p.grad, *q.grad], [0.6, 0, 0.8], rtol=1e-15)
    np.testing.assert_array_equal(kept, [3, 0])
    assert without.grad is None
    assert clip_gradients([without], 1.0) == 0.0


def test_clipping_counts_and_scales_what_is_shared_once():
    p, q = Tensor([3.0], requires_grad=True), Tensor([4.0], requires_grad=True)
    p.grad, q.grad = np.array([3.0]), np.array([4.0])
    assert clip_gradients([p, q, p], 1.0) == 5.0
    np.testing.assert_allclose([*p.grad, *q.grad], [0.6, 0.8], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("eps", [1e-30, 1.0])
@pytest.mark.parametrize("kind", [RMSprop, lambda p, eps: Adam(p, eps=eps, betas=(0.9, 1 - 1e-16))])
def test_the_smallest_and_the_largest_eps_keep_what_has_no_gradient(kind, eps, dtype):
    w = Tensor(np.ones(2, dtype), requires_grad=True)
    w.grad = np.array([1.0, 0.0], dtype)
    kind([w], eps=eps).step()
    assert w.data[0] < w.data[1] == 1


def test_clipping_keeps_float32():
    p = Tensor(np.zeros(2, np.float32), requires_grad=True)
    p.grad = np.array([3, 4], np.float32)
    clip_gradients([p], 1.0)
    assert p.grad.dtype == np.float32


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_clipping_refuses_what_no_factor_mends(bad):
    p = Tensor(np.zeros(2), requires_grad=True)
    p.grad = np.array([1.0, bad])
    with pytest.raises(ValueError, match=f"^clip_gradients: the gradient has length {bad}"):
        clip_gradients([p], 1.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: SGD(p, 0.1, nesterov=True), "SGD: nesterov .* momentum, which is 0; pass one"),
        (lambda p: AdamW(p, weight_decay=-1.0), "AdamW: weight_decay is -1.0; pass 0 or more"),
        (lambda p: AdamW(p, weight_decay=math.nan), "AdamW: weight_decay is nan; pass 0 or more"),
        (lambda p: RMSprop(p, alpha=1.0), "RMSprop: alpha is 1.0; pass a number from 0 up to"),
        (lambda p: RMSprop(p, eps=0.0), "RMSprop: eps is 0.0; pass a number from 1e-30 to 1"),
        (lambda p: RMSprop(p, eps=1.1), "RMSprop: eps is 1.1; pass a number from"),
        (lambda p: clip_gradients(p, 0.0), "clip_gradients: max_norm is 0.0; pass a positive"),
    ],
)
def test_what_the_newer_ones_refuse(make, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        make([Tensor([1.0], requires_grad=True)])


@pytest.mark.parametrize("factor", [1e200, 1e-200])
def test_the_length_of_a_gradient_neither_overflows_nor_underflows(factor):
    p = Tensor(np.zeros(3), requires_grad=True)
    p.grad = np.array([0.0, 3.0, 4.0]) * factor
    assert clip_gradients([p], 1.0 * factor) == pytest.approx(5 * factor, rel=1e-15)
    np.testing.assert_allclose(p.grad / factor, [0, 0.6, 0.8], rtol=1e-15)
    single = Tensor(np.zeros(2, np.float32), requires_grad=True)
    single.grad = np.array([3e30, 4e30], np.float32)
    assert clip_gradients([single], 1.0) == pytest.approx(5e30, rel=1e-6)
    np.testing.assert_allclose(single.grad, [0.6, 0.8], rtol=1e-6)


# -- the learning rate ----------------------------------------------------------------------------


@every_optimizer
@pytest.mark.parametrize("bad", [0, 0.0, -1, -1e-9, math.nan, math.inf, "0.1", None, True])
def test_a_rate_that_is_not_positive_is_refused_whenever_it_comes(make, rule, bad):
    p = Tensor([1.0], requires_grad=True)
    optimizer = make([p])
    kind, before = type(optimizer), optimizer.lr
    with pytest.raises(ValueError, match=f"^{kind.__name__}: lr is {bad!r}; pass a positive numb"):
        optimizer.lr = bad
    assert optimizer.lr == before
    with pytest.raises(ValueError, match=f"^{kind.__name__}: lr is {bad!r}; pass a positive numb"):
        kind([p], lr=bad)


@every_optimizer
def test_a_rate_of_numpys_is_a_plain_number_afterwards(make, rule):
    p = Tensor(np.ones(2, np.float32), requires_grad=True)
    optimizer = make([p])
    optimizer.lr = np.float64(0.5)
    assert type(optimizer.lr) is float
    p.grad = np.ones(2, np.float32)
    optimizer.step()
    assert p.dtype == np.float32


# -- state ----------------------------------------------------------------------------------------


def some_steps(optimizer, n, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(n):
        for p in optimizer.parameters:
            p.grad = rng.normal(size=p.shape).astype(p.dtype)
        optimizer.step()


def two_parameters(dtype=np.float64, start=0):
    return [Tensor(spread(s, start).astype(dtype), requires_grad=True) for s in ((2, 3), (4,))]


def the_same(one, other):
    assert list(one) == list(other)
    for name, array in one.items():
        assert (array.dtype, array.tobytes()) == (other[name].dtype, other[name].tobytes())


@every_optimizer
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_state_makes_a_fresh_optimizer_go_on_to_the_bit(make, rule, dtype):
    one, other = make(two_parameters(dtype)), make(two_parameters(dtype, start=1))
    some_steps(one, 3)
    one.lr /= 2
    middle = one.state_dict()
    other.load_state_dict(middle)
    the_same(other.state_dict(), middle)
    assert (other.lr, other.t, type(other.t)) == (one.lr, 3, int)
    for optimizer in (one, other):
        some_steps(optimizer, 4, seed=1)
    the_same(one.state_dict(), other.state_dict())
    for p, q in zip(one.parameters, other.parameters, strict=True):
        assert p.data.tobytes() == q.data.tobytes()
        assert np.shares_memory(q.data, other.theta)


def test_the_names_of_a_state():
    names = {
        kind: list(kind(two_parameters(), lr=0.1).state_dict())
        for kind in (SGD, RMSprop, Adam, AdamW)
    }
    first = ["kind", "lr", "theta", "t"]
    assert names == {
        SGD: [*first, "velocity", "momentum", "nesterov"],
        RMSprop: [*first, "v", "alpha", "eps"],
        Adam: [*first, "m", "v", "betas", "eps"],
        AdamW: [*first, "m", "v", "betas", "eps", "weight_decay"],
    }


@every_optimizer
def test_a_state_is_a_copy_both_ways(make, rule):
    optimizer = make(two_parameters())
    some_steps(optimizer, 2)
    state, again = optimizer.state_dict(), optimizer.state_dict()
    some_steps(optimizer, 1)
    the_same(state, again)
    optimizer.load_state_dict(state)
    for array in state.values():
        if array.dtype.kind == "f":
            array[...] = 7
    the_same(optimizer.state_dict(), again)


@every_optimizer
def test_reset_is_a_fresh_start(make, rule):
    one = make(two_parameters())
    some_steps(one, 3)
    one.reset()
    other = make([Tensor(p.data, requires_grad=True) for p in one.parameters])
    the_same(one.state_dict(), other.state_dict())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "SGD"}, "kind is SGD in the state and Adam in this Adam; make an optimizer of"),
        ({"eps": 1e-3}, r"eps is 0\.001 in the state and 1e-08 in this Adam"),
        ({"betas": (0.5, 0.999)}, r"betas is \(0\.5, 0\.999\) in the state and \[0\.9 "),
        ({"theta": np.ones(9)}, r"'theta' has shape \(9,\) in the state and \(10,\)"),
        ({"m": np.ones((2, 5))}, r"'m' has shape \(2, 5\) in the state"),
        ({"t": 1.5}, "'t' has dtype float64 in the state"),
        ({"t": -1}, "^load_state_dict: t is -1; pass an integer from 0 up"),
        ({"lr": -0.1}, r"Adam: lr is -0\.1; pass a positive number"),
        ({"lr": math.nan}, "Adam: lr is nan; pass a positive number"),
        ({"velocity": np.ones(10)}, "has 'velocity' that the model lacks"),
        ({"v": None}, "the state lacks 'v', which belongs to every state of Adam; pass what st"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, message):
    one, other = Adam(two_parameters()), Adam(two_parameters(start=1), lr=0.5)
    some_steps(one, 2)
    some_steps(other, 3)
    before = other.state_dict()
    state = {name: a for name, a in (one.state_dict() | change).items() if a is not None}
    with pytest.raises(ValueError, match=message):
        other.load_state_dict(state)
    the_same(other.state_dict(), before)


def test_what_is_no_state_is_refused():
    with pytest.raises(TypeError, match="load_state_dict: got a list; pass what state_dict"):
        Adam(two_parameters()).load_state_dict(["kind"])


def test_an_optimizer_of_ones_own_has_a_state_without_a_word():
    class Slow(SGD):
        def __init__(self, parameters):
            super().__init__(parameters, lr=0.1)
            self.wait = 2

        def reset(self):
            super().reset()
            self.sum = np.zeros_like(self.theta)

        def _step(self, theta, g):
            self.sum += g
            return self.sum * (self.lr if self.t > self.wait else 0.0)

    one, other = Slow(two_parameters()), Slow(two_parameters())
    some_steps(one, 3)
    other.load_state_dict(one.state_dict())
    for optimizer in (one, other):
        some_steps(optimizer, 2, seed=1)
    the_same(one.state_dict(), other.state_dict())
    other.wait = 3
    with pytest.raises(ValueError, match="wait is 2 in the state and 3 in this Slow"):
        other.load_state_dict(one.state_dict())


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copys_parameters_are_read_only_too(copied):
    optimizer = copied(SGD(two_parameters(), lr=0.1))
    assert not optimizer.theta.flags.writeable
    some_steps(optimizer, 1)
    wanted = SGD(two_parameters(), lr=0.1)
    some_steps(wanted, 1)
    np.testing.assert_array_equal(optimizer.theta, wanted.theta)


def test_an_optimizer_without_a_rule_says_what_to_define():
    class Idle(Optimizer):
        pass

    p = Tensor([1.0], requires_grad=True)
    p.grad = np.ones(1)
    with pytest.raises(NotImplementedError, match=r"Idle: define _step\(self, theta, g\)"):
        Idle([p], lr=0.1).step()


def test_clipping_leaves_gradients_of_nothing_and_of_no_elements_alone():
    p, empty = Tensor(np.zeros(2), requires_grad=True), Tensor(np.zeros(0), requires_grad=True)
    p.grad, empty.grad = np.zeros(2), np.zeros(0)
    assert clip_gradients([p, empty], 1.0) == 0.0
    np.testing.assert_array_equal(p.grad, [0, 0])


def test_theta_keeps_its_precision_when_it_is_assigned():
    optimizer = SGD(two_parameters(np.float32), lr=0.1)
    optimizer.theta = np.ones(10)
    assert {optimizer.theta.dtype, *(p.dtype for p in optimizer.parameters)} == {np.dtype("f4")}
