"""The walk: each edge once, in an order that works, however deep, wide or shared the graph."""

import gc
import time
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import (
    Linear,
    Sequential,
    Tensor,
    Value,
    binary_cross_entropy_with_logits,
    cross_entropy,
    leaky_relu,
    log_softmax,
    log_sum_exp,
    mean_absolute_error,
    mean_squared_error,
    record,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from minigrad.graph import backward, nodes

both_engines = pytest.mark.parametrize(
    "leaf", [Value, lambda x: Tensor(x, requires_grad=True)], ids=["Value", "Tensor"]
)


@pytest.fixture
def no_collector():
    gc.disable()
    yield
    gc.enable()


class Recorder:
    """A node that is neither number nor array: it keeps what it receives."""

    def __init__(self, *parents):
        self.parents, self.received = parents, []
        self.depth = 1 + max([p.depth for p in parents], default=-1)

    def pull(self, cotangent):
        self.receive(cotangent)
        return [(parent, cotangent) for parent in self.parents]

    def receive(self, cotangent):
        self.received.append(cotangent)


@both_engines
def test_repeated_parents_count_twice(leaf):
    x = leaf(3.0)
    (x * x).backward()
    assert x.grad == 6.0
    assert (x * x).parents == (x, x)


def test_a_matrix_times_itself():
    data = np.array([[1.0, 2.0], [3.0, 4.0]])
    x = Tensor(data, requires_grad=True)
    (x @ x).sum().backward()
    np.testing.assert_array_equal(x.grad, np.ones((2, 2)) @ data.T + data.T @ np.ones((2, 2)))


@both_engines
def test_a_node_is_one_deeper_than_its_deepest_parent(leaf):
    x = leaf(3.0)
    y = x * x
    z = y + y * x
    assert (x.depth, y.depth, z.depth) == (0, 1, 3)
    assert (x - z).depth == (z - x).depth == 4
    assert (z.depth, z.parents[1].depth) == (3, 2)


@both_engines
def test_every_node_is_listed_once(leaf):
    x = leaf(3.0)
    y = x * x
    z = y + y * x
    assert set(nodes(z)) == {x, y, *z.parents, z}
    assert len(nodes(z)) == 4
    assert nodes(x) == [x]


@both_engines
def test_shared_nodes_are_walked_once(leaf):
    """Thirty doublings: 2^30 paths, sixty edges.  A walk along paths would take an hour."""
    x = y = leaf(1.0)
    for _ in range(30):
        y = y + y
    start = time.perf_counter()
    y.backward()
    assert time.perf_counter() - start < 1
    assert x.grad == 2.0**30


@given(edges=st.lists(st.lists(st.integers(0, 99), max_size=4), min_size=1, max_size=30))
def test_every_node_receives_once_and_the_number_of_its_paths(edges):
    """With local slopes of 1, the gradient of a node is the number of paths that lead to it."""
    drawn = [Recorder()]
    for picks in edges:
        drawn.append(Recorder(*(drawn[i % len(drawn)] for i in picks)))
    backward(drawn[-1], 1)
    paths = {id(drawn[-1]): 1}
    for node in reversed(drawn):
        for parent in node.parents:
            paths[id(parent)] = paths.get(id(parent), 0) + paths.get(id(node), 0)
    for node in drawn:
        assert node.received == [n for n in [paths.get(id(node))] if n]


def test_nodes_are_told_apart_by_identity():
    class Alike(Recorder):
        def __eq__(self, other):
            raise AssertionError("nodes must not be compared")

        __hash__ = object.__hash__

    a, b = Alike(), Alike()
    backward(Alike(a, b, a), 1)
    assert (a.received, b.received) == ([2], [1])
    for x, y in ((Value(1.0), Value(1.0)), (Tensor(1.0, True), Tensor(1.0, True))):
        (x + x + y).backward()
        assert (x.grad, y.grad) == (2.0, 1.0)


@pytest.mark.usefixtures("no_collector")
def test_a_chain_of_a_million_values_forward_backward_and_freed():
    x = y = Value(0.0)
    for _ in range(1_000_000):
        y = y + 1.0
    assert y.data == 1_000_000
    y.backward()
    assert x.grad == 1.0
    y = weakref.ref(y)
    assert y() is None  # and dropping it, link after link, did not exhaust the stack


@pytest.mark.usefixtures("no_collector")
def test_a_chain_of_ten_thousand_tensors_forward_backward_and_freed():
    x = y = Tensor([0.0, 1.0], requires_grad=True)
    for _ in range(10_000):
        y = y + 1.0
    y.backward([1.0, 2.0])
    np.testing.assert_array_equal(x.grad, [1, 2])
    y = weakref.ref(y)
    assert y() is None


def test_a_wide_node():
    xs = [Value(float(i)) for i in range(10_000)]
    total = xs[0]
    for x in xs[1:]:
        total = total + x
    total.backward()
    assert {x.grad for x in xs} == {1.0}


@both_engines
def test_second_backward_adds_exactly_once_more(leaf):
    x = leaf(3.0)
    y = x * x * x
    for times in (1, 2, 3):
        y.backward()
        assert x.grad == times * 27.0


@both_engines
def test_a_walk_from_the_middle_leaves_what_is_above_alone(leaf):
    x, w = leaf(2.0), leaf(5.0)
    y = x * x
    z = y * w
    y.backward()
    assert x.grad == 4.0
    assert not w.grad
    z.backward()
    assert x.grad == 4.0 + 20.0


def graph_of_values(x):
    return (tanh(x * x) + sigmoid(x) / (x + 3) - relu(x) ** 2).exp().log()


def array_graphs():
    """For each operation, a function of a square Tensor: none may hold on to its own result."""
    yield "arithmetic", lambda x: (-x + x * 2 - 3 * x) / (x + 9) ** 2
    yield "functions", lambda x: (x * x + 1).log() + x.exp() + x.tanh() + x.relu()
    yield "table", lambda x: sigmoid(x) + tanh(x) + relu(x) + leaky_relu(x)
    yield "matmul", lambda x: (x @ x) @ x[0]
    yield "shapes", lambda x: x.T.reshape(-1)[[0, 0, 1]] + x.transpose(1, 0)[0, 0]
    yield "reductions", lambda x: x.sum(0) + x.mean(1) + x.max(0)
    yield "rowwise", lambda x: softmax(x) + log_softmax(x) + log_sum_exp(x)
    yield "cross_entropy", lambda x: cross_entropy(x, np.zeros(len(x), int))
    for loss in (mean_squared_error, mean_absolute_error, binary_cross_entropy_with_logits):
        yield loss.__name__, lambda x, loss=loss: loss(x, np.zeros(x.shape))
    net = Sequential(Linear(3, 4, rng=0), tanh, Linear(4, 2, rng=1))
    yield "layers", net
    yield "retained", lambda x: (x * 2).retain_grad() * 3
    yield "record", lambda x: record("double", 2 * x.data, (x, lambda g: 2 * g))


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("walk", [False, True], ids=["dropped", "walked"])
@pytest.mark.parametrize(
    ("leaf", "f"),
    [
        pytest.param(Value(1.5), graph_of_values, id="Value"),
        *(
            pytest.param(Tensor(np.arange(9.0).reshape(3, 3) / 9, requires_grad=True), f, id=name)
            for name, f in array_graphs()
        ),
    ],
)
def test_graphs_are_freed_by_reference_count(leaf, f, walk):
    result = f(leaf)
    if walk:
        result.backward(1.0 if isinstance(result, Value) else np.ones(result.shape))
    results = [weakref.ref(node) for node in nodes(result) if node.parents]
    assert results
    del result
    assert [node() for node in results] == [None] * len(results)
