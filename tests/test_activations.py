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
from minigrad import TABLE, Tensor, Value, gradcheck

z, α = sympy.symbols("z alpha", real=True)

# Written here once more, in SymPy's words: this is the oracle, and knows nothing of the table.
FORMULAS = {
    "identity": z,
    "sigmoid": 1 / (1 + sympy.exp(-z)),
    "tanh": sympy.tanh(z),
    "relu": sympy.Piecewise((z, z > 0), (0, True)),
    "leaky_relu": sympy.Piecewise((z, z > 0), (α * z, True)),
}
KINKS = {"relu": [0.0], "leaky_relu": [0.0]}
SETTINGS = {"leaky_relu": [{}, *({"negative_slope": a} for a in (0.0, 0.25, 1.0))]}
CASES = [
    pytest.param(TABLE[name], settings, id=f"{name}-{settings.get('negative_slope', 'default')}")
    for name in FORMULAS
    for settings in SETTINGS.get(name, [{}])
]
every_case = pytest.mark.parametrize(("entry", "settings"), CASES)
every_entry = pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE.keys())
both_precisions = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def points(dtype):
    """Both signs of: zero, and magnitudes from the smallest number to the largest."""
    info = np.finfo(dtype)
    low, high = np.log10(float(info.smallest_subnormal)), np.log10(float(info.max))
    magnitudes = np.concatenate(
        [
            [0.0, float(info.smallest_subnormal), float(info.smallest_normal), float(info.max)],
            [1e-300, 1e308] if dtype is np.float64 else [1e-40, 1e38],
            10 ** np.linspace(low, high, 150)[1:-1],
            10 ** np.linspace(-3, 3, 150),
            np.linspace(15, 40, 50),  # where sigmoid and tanh reach their ends
            np.linspace(85, 105, 40),  # where float32's e^-|z| runs out
            np.linspace(705, 746, 40),  # where float64's does
        ]
    )
    return np.concatenate([magnitudes, -magnitudes]).astype(dtype)


@functools.cache
def exact(name, negative_slope, dtype):
    """Value and derivative at every point, to 50 digits."""
    f = FORMULAS[name].subs(α, sympy.Float(negative_slope, 60))
    value = sympy.lambdify(z, f, "mpmath")
    slope = sympy.lambdify(z, sympy.diff(f, z), "mpmath")
    with mpmath.workdps(50):
        numbers = [mpmath.mpf(float(x)) for x in points(dtype)]
        return [value(x) for x in numbers], [slope(x) for x in numbers]


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


@every_case
@every_road
def test_value_is_within_four_ulp_of_the_formula(entry, settings, road, dtype):
    """An ulp is the distance from the exact value to the next float of that type."""
    x = points(dtype)
    a, _ = road(entry, x, settings)
    wanted, _ = exact(entry.name, entry.settings(**settings).get("negative_slope", 0), dtype)
    with mpmath.workdps(50):
        for at, got, right in zip(x, a, wanted, strict=True):
            ulp = mpmath.mpf(float(np.spacing(np.nextafter(abs(dtype(float(right))), dtype(0)))))
            assert abs(mpmath.mpf(float(got)) - right) <= 4 * ulp, (at, got, right)


@every_case
@every_road_with_slope
def test_slope_is_the_derivative(entry, settings, road, dtype):
    """Exact where it is a constant; within two epsilon (absolute) where it is a (1 − a) or 1 − a².

    Those two are computed from a, which is rounded: close to a = 1 the slope has the absolute
    accuracy of a and no relative one.  This is the formula that the book derives, on purpose, and
    2⁻⁵¹ of a slope is nothing that training could notice.
    """
    x = points(dtype)
    _, slopes = road(entry, x, settings)
    _, wanted = exact(entry.name, entry.settings(**settings).get("negative_slope", 0), dtype)
    epsilon = float(np.finfo(dtype).eps)
    smooth = entry.name in ("sigmoid", "tanh")
    for at, got, right in zip(x, slopes, wanted, strict=True):
        if at in KINKS.get(entry.name, []):
            continue
        bound = 2 * epsilon if smooth else epsilon / 2 * float(right)
        assert abs(mpmath.mpf(float(got)) - right) <= bound, (at, got, right)


@every_case
@every_road
def test_infinite_inputs_give_the_limits(entry, settings, road, dtype):
    a, slopes = road(entry, np.array([-np.inf, np.inf], dtype), settings)
    negative_slope = entry.settings(**settings).get("negative_slope", 0.0)
    values, ends = {
        "identity": ([-np.inf, np.inf], [1, 1]),
        "sigmoid": ([0, 1], [0, 0]),
        "tanh": ([-1, 1], [0, 0]),
        "relu": ([0, np.inf], [0, 1]),
        "leaky_relu": ([-np.inf if negative_slope else 0, np.inf], [negative_slope, 1]),
    }[entry.name]
    np.testing.assert_array_equal(a, values)
    if slopes is not None:
        np.testing.assert_array_equal(slopes, np.array(ends, slopes.dtype))


@every_case
@every_road
def test_nan_stays_nan(entry, settings, road, dtype):
    a, _ = road(entry, np.array([np.nan], dtype), settings)
    assert np.isnan(a).all()


@every_case
def test_at_a_kink_the_slope_is_the_documented_one(entry, settings):
    assert list(entry.kinks) == KINKS.get(entry.name, [])
    for at, chosen in entry.kinks.items():
        full = entry.settings(**settings)
        wanted = full[chosen.strip("`")] if "`" in chosen else float(chosen)
        x = np.array([at, -at])  # +0 and −0
        for road in (by_table, by_tensor, by_value):
            np.testing.assert_array_equal(road(entry, x, settings)[1], [wanted, wanted])
        assert f"At z = {at:g} it has a kink: the slope there is {chosen}." in entry.__doc__


@every_case
@given(x=st.floats(), y=st.floats())
def test_values_never_decrease_and_stay_in_range(entry, settings, x, y):
    """Up to rounding: neighbors may trade places by an ulp or two."""
    low, high = entry.range
    for f in (entry, lambda v, **s: float(entry(np.array([v]), **s)[0])):
        a, b = f(min(x, y), **settings), f(max(x, y), **settings)
        if not np.isnan([x, y]).any():
            assert low <= a <= high
            assert low <= b <= high
            assert a <= b or a - b <= 2 * np.spacing(abs(a))


@given(x=st.floats(allow_nan=False))
def test_sigmoid_and_tanh_are_symmetric(x):
    assert minigrad.sigmoid(x) + minigrad.sigmoid(-x) == pytest.approx(1, abs=3e-16)
    assert minigrad.tanh(-x) == -minigrad.tanh(x)


@every_case
def test_engines_agree_to_two_ulp(entry, settings):
    x = np.linspace(-20, 20, 401)
    a, slopes = by_tensor(entry, x, settings)
    b, others = by_value(entry, x, settings)
    np.testing.assert_array_max_ulp(a, b, 2)
    np.testing.assert_allclose(slopes, others, rtol=0, atol=2 * np.finfo(float).eps)
    np.testing.assert_array_equal(by_number(entry, x, settings)[0], b)
    np.testing.assert_array_equal(by_table(entry, x, settings)[0], a)


@every_case
def test_gradcheck_passes_and_leaves_out_the_kinks(entry, settings):
    x = Tensor([-3.0, -0.5, 0.0, 0.5, 3.0], requires_grad=True)
    report = gradcheck(lambda x: entry(x, **settings), x)
    smooth = entry.name not in KINKS or settings.get("negative_slope") == 1.0
    assert report.at_kinks == (0 if smooth else 1)
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
        text = f"``{name}`` may be anything from {option.low:g} to {option.high:g}; by default "
        assert f"{text}{option.default:g}." in doc
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


def test_an_entry_is_copied_and_pickled_by_name():
    assert pickle.loads(pickle.dumps(minigrad.relu)) is minigrad.relu
    assert copy.deepcopy(minigrad.relu) is minigrad.relu
