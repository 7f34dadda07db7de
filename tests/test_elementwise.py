"""Elementary functions, compositions of them, and the normal distribution.

The oracles are SymPy and mpmath at 50 digits, and four-point differences of plain NumPy.
"""

import copy
import inspect
import math
import pickle
import re
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad
from minigrad import (
    TABLE,
    Activation,
    ActivationFunction,
    Sequential,
    Tensor,
    Value,
    check_activation,
    cos,
    exp,
    floats,
    gain,
    gradcheck,
    log,
    maximum,
    minimum,
    no_grad,
    normal,
    normal_cdf,
    record,
    relu,
    sigmoid,
    sin,
    sqrt,
)
from minigrad.elementary import Elementary, absolute
from minigrad.elementwise import Option
from minigrad.lines import BLOCK, in_blocks
from tests.helpers import check, spread

EPS = {dtype: float(np.finfo(dtype).eps) for dtype in (np.float64, np.float32)}
both_precisions = pytest.mark.parametrize("dtype", [np.float64, np.float32])

# -- elementary functions -------------------------------------------------------------------------

z = sympy.Symbol("z", real=True)
POSITIVE = [1e-30, 1e-3, 0.1, 0.5, 1.0, 1.5, 2.0, 10.0, 1e3, 1e30]
NUMBERS = [0.0, *POSITIVE, *(-x for x in POSITIVE)]
MODERATE = [x for x in NUMBERS if abs(x) < 50]
ELEMENTARY = {
    "exp": (exp, sympy.exp(z), [*MODERATE, 80.0, -100.0, -1e30]),
    "log": (log, sympy.log(z), POSITIVE),
    "sqrt": (sqrt, sympy.sqrt(z), POSITIVE),
    "sin": (sin, sympy.sin(z), [*MODERATE, 1e3, -1e3]),
    "cos": (cos, sympy.cos(z), [*MODERATE, 1e3, -1e3]),
    "abs": (absolute, sympy.Abs(z), NUMBERS),
}
every_elementary = pytest.mark.parametrize(
    ("f", "formula", "numbers"), ELEMENTARY.values(), ids=ELEMENTARY.keys()
)
EVERY_FUNCTION = [exp, log, sqrt, sin, cos, absolute, normal_cdf]
every_function = pytest.mark.parametrize("f", EVERY_FUNCTION, ids=lambda f: f.name)


def by_value(f, x):
    values = [f(Value(float(number))) for number in x]
    return [v.data for v in values], [v.slopes[0] for v in values]


def by_tensor(f, x):
    leaf = Tensor(x, requires_grad=True)
    y = f(leaf)
    y.backward(np.ones_like(x))
    assert y.dtype == leaf.grad.dtype == x.dtype
    return y.data, leaf.grad


@every_elementary
@pytest.mark.parametrize(
    ("road", "dtype"), [(by_value, np.float64), (by_tensor, np.float64), (by_tensor, np.float32)]
)
def test_value_and_slope_are_the_formulas(f, formula, numbers, road, dtype):
    """To four ulp, which is what NumPy promises for float32."""
    x = np.array(numbers, dtype)
    y, slopes = road(f, x)
    with mpmath.workdps(50):
        for got, g in ((y, formula), (slopes, sympy.diff(formula, z))):
            wanted = [float(g.subs(z, sympy.Rational(float(number))).evalf(50)) for number in x]
            tiny = float(np.finfo(dtype).smallest_subnormal)
            np.testing.assert_allclose(got, wanted, rtol=4 * EPS[dtype], atol=tiny)
    np.testing.assert_array_equal(f(x), road(f, x)[0] if road is by_tensor else f(x))
    for number in x.tolist():
        assert type(f(number)) is float
        assert f(number) == f(Value(number)).data


@every_function
def test_a_function_is_one_node_and_passes_gradcheck(f):
    x = Value(0.7)
    y = f(x)
    assert (y.op, y.parents) == (f.name, (x,))
    assert gradcheck(f, x).compared == 1
    assert gradcheck(f, Tensor([0.3, 0.7, 2.0], requires_grad=True)).compared == 3


@every_function
@both_precisions
def test_a_function_keeps_shape_and_dtype(f, dtype):
    x = np.linspace(0.5, 2, 6, dtype=dtype).reshape(2, 3)
    for y in (f(x), f(Tensor(x)).data, f.slope(np, x, f(x))):
        assert (y.shape, y.dtype) == ((2, 3), dtype)


@every_function
def test_nan_stays_nan(f):
    assert math.isnan(f(math.nan))
    assert math.isnan(f(Value(math.nan)).data)
    assert np.isnan(f(Tensor([1.0, math.nan])).data).tolist() == [False, True]


@every_function
@pytest.mark.parametrize("wrong", ["1", None, True, [1.0], np.arange(3)], ids=repr)
def test_anything_else_is_refused(f, wrong):
    with pytest.raises(TypeError, match=rf"^{f.name}: got .*; pass a Value, a Tensor,"):
        f(wrong)


REFUSED = {
    "exp": (exp, 800.0, OverflowError, "its result is beyond all floats; subtract the largest x"),
    "log": (log, -2.5, ValueError, "pass positive numbers"),
    "log 0": (log, 0.0, ValueError, "pass positive numbers"),
    "sqrt": (sqrt, -1.0, ValueError, "pass no negative number"),
    "sin": (sin, -math.inf, ValueError, "pass finite numbers"),
    "cos": (cos, math.inf, ValueError, "pass finite numbers"),
}


@pytest.mark.parametrize(("f", "x", "error", "advice"), REFUSED.values(), ids=REFUSED.keys())
def test_what_has_no_result_is_refused_in_the_same_words_everywhere(f, x, error, advice):
    array = np.array([[1.0, math.nan], [x, x / 2 if f is log else 1.0]])
    for refused in (x, Value(x), np.float64(x), np.array(x), array, Tensor(array), Tensor(x)):
        with pytest.raises(error, match=rf"^{f.name}: got {x}; {advice}"):
            f(refused)


@both_precisions
def test_exp_goes_up_to_the_largest_float(dtype):
    largest = dtype(math.log(float(np.finfo(dtype).max)))
    while float(largest) > math.log(float(np.finfo(dtype).max)):
        largest = np.nextafter(largest, dtype(0))
    assert float(exp(np.array([largest]))[0]) > 0.9999 * float(np.finfo(dtype).max)
    with pytest.raises(OverflowError, match="exp: got"):
        exp(Tensor([np.nextafter(largest, dtype(np.inf))] * np.ones(1, dtype)))
    assert exp(np.array([np.inf, -np.inf], dtype)).tolist() == [np.inf, 0.0]
    assert exp(Value(math.inf)).data == math.inf


def test_exp_of_half_precision_is_refused_before_numpy_warns():
    assert exp(np.array([11.0859375], np.float16)) < np.inf
    with pytest.raises(OverflowError, match=r"exp: got 11\.09375"):
        exp(np.array([11.09375], np.float16))


def test_the_slope_of_sqrt_at_zero_is_refused_when_it_is_asked_for():
    assert sqrt(0.0) == 0.0
    x = Tensor([4.0, 0.0], requires_grad=True)
    y = sqrt(x)
    np.testing.assert_array_equal(y.data, [2, 0])
    for f in (lambda: y.sum().backward(), lambda: sqrt(Value(0.0))):
        with pytest.raises(ZeroDivisionError, match=r"^sqrt: got 0\.0; its slope is infinite"):
            f()
    assert x.grad is None


def test_methods_and_functions_are_the_same():
    for x in (Value(0.5), Tensor([0.5])):
        for method, f in ((x.exp(), exp(x)), (x.log(), log(x)), (abs(x), absolute(x))):
            assert (method.op, method.data) == (f.op, f.data)


@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3)])
def test_abs_of_a_tensor(shape):
    check(abs, spread(shape))
    x = Tensor([0.0, -0.0], requires_grad=True)
    abs(x).backward([1.0, 1.0])
    assert x.grad.tolist() == [0.0, 0.0]


@every_function
def test_a_function_is_copied_and_pickled_by_name(f):
    assert pickle.loads(pickle.dumps(f)) is f
    assert copy.deepcopy(f) is f
    assert repr(f) == f"<function {f.name}>"
    assert f.__name__ == f.name
    assert list(inspect.signature(f).parameters) == ["x"]
    assert ".. math::" in f.__doc__


def test_the_docstring_of_an_elementary_function():
    assert log.__doc__.split("\n") == [
        "Compute the natural logarithm.",
        "",
        r".. math:: y = \log x \qquad y' = 1 / x",
        "",
        "Raises ValueError if a number is not positive.",
        "Raises TypeError unless x is a `Value`, a `Tensor`, a number or a float array.",
        "",
        ">>> log(1.0), log(10.0)",
        "(0.0, 2.3026)",
    ]
    assert sqrt.__doc__.startswith("Compute the square root.\n\n")  # what it raises comes below


def test_elementary_functions_are_offered_at_the_top_and_are_no_activations():
    for f in EVERY_FUNCTION:
        assert f is absolute or getattr(minigrad, f.name) is f
        assert f.name not in TABLE
        assert isinstance(f, Elementary)


# -- the larger and the smaller of two ------------------------------------------------------------

PAIRS = {"maximum": (maximum, np.maximum), "minimum": (minimum, np.minimum)}
every_pair = pytest.mark.parametrize(("f", "reference"), PAIRS.values(), ids=PAIRS.keys())
SHAPES = hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3)


@every_pair
@given(shapes=SHAPES, seed=st.integers(0, 10**6))
def test_of_two_tensors_as_numpy_does(f, reference, shapes, seed):
    x, y = (spread(shape, seed + i) for i, shape in enumerate(shapes.input_shapes))
    check(f, x, y + 0.003, reference=reference)


@every_pair
@pytest.mark.parametrize("other", [0.3, 1, np.float64(0.3), np.float32(0.25)], ids=repr)
def test_of_a_tensor_and_a_number_on_either_side(f, reference, other):
    for g in (lambda x: f(x, other), lambda x: f(other, x)):
        check(g, spread((2, 3)), reference=lambda x: reference(x, float(other)))


@every_pair
@both_precisions
def test_of_a_tensor_and_an_array(f, reference, dtype):
    a, b = spread((2, 3)).astype(dtype), spread((3,), 1).astype(dtype)
    for y in (f(Tensor(a), b), f(a, Tensor(b))):
        assert y.dtype == dtype
        np.testing.assert_array_equal(y.data, reference(a, b))


@every_pair
@pytest.mark.parametrize("pair", [(1.0, 2.0), (2.0, 1.0), (-1.0, 3.0)])
def test_of_two_values(f, reference, pair):
    x, y = map(Value, pair)
    result = f(x, y)
    result.backward(5.0)
    assert (result.data, result.op, result.parents) == (reference(*pair), f.__name__, (x, y))
    assert (x.grad, y.grad) == ((5.0, 0.0) if result.data == x.data else (0.0, 5.0))
    for one in (f(Value(pair[0]), pair[1]), f(pair[1], Value(pair[0]))):
        assert (one.data, one.slopes) == (result.data, (x.grad / 5,))


@every_pair
def test_where_two_are_equal_each_gets_half(f, reference):
    x, y = Value(2.0), Value(2.0)
    f(x, y).backward(6.0)
    assert (x.grad, y.grad) == (3.0, 3.0)
    assert f(x, 2).slopes == (0.5,)
    x, y = Tensor([2.0, 2.0], requires_grad=True), Tensor(2.0, requires_grad=True)
    f(x, y).backward([6.0, 8.0])
    assert (x.grad.tolist(), y.grad.tolist()) == ([3.0, 4.0], 7.0)
    f(x, x).sum().backward()
    assert x.grad.tolist() == [4.0, 5.0]


@every_pair
def test_of_plain_numbers_and_arrays(f, reference):
    assert f(1, 2.5) == reference(1, 2.5)
    assert type(f(1, 2)) is float
    x = np.array([1.0, 3.0], np.float32)
    for y in (f(x, 2.0), f(np.float64(2.0), x), f(x, x)):
        assert y.dtype == np.float32
    np.testing.assert_array_equal(f(x, 2.0), reference(x, 2.0))
    assert math.isnan(f(math.nan, 1.0))
    assert math.isnan(f(Value(1.0), math.nan).data)


@every_pair
@pytest.mark.parametrize("wrong", ["1", None, True, [1.0], np.arange(3)], ids=repr)
def test_other_operands_are_refused(f, reference, wrong):
    for x in (1.0, np.ones(3), Value(1.0)):
        for pair in ((x, wrong), (wrong, x)):
            with pytest.raises(TypeError, match=rf"^{f.__name__}: got"):
                f(*pair)


# -- the normal distribution ----------------------------------------------------------------------


@pytest.mark.parametrize("coefficients", [normal.FOR_FLOAT32, normal.FOR_FLOAT64])
def test_the_coefficients_solve_the_equations(coefficients):
    """The polynomial shall be (t + 4) r(t) at Chebyshev's points of v, from t = 0 to 39."""
    n = len(coefficients)
    with mpmath.workdps(50):
        top = mpmath.mpf(39 - 4) / (39 + 4)
        points = [
            (top - 1) / 2 + (top + 1) / 2 * mpmath.cos(mpmath.pi * (2 * i + 1) / (2 * n))
            for i in range(n)
        ]
        t = [4 * (1 + v) / (1 - v) for v in points]
        powers = mpmath.matrix([[v**k for k in reversed(range(n))] for v in points])
        wanted = mpmath.lu_solve(powers, [(x + 4) * tail_without_bell(x) for x in t])
    assert coefficients == tuple(map(float, wanted))


def tail_without_bell(t):
    return mpmath.ncdf(-t) * mpmath.exp(t**2 / 2)


@pytest.mark.parametrize(
    ("coefficients", "bound"), [(normal.FOR_FLOAT32, 2**-25), (normal.FOR_FLOAT64, 2**-52)]
)
def test_the_polynomial_is_as_close_as_it_says(coefficients, bound):
    with mpmath.workdps(50):
        for t in mpmath.linspace(0, 39, 500):
            fitted = mpmath.polyval(coefficients, (t - 4) / (t + 4)) / (t + 4)
            assert abs(fitted / tail_without_bell(t) - 1) < bound


@both_precisions
def test_normal_cdf_is_the_distribution_function(dtype):
    """To four ulp; but below 0, where z²/2 is off by half an epsilon, to z²/4 more of them.

    The smallest floats are evenly spaced, so the last steps are as good as those.
    """
    reach = 39 if dtype is np.float64 else 14.5
    x = np.concatenate([np.linspace(-reach, 9, 700), np.linspace(-1, 1, 201)]).astype(dtype)
    with mpmath.workdps(50):
        for at, y, number in zip(x.tolist(), normal_cdf(x), x, strict=True):
            wanted = mpmath.ncdf(at)
            ulp = float(np.spacing(np.nextafter(dtype(float(wanted)), dtype(0))))
            bound = 4 * ulp + (at < 0) * at**2 / 4 * EPS[dtype] * wanted
            assert abs(mpmath.mpf(float(y)) - wanted) <= bound, (at, y, wanted)
            slope = normal_cdf.slope(np, number, y)
            assert abs(mpmath.mpf(float(slope)) - mpmath.npdf(at)) <= 2 * EPS[dtype]


@both_precisions
def test_normal_cdf_at_the_ends_of_floats(dtype):
    largest = np.finfo(dtype).max
    x = np.array([-np.inf, -largest, -1e30, 0.0, -0.0, 1e30, largest, np.inf], dtype)
    np.testing.assert_array_equal(normal_cdf(x), [0, 0, 0, 0.5, 0.5, 1, 1, 1])
    np.testing.assert_allclose(
        by_tensor(normal_cdf, x)[1], [0, 0, 0, 0.39894228, 0.39894228, 0, 0, 0], rtol=1e-7
    )
    assert [normal_cdf(number) for number in (-math.inf, -1e308, 1e308)] == [0, 0, 1]


@given(st.floats(-38, 38))
def test_normal_cdf_is_the_complementary_error_function(x):
    assert normal_cdf(x) == pytest.approx(math.erfc(-x / math.sqrt(2)) / 2, rel=2e-13, abs=1e-300)


# -- block by block -------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7])
def test_a_line_works_block_by_block_on_large_arrays_only(size):
    seen = []

    def line(xp, z, factor):
        seen.append(z.size)
        return factor * z, z > 5, 0.5

    z = np.arange(float(size))
    product, above, half = in_blocks(line)(np, z, factor=2.0)
    np.testing.assert_array_equal(product, 2 * z)
    np.testing.assert_array_equal(above, z > 5)
    assert above.dtype == bool
    np.testing.assert_array_equal(half, 0.5)
    assert all(part.base is None for part in (product, above))  # a view would be copied
    blocks = [BLOCK] * (size // BLOCK) + [size % BLOCK] * (size % BLOCK > 0)
    assert seen == blocks


@pytest.mark.parametrize("layout", [lambda a: a, lambda a: a.T, lambda a: a[::-1, ::2]])
@pytest.mark.parametrize("name", ["silu", "gelu", "mish"])
@both_precisions
def test_blocks_do_not_show(name, layout, dtype):
    entry = TABLE[name]
    z = layout(np.linspace(-9, 9, 4 * BLOCK, dtype=dtype).reshape(256, -1))
    a = entry(z)
    assert (a.shape, a.dtype) == (z.shape, dtype)
    rows = np.array([entry(row) for row in z])
    np.testing.assert_allclose(a, rows, rtol=4 * EPS[dtype])
    slope = entry.slope(np, z, a, **entry.settings())
    rows = np.array([entry.slope(np, row, entry(row), **entry.settings()) for row in z])
    np.testing.assert_allclose(slope, rows, rtol=4 * EPS[dtype], atol=4 * EPS[dtype])


# -- a reader's own activation --------------------------------------------------------------------


def snake(**more):
    return ActivationFunction("snake", lambda z: z + sin(z) ** 2, **more)


COMPOSED = {
    "snake": (snake(), lambda z: z + np.sin(z) ** 2, lambda z: 1 + np.sin(2 * z)),
    "swish": (
        ActivationFunction("swish", lambda z: z * sigmoid(1.5 * z)),
        lambda z: z / (1 + np.exp(-1.5 * z)),
        lambda z: (1 + np.exp(-1.5 * z) * (1 + 1.5 * z)) / (1 + np.exp(-1.5 * z)) ** 2,
    ),
    "gelu": (
        ActivationFunction("gelu_too", lambda z: z * normal_cdf(z)),
        minigrad.gelu,
        lambda z: minigrad.gelu.slope(np, z, None, approximate="none"),
    ),
    "softplus": (
        ActivationFunction("softplus_too", lambda z: maximum(z, 0.0) + log(1 + exp(-abs(z)))),
        minigrad.softplus,
        lambda z: minigrad.softplus.slope(np, z, None),
    ),
    "identity": (ActivationFunction("same", lambda z: z), lambda z: z, np.ones_like),
    "methods": (
        ActivationFunction("tanh_too", lambda z: z.tanh().exp().log()),
        np.tanh,
        lambda z: 1 - np.tanh(z) ** 2,
    ),
}
every_composition = pytest.mark.parametrize(
    ("f", "value", "slope"), COMPOSED.values(), ids=COMPOSED.keys()
)


@every_composition
@both_precisions
def test_a_composition_behaves_as_any_other_entry(f, value, slope, dtype):
    x = np.linspace(-3.1, 3, 12, dtype=dtype).reshape(3, 4)
    close = {"rtol": 1e-14, "atol": 1e-14} if dtype is np.float64 else {"rtol": 1e-5, "atol": 1e-6}
    leaf = Tensor(x, requires_grad=True)
    y = f(leaf)
    y.backward(np.ones_like(x))
    for got, wanted in (
        *((f(x), value(x)), (f.value(np, x), value(x)), (f.slope(np, x, None), slope(x))),
        *((y.data, value(x)), (leaf.grad, slope(x)), (Activation(f)(leaf).data, value(x))),
    ):
        assert (got.shape, got.dtype) == (x.shape, dtype)
        np.testing.assert_allclose(got, wanted, **close)
    f(x)[...] = 7.0  # it is the caller's
    f.slope(np, x, None)[...] = 7.0
    np.testing.assert_array_equal(leaf.data, x)


@every_composition
def test_a_composition_of_numbers_and_values(f, value, slope):
    for number in (-2.0, 0.25, 1.0):
        x = Value(number)
        y = f(x)
        y.backward()
        assert type(f(number)) is type(f.slope(floats, number, None)) is float
        wanted = [pytest.approx(float(g(np.float64(number))), rel=1e-13) for g in (value, slope)]
        assert [f(number), f.slope(floats, number, None)] == wanted
        assert [y.data, x.grad] == wanted
    assert f(np.float32(0.5)).dtype == np.float32
    assert f(np.zeros((0, 3))).shape == (0, 3)


def test_a_composition_has_gains_and_may_stand_in_a_network():
    assert gain(COMPOSED["gelu"][0]) == pytest.approx(gain("gelu"), rel=1e-12)
    net = Sequential(snake(), relu)
    assert gradcheck(net, Tensor(spread((2, 3)), requires_grad=True)).compared == 6


def test_the_slope_is_found_within_no_grad_too():
    x = np.array([0.5, 1.0])
    with no_grad():
        np.testing.assert_allclose(snake().slope(np, x, None), 1 + np.sin(2 * x))
        assert not snake()(Tensor(x, requires_grad=True)).requires_grad


@pytest.mark.parametrize("kind", [Value, lambda number: Tensor(number, requires_grad=True)])
def test_what_a_composition_shares_with_others_keeps_its_gradient(kind):
    """Its slope is asked for, and no gradient of the parameter that is in it."""
    a, x = kind(2.0), kind(3.0)
    kept = a.grad
    f = ActivationFunction("scaled", lambda z: (a if type(z) is type(a) else 2.0) * z * z)
    slope = f.slope(floats, 3.0, None) if kind is Value else f.slope(np, np.array(3.0), None)
    assert float(slope) == 12.0
    assert a.grad is kept
    f(x).backward()
    assert (float(a.grad), float(x.grad)) == (9.0, 12.0)


def test_options_of_a_composition():
    f = ActivationFunction(
        "snake", lambda z, a: z + sin(a * z) ** 2 / a, options={"a": Option(1.0, low=0.1, high=9.0)}
    )
    x = np.array([0.5, 1.0])
    np.testing.assert_allclose(f(x, a=3.0), x + np.sin(3 * x) ** 2 / 3)
    np.testing.assert_allclose(f.slope(np, x, None, a=3.0), 1 + np.sin(6 * x))
    assert f(Value(1.0), 3.0).data == f(1.0, 3.0)
    assert "``a`` may be a number from 0.1 to 9; by default 1.0." in f.__doc__
    with pytest.raises(ValueError, match=r"^snake: a is 10; pass a number from 0\.1 to 9"):
        f(1.0, 10)


WRONG = {
    "ignores z": (lambda z: 1.0, TypeError, "f made a float of a Value; return another of the"),
    "a constant": (lambda z: Value(1.0), ValueError, "the result of f does not depend on z"),
    "nothing": (lambda z: None, TypeError, "f made a NoneType of a Value"),
    "NaN": (lambda z: z * math.nan, ValueError, "got 0.5; the result of f is NaN there"),
    "math": (math.sin, TypeError, "f cannot take a Value: .*; compose it of operators and min"),
    "numpy": (np.sin, TypeError, "f cannot take a Value: .*; compose it of operators and min"),
    "a method": (lambda z: z.sum(), TypeError, "f cannot take a Value: .*; compose it"),
    "a condition": (lambda z: z if z > 0 else 0.1 * z, TypeError, "f cannot take a Value: .*more"),
    "no function": (3.0, TypeError, "f cannot take a Value: .* not callable"),
}


@pytest.mark.parametrize(("f", "error", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_function_that_is_none_of_z_is_refused_where_it_is_defined(f, error, message):
    with pytest.raises(error, match=f"^bend: {message}"):
        ActivationFunction("bend", f)


def only_for_tensors(f):
    """Square a Value, but do something else to a Tensor: what a trial with a Value cannot see."""
    return ActivationFunction("bend", lambda z: f(z) if isinstance(z, Tensor) else z * z)


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda z: z.sum(), TypeError, r"f made a Tensor of float64 and shape \(\) of a Tensor of"),
        (lambda z: z[:1], TypeError, r"f made a Tensor of float64 and shape \(1,\) of a Tensor"),
        (lambda z: z.data, TypeError, r"f made a ndarray of float64 of a Tensor of float64 and"),
        (lambda z: z * np.nan, ValueError, r"got -1\.0; the result of f is NaN there"),
        (
            lambda z: Value(1.0),
            TypeError,
            r"f made a Value of a Tensor of float64 and shape \(2,\)",
        ),
    ],
)
def test_what_a_composition_makes_of_arrays_is_looked_at(f, error, message):
    bend = only_for_tensors(f)
    x = np.array([-1.0, 1.0])
    for use in (bend, lambda x: bend(Tensor(x)), lambda x: bend.slope(np, x, None)):
        with pytest.raises(error, match=f"^bend: {message}"):
            use(x)


def test_a_composition_that_makes_float64_of_float32_is_refused():
    x = np.array([-1.0, 1.0], np.float32)
    with pytest.raises(
        TypeError, match=r"^bend: f made a Tensor of float64 .* a Tensor of float32"
    ):
        only_for_tensors(lambda z: z * np.ones(2))(x)


def test_a_slope_that_is_nan_or_not_there_is_refused():
    x = np.array([-1.0, 1.0])
    with pytest.raises(ValueError, match=r"^bend: the result of f does not depend on z"):
        only_for_tensors(lambda z: Tensor(x)).slope(np, x, None)

    def half_a_slope(z):
        return record("f", z.data * 1, (z, lambda g: g * np.where(z.data < 0, np.nan, 1)))

    with pytest.raises(ValueError, match=r"^bend: got -1\.0; the slope is NaN there"):
        only_for_tensors(half_a_slope).slope(np, x, None)


def test_an_activation_by_value_and_slope_needs_no_more():
    cube = ActivationFunction("cube", value=lambda xp, z: z**3, slope=lambda xp, z, a: 3 * z**2)
    x = Value(2.0)
    cube(x).backward()
    assert (cube(2.0), x.grad) == (8.0, 12.0)
    assert (cube(x).op, cube(x).parents) == ("cube", (x,))
    assert cube(np.array([2.0])).tolist() == [8.0]
    assert gradcheck(Activation(cube), Tensor(spread((2, 3)), True)).compared == 6
    assert list(inspect.signature(cube).parameters) == ["z"]
    assert cube.__doc__ == (
        "Compute cube(z).\n\n"
        "Values between −∞ and ∞; shape and dtype are those of z.\n"
        "Raises TypeError unless z is a `Value`, a `Tensor`, a number or a float array."
    )
    assert repr(cube) == "<activation cube>"


def test_a_value_is_given_the_dtype_of_the_input():
    """Of a step, the value is true or false."""
    step = ActivationFunction("step", value=lambda xp, z: z > 0, slope=lambda xp, z, a: 0 * z)
    ones = ActivationFunction("ones", value=lambda xp, z: 1.0, slope=step.slope)
    for dtype in (np.float64, np.float32):
        x = np.array([-1.0, 2.0, 3.0, 4.0], dtype)
        y = step(Tensor(x, requires_grad=True))
        assert (y.dtype, (y * 0.5).data.tolist()) == (dtype, [0.0, 0.5, 0.5, 0.5])
        assert y.mean().item() == 0.75
        assert step(x).dtype == dtype
        assert ones(Tensor(x[0])).dtype == ones(np.array(x[0])).dtype == dtype
    assert type(sin(np.float32(2.0))) is np.float32  # and no array
    assert (step(Value(1.0)) + step(Value(2.0))).data == 2.0
    for result in (step(2.0), step(Value(2.0)).data):
        assert type(result) is float


def test_a_value_must_be_computed_element_by_element():
    total = ActivationFunction("total", value=lambda xp, z: z.sum(), slope=lambda xp, z, a: 1.0)
    for x in (np.ones((2, 3)), Tensor(np.ones((2, 3)))):
        said = r"^total: its value has shape \(\) for an input of shape \(2, 3\); compute"
        with pytest.raises(ValueError, match=said):
            total(x)


def test_an_option_may_have_any_name():
    f = ActivationFunction(
        "power",
        shared=lambda xp, z, **option: (z ** (option["a"] - 1),),
        value=lambda xp, z, power, **option: z * power,
        slope=lambda xp, z, _, power, **option: option["a"] * power,
        options={"a": Option(2.0)},
    )
    x = Tensor(np.linspace(1, 2, BLOCK + 1), requires_grad=True)
    f(x, a=3.0).backward(np.ones(x.shape))
    np.testing.assert_allclose(x.grad, 3 * x.data**2)


def test_the_docstring_says_what_is_known():
    doc = snake(about="Wave.", formula=r"z + \sin^2 z", source="Ziyin and others, 2020").__doc__
    assert doc.startswith("Wave.\n\n.. math:: z + \\sin^2 z\n\nValues between")
    assert "\nThe slope is found by back-propagation.\n" in doc
    assert doc.endswith("\n\nSource: Ziyin and others, 2020.")
    assert r".. math:: a \qquad b" in snake(formula="a", slope_formula="b").__doc__


@pytest.mark.parametrize("kind", [float, np.array, Value, Tensor])
def test_what_value_and_slope_share_is_computed_once(kind):
    calls = []

    def shared(xp, z, k):
        calls.append(z)
        return xp.exp(k * z), 2.0

    f = ActivationFunction(
        "twice",
        shared=shared,
        value=lambda xp, z, e, two, k: two * e,
        slope=lambda xp, z, a, e, two, k: two * k * e,
        options={"k": Option(3.0)},
    )
    y = f(kind(0.0), k=5.0)
    assert float(y.data if kind in (Value, Tensor) else y) == 2.0
    assert len(calls) == 1
    if kind is Value:
        assert y.slopes == (10.0,)
    assert f.value(np, np.zeros(2), k=1.0).tolist() == [2.0, 2.0]
    assert f.slope(np, np.zeros(2), None, k=4.0).tolist() == [8.0, 8.0]
    x = Tensor([0.0], requires_grad=True)
    for times in (1, 2):
        calls.clear()
        y = f(x)
        y.backward([1.0])
        y.backward([1.0])
        assert len(calls) == 1
        assert x.grad.tolist() == [12.0 * times]
    assert check_activation(f, k=0.5).compared == 528
    assert copy.deepcopy(f)(0.0) == 2.0


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"value": sin},
        {"slope": sin},
        {"f": sin, "value": sin},
        {"f": sin, "slope": sin},
        {"f": sin, "shared": sin},
        {"value": sin, "shared": sin},
        {"f": sin, "value": sin, "slope": sin},
    ],
)
def test_it_takes_value_and_slope_or_a_function(given):
    with pytest.raises(TypeError, match=r"^ActivationFunction: bend needs its value and its slope"):
        ActivationFunction("bend", **given)


def test_a_readers_activation_can_be_copied_and_pickled_if_its_functions_can():
    mine = ActivationFunction("mine", waving)
    for twin in (copy.deepcopy(mine), pickle.loads(pickle.dumps(mine))):
        assert twin is not mine
        assert twin.name == "mine"
        assert twin(2.0) == mine(2.0)
        assert twin.slope(floats, 2.0, None) == mine.slope(floats, 2.0, None)
    assert copy.deepcopy(snake())(2.0) == snake()(2.0)
    assert pickle.loads(pickle.dumps(Activation(minigrad.gelu, approximate="tanh")))(1.0) == (
        minigrad.gelu(1.0, "tanh")
    )


def waving(z):
    return z + sin(z) ** 2


# -- options --------------------------------------------------------------------------------------


def test_an_option_is_a_number_within_bounds_or_a_word_of_several():
    number, word = Option(1.0, low=0.0, high=2.0), Option("a", choices=("a", "b"))
    assert number.settle("f: x", np.float32(0.5)) == 0.5
    assert type(number.settle("f: x", np.float64(2))) is float
    assert Option(1.0).settle("f: x", 1e300) == 1e300
    assert word.settle("f: x", "b") == "b"
    for option, wrong, message in (
        (number, 2.5, "f: x is 2.5; pass a number from 0 to 2"),
        (number, math.nan, "f: x is nan; pass a number from 0 to 2"),
        (number, "1", "f: x is '1'; pass a number from 0 to 2"),
        (number, None, "f: x is None; pass"),
        (word, "c", "f: x is 'c'; pass 'a' or 'b'"),
        (word, 1.0, "f: x is 1.0; pass 'a' or 'b'"),
        (word, ["a"], r"f: x is \['a'\]; pass 'a' or 'b'"),
        (word, np.array(["a"]), r"f: x is array\(\['a'\]"),
    ):
        with pytest.raises(ValueError, match=f"^{message}"):
            option.settle("f: x", wrong)


def test_the_forms_of_gelu_differ_by_less_than_a_thousandth():
    x = np.linspace(-10, 10, 2001)
    exact, approximate = minigrad.gelu(x), minigrad.gelu(x, approximate="tanh")
    assert abs(exact - approximate).max() == pytest.approx(4.73e-4, rel=1e-3)
    assert x[exact.argmin()] == pytest.approx(-0.75)
    assert exact.min() == pytest.approx(-0.16997, abs=1e-5)


def test_what_the_readme_says_on_activations_runs(capsys):
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Add an activation")[2].partition("\n## ")[0]
    namespace = {"floats": floats}
    for code in re.findall(r"```python\n(.*?)```", section, re.DOTALL):
        exec(code, namespace)
    assert "528 derivatives agree" in capsys.readouterr().out
    mine = [f for f in namespace.values() if isinstance(f, ActivationFunction)]
    assert [f.name for f in mine] == ["snake", "cube", "logsigmoid"]
    for f in mine:
        assert check_activation(f).compared == 528
    np.testing.assert_allclose(mine[2](2.0), -np.log1p(np.exp(-2.0)))
