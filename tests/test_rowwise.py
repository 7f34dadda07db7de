"""Softmax, log-softmax and log-sum-exp: against SciPy, at the ends, and row by row."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minigrad import Tensor, Value, gradcheck, log_softmax, log_sum_exp, softmax
from tests.helpers import check, spread

FUNCTIONS = {
    softmax: scipy.special.softmax,
    log_softmax: scipy.special.log_softmax,
    log_sum_exp: scipy.special.logsumexp,
}
every_function = pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
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


@every_function
@given(data=st.data())
def test_gradients_agree_with_differences(f, data):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    z = spread(shape, data.draw(st.integers(0, 10**6)))
    check(lambda z: f(z, axis), z, reference=lambda z: FUNCTIONS[f](z, axis=axis))


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


def test_a_masked_logit_gets_no_probability_and_no_gradient():
    z = Tensor([1.0, -np.inf, 1.0], requires_grad=True)
    p = softmax(z)
    np.testing.assert_array_equal(p.data, [0.5, 0, 0.5])
    p.backward([1.0, 5.0, 2.0])
    np.testing.assert_allclose(z.grad, [-0.25, 0, 0.25])


@given(z=LOGITS, shift=st.floats(-1000, 1000))
def test_a_shift_of_all_logits_changes_only_log_sum_exp(z, shift):
    np.testing.assert_allclose(softmax(z + shift).data, softmax(z).data, atol=1e-12)
    np.testing.assert_allclose(log_softmax(z + shift).data, log_softmax(z).data, atol=1e-11)
    np.testing.assert_allclose(log_sum_exp(z + shift).data, log_sum_exp(z).data + shift, atol=1e-11)


@given(z=LOGITS)
def test_probabilities_sum_to_one_and_keep_the_order(z):
    p = softmax(z).data
    assert ((p >= 0) & (p <= 1)).all()
    np.testing.assert_allclose(p.sum(-1), 1, rtol=1e-14)
    order = z.argsort(-1)
    assert (np.diff(np.take_along_axis(p, order, -1)) >= 0).all()
    np.testing.assert_allclose(np.exp(log_softmax(z).data), p, rtol=1e-11, atol=1e-300)


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


@every_function
@pytest.mark.parametrize("kind", [list, tuple])
@given(z=st.lists(st.floats(-50, 50), min_size=1, max_size=5), seed=st.integers(0, 99))
def test_a_row_of_values_gives_what_a_tensor_gives(f, kind, z, seed):
    values, leaf = kind(map(Value, z)), Tensor(z, requires_grad=True)
    results, tensor = f(values), f(leaf)
    results = results if isinstance(results, list) else [results]
    np.testing.assert_allclose(
        [r.data for r in results], np.atleast_1d(tensor.data), rtol=1e-12, atol=1e-14
    )
    cotangent = np.random.default_rng(seed).normal(size=tensor.shape)
    tensor.backward(cotangent)
    for c, r in zip(np.atleast_1d(cotangent), results, strict=True):
        r.backward(c)
    np.testing.assert_allclose([v.grad for v in values], leaf.grad, rtol=1e-11, atol=1e-13)


@every_function
def test_gradcheck_passes_for_both_engines(f):
    assert gradcheck(lambda z: f(z, 0), Tensor(spread((3, 2)), requires_grad=True)).compared == 6
    assert gradcheck(lambda *z: f(z), *map(Value, [0.3, -1.2, 2.5])).compared == 3


@every_function
def test_arrays_and_lists_of_numbers_will_do(f):
    for z in (np.array([1.0, 2.0]), [1.0, 2.0], [1, 2], Tensor([1.0, 2.0])):
        assert isinstance(f(z), Tensor)
    assert f(np.ones((2, 0, 3))).shape == ((2, 0) if f is log_sum_exp else (2, 0, 3))
    z = np.array([1.0, 2.0])
    f(z)
    np.testing.assert_array_equal(z, [1, 2])


@every_function
def test_a_list_of_values_has_one_axis(f):
    row = [Value(1.0), Value(2.0)]
    f(row, axis=0)
    f(row, axis=-1)
    for axis in (1, -2):
        with pytest.raises(ValueError, match=f"^{f.__name__}: .* has no axis {axis}; leave it out"):
            f(row, axis=axis)


@every_function
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
