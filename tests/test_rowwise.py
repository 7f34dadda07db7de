"""Softmax and its relatives: against SciPy and 50 digits, at the ends, and row by row."""

import math

import mpmath
import numpy as np
import pytest
import scipy.optimize
import scipy.special
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minigrad import Tensor, Value, gradcheck, graph, log_softmax, log_sum_exp, softmax, sparsemax
from tests.helpers import check, spread

FUNCTIONS = {
    softmax: scipy.special.softmax,
    log_softmax: scipy.special.log_softmax,
    log_sum_exp: scipy.special.logsumexp,
}
every_function = pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
with_sparsemax = pytest.mark.parametrize("f", [*FUNCTIONS, sparsemax], ids=lambda f: f.__name__)
both_types = pytest.mark.parametrize("dtype", [np.float64, np.float32])
LOGITS = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4),
    elements=st.floats(-1000, 1000),
)


@every_function
@given(z=LOGITS, data=st.data())
def test_values_are_scipys(f, z, data):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    result = f(Tensor(z), axis=axis).data
    np.testing.assert_allclose(result, FUNCTIONS[f](z, axis=axis), rtol=1e-12, atol=1e-12)


def at_temperature(f, z, T, axis=-1):
    """SciPy's, with the temperature as it is defined."""
    return FUNCTIONS[f](z / T, axis=axis) * (T if f is log_sum_exp else 1)


@every_function
@settings(max_examples=50)
@given(data=st.data(), T=st.sampled_from([1.0, 0.25, 3.0]))
def test_gradients_agree_with_differences(f, data, T):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    z = T * spread(shape, data.draw(st.integers(0, 10**6)))
    check(
        lambda z: f(z, axis, temperature=T),
        z,
        reference=lambda z: at_temperature(f, z, T, axis),
    )


EXTREME = st.sampled_from([1e4, -1e4, 745.0, -745.0, 0.0, 0.1]) | st.floats(-50, 50)


def exactly(z, T):
    """Compute p, log p and lse of one row with 50 digits."""
    with mpmath.workdps(50):
        e = [mpmath.exp(mpmath.mpf(v) / mpmath.mpf(T)) for v in z]
        total = mpmath.fsum(e)
        p = [v / total for v in e]
        lse = mpmath.mpf(T) * mpmath.log(total)
        return [float(v) for v in p], [float(mpmath.log(v)) for v in p], float(lse)


@given(z=st.lists(EXTREME, min_size=1, max_size=6), T=st.sampled_from([1.0, 0.1, 7.0, 1e3]))
def test_both_engines_give_what_50_digits_give(z, T):
    for f, wanted in zip((softmax, log_softmax, log_sum_exp), exactly(z, T), strict=True):
        values = f([Value(v) for v in z], temperature=T)
        values = [v.data for v in values] if isinstance(values, list) else values.data
        for result in (f(Tensor(z), temperature=T).data, values):
            np.testing.assert_allclose(result, wanted, rtol=1e-11, atol=3e-16)


def test_of_many_rows_each_is_as_it_is_alone():
    z = np.random.default_rng(0).normal(0, 300, (1000, 3))
    for i, row in enumerate(z[:50]):
        p, log_p, lse = exactly(row, 1.0)
        np.testing.assert_allclose(softmax(z).data[i], p, rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(log_softmax(z).data[i], log_p, rtol=1e-14, atol=1e-16)
        np.testing.assert_allclose(log_sum_exp(z).data[i], lse, rtol=1e-15)


def test_differences_of_huge_logits_keep_all_their_digits():
    z = np.array([1e15, 1e15 + 1])
    wanted = exactly([0.0, 1.0], 1.0)
    np.testing.assert_allclose(softmax(z).data, wanted[0], rtol=1e-15)
    np.testing.assert_allclose(log_softmax(z).data, wanted[1], rtol=1e-15)


@every_function
@both_types
def test_temperature_goes_from_the_largest_to_all_alike(f, dtype):
    z = np.array([[1.0, 3.0, 2.0]], dtype)
    cold = f(Tensor(z), temperature=np.float64(1e-30))
    assert cold.dtype == dtype
    wanted = {softmax: [[0, 1, 0]], log_softmax: [[-2e30, 0, -1e30]], log_sum_exp: [3]}[f]
    np.testing.assert_allclose(cold.data, wanted, rtol=1e-6)
    np.testing.assert_allclose(softmax(z, temperature=1e30).data, [[1 / 3] * 3], rtol=1e-6)
    warm = log_sum_exp(z, temperature=10).data
    assert 3 < warm < 3 + 10 * math.log(3)


def test_at_moderate_values_the_textbooks_formulas_hold():
    z = np.array([0.3, -1.2, 2.5])
    e = np.exp(z)
    np.testing.assert_allclose(softmax(z).data, e / e.sum(), rtol=1e-15)
    np.testing.assert_allclose(log_softmax(z).data, np.log(e / e.sum()), rtol=1e-14)
    np.testing.assert_allclose(log_sum_exp(z).data, np.log(e.sum()), rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [1000.0, 1e30])
def test_huge_logits_are_stable_and_silent(dtype, size):
    z = np.array([[size, -size, 0.0], [-size, -size, -size]], dtype)
    for f in FUNCTIONS:
        leaf = Tensor(z, requires_grad=True)
        result = f(leaf)
        assert result.dtype == dtype
        assert np.isfinite(result.data).all()
        result.backward(np.ones(result.shape, dtype))
        assert np.isfinite(leaf.grad).all()
    np.testing.assert_allclose(softmax(z).data, [[1, 0, 0], [1 / 3] * 3], rtol=1e-6)
    np.testing.assert_array_equal(log_softmax(z).data[0], np.array([0, -2 * size, -size], dtype))
    values = [Value(v) for v in z[0].tolist()]
    assert [p.data for p in softmax(values)] == [1.0, 0.0, 0.0]
    assert log_sum_exp(values).data == float(dtype(size))


@both_types
@pytest.mark.parametrize("T", [1.0, 0.5])
@pytest.mark.parametrize("mask", [-math.inf, "lowest"])
def test_a_masked_logit_gets_no_probability_and_no_gradient(dtype, T, mask):
    """Nor a warning: they are errors here.  Some mask by the lowest float in place of −∞."""
    mask = float(np.finfo(dtype).min) if mask == "lowest" else mask
    half = math.log(0.5)
    for f, g, wanted, slope in (
        (softmax, [1.0, 5.0, 2.0], [0.5, 0, 0.5], [-0.25 / T, 0, 0.25 / T]),
        (log_softmax, [1.0, 0.0, 0.0], [half, mask / T, half], [0.5 / T, 0, -0.5 / T]),
        (log_sum_exp, 1.0, 1 - T * half, [0.5, 0, 0.5]),
    ):
        with np.errstate(over="ignore"):
            wanted = np.array(wanted, dtype)  # twice the lowest float is −∞
        z = Tensor(np.array([1.0, mask, 1.0], dtype), requires_grad=True)
        result = f(z, temperature=T)
        np.testing.assert_allclose(result.data, wanted, rtol=1e-6)
        result.backward(g)
        np.testing.assert_allclose(z.grad, slope, rtol=1e-6)
        row = [Value(1.0), Value(mask), Value(1.0)]
        results = f(row, temperature=T)
        for c, value in zip(np.atleast_1d(g), np.atleast_1d(results), strict=True):
            value.backward(float(c))
        np.testing.assert_allclose([v.grad for v in row], slope, rtol=1e-6)
    z = Tensor(np.array([1.0, mask, 1.0], dtype), requires_grad=True)
    p = sparsemax(z)
    np.testing.assert_array_equal(p.data, [0.5, 0, 0.5])
    p.backward([1.0, 5.0, 2.0])
    np.testing.assert_array_equal(z.grad, [-0.5, 0, 0.5])


@both_types
@pytest.mark.parametrize("T", [1.0, 2.0])
def test_infinite_logits_share_all_the_probability(dtype, T):
    inf = math.inf
    z = np.array([[inf, 0.0, -inf, 3.0], [inf, inf, -inf, 1.0]], dtype)
    half = math.log(0.5)
    for f, wanted in (
        (softmax, [[1, 0, 0, 0], [0.5, 0.5, 0, 0]]),
        (log_softmax, [[0, -inf, -inf, -inf], [half, half, -inf, -inf]]),
        (log_sum_exp, [inf, inf]),
    ):
        leaf = Tensor(z, requires_grad=True)
        result = f(leaf, temperature=T)
        np.testing.assert_array_equal(result.data, np.array(wanted, dtype))
        result.backward(np.ones(result.shape))
        assert np.isfinite(leaf.grad).all()
        for row, target in zip(z.tolist(), wanted, strict=True):
            values = f([Value(v) for v in row], temperature=T)
            values = [v.data for v in values] if isinstance(values, list) else values.data
            np.testing.assert_allclose(values, target)
    np.testing.assert_array_equal(sparsemax(z).data, [[1, 0, 0, 0], [0.5, 0.5, 0, 0]])
    assert [p.data for p in sparsemax([Value(v) for v in z[1].tolist()])] == [0.5, 0.5, 0.0, 0.0]


@with_sparsemax
@pytest.mark.parametrize("row", [[math.nan, 1.0], [1.0, math.nan], [-math.inf, math.nan]])
def test_a_nan_makes_its_row_nan_and_no_other(f, row):
    result = f(Tensor([row, [0.0, 0.0]])).data
    assert np.isnan(result[0]).all()
    assert np.isfinite(result[1]).all()
    values = f([Value(v) for v in row])
    assert all(math.isnan(v.data) for v in np.atleast_1d(values))


@with_sparsemax
def test_a_row_of_nothing_but_masks_is_refused(f):
    inf = math.inf
    for z in (np.array([[0.0, 1.0], [-inf, -inf]]), [Value(-inf), Value(-inf)]):
        with pytest.raises(
            ValueError, match=f"^{f.__name__}: got a row of nothing but -inf; leave"
        ):
            f(z)


@every_function
@pytest.mark.parametrize("T", [0.0, -1.0, math.nan, math.inf, 1e-31, "1", None, Value(1.0)])
def test_a_temperature_is_a_positive_number(f, T):
    for z in ([1.0, 2.0], [Value(1.0), Value(2.0)]):
        with pytest.raises(
            ValueError, match=f"^{f.__name__}: temperature is .*; pass a number from 1e-30"
        ):
            f(z, temperature=T)


@every_function
@pytest.mark.parametrize("T", [0.5, 2.0, 4.0])
def test_a_temperature_divides_the_logits(f, T):
    one, other = (Tensor(spread((4, 3)), requires_grad=True) for _ in range(2))
    y, wanted = f(one, temperature=T), f(other / T) * (T if f is log_sum_exp else 1.0)
    np.testing.assert_allclose(y.data, wanted.data, rtol=1e-14)
    cotangent = spread(y.shape, 1)
    y.backward(cotangent)
    wanted.backward(cotangent)
    np.testing.assert_allclose(one.grad, other.grad, rtol=1e-12, atol=1e-15)


@with_sparsemax
def test_in_a_graph_each_is_called_by_its_name(f):
    assert f(Tensor(spread((4, 3)), requires_grad=True)).op == f.__name__


def test_a_row_of_values_is_composed_of_what_the_formula_says():
    for v in (log_sum_exp([Value(0.0), Value(1.0)]), log_softmax([Value(0.0), Value(1.0)])[0]):
        assert {node.op for node in graph.nodes(v)} <= {"", "-", "exp", "+", "log", "*"}


@given(z=LOGITS, shift=st.floats(-1000, 1000))
def test_a_shift_of_all_logits_changes_only_log_sum_exp(z, shift):
    np.testing.assert_allclose(softmax(z + shift).data, softmax(z).data, atol=1e-12)
    np.testing.assert_allclose(log_softmax(z + shift).data, log_softmax(z).data, atol=1e-11)
    np.testing.assert_allclose(log_sum_exp(z + shift).data, log_sum_exp(z).data + shift, atol=1e-11)


@pytest.mark.parametrize("f", [softmax, sparsemax], ids=lambda f: f.__name__)
@given(z=LOGITS, seed=st.integers(0, 99))
def test_probabilities_sum_to_one_and_keep_the_order(f, z, seed):
    p = f(z).data
    assert ((p >= 0) & (p <= 1)).all()
    np.testing.assert_allclose(p.sum(-1), 1, rtol=1e-14)
    order = z.argsort(-1)
    assert (np.diff(np.take_along_axis(p, order, -1)) >= 0).all()
    mixed = np.random.default_rng(seed).permutation(z.shape[-1])
    np.testing.assert_allclose(f(z[..., mixed]).data, p[..., mixed], rtol=1e-13, atol=1e-15)


@given(z=LOGITS)
def test_log_softmax_is_the_logarithm_of_softmax(z):
    np.testing.assert_allclose(np.exp(log_softmax(z).data), softmax(z).data, atol=1e-300)


def jacobian(f, z):
    """Build it row by row: the gradient of each output is a walk with a cotangent of its own."""
    rows = []
    for cotangent in np.eye(len(z)):
        leaf = Tensor(z, requires_grad=True)
        f(leaf).backward(cotangent)
        rows.append(leaf.grad)
    return np.array(rows)


@given(z=hnp.arrays(np.float64, st.integers(1, 5), elements=st.floats(-30, 30)))
def test_jacobians_are_the_books(z):
    p = scipy.special.softmax(z)
    np.testing.assert_allclose(jacobian(softmax, z), np.diag(p) - np.outer(p, p), atol=1e-15)
    np.testing.assert_allclose(jacobian(log_softmax, z), np.eye(len(z)) - p, atol=1e-15)
    leaf = Tensor(z, requires_grad=True)
    log_sum_exp(leaf).backward()
    np.testing.assert_allclose(leaf.grad, p, rtol=1e-13)


# -- sparsemax ------------------------------------------------------------------------------------


def nearest_distribution(z, axis=-1):
    """Find τ by halving an interval: the sum of max(z − τ, 0) falls as τ rises."""
    high = z.max(axis, keepdims=True)
    low = high - 1
    for _ in range(50):
        tau = (low + high) / 2
        too_low = np.maximum(z - tau, 0).sum(axis, keepdims=True) > 1
        low, high = np.where(too_low, tau, low), np.where(too_low, high, tau)
    return np.maximum(z - high, 0)


@given(z=LOGITS, data=st.data())
def test_sparsemax_is_the_nearest_distribution(z, data):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    size = data.draw(st.sampled_from([1.0, 0.01, 1e-4]))
    wanted = nearest_distribution(z * size, axis)
    np.testing.assert_allclose(sparsemax(z * size, axis).data, wanted, atol=2e-13)
    np.testing.assert_allclose(sparsemax(z * size + 7, axis).data, wanted, atol=3e-13)


@given(seed=st.integers(0, 30))
def test_no_other_distribution_is_nearer_to_the_logits_than_sparsemax(seed):
    z = np.random.default_rng(seed).normal(0, 0.7, 4)
    found = scipy.optimize.minimize(
        lambda p: ((p - z) ** 2).sum(),
        np.full(4, 0.25),
        jac=lambda p: 2 * (p - z),
        bounds=[(0, 1)] * 4,
        constraints={"type": "eq", "fun": lambda p: p.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-14},
    )
    np.testing.assert_allclose(sparsemax(z).data, found.x, atol=1e-6)


@settings(max_examples=30)
@given(data=st.data(), seed=st.integers(0, 10**6))
def test_gradients_of_sparsemax_agree_with_differences(data, seed):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    z = spread(shape, seed) / data.draw(st.sampled_from([1.0, 4.0]))
    tau = (z - nearest_distribution(z, axis)).max(axis, keepdims=True)  # at the largest logit
    assume(abs(z - tau).min() > 0.005)  # away from the kinks
    check(lambda z: sparsemax(z, axis), z, reference=lambda z: nearest_distribution(z, axis))


@given(z=hnp.arrays(np.float64, st.integers(1, 5), elements=st.floats(-2, 2)))
def test_the_jacobian_of_sparsemax_is_the_papers(z):
    s = (sparsemax(z).data > 0).astype(float)
    np.testing.assert_allclose(
        jacobian(sparsemax, z), np.diag(s) - np.outer(s, s) / s.sum(), atol=1e-15
    )


def test_zeros_of_sparsemax_are_exact_and_large_gaps_leave_one_class():
    z = Tensor([[0.1, 0.0, -0.1, -5.0], [1e8, 1e8 + 2, 0.0, -1e300]], requires_grad=True)
    p = sparsemax(z)
    np.testing.assert_allclose(p.data[0], [1 / 3 + 0.1, 1 / 3, 1 / 3 - 0.1, 0], rtol=1e-14)
    np.testing.assert_array_equal(p.data[0, 3:], [0])
    np.testing.assert_array_equal(p.data[1], [0, 1, 0, 0])
    p.backward(np.random.default_rng(0).normal(size=(2, 4)))
    np.testing.assert_array_equal(z.grad[1], np.zeros(4))
    np.testing.assert_array_equal(sparsemax(np.zeros((2, 5), np.float32)).data, np.float32(0.2))


def test_at_its_kink_a_logit_counts_as_outside():
    for row in ([1.0, 0.0], [0.0, 1.0]):
        leaf, values = Tensor(row, requires_grad=True), [Value(v) for v in row]
        sparsemax(leaf).backward([1.0, 2.0])
        np.testing.assert_array_equal(leaf.grad, [0, 0])
        for c, p in zip([1.0, 2.0], sparsemax(values), strict=True):
            p.backward(c)
        assert [v.grad for v in values] == [0.0, 0.0]
        assert {p.op for p in sparsemax(values)} == {"-", "max"}


@given(z=st.lists(st.integers(-10, 10), min_size=1, max_size=6))
@example([-3, 6, -8, 0, -10, -2])
def test_near_a_kink_both_engines_agree_on_who_is_inside(z):
    """Tenths are rounded, and so is τ; one logit is still either inside or outside."""
    row = [tenths / 10 for tenths in z]
    for cotangent in np.eye(len(row)):
        leaf, values = Tensor(row, requires_grad=True), [Value(v) for v in row]
        p, by_values = sparsemax(leaf), sparsemax(values)
        p.backward(cotangent)
        by_values[int(cotangent.argmax())].backward()
        np.testing.assert_allclose([v.grad for v in values], leaf.grad, atol=1e-15)
        np.testing.assert_allclose([v.data for v in by_values], p.data, atol=1e-15)
        assert min([v.data for v in by_values]) >= 0


# -- both engines, and errors ---------------------------------------------------------------------


@with_sparsemax
@given(z=st.lists(st.floats(-50, 50), min_size=1, max_size=5), seed=st.integers(0, 99))
def test_a_row_of_values_gives_what_a_tensor_gives(f, z, seed):
    kind = (list, tuple)[seed % 2]
    options = {} if f is sparsemax else {"temperature": 0.5 + seed % 3}
    values, leaf = kind(map(Value, z)), Tensor(z, requires_grad=True)
    results, tensor = f(values, **options), f(leaf, **options)
    results = results if isinstance(results, list) else [results]
    np.testing.assert_allclose(
        [r.data for r in results], np.atleast_1d(tensor.data), rtol=1e-12, atol=1e-14
    )
    cotangent = np.random.default_rng(seed).normal(size=tensor.shape)
    tensor.backward(cotangent)
    for c, r in zip(np.atleast_1d(cotangent), results, strict=True):
        r.backward(c)
    np.testing.assert_allclose([v.grad for v in values], leaf.grad, rtol=1e-11, atol=1e-13)


@with_sparsemax
def test_gradcheck_passes_for_both_engines(f):
    assert gradcheck(lambda z: f(z, 0), Tensor(spread((3, 2)), requires_grad=True)).compared == 6
    assert gradcheck(lambda *z: f(z), *map(Value, [0.3, -1.2, 2.5])).compared == 3


@with_sparsemax
def test_arrays_and_lists_of_numbers_will_do(f):
    for z in (np.array([1.0, 2.0]), [1.0, 2.0], [1, 2], Tensor([1.0, 2.0])):
        assert isinstance(f(z), Tensor)
    assert f(np.ones((2, 0, 3))).shape == ((2, 0) if f is log_sum_exp else (2, 0, 3))
    z = np.array([1.0, 2.0])
    f(z)
    np.testing.assert_array_equal(z, [1, 2])


@with_sparsemax
def test_a_list_of_values_has_one_axis(f):
    row = [Value(1.0), Value(2.0)]
    f(row, axis=0)
    f(row, axis=-1)
    assert f(Tensor([[1.0, 2.0]]), np.int64(0)).shape == f(Tensor([[1.0, 2.0]]), 0).shape
    for axis in (1, -2):
        with pytest.raises(ValueError, match=f"^{f.__name__}: .* has no axis {axis}; leave it out"):
            f(row, axis=axis)


@with_sparsemax
@pytest.mark.parametrize(
    ("z", "axis", "error", "message"),
    [
        ([], -1, ValueError, r"got shape \(0,\); a row needs at least one number"),
        (np.ones((2, 0)), 1, ValueError, r"got shape \(2, 0\); a row needs"),
        (np.ones((2, 3)), 2, ValueError, r"got shape \(2, 3\), which has no axis 2"),
        (np.ones((2, 3)), -3, ValueError, r"got shape \(2, 3\), which has no axis -3"),
        (1.0, -1, ValueError, r"got shape \(\), which has no axis -1"),
        (np.arange(3), -1, TypeError, "of dtype int64; pass float64 or float32"),
        (Value(1.0), -1, TypeError, "got one Value; pass a list of nothing but Values"),
        ([Value(1.0), 2.0], -1, TypeError, "got a mixed row; pass a list of nothing but Values"),
    ],
)
def test_what_is_no_row_is_refused(f, z, axis, error, message):
    with pytest.raises(error, match=f"^{f.__name__}: .*{message}"):
        f(z, axis)


@pytest.mark.parametrize("low", [-1.7e308, -1e300])
def test_sparsemax_of_logits_far_below_the_largest(low):
    np.testing.assert_array_equal(sparsemax(Tensor([low, 0.0, low])).data, [0, 1, 0])
    row = np.array([-3e38, 0.0, -3e38], np.float32)
    np.testing.assert_array_equal(sparsemax(Tensor(row)).data, [0, 1, 0])
