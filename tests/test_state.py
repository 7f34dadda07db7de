"""The state of a model: what it holds, that it comes back to the bit, and what is refused."""

import io
import json
from copy import deepcopy

import numpy as np
import pytest

from minigrad import SGD, Layer, Linear, Sequential, Tensor, no_grad, plain_uniform, relu
from tests.helpers import spread

GENERATORS = ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"]


class Counting(Layer):
    """A layer that holds one of each kind."""

    def __init__(self, seed=0, kind="PCG64", dtype=np.float64):
        self.rng = rng = np.random.Generator(getattr(np.random, kind)(seed))
        self.w = Tensor(rng.normal(size=2).astype(dtype), requires_grad=True)
        self.fixed = Tensor(rng.normal(size=3))
        self.seen = rng.normal(size=(2, 2))
        self.kinds = {"count": np.array(seed), "flags": [np.array([True, seed > 0])]}
        self.name = "counting"

    def __call__(self, x):
        return x * self.w


def filed(state):
    """Send a state through a file that allows no pickle."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **state)
    file.seek(0)
    return np.load(file, allow_pickle=False)


def assert_same(one, other):
    assert list(one) == list(other)
    for name in one:
        assert one[name].dtype == other[name].dtype
        np.testing.assert_array_equal(one[name], other[name])


def test_the_state_names_every_kind_of_part():
    state = Sequential(relu, Counting(3)).state_dict()
    shapes = {name: (a.shape, a.dtype.kind) for name, a in state.items()}
    assert shapes == {
        "1.w": ((2,), "f"),
        "1.fixed": ((3,), "f"),
        "1.seen": ((2, 2), "f"),
        "1.kinds.count": ((), "i"),
        "1.kinds.flags.0": ((2,), "b"),
        "1.rng": ((), "U"),
    }
    assert json.loads(state["1.rng"].item())["bit_generator"] == "PCG64"
    assert all(type(a) is np.ndarray for a in state.values())
    assert [name for name, _ in Counting().named_parameters()] == ["w"]  # the rest is not trained


def test_the_state_is_a_copy():
    layer = Counting()
    state, again = layer.state_dict(), layer.state_dict()
    for a in state.values():
        a[...] = np.zeros((), a.dtype)
    assert_same(again, layer.state_dict())
    layer.load_state_dict(again)
    for name in ("w", "fixed", "seen"):
        again[name][...] = 7
    assert not (layer.w.data == 7).any()
    assert not (layer.fixed.data == 7).any()
    assert not (layer.seen == 7).any()


@pytest.mark.parametrize("kind", GENERATORS)
def test_a_state_comes_back_to_the_bit(kind):
    one, other = Counting(1, kind), Counting(2, kind)
    one.rng.integers(5, size=3, dtype=np.int32)  # leaves half a number over
    wanted = one.state_dict()
    rng, seen, w = other.rng, other.seen, other.w
    other.load_state_dict(filed(wanted))
    assert_same(wanted, other.state_dict())
    assert (other.rng, other.seen, other.w) == (rng, seen, w)  # the objects stay
    assert (
        one.rng.integers(9, size=5, dtype=np.int32) == rng.integers(9, size=5, dtype="i4")
    ).all()
    np.testing.assert_array_equal(one.rng.normal(size=5), rng.normal(size=5))


def test_training_goes_on_from_where_the_state_was_taken():
    x = spread((4, 3))

    def steps(net, n):
        sgd = SGD(net.parameters(), lr=0.1)
        for _ in range(n):
            sgd.zero_grad()
            net(x).sum().backward()
            sgd.step()
        return sgd

    net = Sequential(Linear(3, 2, rng=0, bias_init=plain_uniform), relu, Linear(2, 1, rng=1))
    sgd = steps(net, 2)
    middle = net.state_dict()
    steps(net, 2)
    end = net.state_dict()
    assert not np.array_equal(end["0.W"], middle["0.W"])
    net.load_state_dict(middle)
    np.testing.assert_array_equal(sgd.theta[:6], middle["0.W"].ravel())  # it notices
    steps(net, 2)
    assert_same(end, net.state_dict())


def test_a_graph_from_before_keeps_its_numbers():
    layer = Linear(2, 1, rng=0)
    w = layer.W.data
    loss = (layer(np.ones((1, 2))) * layer(np.ones((1, 2)))).sum()
    layer.load_state_dict(Linear(2, 1, rng=1).state_dict())
    loss.backward()
    np.testing.assert_allclose(layer.W.grad, np.full((2, 1), 2 * w.sum()))


def test_what_is_shared_is_stored_once_and_stays_shared():
    rng = np.random.default_rng(0)
    inner, other = Counting(), Counting()
    other.rng = inner.rng = rng
    other.seen = inner.seen
    net = Sequential(inner, inner, Sequential(other, inner))
    assert [name for name in net.state_dict() if name.startswith("2.")] == [
        *("2.0.w", "2.0.fixed", "2.0.kinds.count", "2.0.kinds.flags.0"),
    ]
    state = net.state_dict()
    state["0.seen"][...] = 7
    net.load_state_dict(state)
    assert other.seen is inner.seen
    assert (other.seen == 7).all()


def test_a_computed_tensor_is_no_state_and_no_silent_parameter():
    layer = Counting()
    fresh = layer.state_dict()
    layer.last = layer(np.ones(2))
    assert_same(fresh, layer.state_dict())
    layer.load_state_dict(fresh)
    with pytest.raises(TypeError, match=r"no leaf Tensor .* keeps no result as an attribute$"):
        SGD(layer.parameters(), lr=0.1)


def test_what_was_computed_without_a_record_is_no_state_either():
    layer = Counting()
    fresh = layer.state_dict()
    with no_grad():
        layer.last = layer(np.ones(2))
    assert_same(fresh, layer.state_dict())
    layer.load_state_dict(fresh)


def test_a_result_that_has_been_made_a_parameter_is_state():
    layer = Counting()
    layer.scale = Tensor([2.0]) * 3
    layer.scale.requires_grad = True
    assert layer.state_dict()["scale"].tolist() == [6.0]
    assert layer.parameters() == [layer.w, layer.scale]


def test_parts_of_a_sequentials_subclass_count():
    class Net(Sequential):
        def __init__(self):
            super().__init__(Linear(2, 3), relu)
            self.heads = {"a": Linear(3, 1), "b": (Linear(3, 1), [Linear(3, 2, bias_init=None)])}

    assert [name for name, _ in Net().named_parameters()] == [
        *("0.W", "0.b", "heads.a.W", "heads.a.b", "heads.b.0.W", "heads.b.0.b", "heads.b.1.0.W"),
    ]
    assert not Net().eval().heads["b"][1][0].training


@pytest.mark.parametrize(("to", "fro"), [(np.float32, np.float64), (np.float64, np.float32)])
def test_parameters_keep_their_dtype(to, fro):
    one, other = Counting(1, dtype=fro), Counting(2, dtype=to)
    other.load_state_dict(one.state_dict())
    assert other.w.dtype == to
    np.testing.assert_array_equal(other.w.data, one.w.data.astype(to))


def wrong(**changes):
    """A state of Counting with some entries changed, or left out for None."""
    return {n: a for n, a in (Counting(5).state_dict() | changes).items() if a is not None}


RNG = wrong()["rng"].item()

MISFITS = {
    "missing": (wrong(w=None), "lacks 'w' of the model, and has nothing that"),
    "unexpected": (wrong(v=np.ones(1)), "lacks nothing of the model, and has 'v' that the model"),
    "many": (
        wrong(w=None, seen=None, rng=None, W=np.ones(1)),
        "lacks 'rng' and 2 more of the model, and has 'W' that",
    ),
    "empty": ({}, "lacks 'rng' and 5 more of the model"),
    "shape": (wrong(seen=np.ones(4)), r"'seen' has shape \(4,\) in the state and \(2, 2\) in the"),
    "broadcast": (wrong(seen=np.ones((1, 2))), r"'seen' has shape \(1, 2\)"),
    "integers": (
        wrong(w=np.arange(2)),
        "'w' has dtype int64 in the state and float64 in the model",
    ),
    "floats": (wrong(**{"kinds.count": np.array(1.0)}), "'kinds.count' has dtype float64"),
    "truth": (wrong(**{"kinds.count": np.array(True)}), "'kinds.count' has dtype bool"),
    "text": (wrong(w=np.array(["1", "2"])), "'w' has dtype <U1"),
    "a generator": (wrong(fixed=np.array("{}")), r"'fixed' has shape \(\)"),
    "no generator": (wrong(rng=np.ones(3)), r"'rng' is .* PCG64 .* shape \(3,\) and dtype float64"),
    "a number": (wrong(rng=np.array(3.0)), "'rng' is a generator of the kind PCG64"),
    "no JSON": (wrong(rng=np.array("{")), "'rng' is a generator"),
    "a list": (wrong(rng=np.array("[1]")), "'rng' is a generator"),
    "an empty dict": (wrong(rng=np.array("{}")), "'rng' is a generator"),
    "half a dict": (wrong(rng=np.array('{"bit_generator": "PCG64"}')), "'rng' is a generator"),
    "another kind": (wrong(rng=Counting(5, "SFC64").state_dict()["rng"]), "'rng' is a generator"),
    "too large": (wrong(rng=np.array(RNG.replace('"inc": ', '"inc": 99999'))), "'rng' is a gen"),
}


@pytest.mark.parametrize(("state", "message"), MISFITS.values(), ids=MISFITS)
def test_what_does_not_fit_is_named_and_changes_nothing(state, message):
    layer = Counting(1)
    before = layer.state_dict()
    with pytest.raises(ValueError, match=rf"^load_state_dict: .*{message}.*; the state is of ano"):
        layer.load_state_dict(state)
    assert_same(before, layer.state_dict())


def test_integers_may_grow_and_not_shrink():
    wide, narrow = Counting(), Counting()
    narrow.kinds["count"] = np.array(3, np.int16)
    wide.load_state_dict(narrow.state_dict())
    assert (wide.kinds["count"], wide.kinds["count"].dtype) == (3, np.int64)
    with pytest.raises(ValueError, match=r"'kinds.count' has dtype int64 in the state and int16"):
        narrow.load_state_dict(wide.state_dict())


@pytest.mark.parametrize("state", [None, [1.0], "state.npz"])
def test_a_state_is_a_mapping(state):
    with pytest.raises(TypeError, match=f"got a {type(state).__name__}; pass what state_dict"):
        Counting().load_state_dict(state)


def test_a_read_only_array_is_refused_before_anything_changes():
    layer, before = Counting(1), Counting(1).state_dict()
    layer.seen.flags.writeable = False
    with pytest.raises(ValueError, match=r"^load_state_dict: 'seen' is a read-only array; make it"):
        layer.load_state_dict(Counting(2).state_dict())
    assert_same(before, layer.state_dict())


def test_numbers_past_the_range_of_float32_are_refused_before_anything_changes():
    layer = Counting(1, dtype=np.float32)
    before = layer.state_dict()
    with pytest.raises(ValueError, match=r"^load_state_dict: 'w' has .* model's float32; make the"):
        layer.load_state_dict(wrong(w=np.array([1.0, 1e200])))
    assert_same(before, layer.state_dict())


def test_numbers_that_are_not_finite_are_kept():
    layer = Counting()
    layer.load_state_dict(wrong(w=np.array([np.nan, -np.inf])))
    np.testing.assert_array_equal(layer.w.data, [np.nan, -np.inf])


def test_a_deep_copy_has_a_state_of_its_own():
    layer = Counting()
    before, copy = layer.state_dict(), deepcopy(layer)
    copy.load_state_dict(Counting(9).state_dict())
    assert_same(before, layer.state_dict())
