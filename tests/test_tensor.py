"""Tensor: every operation against NumPy and against differences; what it records and what it keeps.

The oracle is in helpers.py: values by NumPy, gradients by four-point differences of NumPy's values.
Neither touches the engine.
"""

import copy
import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minigrad import SGD, Tensor, gradcheck, leaky_relu, no_grad, record, softmax
from minigrad.arrays import unbroadcast
from minigrad.tensor import as_tensor
from tests.helpers import by_backward, check, spread

SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
FULL_SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3)
PAIRS = hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3)
SEEDS = st.integers(0, 10**6)
both_precisions = pytest.mark.parametrize("dtype", [np.float64, np.float32])

BINARY = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
}
UNARY = {
    "negative": (lambda x: -x,) * 2,
    "exp": (lambda x: x.exp(), np.exp),
    "log": (lambda x: (x * x).log(), lambda x: np.log(x * x)),
    "tanh": (lambda x: x.tanh(), np.tanh),
    "relu": (lambda x: x.relu(), lambda x: np.maximum(x, 0)),
    "leaky_relu": (lambda x: leaky_relu(x, 0.25), lambda x: np.maximum(x, x / 4)),
    "abs": (abs, np.abs),
    "x ** 2": (lambda x: x**2,) * 2,
    "x ** 3": (lambda x: x**3.0,) * 2,
    "x ** -1": (lambda x: x**-1,) * 2,
    "x ** -2": (lambda x: x ** np.int64(-2), lambda x: x**-2.0),
    "x ** 0": (lambda x: x**0, lambda x: x**0),
    "x ** 1": (lambda x: x**1,) * 2,
    "x ** 0.5": (lambda x: (x * x) ** 0.5,) * 2,
    "x ** 3, a float32": (lambda x: x ** np.float32(3), lambda x: x**3),
    "x ** 1.5": (lambda x: (x * x) ** np.float64(1.5), lambda x: (x * x) ** 1.5),
}
WITH_NUMBERS = {
    "x + c": lambda x: x + 2,
    "c + x": lambda x: 2.5 + x,
    "x - c": lambda x: x - 2,
    "c - x": lambda x: 2.5 - x,
    "x * c": lambda x: x * 3,
    "c * x": lambda x: -3.5 * x,
    "x / c": lambda x: x / 4,
    "c / x": lambda x: 4.5 / x,
    "np.float64 + x": lambda x: np.float64(2.0) + x,
    "np.float64 - x": lambda x: np.float64(2.0) - x,
    "np.float64 * x": lambda x: np.float64(2.0) * x,
    "np.float64 / x": lambda x: np.float64(2.0) / x,
    "np.int64 * x": lambda x: np.int64(2) * x,
    "x / np.int64": lambda x: x / np.int64(2),
    "sum of a list": lambda x: sum([x, x, 1.0]),
}


def axes(draw, ndim):
    """Draw what may stand for ``axis``: None, a number, or a tuple, counted from either end."""
    one = st.integers(-ndim, ndim - 1)
    several = st.lists(one, max_size=ndim, unique_by=lambda i: i % ndim).map(tuple)
    return draw(st.none() | one | several if ndim else st.none())


# -- values and gradients -------------------------------------------------------------------------


@pytest.mark.parametrize("op", BINARY)
@given(shapes=PAIRS, seed=SEEDS)
def test_binary_operations_broadcast_as_numpy_does(op, shapes, seed):
    x, y = (spread(shape, seed + i) for i, shape in enumerate(shapes.input_shapes))
    check(BINARY[op], x, y)


@pytest.mark.parametrize("op", BINARY)
def test_an_operand_may_stand_on_both_sides(op):
    check(lambda x: BINARY[op](x, x), spread((2, 3)))


@pytest.mark.parametrize("op", UNARY)
@pytest.mark.parametrize("shape", [(), (1,), (5, 4), (2, 0), (2, 1, 3)])
def test_elementwise_operations(op, shape):
    f, reference = UNARY[op]
    check(f, spread(shape), reference=reference)


def test_powers_at_zero():
    for n, value, slope in ((0, 1.0, 0.0), (1, 0.0, 1.0), (1.5, 0.0, 0.0), (2, 0.0, 0.0)):
        x = Tensor([0.0, 0.0], requires_grad=True)
        y = x**n
        y.backward([1.0, 1.0])
        np.testing.assert_array_equal([y.data, x.grad], [[value] * 2, [slope] * 2])
    assert (Tensor([0.0]) ** 0.5).data == [0.0]


def test_an_infinite_slope_is_refused():
    x = Tensor([0.0, 4.0], requires_grad=True)
    y = x**0.5
    np.testing.assert_array_equal(y.data, [0, 2])
    with pytest.raises(ZeroDivisionError, match=r"^\*\*: the slope of x \*\* 0.5 is infinite at 0"):
        y.sum().backward()
    assert x.grad is None


@pytest.mark.parametrize("op", WITH_NUMBERS)
@pytest.mark.parametrize("shape", [(), (3,), (0, 2), (2, 1)])
def test_operations_with_a_number_on_either_side(op, shape):
    check(WITH_NUMBERS[op], spread(shape))


@pytest.mark.parametrize("op", [*BINARY, "@"])
@both_precisions
def test_an_array_may_stand_on_either_side(op, dtype):
    f = {**BINARY, "@": lambda x, y: x @ y}[op]
    a, b = spread((2, 2), 1).astype(dtype), spread((2, 2), 2).astype(dtype)
    for y in (f(a, Tensor(b, requires_grad=True)), f(Tensor(a, requires_grad=True), b)):
        assert isinstance(y, Tensor)
        assert y.dtype == dtype
        np.testing.assert_array_equal(y.data, f(a, b))
    check(lambda x: f(a.astype(x.dtype), x), b.astype(np.float64))
    check(lambda x: f(x, b.astype(x.dtype)), a.astype(np.float64))


@given(
    shapes=hnp.mutually_broadcastable_shapes(
        signature=np.matmul.signature, max_dims=2, min_side=0, max_side=3
    ),
    seed=SEEDS,
)
@example(hnp.BroadcastableShapes(((3,), (3,)), ()), 0)
@example(hnp.BroadcastableShapes(((3,), (2, 3, 2)), (2, 2)), 0)
@example(hnp.BroadcastableShapes(((2, 2, 3), (3,)), (2, 2)), 0)
@example(hnp.BroadcastableShapes(((2, 1, 2, 3), (3, 3, 1)), (2, 3, 2, 1)), 0)
@example(hnp.BroadcastableShapes(((2, 0), (0, 3)), (2, 3)), 0)
def test_matmul_for_every_pair_of_ranks(shapes, seed):
    x, y = (spread(shape, seed + i) for i, shape in enumerate(shapes.input_shapes))
    check(lambda x, y: x @ y, x, y)


def test_matmul_of_a_tensor_with_itself():
    check(lambda x: x @ x, spread((3, 3)))
    check(lambda x: x @ x, spread(3))


@pytest.mark.parametrize("name", ["sum", "mean", "max"])
@given(data=st.data(), keepdims=st.booleans(), seed=SEEDS)
def test_reductions_over_any_axes(name, data, keepdims, seed):
    shape = data.draw(SHAPES if name == "sum" else FULL_SHAPES | st.just(()))
    axis = axes(data.draw, len(shape))
    check(lambda x: getattr(x, name)(axis=axis, keepdims=keepdims), spread(shape, seed))


def test_reductions_are_over_everything_unless_told():
    x = Tensor(spread((2, 3)))
    for f in (Tensor.sum, Tensor.mean, Tensor.max):
        assert f(x).shape == ()
        assert f(x, 0).shape == f(x, (0,)).shape == (3,)
        assert f(x, 0, True).shape == (1, 3)


def test_where_several_are_largest_they_share_the_gradient():
    x = Tensor([[1.0, 5.0, 5.0], [2.0, 2.0, 2.0]], requires_grad=True)
    x.max(axis=1).backward([6.0, 3.0])
    np.testing.assert_array_equal(x.grad, [[0, 3, 3], [1, 1, 1]])


@given(data=st.data(), shape=SHAPES, seed=SEEDS)
def test_transpose_by_any_order_of_axes(data, shape, seed):
    order = data.draw(st.permutations(range(len(shape))))
    order = [i - len(shape) * data.draw(st.booleans()) for i in order]
    check(lambda x: x.transpose(*order), spread(shape, seed))
    check(lambda x: x.transpose(tuple(order)), spread(shape, seed))
    check(lambda x: x.T, spread(shape, seed))


@pytest.mark.parametrize("shape", [(6,), (3, 2), (-1, 3), (1, 6, 1), (2, 1, -1)])
def test_reshape_takes_numbers_or_a_tuple(shape):
    check(lambda x: x.reshape(*shape), spread((2, 3)))
    check(lambda x: x.reshape(shape), spread((2, 3)))
    assert Tensor(np.zeros((0, 3))).reshape(3, 0).shape == (3, 0)


@given(data=st.data(), shape=FULL_SHAPES, seed=SEEDS)
def test_indexing_as_numpy_does(data, shape, seed):
    index = data.draw(
        hnp.basic_indices(shape, allow_newaxis=True)
        | hnp.integer_array_indices(shape)
        | hnp.arrays(bool, shape)
    )
    check(lambda x: x[index], spread(shape, seed))


@pytest.mark.parametrize(
    "index",
    [0, -1, slice(None, None, -1), ..., None, (..., 0), (None, 1, ...), [0, 2, 0, 0], []],
    ids=repr,
)
def test_indexing_by_hand(index):
    check(lambda x: x[index], spread((3, 2)))


def test_what_is_picked_twice_gets_both_gradients():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    x[[0, 0, 2]].backward([1.0, 10.0, 100.0])
    np.testing.assert_array_equal(x.grad, [11, 0, 100])


def test_an_index_array_may_change_after_use():
    x, index = Tensor([1.0, 2.0, 3.0], requires_grad=True), np.array([0, 1])
    y = x[index]
    index[:] = 2
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [1, 1, 0])


def test_a_tensor_is_a_sequence_of_its_rows():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert len(x) == 2
    first, second = x
    (first * 10 + second).sum().backward()
    np.testing.assert_array_equal(x.grad, [[10, 10], [1, 1]])


@given(shapes=PAIRS, seed=SEEDS)
def test_unbroadcast_undoes_broadcasting(shapes, seed):
    """The sum of the products with the broadcast array is the same on both sides: an adjoint."""
    shape = shapes.input_shapes[0]
    g, x = spread(shapes.result_shape, seed), spread(shape, seed)
    back = unbroadcast(g, shape)
    assert back.shape == shape
    assert (back * x).sum() == pytest.approx((g * np.broadcast_to(x, g.shape)).sum())


def test_gradcheck_agrees_on_a_long_expression():
    def f(x, w):
        h = (x @ w).tanh()
        return softmax((h * h - h.mean(axis=0)) / (1 + h.exp()) + h[:, ::-1].max(1, keepdims=True))

    assert gradcheck(f, Tensor(spread((3, 4)), True), Tensor(spread((4, 2)), True)).compared == 20


# -- types ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", [*BINARY, "@"])
def test_mixed_precisions_give_each_leaf_its_own(op):
    f = {**BINARY, "@": lambda x, y: x @ y}[op]
    x = Tensor(spread((2, 2)).astype(np.float32), requires_grad=True)
    y = Tensor(spread((2, 2), 1), requires_grad=True)
    result = f(x, y)
    assert result.dtype == np.float64
    result.sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)


@pytest.mark.parametrize("number", [2, 2.5, np.float64(2.5), np.float32(2.5), np.int64(2)])
def test_a_number_takes_on_the_dtype_of_the_tensor(number):
    x = Tensor(np.ones(2, np.float32))
    for y in (x * number, number * x, x - number, number / x):
        assert y.dtype == np.float32


def test_lists_and_numbers_become_float64():
    for data in (3, 3.5, [1, 2], [[1, 2.5]], (), [], ((1,), (2,))):
        assert Tensor(data).dtype == np.float64
    assert Tensor(np.float32(3)).dtype == np.float32


@pytest.mark.parametrize(
    "wrong",
    [
        np.arange(3),
        np.ones(2, np.float16),
        np.ones(2, bool),
        np.ones(2, complex),
        np.array([None]),
        np.int64(3),
        True,
        [True],
        1j,
        "1.0",
        ["1.0"],
        None,
        [None],
        {1.0},
    ],
    ids=repr,
)
def test_other_types_are_refused_with_advice(wrong):
    advice = "of dtype .*; pass float64 or float32, for instance (array.astype|a list of num)"
    with pytest.raises(TypeError, match=f"^Tensor: got .* {advice}"):
        Tensor(wrong)
    if not isinstance(wrong, np.int64):  # one NumPy integer is a number to arithmetic
        for left, right in ((Tensor([1.0]), wrong), (wrong, Tensor([1.0]))):
            with pytest.raises(TypeError, match=rf"^\+: got .* {advice}"):
                left + right


@pytest.mark.parametrize("op", BINARY)
def test_what_does_not_fit_is_named_on_either_side(op):
    x = Tensor(np.ones((2, 3)))
    for left, right in ((x, np.ones(2)), (np.ones(2), x)):
        shapes = f"{left.shape} and {right.shape}"
        with pytest.raises(ValueError, match=f"^{re.escape(f'{op}: shapes {shapes}')} do not fit"):
            BINARY[op](left, right)
    for left, right in ((x, "1"), ("1", x)):
        with pytest.raises(TypeError, match=f"^{re.escape(op)}: got str"):
            BINARY[op](left, right)


def test_matmul_names_what_it_got_on_either_side():
    x = Tensor(np.ones((2, 3)))
    for left, right in ((x, "1"), ("1", x)):
        with pytest.raises(TypeError, match=r"^@: got str"):
            left @ right


@pytest.mark.parametrize(
    ("n", "culprit"),
    [(-1, 0.0), (-2.0, 0.0), (0.5, -4.0), (-0.5, -4.0), (np.inf, -4.0), (np.float32(-1), 0.0)],
)
def test_the_first_number_without_a_power_is_named(n, culprit):
    said = re.escape(f"**: got {culprit}; x ** {float(n)} is not a real number there; pass pos")
    for data in ([culprit, 2.0], [8.0, -4.0, 0.0] if culprit else [-4.0, 0.0]):
        with pytest.raises(ValueError, match=f"^{said}"):
            Tensor(data) ** n


def test_ragged_lists_are_refused():
    with pytest.raises(ValueError, match="Tensor: the rows of the list have different lengths"):
        Tensor([[1.0], [1.0, 2.0]])


# -- what a gradient belongs to -------------------------------------------------------------------


def test_constructor_copies():
    array = np.ones(3)
    x = Tensor(array)
    array[0] = 7.0
    np.testing.assert_array_equal(x.data, [1, 1, 1])


@pytest.mark.parametrize(
    "view",
    [
        lambda a: a[::2],
        lambda a: a[::-1],
        lambda a: a.T,
        lambda a: np.asfortranarray(a),
        lambda a: np.broadcast_to(a[:, :1], a.shape),
        lambda a: np.lib.stride_tricks.as_strided(a, writeable=False),
    ],
)
def test_any_memory_layout_will_do(view):
    a = view(spread((4, 4)))
    check(lambda x: (x * x).sum(0) @ x.T, np.array(a))
    y, (leaf,) = by_backward(lambda x: x.T[::-1].reshape(-1) * 2, [a], np.ones(a.size))
    np.testing.assert_array_equal(y.data, a.T[::-1].reshape(-1) * 2)
    np.testing.assert_array_equal(leaf.grad, np.full(a.shape, 2.0))
    np.testing.assert_array_equal((a + Tensor(np.zeros(a.shape))).data, a)


SHARERS = {
    "x": lambda x: x,
    "x + c": lambda x: x + 1,
    "x + x": lambda x: x + x,
    "reshape": lambda x: x.reshape(4),
    "transpose": lambda x: x.T.T,
    "index": lambda x: x[...],
    "sum": lambda x: x.sum(0, keepdims=True) + x,
    "chain": lambda x: (x + 1).reshape(4).reshape(2, 2) + 1,
    "both": lambda x: x + (x + 1),
}


@pytest.mark.parametrize("name", SHARERS)
def test_a_gradient_is_an_array_of_its_own(name):
    x, other = Tensor(spread((2, 2)), True), Tensor(spread((2, 2)), True)
    y = SHARERS[name](x)
    total = (y + other.reshape(y.shape)) if y.shape != (2, 2) else y + other
    cotangent = np.ones(total.shape)
    total.backward(cotangent)
    wanted = x.grad.copy()
    assert x.grad.flags.writeable
    assert not np.shares_memory(x.grad, other.grad)
    for array in (cotangent, x.data, y.data, total.data):
        assert not np.shares_memory(x.grad, array)
    cotangent[...] = 100.0
    other.grad[...] = 100.0
    np.testing.assert_array_equal(x.grad, wanted)


@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0,)])
def test_gradients_are_arrays_also_when_they_add_up(shape):
    x = Tensor(spread(shape), requires_grad=True)
    y = (x * x + x) * x
    for times in (1, 2, 3):
        y.backward(np.ones(shape))
        assert type(x.grad) is np.ndarray
        assert x.grad.shape == shape
        np.testing.assert_allclose(x.grad, times * (3 * x.data**2 + 2 * x.data))


def test_an_earlier_gradient_is_not_changed_by_a_later_walk():
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x * 3).sum().backward()
    earlier = x.grad
    (x * 3).sum().backward()
    np.testing.assert_array_equal(earlier, [3, 3])
    np.testing.assert_array_equal(x.grad, [6, 6])


def test_only_leaves_that_ask_get_a_gradient():
    x, c = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0])
    middle = x * c
    middle.sum().backward()
    assert middle.grad is None
    assert c.grad is None
    assert c not in middle.parents
    np.testing.assert_array_equal(x.grad, c.data)


def test_an_input_without_gradient_costs_no_pullback():
    called = []

    def pull(g):
        called.append(g)
        return g

    record("f", np.zeros(2), (Tensor([1.0, 2.0]), pull), (Tensor([1.0, 2.0], True), pull)).backward(
        np.ones(2)
    )
    assert len(called) == 1


def test_a_retained_gradient_is_the_whole_one_and_adds_up():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).retain_grad()
    z = (y * 2 + y * y).sum()
    z.backward()
    np.testing.assert_array_equal(y.grad, 2 + 2 * y.data)
    y.grad[...] = 0.0  # it is the reader's: x's is another array
    np.testing.assert_array_equal(x.grad, (2 + 2 * y.data) * 2 * x.data)
    y.grad = None
    z.backward()
    np.testing.assert_array_equal(y.grad, 2 + 2 * y.data)


def test_retained_gradients_are_arrays_of_their_own():
    x = Tensor([1.0, 2.0], requires_grad=True)
    nodes = [x]
    for f in (lambda y: y + 1, lambda y: y.reshape(2), lambda y: y + 1):
        nodes.append(f(nodes[-1]).retain_grad())
    nodes[-1].backward([1.0, 1.0])
    for i, node in enumerate(nodes):
        assert node.grad.flags.writeable
        assert not any(np.shares_memory(node.grad, other.grad) for other in nodes[:i])


def test_a_result_may_retain_its_own_cotangent():
    y = (Tensor([1.0], requires_grad=True) * 2).retain_grad()
    y.backward([5.0])
    np.testing.assert_array_equal(y.grad, [5])


def test_no_grad_records_nothing_and_ends():
    x = Tensor([1.0], requires_grad=True)
    with no_grad():
        y = x * 2
        with no_grad():
            pass
        assert not (x * 2).requires_grad
    assert (y.parents, y.requires_grad) == ((), False)
    assert (x * 2).requires_grad
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (x * 2).requires_grad


# -- backward -------------------------------------------------------------------------------------


def test_backward_of_a_single_number_needs_no_cotangent():
    for shape in ((), (1,), (1, 1)):
        x = Tensor(np.full(shape, 3.0), requires_grad=True)
        (x * x).backward()
        np.testing.assert_array_equal(x.grad, np.full(shape, 6.0))


def test_backward_of_a_leaf_gives_it_the_cotangent():
    x = Tensor([1.0, 2.0], requires_grad=True)
    cotangent = np.array([3.0, 4.0])
    x.backward(cotangent)
    cotangent[0] = 9.0
    np.testing.assert_array_equal(x.grad, [3, 4])


@given(seed=SEEDS)
def test_the_gradient_is_linear_in_the_cotangent(seed):
    x = spread((2, 3), seed)
    a, b = spread((2, 3), seed + 1), spread((2, 3), seed + 2)
    grads = [by_backward(lambda x: x.tanh() * x, [x], c)[1][0].grad for c in (a, b, 2 * a - 3 * b)]
    np.testing.assert_allclose(2 * grads[0] - 3 * grads[1], grads[2], atol=1e-12)


# -- numbers that do not change -------------------------------------------------------------------


USES = {
    "+": lambda x: x + 1,
    "@": lambda x: x @ x,
    "exp": lambda x: x.exp(),
    "sum": lambda x: x.sum(),
    "reshape": lambda x: x.reshape(4),
    "[]": lambda x: x[0],
    "softmax": softmax,
}


@pytest.mark.parametrize("use", USES)
def test_numbers_are_read_only_before_and_after_a_walk(use):
    x = Tensor(spread((2, 2)), requires_grad=True)
    y = USES[use](x)
    for _ in range(2):
        for array in (x.data, y.data):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0.0
            with pytest.raises(ValueError, match="read-only"):
                array += 1
        y.backward(np.ones(y.shape))


def test_results_are_read_only_without_a_graph_too():
    x = Tensor([1.0, 2.0])
    with no_grad():
        for y in (x, x * 2, x.reshape(2), x[:1]):
            with pytest.raises(ValueError, match="read-only"):
                y.data[0] = 0.0


def test_assigning_to_data_changes_a_leaf_and_no_graph():
    """The graph keeps the array that it was computed from."""
    x = Tensor([3.0], requires_grad=True)
    y = x * x
    x.data = x.data + 97.0
    y.backward()
    np.testing.assert_array_equal([x.data, x.grad], [[100], [6]])
    x.data = [5]
    np.testing.assert_array_equal(x.data, [5])


def test_assigned_numbers_are_copied_and_take_on_the_dtype():
    x, array = Tensor(np.ones(2, np.float32)), np.array([1.0, 2.0])
    x.data = array
    array[0] = 9.0
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x.data, [1, 2])
    assert not x.data.flags.writeable


def test_assigning_another_shape_or_to_a_result_is_refused():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ValueError, match=r"^data: got shape \(1,\) for a leaf of shape \(2,\)"):
        x.data = np.ones(1)
    with pytest.raises(ValueError, match=r"^data: got shape \(2,\) for a result of shape \(2,\)"):
        (x * 2).data = np.ones(2)


@pytest.mark.parametrize(
    "given", [np.ones(2), np.ones(4)[::2], np.broadcast_to(np.ones(1), 2)], ids=repr
)
def test_an_array_of_the_callers_may_change_before_the_walk(given):
    x = Tensor([3.0, 3.0], requires_grad=True)
    y = (given * x).sum()
    (given if given.flags.writeable else given.base)[...] = 9.0
    y.backward()
    np.testing.assert_array_equal(x.grad, [1, 1])


def test_bytes_of_the_callers_may_change_before_the_walk():
    raw = bytearray(np.ones(2).tobytes())
    x = Tensor([3.0, 3.0], requires_grad=True)
    y = (np.frombuffer(raw) * x).sum()
    raw[:] = bytes(16)
    y.backward()
    np.testing.assert_array_equal(x.grad, [1, 1])


def test_a_read_only_array_is_not_copied():
    array = np.ones(2)
    array.flags.writeable = False
    assert as_tensor(array).data is array
    assert as_tensor(array[:1]).data.base is array


def test_a_recorded_result_is_the_tensors_own():
    mine = np.ones(4)
    x = Tensor([1.0, 2.0], requires_grad=True)
    view = record("f", mine[:2], (x, lambda g: g))
    mine[:] = 5.0
    np.testing.assert_array_equal(view.data, [1, 1])
    whole = record("f", mine, (x, lambda g: g))
    assert whole.data is mine
    assert not mine.flags.writeable


def test_views_of_a_tensor_share_its_numbers():
    """Nothing can change, so nothing need be copied."""
    x = Tensor(spread((2, 2)))
    for f in (lambda x: x.reshape(4), lambda x: x.T, lambda x: x[:1]):
        assert np.shares_memory(f(x).data, x.data)


# -- errors ---------------------------------------------------------------------------------------


def test_a_pullback_of_the_wrong_shape_is_named():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = record("mine", x.data * 2, (x, lambda g: np.ones(3)))
    with pytest.raises(ValueError, match=r"^mine: its pullback gave shape \(3,\) .* shape \(2,\)"):
        y.sum().backward()


def test_division_by_zero_is_refused_anywhere_in_the_array():
    with pytest.raises(ZeroDivisionError, match=r"^/: division by zero"):
        Tensor([1.0, 2.0]) / [3.0, 0.0]


def test_a_failed_index_leaves_nothing_behind():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"pass its \.data"):
        x[x * 1]
    with pytest.raises(IndexError, match="index 5 is out of bounds"):
        x[5]


# -- the rest -------------------------------------------------------------------------------------


def test_properties_are_those_of_the_array():
    x = Tensor(np.zeros((2, 3), np.float32))
    assert (x.shape, x.ndim, x.size, x.dtype, len(x)) == ((2, 3), 2, 6, np.float32, 2)
    assert Tensor([[2.5]]).item() == 2.5
    assert type(Tensor(2.5).item()) is float


def test_each_operation_is_named():
    x = Tensor(np.ones((2, 2)), requires_grad=True)
    operations = {"+": x + x, "*": x * x, "/": x / x, "**": x**2, "@": x @ x, "[]": x[0]}
    operations |= {"exp": x.exp(), "log": x.log(), "tanh": x.tanh(), "relu": x.relu()}
    operations |= {"abs": abs(x), "leaky_relu": leaky_relu(x)}
    operations |= {"sum": x.sum(), "max": x.max(), "reshape": x.reshape(4), "transpose": x.T}
    for op, result in operations.items():
        assert result.op == op
    assert ((x - x).op, (-x).op) == ("-", "-")


def test_repr_keeps_long_rows_below_each_other():
    assert repr(Tensor(np.arange(20.0))) == (
        "Tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12.,\n"
        "        13., 14., 15., 16., 17., 18., 19.])"
    )


def test_a_constant_of_integers_is_refused_in_the_name_of_who_asked_for_it():
    with pytest.raises(TypeError, match=r"^as_tensor: got ndarray of dtype int64"):
        as_tensor(np.arange(3))
    with pytest.raises(TypeError, match=r"^loss: got ndarray of dtype int64"):
        as_tensor(np.arange(3), "loss")


def test_repr_shows_the_numbers():
    assert repr(Tensor([1.0, 2.5])) == "Tensor([1. , 2.5])"
    assert repr(Tensor(1.0, requires_grad=True)) == "Tensor(1., requires_grad=True)"
    assert repr(Tensor([[1.0], [2.5]])) == "Tensor([[1. ],\n        [2.5]])"


def test_as_tensor_keeps_a_tensor():
    x = Tensor([1.0])
    assert as_tensor(x) is x
    assert as_tensor([1.0]).requires_grad is False
    with pytest.raises(TypeError, match=r"^as_tensor: got str"):
        as_tensor("1")


def test_a_graph_can_be_copied():
    x = Tensor([3.0], requires_grad=True)
    y = x * x
    twin = copy.deepcopy(y)
    y.backward()
    twin.backward()
    np.testing.assert_array_equal(x.grad, [6])
    np.testing.assert_array_equal(twin.parents[0].grad, [6])


def test_a_leaf_can_be_copied():
    x = Tensor([1.0], requires_grad=True)
    y = x * 2
    twin = copy.deepcopy(x)
    (twin * 3).backward()
    assert (x.grad, twin.grad.tolist()) == (None, [3.0])
    assert twin.data is not x.data
    assert not twin.data.flags.writeable
    y.backward()


def test_a_step_between_two_walks_changes_neither():
    """Two losses over one trunk, with a step after the first: each is differentiated as it was."""
    p = Tensor([2.0], requires_grad=True)
    trunk = p * p
    first, second = trunk.sum(), (trunk * 3).sum()
    first.backward()
    SGD([p], lr=0.1).step()
    np.testing.assert_allclose([p.data, p.grad], [[1.6], [4.0]])
    second.backward()
    np.testing.assert_allclose(p.grad, [4.0 + 12.0])


def test_a_walk_that_fails_leaves_no_half_of_a_gradient():
    p, q = (Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    wrong = record("wrong", np.ones(2), (p * 1, lambda g: np.ones(3)))
    with pytest.raises(ValueError, match="wrong: its pullback gave shape"):
        (wrong + q * 4).sum().backward()
    assert p.grad is None
    assert q.grad is None


def test_comparing_is_refused_and_equality_is_identity():
    x, y = Tensor([1.0]), Tensor([1.0])
    for f in (lambda: x < 2, lambda: x <= y, lambda: x > y, lambda: x >= y, lambda: x > 1.0):
        with pytest.raises(TypeError, match=r"neither more nor less .* compare its \.data"):
            f()
    for other in (1, 1.0, np.ones(1), np.float32(1), np.int64(1), [1.0], (1.0,)):
        with pytest.raises(
            TypeError, match=r"==: a Tensor is equal to nothing .* compare its \.data"
        ):
            _ = x == other
    assert x == x
    assert x != y
    assert x != "x"
    assert len({x, y, x}) == 2


def test_second_derivatives_are_not_offered():
    x = Tensor([1.0], requires_grad=True)
    with pytest.raises(
        NotImplementedError, match="second derivatives, which minigrad does not off"
    ):
        (x * x).backward(create_graph=True)
    assert x.grad is None


def test_data_takes_floats_only():
    x = Tensor([1.0], requires_grad=True)
    with pytest.raises(TypeError, match="data: got ndarray of dtype int64; pass float64"):
        x.data = np.array([1])


def test_a_tensor_with_one_number_is_a_float_where_python_asks_for_one():
    assert float(Tensor([[2.5]])) == 2.5


def test_a_result_and_a_constant_may_be_added_to_in_place():
    """The name then stands for a new tensor; that of a leaf to train is refused."""
    w = Tensor([1.0, 2.0], requires_grad=True)
    total, constant = w * 2, Tensor([1.0, 1.0])
    total += w
    total -= 1.0
    total *= w
    total /= 2.0
    total **= 2
    total @= Tensor([[1.0], [10.0]])
    constant += w
    np.testing.assert_array_equal(total.data, [1.0 + 10 * 25.0])
    total.sum().backward()
    np.testing.assert_array_equal(w.grad, [2 * 1.0 * 2.5, 10 * 2 * 5.0 * 5.5])
    np.testing.assert_array_equal(constant.data, [2.0, 3.0])
