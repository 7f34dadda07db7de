"""Every entry of the table: against SymPy at 50 digits, at its kinks, and at the ends of floats."""

import copy
import functools
import inspect
import pickle

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import minigrad
from minigrad import TABLE, Tensor, Value, floats, gradcheck

z, α, β = sympy.symbols("z alpha beta", real=True)
SYMBOLS = {"negative_slope": α, "alpha": α, "beta": β}  # the options of the table


def clip(x, low, high):
    return sympy.Piecewise((low, x < low), (high, x > high), (x, True))


def elu(scale, width=1):
    return sympy.Piecewise((z, z > 0), (scale * (sympy.exp(z / width) - 1), True))


class Phi(sympy.Function):
    """The standard normal distribution function; SymPy's own, 1 + erf, cancels where z < 0."""

    def fdiff(self, argindex=1):
        return sympy.exp(-(self.args[0] ** 2) / 2) / sympy.sqrt(2 * sympy.pi)


def phi_by_mpmath(x):
    return mpmath.ncdf(max(min(x, 1e4), -1e4))  # beyond, it is 0 or 1 to a million digits


def selu():
    return sympy.Rational("1.0507009873554805") * elu(sympy.Rational("1.6732632423543772"))


# Written here once more, in SymPy's words: this is the oracle, and knows nothing of the table.
FORMULAS = {
    "identity": z,
    "sigmoid": 1 / (1 + sympy.exp(-z)),
    "hard_sigmoid": clip(z + 3, 0, 6) / 6,
    "tanh": sympy.tanh(z),
    "scaled_tanh": sympy.Rational("1.7159") * sympy.tanh(2 * z / 3),
    "hard_tanh": clip(z, -1, 1),
    "softsign": sympy.Piecewise((z / (1 + z), z > 0), (z / (1 - z), True)),
    "relu": sympy.Piecewise((z, z > 0), (0, True)),
    "relu6": clip(z, 0, 6),
    "leaky_relu": sympy.Piecewise((z, z > 0), (α * z, True)),
    "elu": elu(α),
    "celu": elu(α, α),
    "selu": selu(),
    "softplus": sympy.log(1 + sympy.exp(z)),
    "silu": z / (1 + sympy.exp(-β * z)),
    "gelu": z * Phi(z),
    "mish": z * sympy.tanh(sympy.log(1 + sympy.exp(z))),
    "hard_swish": z * clip(z + 3, 0, 6) / 6,
}


def u(x):
    return sympy.sqrt(2 / sympy.pi) * (x + sympy.Rational("0.044715") * x**3)


TANH_GELU = z / (1 + sympy.exp(-2 * u(z)))  # is z (1 + tanh u) / 2
KINKS = {
    "hard_sigmoid": {-3.0: 0.0, 3.0: 0.0},
    "hard_tanh": {-1.0: 0.0, 1.0: 0.0},
    "relu": {0.0: 0.0},
    "relu6": {0.0: 0.0, 6.0: 0.0},
    "leaky_relu": {0.0: "negative_slope"},
    "elu": {0.0: "alpha"},
    "selu": {0.0: 1.6732632423543772 * 1.0507009873554805},
    "hard_swish": {-3.0: 0.0, 3.0: 1.0},
}
SETTINGS = {
    "leaky_relu": [{}, *({"negative_slope": a} for a in (0.0, 0.25, 1.0))],
    "elu": [{}, *({"alpha": a} for a in (0.0, 0.3, 10.0))],
    "celu": [{}, *({"alpha": a} for a in (0.1, 0.3, 10.0))],
    "silu": [{}, *({"beta": b} for b in (0.1, 1.702, 10.0))],
    "gelu": [{}, {"approximate": "tanh"}],
}
CASES = [
    pytest.param(TABLE[name], settings, id=f"{name}-{[*settings.values(), 'default'][0]}")
    for name in FORMULAS
    for settings in SETTINGS.get(name, [{}])
]
DIPPING = ["silu", "gelu", "mish", "hard_swish"]
EPS = {dtype: float(np.finfo(dtype).eps) for dtype in (np.float64, np.float32)}
every_case = pytest.mark.parametrize(("entry", "settings"), CASES)
every_entry = pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE.keys())
both_precisions = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def points(dtype, name=""):
    """Both signs of: zero, and magnitudes from the smallest number to the largest."""
    info = np.finfo(dtype)
    largest = float(info.max) * (0.95 if name == "selu" else 1.0)  # for λ z > max, see below
    low, high = np.log10(float(info.smallest_subnormal)), np.log10(float(info.max))
    magnitudes = np.concatenate(
        [
            [0.0, float(info.smallest_subnormal), float(info.smallest_normal), largest],
            [1e-300, 1e308] if dtype is np.float64 else [1e-40, 1e38],
            *([np.nextafter(dtype(at), dtype(0)), at, at * (1 + info.eps)] for at in (1, 3, 6)),
            3 + np.linspace(-1, 1, 20) ** 5,  # where the ramps have their corners
            10 ** np.linspace(low, high, 150)[1:-1],
            10 ** np.linspace(-3, 3, 150),
            np.linspace(15, 40, 50),  # where sigmoid and tanh reach their ends
            np.linspace(85, 105, 40),  # where float32's e^-|z| runs out
            np.linspace(705, 746, 40),  # where float64's does
        ]
    )
    return np.concatenate([magnitudes, -magnitudes]).astype(dtype)


def in_mpmath(formula):
    return sympy.lambdify(z, formula, [{"Phi": phi_by_mpmath}, "mpmath"])


@functools.cache
def exact(name, settings, dtype):
    """Value and derivative at every point, to 50 digits.

    It takes 400 to have 50 left where e^z − 1 or log(1 + e^z) is the smallest of floats, or where a
    fraction nears 1.  Exponentials of large numbers are slow and need no more than 50: beside what
    they are added to, they are nothing or all.  So does Φ, from which nothing is subtracted.
    """
    f = TANH_GELU if "tanh" in dict(settings).values() else FORMULAS[name]
    f = f.subs({SYMBOLS[option]: sympy.Rational(x) for option, x in settings if option in SYMBOLS})
    value, slope = (in_mpmath(formula) for formula in (f, sympy.diff(f, z)))
    values, slopes = [], []
    for x in points(dtype, name).tolist():
        with mpmath.workdps(50 if f.has(Phi) or (abs(x) > 1e4 and f.has(sympy.exp)) else 400):
            values.append(value(mpmath.mpf(x)))
            slopes.append(slope(mpmath.mpf(x)))
    return values, slopes


def by_formula(entry, settings, dtype):
    return exact(entry.name, tuple(entry.settings(**settings).items()), dtype)


def by_table(entry, x, settings):
    a = entry(x, **settings)
    full = entry.settings(**settings)
    return a, np.broadcast_to(entry.slope(np, x, a, **full), x.shape)


def by_tensor(entry, x, settings):
    leaf = Tensor(x, requires_grad=True)
    a = entry(leaf, **settings)
    a.backward(np.ones_like(x))
    return a.data, leaf.grad


def by_value(entry, x, settings):
    values = [entry(Value(number), **settings) for number in x.tolist()]
    return np.array([v.data for v in values]), np.array([v.slopes[0] for v in values])


def by_number(entry, x, settings):
    return np.array([entry(number, **settings) for number in x.tolist()]), None


ROADS = [
    (by_table, np.float64),
    (by_table, np.float32),
    (by_tensor, np.float64),
    (by_tensor, np.float32),
    (by_value, np.float64),
]
every_road = pytest.mark.parametrize(("road", "dtype"), [*ROADS, (by_number, np.float64)])
every_road_with_slope = pytest.mark.parametrize(("road", "dtype"), ROADS)


def beyond_four_ulp(name, x, right, dtype, alpha=0.0, beta=0.0, approximate=""):
    """How much farther from the formula a value may be, and why it cannot be helped."""
    tiny, epsilon = (float(number) for number in (np.finfo(dtype).smallest_subnormal, EPS[dtype]))
    exponent = 3 * 0.8 * (x + 0.0447 * x**3) if approximate == "tanh" else x * x / 4
    return {
        # z / α is rounded to a multiple of the smallest float, then multiplied by α.
        "celu": alpha * tiny,
        # So are σ(βz) and tanh(softplus(z)), and multiplied by z.  And βz is rounded before the
        # exponential, which turns its relative error into |βz| as much.
        "silu": abs(x) * tiny + (abs(beta * x * right) * epsilon if x < 0 and beta != 1 else 0),
        "mish": abs(x) * tiny,
        # So is the tail.  And z²/2 is off by half an epsilon before the exponential, or 2u by three
        # halves, after a square, two products and a sum.
        "gelu": abs(x) * tiny + (x < 0) * abs(exponent * right) * epsilon,
    }.get(name, 0)


@every_case
@every_road
def test_value_is_within_four_ulp_of_the_formula(entry, settings, road, dtype):
    """An ulp is the distance from the exact value to the next float of that type."""
    x = points(dtype, entry.name)
    a, _ = road(entry, x, settings)
    wanted, _ = by_formula(entry, settings, dtype)
    full = entry.settings(**settings)
    full.pop("negative_slope", None)
    with mpmath.workdps(50):
        for at, got, right in zip(x.tolist(), a, wanted, strict=True):
            ulp = mpmath.mpf(float(np.spacing(np.nextafter(abs(dtype(float(right))), dtype(0)))))
            bound = 4 * ulp + beyond_four_ulp(entry.name, mpmath.mpf(at), right, dtype, **full)
            assert abs(mpmath.mpf(float(got)) - right) <= bound, (at, got, right)


def slope_bound(name, right, dtype, alpha=1.0, **_):
    """How far a slope may be from the derivative; what is not named is a constant, and exact.

    Some slopes are computed from a rounded number, as a (1 − a) and 1 − a²: close to a = 1 they
    have the absolute accuracy of a and no relative one.  These are the formulas that the book
    derives, on purpose, and 2⁻⁵¹ of a slope, or 2⁻⁴⁷, is nothing that training could notice.
    """
    relative, absolute = {
        "sigmoid": (0, 2),
        "tanh": (0, 2),
        "scaled_tanh": (0, 3),  # as tanh, times 2 A / 3; and a / A is rounded
        "softsign": (2, 0),
        "elu": (0, alpha),  # a + α cancels as a nears −α
        "celu": (0, 1),  # so does 1 + a / α
        "selu": (0, 2),  # and a / λ + α, times λ
        "softplus": (2, 0),
        "silu": (0, 37),  # the rounding of 1 − s is multiplied by βz, up to 37 before 1 − s is 0
        "gelu": (0, 2),
        "mish": (0, 28),  # so is that of 1 − t², one and a half epsilon, by z, up to 19
        "hard_swish": (1, 0),
    }.get(name, (1 / 2, 0))
    # A relative bound ends where floats do: below the smallest normal one, they are evenly spaced.
    tiny = float(np.finfo(dtype).smallest_subnormal) if relative == 2 else 0
    return EPS[dtype] * (relative * abs(right) + absolute) + 2 * tiny


@every_case
@every_road_with_slope
def test_slope_is_the_derivative(entry, settings, road, dtype):
    x = points(dtype, entry.name)
    _, slopes = road(entry, x, settings)
    _, wanted = by_formula(entry, settings, dtype)
    full = entry.settings(**settings)
    for at, got, right in zip(x, slopes, wanted, strict=True):
        if float(at) not in KINKS.get(entry.name, {}):
            bound = slope_bound(entry.name, right, dtype, **full)
            assert abs(mpmath.mpf(float(got)) - right) <= bound, (at, got, right)


@every_case
@every_road
def test_infinite_inputs_give_the_limits(entry, settings, road, dtype):
    a, slopes = road(entry, np.array([-np.inf, np.inf], dtype), settings)
    full = entry.settings(**settings)
    negative_slope, alpha = full.get("negative_slope", 0.0), full.get("alpha", 0.0)
    values, ends = {
        "identity": ([-np.inf, np.inf], [1, 1]),
        "sigmoid": ([0, 1], [0, 0]),
        "hard_sigmoid": ([0, 1], [0, 0]),
        "tanh": ([-1, 1], [0, 0]),
        "scaled_tanh": ([-dtype(1.7159), dtype(1.7159)], [0, 0]),
        "hard_tanh": ([-1, 1], [0, 0]),
        "softsign": ([-1, 1], [0, 0]),
        "relu": ([0, np.inf], [0, 1]),
        "relu6": ([0, 6], [0, 0]),
        "leaky_relu": ([-np.inf if negative_slope else 0, np.inf], [negative_slope, 1]),
        "elu": ([-dtype(alpha), np.inf], [0, 1]),
        "celu": ([-dtype(alpha), np.inf], [0, 1]),
        "softplus": ([0, np.inf], [0, 1]),
        "silu": ([0, np.inf], [0, 1]),
        "gelu": ([0, np.inf], [0, 1]),
        "mish": ([0, np.inf], [0, 1]),
        "hard_swish": ([0, np.inf], [0, 1]),
        "selu": ([-dtype(1.7580993408473768), np.inf], [0, dtype(1.0507009873554805)]),
    }[entry.name]
    if entry.name == "selu":  # λ and α are rounded
        np.testing.assert_array_max_ulp(a, np.array(values, a.dtype), 1)
        if slopes is not None:
            np.testing.assert_allclose(slopes, ends, rtol=EPS[dtype], atol=2 * EPS[dtype])
        return
    np.testing.assert_array_equal(a, values)
    if slopes is not None:
        np.testing.assert_array_equal(slopes, np.array(ends, slopes.dtype))


def test_selu_is_infinite_where_the_product_with_lambda_is_past_the_largest_float():
    """It is the only entry whose value can be: a float cannot hold it, and NumPy says so."""
    largest = np.finfo(float).max
    assert minigrad.selu(largest) == Value(np.inf).data
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert minigrad.selu(np.array([largest])) == [np.inf]


@every_case
@every_road
def test_nan_stays_nan(entry, settings, road, dtype):
    a, _ = road(entry, np.array([np.nan], dtype), settings)
    assert np.isnan(a).all()


@every_case
def test_at_a_kink_the_slope_is_the_documented_one(entry, settings):
    assert list(entry.kinks) == list(KINKS.get(entry.name, {}))
    for at, chosen in entry.kinks.items():
        wanted = KINKS[entry.name][at]
        if isinstance(wanted, str):
            assert chosen == f"``{wanted}``"
            wanted = entry.settings(**settings)[wanted]
        else:
            assert float(chosen.split()[-1]) == pytest.approx(wanted, abs=5e-5)
        x = np.array([at, at or -at])  # +0 and −0
        for road in (by_table, by_tensor, by_value):
            np.testing.assert_array_equal(road(entry, x, settings)[1], [wanted, wanted])
        assert f"At z = {at:g} it has a kink: the slope there is {chosen}." in entry.__doc__


def span(entry, alpha=1.0, beta=1.0, approximate="", **_):
    """The range with these options; a least value that is not a float may be missed by an ulp."""
    low, high = entry.range
    low *= {"elu": alpha, "celu": alpha, "silu": 1 / beta}.get(entry.name, 1)
    low = -0.1700407505712540 if approximate == "tanh" else low
    return low * (1 + 2 * EPS[np.float64] * (entry.name in ("selu", "silu", "gelu", "mish"))), high


@every_case
@given(x=st.floats(), y=st.floats())
def test_values_stay_in_range_and_never_decrease_unless_they_dip(entry, settings, x, y):
    """Up to rounding: neighbors may trade places by an ulp or two."""
    low, high = span(entry, **entry.settings(**settings))
    for f in (entry, lambda v, **s: float(entry(np.array([v]), **s)[0])):
        with np.errstate(over="ignore" if entry.name == "selu" else "warn"):
            a, b = f(min(x, y), **settings), f(max(x, y), **settings)
        if not np.isnan([x, y]).any():
            assert low <= a <= high
            assert low <= b <= high
            dips = entry.name in DIPPING
            assert dips or a <= b or a - b <= 2 * np.spacing(abs(a))


@pytest.mark.parametrize("name", DIPPING)
def test_range_begins_at_the_bottom_of_the_dip(name):
    f = FORMULAS[name].subs(β, 1)
    with mpmath.workdps(50):
        bottom = mpmath.findroot(in_mpmath(sympy.diff(f, z)), -1)
        lowest = float(in_mpmath(f)(bottom))
    assert TABLE[name].range[0] == pytest.approx(lowest, rel=3e-16, abs=0)


@given(x=st.floats(allow_nan=False))
def test_sigmoid_and_tanh_are_symmetric(x):
    assert minigrad.sigmoid(x) + minigrad.sigmoid(-x) == pytest.approx(1, abs=3e-16)
    assert minigrad.tanh(-x) == -minigrad.tanh(x)


@every_case
def test_engines_agree_to_two_ulp(entry, settings):
    """And to four where several functions follow one another; slopes within their bounds."""
    x = np.linspace(-20, 20, 401)
    a, slopes = by_tensor(entry, x, settings)
    b, others = by_value(entry, x, settings)
    chained = entry.name in ("scaled_tanh", "selu", "softplus", "silu", "gelu", "mish")
    np.testing.assert_array_max_ulp(a, b, 4 if chained else 2)
    bound = slope_bound(entry.name, 1.0, np.float64, **entry.settings(**settings))
    np.testing.assert_allclose(slopes, others, rtol=0, atol=max(bound, 2 * EPS[np.float64]))
    np.testing.assert_array_equal(by_number(entry, x, settings)[0], b)
    np.testing.assert_array_equal(by_table(entry, x, settings)[0], a)


@every_case
def test_gradcheck_passes_and_leaves_out_the_kinks(entry, settings):
    x = Tensor([-3.0, -0.5, 0.0, 0.5, 3.0], requires_grad=True)
    report = gradcheck(lambda x: entry(x, **settings), x)
    full = entry.settings(**settings)
    smooth = full.get("negative_slope") == 1.0 or full.get("alpha") == 1.0  # kinks no longer
    assert report.at_kinks == (
        0 if smooth else len({-3.0, 0.0, 3.0} & set(KINKS.get(entry.name, {})))
    )
    assert gradcheck(lambda v: entry(v, **settings), Value(0.7)).compared == 1


@every_entry
@both_precisions
def test_result_has_the_dtype_and_shape_of_the_input(entry, dtype):
    x = np.linspace(-2, 2, 12, dtype=dtype).reshape(2, 3, 2)
    for result in (entry(x), entry(Tensor(x)).data):
        assert result.dtype == dtype
        assert result.shape == x.shape
    assert entry(dtype(0.5)).dtype == dtype if dtype is np.float32 else True
    assert entry(np.zeros((0, 3), dtype)).shape == (0, 3)


@every_case
@both_precisions
def test_a_slope_has_the_dtype_of_the_input_or_is_true_or_false(entry, settings, dtype):
    """Else g · f′(z) would be computed in float64, whatever g is."""
    full = entry.settings(**settings)
    for x in (np.linspace(-7, 7, 12, dtype=dtype).reshape(3, 4), dtype(0.5), np.array(0.5, dtype)):
        slope = entry.slope(np, x, entry(x, **full), **full)
        assert np.asarray(slope).dtype in (dtype, bool)
        assert np.shape(slope) == np.shape(x)
    assert isinstance(entry.slope(floats, 0.5, entry(0.5, **full), **full), (float, bool))


def test_a_numpy_option_does_not_change_the_dtype():
    x = np.array([-1.0, 1.0], np.float32)
    assert minigrad.leaky_relu(x, np.float64(0.25)).dtype == np.float32
    assert minigrad.leaky_relu(Tensor(x), np.float64(0.25)).dtype == np.float32


@every_entry
def test_input_is_neither_changed_nor_shared(entry):
    x = np.array([-1.0, 0.0, 2.0])
    result = entry(x)
    result[...] = 7.0
    np.testing.assert_array_equal(x, [-1.0, 0.0, 2.0])
    x.flags.writeable = False
    entry(x)
    entry(x[::-1])


@every_entry
@pytest.mark.parametrize("number", [2, 2.0, np.float64(2), np.float32(2)])
def test_numbers_give_numbers(entry, number):
    assert float(entry(number)) == pytest.approx(entry(2.0), rel=1e-6)
    assert np.ndim(entry(number)) == 0


@every_entry
@pytest.mark.parametrize(
    "wrong", ["2", None, True, 2j, [1.0], np.arange(3), np.array(["a"]), np.array([True])], ids=repr
)
def test_anything_else_is_refused(entry, wrong):
    with pytest.raises(TypeError, match=rf"{entry.name}: got .*pass a Value, a Tensor"):
        entry(wrong)


@pytest.mark.parametrize("slope", [-0.01, 1.01, np.nan, np.inf, "0.1", None])
def test_options_out_of_range_are_refused(slope):
    with pytest.raises(ValueError, match=r"leaky_relu: negative_slope is .*; pass .* from 0 to 1"):
        minigrad.leaky_relu(1.0, slope)
    with pytest.raises(ValueError, match="negative_slope"):
        minigrad.leaky_relu(Tensor([1.0]), negative_slope=slope)


@pytest.mark.parametrize(
    ("name", "option", "low"),
    [("elu", "alpha", "0"), ("celu", "alpha", "0.1"), ("silu", "beta", "0.1")],
)
@pytest.mark.parametrize("wrong", [-0.01, 10.01, np.nan, np.inf, "1", None])
def test_options_of_the_curves_are_from_their_least_to_ten(name, option, low, wrong):
    with pytest.raises(ValueError, match=rf"{name}: {option} is .*; pass .* from {low} to 10"):
        TABLE[name](1.0, wrong)


def test_options_by_place_and_by_name_are_the_same():
    assert minigrad.leaky_relu(-2.0, 0.5) == minigrad.leaky_relu(-2.0, negative_slope=0.5) == -1.0
    assert minigrad.leaky_relu(Value(-2.0), 0.5).data == -1.0
    assert minigrad.leaky_relu(Tensor([-2.0]), 0.5).data == [-1.0]


@pytest.mark.parametrize(
    ("positional", "named"),
    [((), {"slope": 0.1}), ((0.1, 0.2), {}), ((0.1,), {"negative_slope": 0.1})],
)
def test_unknown_and_repeated_options_are_refused(positional, named):
    with pytest.raises(TypeError, match=r"leaky_relu: .* it takes z and negative_slope"):
        minigrad.leaky_relu(1.0, *positional, **named)
    with pytest.raises(TypeError, match="it takes z and no option"):
        minigrad.sigmoid(1.0, 0.1)


def test_table_is_what_the_top_level_offers():
    assert list(TABLE) == list(FORMULAS)
    for name, entry in TABLE.items():
        assert entry.name == entry.__name__ == name
        assert getattr(minigrad, name) is entry
        assert repr(entry) == f"<activation {name}>"


@every_entry
def test_docstring_says_what_a_reader_asks(entry):
    doc = entry.__doc__
    for part in (
        entry.about,
        entry.formula,
        entry.slope_formula,
        f"Source: {entry.source}.",
        ">>>",
    ):
        assert part
        assert part in doc
    for name, option in entry.options.items():
        assert f"``{name}`` may be {option}; by default {option.default}." in doc
    parameters = inspect.signature(entry).parameters
    assert list(parameters) == ["z", *entry.options]
    assert [p.default for p in parameters.values()][1:] == [
        o.default for o in entry.options.values()
    ]


def test_docstring_names_the_range():
    assert "Values between 0 and 1;" in minigrad.sigmoid.__doc__
    assert "Values between −1 and 1;" in minigrad.tanh.__doc__
    assert "Values between 0 and ∞;" in minigrad.relu.__doc__
    assert "Values between −∞ and ∞;" in minigrad.identity.__doc__
    assert "Values between −1 and ∞, by default;" in minigrad.elu.__doc__
    lines = {"value": lambda xp, z: z, "slope": lambda xp, z, a: 1.0}
    below = [minigrad.ActivationFunction("f", range=(-2.0, high), **lines) for high in (-1.0, 0.0)]
    assert "Values between −2 and −1;" in below[0].__doc__
    assert "Values between −2 and 0;" in below[1].__doc__


@pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE)
def test_the_range_is_as_wide_as_the_values_and_no_wider(entry):
    far = np.logspace(-3, 9, 1_000)
    a = entry(np.concatenate([-far, np.linspace(-10, 10, 20_001), far]))
    for end, reached in zip(entry.range, (a.min(), a.max()), strict=True):
        if abs(end) == floats.inf:
            assert reached * np.sign(end) > 1e6
        else:
            assert reached == pytest.approx(end, abs=1e-4)


def test_an_entry_is_copied_and_pickled_by_name():
    assert pickle.loads(pickle.dumps(minigrad.relu)) is minigrad.relu
    assert copy.deepcopy(minigrad.relu) is minigrad.relu
