"""gradcheck: it must catch what is wrong, pass what is right, and leave everything in place."""

import ast
import math
import re
import sys

import numpy as np
import pytest

import minigrad.checking
from minigrad import (
    TABLE,
    GradientError,
    Linear,
    Sequential,
    Tensor,
    Value,
    check_activation,
    cross_entropy,
    gradcheck,
    maximum,
    record,
    relu,
    scalar,
    sigmoid,
    sin,
    softmax,
    tanh,
)
from minigrad.activations import ActivationFunction
from tests.helpers import spread


def leaf(shape=(2, 3), seed=0):
    return Tensor(spread(shape, seed), requires_grad=True)


# -- faults ---------------------------------------------------------------------------------------


def with_pullback(pull, value=np.exp):
    """Make e^x with whatever pullback; the right one is g · e^x."""
    return lambda x: record("faulty", value(x.data), (x, lambda g: pull(g, x.data)))


FAULTS = {
    "a slope off by a millionth": lambda g, x: g * np.exp(x) * (1 + 1e-5),
    "the wrong sign": lambda g, x: -g * np.exp(x),
    "the slope of another function": lambda g, x: g * x,
    "no slope": lambda g, x: g,
    "the cotangent forgotten": lambda g, x: np.exp(x),
    "one element wrong": lambda g, x: g * np.exp(x) * (1 + 1e-3 * (x == x.max())),
    "neighbors mixed up": lambda g, x: (g * np.exp(x))[:, ::-1],
    "nan": lambda g, x: g * np.nan,
    "infinity": lambda g, x: g * np.inf,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault):
    with pytest.raises(GradientError):
        gradcheck(with_pullback(FAULTS[fault]), leaf())


def test_the_right_pullback_passes():
    assert gradcheck(with_pullback(lambda g, x: g * np.exp(x)), leaf()).compared == 6


def test_a_wrong_unbroadcast_is_caught():
    """The mean of the gradients where their sum is due: right shape, wrong number."""
    x, b = leaf(), leaf((3,), 1)
    for reduce, wrong in ((np.sum, False), (np.mean, True), (np.max, True)):

        def add(x, b, reduce=reduce):
            return record("+", x.data + b.data, (x, lambda g: g), (b, lambda g: reduce(g, 0)))

        if wrong:
            with pytest.raises(GradientError, match=r"input 1 of shape \(3,\), element 0"):
                gradcheck(add, x, b)
        else:
            gradcheck(add, x, b)


def wrong_softmax(x):
    """Twice the right Jacobian, which is wrong by as much as it can be."""
    p = softmax(x.data).data
    return record("softmax", p, (x, lambda g: 2 * p * (g - (g * p).sum(-1, keepdims=True))))


def test_a_wrong_softmax_is_caught_which_ones_would_let_pass():
    x = leaf()
    wrong_softmax(x).sum().backward()
    np.testing.assert_allclose(x.grad, 0, atol=1e-15)  # the plain sum is 1: its gradient is 0
    with pytest.raises(GradientError):
        gradcheck(wrong_softmax, x)
    assert gradcheck(softmax, x).compared == 6


def test_a_wrong_entry_of_a_table_is_caught_in_both_engines():
    wrong = ActivationFunction(
        "wrong",
        value=lambda xp, z: xp.exp(-abs(z)) * z,
        slope=lambda xp, z, a: xp.exp(-abs(z)) * (1 - z),  # right for z > 0 only
    )
    assert gradcheck(wrong, Tensor([0.5, 1.0], requires_grad=True)).compared == 2
    assert gradcheck(wrong, Value(0.5)).compared == 1
    for x in (Tensor([0.5, -1.0], requires_grad=True), Value(-1.0)):
        with pytest.raises(GradientError):
            gradcheck(wrong, x)


def test_a_wrong_slope_of_a_value_is_caught():
    with pytest.raises(GradientError, match="input 1: by backward"):
        gradcheck(
            lambda x, y: scalar.record("*", x.data * y.data, x, y.data, y, 2 * x.data),
            Value(2),
            Value(3),
        )


def test_the_message_names_the_place_and_both_numbers():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)

    def f(x):
        """Square, with one element of the gradient three times too large."""
        return record("f", x.data**2, (x, lambda g: g * 2 * x.data * [[1, 1], [3, 1]]))

    with pytest.raises(GradientError) as caught:
        gradcheck(f, x)
    message = str(caught.value)
    place = re.escape("gradcheck: input 0 of shape (2, 2), element 2: by backward ")
    numbers = re.fullmatch(rf"{place}(\S+), by differences (\S+)", message)
    exact, approximate = map(float, numbers.groups())
    assert exact == pytest.approx(3 * approximate)


def test_it_is_an_assertion_error():
    assert issubclass(GradientError, AssertionError)


# -- what it reports ------------------------------------------------------------------------------


def test_the_report_holds_both_sides():
    x, y = Value(2.0), Value(3.0)
    report = gradcheck(lambda x, y: x * x * y, x, y)
    c = report.by_backward[1] / 4
    assert report.by_backward == pytest.approx([12 * c, 4 * c])
    assert report.by_differences == pytest.approx(report.by_backward, rel=1e-8)
    gaps = [abs(a - b) for a, b in zip(report.by_backward, report.by_differences, strict=True)]
    assert report.largest_difference == max(gaps)
    assert str(report) == "2 derivatives agree; largest difference below 1e-09"


def test_the_cotangent_is_drawn_from_the_seed():
    def slopes(seed):
        return gradcheck(tanh, leaf(), seed=seed).by_backward

    assert slopes(0) == slopes(0)
    assert slopes(0) != slopes(1)
    assert len(set(slopes(0))) == 6


def test_kinks_are_left_out_and_counted():
    x = Tensor([-1.0, 0.0, 2.0, -0.0], requires_grad=True)
    report = gradcheck(relu, x)
    assert (report.compared, report.at_kinks) == (2, 2)
    assert "2 derivatives agree, 2 at a kink left out" in str(report)


def test_more_kinks_than_anything_else_are_suspicious():
    """Rounding can look like a kink; a check that leaves out most of its elements is none."""
    with pytest.raises(ValueError, match=r"2 elements seem to be at kinks, 1 not; move the inputs"):
        gradcheck(relu, Tensor([0.0, 0.0, 1.0], requires_grad=True))


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("distance", [0, *np.logspace(-10, -4, 61)])
def test_near_a_kink_it_looks_closer_or_leaves_it_out(distance, sign):
    """Differences that step across would be wrong by up to half; none may count as a fault."""
    x = Tensor([sign * distance, 1.0], requires_grad=True)
    report = gradcheck(relu, x)
    assert report.compared + report.at_kinks == 2
    assert (report.at_kinks == 0) if distance > 6e-6 else (report.at_kinks <= 1)


@pytest.mark.parametrize("scale", [1e6, 1.0, 1e-3, 1e-6])
def test_a_kink_is_one_at_any_scale(scale):
    report = gradcheck(lambda x: scale * relu(x), Tensor([0.0, 1.0], requires_grad=True))
    assert (report.compared, report.at_kinks) == (1, 1)


def test_a_wrong_slope_beside_a_kink_is_still_caught():
    def f(x):
        return record("f", np.maximum(x.data, 0), (x, lambda g: g * (x.data > 0.5)))

    with pytest.raises(GradientError, match="element 1"):
        gradcheck(f, Tensor([0.0, 0.25], requires_grad=True))


@pytest.mark.parametrize("chosen", [-1.0, -0.7, 0.3, 1.0])
def test_at_a_kink_any_slope_between_those_of_the_sides_will_do(chosen):
    """Also where the two are each other's negative."""
    report = gradcheck(
        lambda x, y: scalar.record("abs", abs(x.data), x, chosen) + y, Value(0.0), Value(1.0)
    )
    assert (report.compared, report.at_kinks) == (1, 1)


def test_without_tolerance_equal_is_near_enough():
    assert gradcheck(lambda x: 0.0 * x, Value(2.0), rtol=0.0, atol=0.0).compared == 1


def test_nothing_but_kinks_is_no_check():
    for f in (lambda: gradcheck(relu, Tensor([0.0, 0.0], True)), lambda: gradcheck(relu, Value(0))):
        with pytest.raises(ValueError, match=r"nothing to compare .* all at kinks"):
            f()
    with pytest.raises(ValueError, match="nothing to compare"):
        gradcheck(tanh, Tensor(np.zeros((0, 3)), requires_grad=True))


@pytest.mark.parametrize(
    ("f", "at"),
    [
        (lambda x: x * x, 0.0),
        (lambda x: 1e6 * x * x, 0.0),
        (lambda x: x**3, 10.0),
        (lambda x: 1 / x, 0.01),
        (lambda x: x.log(), 1e-3),
        (lambda x: (20 * x).exp(), 1.0),
        (lambda x: (100 * x).tanh(), 0.01),
    ],
)
def test_a_curve_is_no_kink_however_steep(f, at):
    """Its slopes to the left and right differ too, but less with a shorter step."""
    assert gradcheck(f, Value(at)).compared == 1
    with pytest.raises(GradientError):
        gradcheck(lambda x: with_a_wrong_slope(f(x), x), Value(at))


def with_a_wrong_slope(y, x):
    return scalar.record("f", y.data, x, 1.01 * slope(y, x) + 0.01)


def slope(y, x):
    """Differentiate by backward, with nothing left behind."""
    before, x.grad = x.grad, 0.0
    y.backward()
    found, x.grad = x.grad, before
    return found


def test_a_wrong_slope_of_a_straight_line_is_no_kink():
    """There the slopes to both sides differ by rounding only, which shorter steps make worse."""
    for wrong in (0.0, 1.001, -1.0):
        with pytest.raises(GradientError):
            gradcheck(lambda x, w=wrong: scalar.record("f", x.data + 1e3, x, w), Value(0.3))


def test_a_slope_that_no_side_of_a_kink_has_is_caught():
    with pytest.raises(GradientError):
        gradcheck(lambda x: scalar.record("f", max(x.data, 0.0), x, 5.0), Value(0.0))


def test_tolerances_are_the_callers():
    off = with_pullback(lambda g, x: g * np.exp(x) * (1 + 1e-4))
    assert gradcheck(off, leaf(), rtol=1e-3).compared == 6
    with pytest.raises(GradientError):
        gradcheck(off, leaf(), rtol=1e-5)


# -- what it takes --------------------------------------------------------------------------------


def test_results_may_be_lists_and_tuples():
    for f in (lambda x, y: [x * y, x + y], lambda x, y: (x * y, x + y), lambda x, y: x * y):
        assert gradcheck(f, Value(2.0), Value(3.0)).compared == 2
        assert gradcheck(f, leaf(), leaf((3,), 1)).compared == 9


def test_numbers_and_arrays_of_any_shape():
    for shape in ((), (1,), (2, 1, 2)):
        assert gradcheck(tanh, leaf(shape)).compared == math.prod(shape)


@pytest.mark.parametrize("at", [1e-12, 1.0, -1e4, 1e8, -1e15])
def test_the_step_grows_with_the_number(at):
    assert gradcheck(lambda x: x / 7, Value(at)).compared == 1
    assert gradcheck(lambda x: x * x, Tensor([at], requires_grad=True)).compared == 1


def test_the_same_input_twice():
    x = leaf()
    assert gradcheck(lambda x, y: x * y, x, x).compared == 12
    assert x.grad is None


def test_a_model_is_checked_through_its_parameters():
    net = Sequential(Linear(3, 4, rng=0), tanh, Linear(4, 2, rng=1))
    x, labels = spread((5, 3)), [0, 1, 1, 0, 1]
    report = gradcheck(lambda *_: cross_entropy(net(x), labels), *net.parameters())
    assert report.compared == 3 * 4 + 4 + 4 * 2 + 2
    assert all(p.grad is None for p in net.parameters())


@pytest.mark.parametrize("walked", [False, True])
def test_a_graph_that_is_still_there_does_not_disturb(walked):
    x = leaf()
    y = sigmoid(x)
    if walked:
        y.sum().backward()
    before = x.grad
    assert gradcheck(sigmoid, x).compared == 6
    assert x.grad is before
    y.sum().backward()


def test_a_function_that_remembers_its_result_does_not_disturb():
    results = []
    assert gradcheck(lambda x: results.append(sigmoid(x)) or results[-1], leaf()).compared == 6


# -- what it leaves -------------------------------------------------------------------------------


def failing(x):
    raise KeyError("f")


@pytest.mark.parametrize(
    ("f", "error"),
    [(tanh, None), (with_pullback(lambda g, x: -g), GradientError), (failing, KeyError)],
    ids=["passes", "disagrees", "raises"],
)
def test_data_and_gradients_stay_as_they_were_bit_for_bit(f, error):
    x = Tensor([[0.1, -0.0, 1e-300], [1.0, 2.0, 3.0]], requires_grad=True)
    x.grad = np.array([[0.1, -0.0, np.nan], [1.0, 2.0, 3.0]])
    data, grad = x.data, x.grad
    bits = data.tobytes(), grad.tobytes()
    if error is None:
        gradcheck(f, x)
    else:
        with pytest.raises(error):
            gradcheck(f, x)
    assert x.data is data
    assert x.grad is grad
    assert (data.tobytes(), grad.tobytes()) == bits
    assert not data.flags.writeable


def test_values_stay_as_they_were():
    x, y = Value(2.0), Value(-0.0)
    x.grad, y.grad = 7.0, -3.0
    gradcheck(lambda x, y: x * y + x, x, y)
    with pytest.raises(GradientError):
        gradcheck(lambda x, y: scalar.record("f", x.data, x, 2.0) + y, x, y)
    assert (x.data, x.grad, y.grad) == (2.0, 7.0, -3.0)
    assert math.copysign(1, y.data) == -1


@pytest.mark.parametrize("error", [None, GradientError], ids=["passes", "disagrees"])
def test_so_do_the_gradients_of_all_that_f_reaches(error):
    """They are no inputs; a step that follows must not find that they have a gradient."""
    net, offset = Sequential(Linear(3, 2, rng=0), tanh), leaf((3,))
    offset.grad = np.ones(3)
    shifted, grad = (offset * 2).retain_grad(), offset.grad
    x, y = Value(2.0), Value(3.0)
    f = tanh if error is None else with_pullback(lambda g, x: -g)
    for check in (
        lambda: gradcheck(lambda x: [f(net(x + shifted)), net(x) * 2], leaf()),
        lambda: gradcheck(lambda x: x * y if error is None else failed(x * y), x),
    ):
        if error is None:
            check()
        else:
            with pytest.raises(error):
                check()
    assert [p.grad for p in net.parameters()] == [None, None]
    assert (offset.grad is grad, grad.tolist(), shifted.grad) == (True, [1.0, 1.0, 1.0], None)
    assert (x.grad, y.grad) == (0.0, 0.0)


def failed(y):
    return scalar.record("f", y.data, y, 2.0)


def test_an_input_that_f_ignores_is_named_and_nothing_is_lost():
    x, y = leaf(), leaf()
    x.grad, y.grad = np.ones((2, 3)), np.zeros((2, 3))
    kept = x.grad, y.grad
    with pytest.raises(ValueError, match="gradcheck: input 1 has no gradient; f does not depend"):
        gradcheck(lambda x, y: tanh(x), x, y)
    assert x.grad is kept[0]
    assert y.grad is kept[1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Tensor(np.ones(2, np.float32), True), "input 1 is float32; pass float64"),
        (Tensor([1.0]), "input 1 is a Tensor without gradient; pass a Value, or a Tensor with"),
        (np.ones(2), "input 1 is a ndarray without gradient"),
        (2.0, "input 1 is a float without gradient"),
        (leaf((2,)) * 2, "input 1 is the result of *; pass a leaf, made of its .data"),
    ],
    ids=["float32", "no gradient", "array", "number", "result"],
)
def test_what_cannot_be_checked_is_refused(wrong, message):
    with pytest.raises(TypeError, match=f"^gradcheck: {re.escape(message)}"):
        gradcheck(lambda x, y: x * y, leaf((2,)), wrong)


def test_it_imports_nothing_from_the_engines():
    """Only `check_activation`, which makes its inputs itself, does so when it is called.

    The walk is in neither of them.
    """
    with open(minigrad.checking.__file__, encoding="utf-8") as source:
        tree = ast.parse(source.read())
    tree.body = [node for node in tree.body if getattr(node, "name", "") != "check_activation"]
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    assert imported <= {*sys.stdlib_module_names, "minigrad"}
    ours = [node for node in ast.walk(tree) if getattr(node, "module", "") == "minigrad"]
    assert [[a.name for a in node.names] for node in ours] == [["graph"]]


@pytest.mark.parametrize("slope", [-0.49, 1.49])
def test_at_a_kink_the_slope_must_lie_between_its_sides(slope):
    wrong = ActivationFunction(
        "wrong", value=lambda xp, z: xp.maximum(z, 0.0), slope=lambda xp, z, a: slope + 0 * z
    )
    with pytest.raises(GradientError):
        gradcheck(wrong, Value(0.0))


def test_a_function_that_gives_nan_does_not_pass_and_is_not_called_random():
    for f in (lambda x: x * math.nan, lambda x: record("f", x.data * math.nan, (x, lambda g: g))):
        with pytest.raises(GradientError, match="by differences nan"):
            gradcheck(f, Tensor([1.0], requires_grad=True))


def test_a_random_function_is_refused():
    draws = iter(range(100))
    with pytest.raises(ValueError, match="f is random, two calls differ"):
        gradcheck(lambda x: x * next(draws), Value(1.0))


# -- an activation --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLE)
def test_every_entry_of_the_table_passes(name):
    report = check_activation(name)
    kinks = len(TABLE[name].kinks)
    assert report.at_kinks == 2 * kinks
    assert report.compared == len(report.by_backward) == len(report.by_differences) >= 524
    assert report.largest_difference < 1e-6
    assert str(report).startswith(f"{report.compared} derivatives agree")


def test_options_and_entries_of_ones_own_pass():
    assert check_activation("leaky_relu", negative_slope=0.5).at_kinks == 2
    assert check_activation(TABLE["gelu"], approximate="tanh").at_kinks == 0
    assert check_activation(ActivationFunction("snake", lambda z: z + sin(z) ** 2)).compared == 528
    steep = ActivationFunction("steep", lambda z: tanh(1000 * z))
    assert check_activation(steep).compared == 528


def activation(value, slope, **more):
    return ActivationFunction("mine", value=value, slope=slope, **more)


def test_a_wrong_slope_is_named_with_both_numbers():
    half = activation(lambda xp, z: z * z, lambda xp, z, a: z)
    with pytest.raises(GradientError) as caught:
        check_activation(half)
    numbers = r"at z = -100, as a Value: by backward (\S+), by differences (\S+)"
    exact, quotient = re.fullmatch(
        rf"check_activation: mine disagrees {numbers}", str(caught.value)
    ).groups()
    assert float(exact) == -100
    assert float(quotient) == pytest.approx(-200)


def test_a_slope_that_is_wrong_for_arrays_only_is_caught():
    def slope(xp, z, a):
        return 2 * z if xp is not np else 2 * z + (z > 3)

    with pytest.raises(GradientError, match=r"mine disagrees at z = 3\.0437, as a Tensor: by"):
        check_activation(activation(lambda xp, z: z * z, slope))


@pytest.mark.parametrize("at", [0.0, 0.125, 0.7, -6.28125, 7.9])
@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_a_kink_without_a_name_is_found_wherever_it_is(at, shift):
    def composed(z):
        return maximum(z - at, 0.3 * (z - at)) + shift * sin(z)

    with pytest.raises(GradientError, match="mine has a kink that it does not name") as caught:
        check_activation(ActivationFunction("mine", composed))
    place = re.search(r"near z = (\S+): the slope goes from (\S+) to (\S+)$", str(caught.value))
    where, low, high = map(float, place.groups())
    assert where == pytest.approx(at, abs=1e-6)
    assert low < high
    named = ActivationFunction("mine", composed, kinks={at: "halfway"})
    assert check_activation(named).at_kinks == 2


@pytest.mark.parametrize("named", [0.0, 0.5, 50.0])
@pytest.mark.parametrize("beside", [0.02, -0.02])
def test_a_kink_beside_a_named_one_is_found(named, beside):
    bent = activation(
        lambda xp, z: xp.maximum(z - named, 0.0),
        lambda xp, z, a: z > named + beside,
        kinks={named: "0"},
    )
    with pytest.raises(GradientError, match=r"a kink that it does not name near z = ") as caught:
        check_activation(bent)
    where = float(re.search(r"near z = (\S+):", str(caught.value))[1])
    assert where == pytest.approx(named + beside, abs=1e-6)


def test_a_kink_without_a_name_is_found_at_a_point_itself():
    message = (
        r"mine has a kink that it does not name at z = 0, as a Value: by backward 0\.0, by dif"
    )
    with pytest.raises(GradientError, match=message):
        check_activation(ActivationFunction("mine", lambda z: relu(z)))


def test_at_a_named_kink_the_slope_lies_between_the_sides():
    for chosen, right in ((0.0, True), (0.5, True), (1.0, True), (-0.1, False), (1.1, False)):
        f = activation(
            lambda xp, z: xp.maximum(z, 0.0),
            lambda xp, z, a, chosen=chosen: (z > 0) + chosen * xp.ones_like(z) * (z == 0),
            kinks={0.0: "chosen"},
        )
        if right:
            assert check_activation(f).at_kinks == 2
        else:
            with pytest.raises(GradientError, match="mine disagrees at z = 0, as a Value"):
                check_activation(f)


@pytest.mark.parametrize(
    ("value", "slope", "message"),
    [
        (lambda xp, z: z * 2, lambda xp, z, a: 2, r"the slope is int of shape \(\) for an input"),
        (
            lambda xp, z: z * 2,
            lambda xp, z, a: np.full(z.shape, 2.0),
            r"the slope is float64 of shape \(2, 3, 2\) for an input that is float32 of shape \(2,",
        ),
        (
            lambda xp, z: z * np.ones(2),
            lambda xp, z, a: xp.ones_like(z),
            r"the value is float64 of shape \(2, 3, 2\) for an input that is float32",
        ),
        (
            lambda xp, z: z[0],
            lambda xp, z, a: xp.ones_like(z),
            r"the value is float64 of shape \(3, 2\) for an input that is float64 of shape \(2, 3",
        ),
        (
            lambda xp, z: (z > 0).astype(int),
            lambda xp, z, a: 0 * z,
            r"the value is int64 of shape \(2, 3, 2\) for an input that is float64",
        ),
    ],
)
def test_shape_and_dtype_must_be_those_of_the_input(value, slope, message):
    with pytest.raises(GradientError, match=f"^check_activation: mine: {message}"):
        check_activation(activation(value, slope))


def test_what_is_no_activation_is_refused():
    with pytest.raises(TypeError, match="pass an entry of the table"):
        check_activation(math.sin)
    with pytest.raises(ValueError, match="no 'rleu' in the table"):
        check_activation("rleu")
    with pytest.raises(TypeError, match="relu: got options"):
        check_activation("relu", slope=1)
    with pytest.raises(ValueError, match="gelu: approximate is 1"):
        check_activation("gelu", approximate=1)


@pytest.mark.parametrize(("error", "power"), [(0.1, "1e+00"), (0.095, "1e-01"), (0.0, "1e-09")])
def test_the_largest_difference_is_told_by_the_power_of_ten_above_it(error, power):
    assert f"largest difference below {power}" in str(minigrad.GradCheck(1, 0, [error], [0.0]))


def test_a_slope_that_bends_where_it_is_not_zero_passes_with_the_nearest_quotient():
    """At 0, z + 1000 max(z, 0)² has the slope 1; the quotients are off by 500 times the step."""
    checked = gradcheck(lambda z: z + 1000 * maximum(z, 0.0) ** 2, Value(0.0))
    (exact,), (quotient,) = checked.by_backward, checked.by_differences
    off = 500 * minigrad.checking.SHORTER_STEPS[-1]
    assert abs(quotient / exact - 1) == pytest.approx(off, rel=1e-3)


def test_a_slope_may_have_a_kink():
    """Of max(z, 0)², the difference quotient at 0 is off by half the step, however short."""
    square = ActivationFunction(
        "square",
        value=lambda xp, z: xp.maximum(z, 0.0) ** 2,
        slope=lambda xp, z, a: 2 * xp.maximum(z, 0.0),
    )
    assert check_activation(square).compared == 528
    x = Tensor([0.0, 1.0], requires_grad=True)
    assert gradcheck(square, x).compared == 2
    wrong = ActivationFunction("wrong", value=square.value, slope=lambda xp, z, a: 2 * z)
    with pytest.raises(GradientError, match=r"wrong disagrees at z = -100"):
        check_activation(wrong)
