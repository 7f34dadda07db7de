"""Value: against SymPy, against forward-mode differentiation, and as other courses use it."""

import math
import operator
import subprocess
import sys

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Tensor, Value, gradcheck, identity, leaky_relu, relu, sigmoid, tanh

x, y = sympy.symbols("x y", positive=True)


def heaviside_relu(z):
    return sympy.Piecewise((z, z > 0), (0, True))


# For each: on Values, and the same in SymPy's words.
EXPRESSIONS = {
    "x + y": (lambda a, b: a + b, x + y),
    "x - y": (lambda a, b: a - b, x - y),
    "x * y": (lambda a, b: a * b, x * y),
    "x / y": (lambda a, b: a / b, x / y),
    "-x": (lambda a, b: -a + 0 * b, -x),
    "x ** 3": (lambda a, b: a**3 + 0 * b, x**3),
    "x ** 1": (lambda a, b: a**1 + 0 * b, x),
    "x ** 0": (lambda a, b: a**0 + 0 * b, x**0),
    "x ** -1": (lambda a, b: a**-1 + 0 * b, 1 / x),
    "x ** -2.5": (lambda a, b: a**-2.5 + 0 * b, x ** sympy.Rational(-5, 2)),
    "x ** 0.5": (lambda a, b: a**0.5 + 0 * b, sympy.sqrt(x)),
    "(-x) ** 3": (lambda a, b: (-a) ** 3 + 0 * b, (-x) ** 3),
    "exp": (lambda a, b: (a - b).exp(), sympy.exp(x - y)),
    "log": (lambda a, b: (a / b).log(), sympy.log(x / y)),
    "tanh": (lambda a, b: (a - b).tanh(), sympy.tanh(x - y)),
    "relu": (lambda a, b: (a - b).relu(), heaviside_relu(x - y)),
    "sigmoid": (lambda a, b: sigmoid(a - b), 1 / (1 + sympy.exp(y - x))),
    "identity": (lambda a, b: identity(a * b), x * y),
    "leaky_relu": (
        lambda a, b: leaky_relu(a - b, 0.25),
        sympy.Piecewise((x - y, x > y), ((x - y) / 4, True)),
    ),
    "a number on the right": (lambda a, b: ((a + 2) * 3 - 4) / 5 * b, ((x + 2) * 3 - 4) / 5 * y),
    "a number on the left": (lambda a, b: 2 + 3 * (4 - 5 / a) * b, 2 + 3 * (4 - 5 / x) * y),
    "x * x": (lambda a, b: a * a * b, x**2 * y),
    "x / x": (lambda a, b: a / a + b, 1 + y),
    "x - x": (lambda a, b: a - a + b, y),
    "all at once": (
        lambda a, b: (a * b + (a / b).exp()).log() ** 2 / (1 + (a - b).tanh() ** 2) - a**-1,
        sympy.log(x * y + sympy.exp(x / y)) ** 2 / (1 + sympy.tanh(x - y) ** 2) - 1 / x,
    ),
}
every_expression = pytest.mark.parametrize(
    ("f", "formula"), EXPRESSIONS.values(), ids=EXPRESSIONS.keys()
)


@every_expression
@pytest.mark.parametrize("at", [(0.7, 1.9), (2.3, 0.4), (1e-3, 40.0)])
def test_value_and_gradient_are_sympys(f, formula, at):
    """To 13 digits, and to two epsilon where a slope is 1 − a² or a (1 − a) and all but zero."""
    a, b = map(Value, at)
    result = f(a, b)
    result.backward()
    here = dict(zip((x, y), map(sympy.Float, at, (60, 60)), strict=True))
    for got, wanted in (
        (result.data, formula),
        (a.grad, sympy.diff(formula, x)),
        (b.grad, sympy.diff(formula, y)),
    ):
        assert got == pytest.approx(float(wanted.subs(here).evalf(40)), rel=1e-13, abs=2**-51)


@every_expression
def test_gradient_agrees_with_differences(f, formula):
    def g(a, b):
        return f(Value(a), Value(b)).data

    a, b, h = Value(1.3), Value(0.8), 1e-5
    f(a, b).backward()
    assert a.grad == pytest.approx((g(1.3 + h, 0.8) - g(1.3 - h, 0.8)) / (2 * h), abs=1e-8)
    assert b.grad == pytest.approx((g(1.3, 0.8 + h) - g(1.3, 0.8 - h)) / (2 * h), abs=1e-8)
    assert gradcheck(f, Value(1.3), Value(0.8)).compared == 2


class Dual:
    """A number and its derivative, carried forward together: the other mode, in a few lines."""

    def __init__(self, data, slope):
        self.data, self.slope = data, slope

    def __add__(self, other):
        return Dual(self.data + other.data, self.slope + other.slope)

    def __sub__(self, other):
        return Dual(self.data - other.data, self.slope - other.slope)

    def __mul__(self, other):
        return Dual(self.data * other.data, self.slope * other.data + self.data * other.slope)

    def tanh(self):
        a = math.tanh(self.data)
        return Dual(a, (1 - a * a) * self.slope)


STEPS = st.lists(
    st.tuples(st.sampled_from("+-*t"), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=25,
)


def run(steps, nodes):
    """Compute with a random program, in which any node may be used any number of times."""
    for op, i, j in steps:
        left, right = nodes[i % len(nodes)], nodes[j % len(nodes)]
        if op == "t":
            nodes.append((left * right).tanh())
        else:
            nodes.append({"+": operator.add, "-": operator.sub, "*": operator.mul}[op](left, right))
    return nodes[-1].tanh()


@given(steps=STEPS)
def test_random_programs_agree_with_forward_mode(steps):
    numbers = [0.5, -0.8, 0.3]
    leaves = [Value(v) for v in numbers]
    result = run(steps, list(leaves))
    result.backward()
    for i, leaf in enumerate(leaves):
        forward = run(steps, [Dual(v, float(i == k)) for k, v in enumerate(numbers)])
        assert result.data == forward.data
        assert leaf.grad == pytest.approx(forward.slope, rel=1e-9, abs=1e-12)


def test_the_example_of_micrograds_readme_gives_its_numbers():
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert f"{g.data:.4f} {a.grad:.4f} {b.grad:.4f}" == "24.7041 138.8338 645.5773"


def test_the_neuron_of_micrograds_lecture_gives_its_numbers():
    x1, x2, w1, w2 = Value(2.0), Value(0.0), Value(-3.0), Value(1.0)
    b = Value(6.8813735870195432)
    n = x1 * w1 + x2 * w2 + b
    for o in (
        n.tanh(),
        ((2 * n).exp() - 1) / ((2 * n).exp() + 1),
        1 - 2 * ((2 * n).exp() + 1) ** -1,
    ):
        for v in (x1, x2, w1, w2, b):
            v.grad = 0.0
        o.backward()
        assert [round(v.grad, 4) for v in (x1, x2, w1, w2, b)] == [-1.5, 0.5, 1.0, 0.0, 0.5]
        assert round(o.data, 4) == 0.7071


NUMBERS = [3, 3.0, np.float64(3), np.float32(3), np.int64(3), np.uint8(3), np.array(3.0)]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: type(n).__name__)
@pytest.mark.parametrize("op", [operator.add, operator.sub, operator.mul, operator.truediv])
def test_numbers_of_any_kind_stand_on_either_side(op, number):
    for f, data, slope in (
        (lambda v: op(v, number), op(2.0, 3.0), {"add": 1, "sub": 1, "mul": 3, "truediv": 1 / 3}),
        (lambda v: op(number, v), op(3.0, 2.0), {"add": 1, "sub": -1, "mul": 3, "truediv": -0.75}),
    ):
        v = Value(2.0)
        result = f(v)
        assert type(result) is Value
        assert type(result.data) is float
        result.backward()
        assert result.data == data
        assert v.grad == slope[op.__name__]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: type(n).__name__)
def test_numbers_of_any_kind_make_a_value_an_exponent_and_a_cotangent(number):
    v = Value(number)
    assert (type(v.data), v.data, v.grad) == (float, 3.0, 0.0)
    result = v**number
    result.backward(number)
    assert (result.data, v.grad) == (27.0, 81.0)


@pytest.mark.parametrize(
    "wrong",
    [
        "3",
        None,
        True,
        1j,
        [1.0],
        np.ones(2),
        np.bool_(True),
        np.complex128(1),
        Tensor(1.0),
        Tensor([1.0]),
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv", "pow"])
def test_other_operands_are_refused_by_name(wrong, name):
    sign = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}[name]
    op = getattr(operator, name)
    kind = type(wrong).__name__
    with pytest.raises(TypeError) as refused:
        op(Value(1.0), wrong)
    assert (
        str(refused.value) == f"{sign}: got a {kind}; a Value works with numbers and other Values"
    )
    if name != "pow" and not isinstance(wrong, Tensor):  # a Tensor refuses a Value itself
        with pytest.raises(TypeError) as refused_in_turn:
            op(wrong, Value(1.0))
        assert str(refused_in_turn.value) == str(refused.value)


@pytest.mark.parametrize(
    "wrong", ["3", None, False, 1j, [1.0], np.ones(2), Tensor(1.0), Value(1.0)]
)
def test_a_value_is_made_of_one_number(wrong):
    with pytest.raises(TypeError, match=f"^Value: got a {type(wrong).__name__}; "):
        Value(wrong)


def test_a_value_is_no_exponent():
    with pytest.raises(TypeError, match=r"^\*\*: the exponent is a Value; write .*exp\(\)"):
        Value(2.0) ** Value(3.0)
    with pytest.raises(TypeError, match=r"^\*\*: the exponent is a Value; write .*exp\(\)"):
        2 ** Value(3.0)


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda: Value(3.0) / 0, ZeroDivisionError, r"^/: 3\.0 divided by zero"),
        (lambda: Value(3.0) / Value(0.0), ZeroDivisionError, r"^/: 3\.0 divided by zero"),
        (lambda: 3 / Value(-0.0), ZeroDivisionError, r"^/: 3\.0 divided by zero"),
        (lambda: Value(0.0).log(), ValueError, r"^log: got 0\.0; pass positive numbers"),
        (lambda: Value(-2.5).log(), ValueError, r"^log: got -2\.5; pass positive numbers"),
        (lambda: Value(710.5).exp(), OverflowError, r"^exp: got 710\.5; its result is beyond"),
        (lambda: Value(-2.0) ** 0.5, ValueError, r"^\*\*: -2\.0 \*\* 0\.5 is not a real number"),
        (lambda: Value(-2.0) ** math.inf, ValueError, r"^\*\*: -2\.0 \*\* inf is not a real"),
        (lambda: Value(0.0) ** -1, ValueError, r"^\*\*: 0\.0 \*\* -1\.0 is not a real number"),
        (lambda: Value(0.0) ** 0.5, ZeroDivisionError, r"^\*\*: 0\.0 \*\* 0\.5, or its slope,"),
        (lambda: Value(1e200) ** 2, OverflowError, r"^\*\*: 1e\+200 \*\* 2\.0, or its slope,"),
        (lambda: Value(1e-200) ** -1, OverflowError, r"^\*\*: 1e-200 \*\* -1\.0, or its slope,"),
    ],
)
def test_impossible_numbers_are_named(f, error, message):
    with pytest.raises(error, match=message):
        f()


def test_powers_at_zero_have_their_slopes():
    for n, slope in ((0, 0.0), (1, 1.0), (2, 0.0), (1.5, 0.0)):
        v = Value(0.0)
        (v**n).backward()
        assert v.grad == slope


@pytest.mark.parametrize("number", [-math.inf, -1e308, -1000.0, -0.0, 0.0, 1000.0, 1e308, math.inf])
def test_the_ends_of_float64_give_no_nan(number):
    """Bounded functions, that is; e^x says that it cannot."""
    for f in (sigmoid, tanh, relu, Value.tanh, Value.relu):
        v = Value(number)
        result = f(v)
        result.backward()
        assert not math.isnan(result.data)
        assert not math.isnan(v.grad)
    assert Value(-1000.0).exp().data == 0.0
    assert Value(math.inf).exp().data == math.inf


def test_second_backward_adds_exactly_once_more_everywhere():
    """In micrograd the nodes between keep the first walk's gradient, and pass it on again."""
    leaf = Value(3.0)
    middle = leaf * leaf
    top = middle * middle + middle
    for times in (1, 2, 3):
        top.backward()
        assert (top.grad, middle.grad, leaf.grad) == (times, times * 19.0, times * 114.0)


def test_a_cotangent_multiplies_the_gradient():
    v = Value(3.0)
    (v * v).backward(-2)
    assert v.grad == -12.0
    with pytest.raises(TypeError, match=r"^backward: got a str"):
        v.backward("1")


def test_truth_value_is_refused():
    with pytest.raises(TypeError, match=r"neither true nor false; compare its \.data"):
        bool(Value(1.0))
    with pytest.raises(TypeError, match="neither true nor false"):
        _ = Value(1.0) and 2


def test_values_are_equal_only_to_themselves():
    a, b = Value(1.0), Value(1.0)
    assert a == a
    assert a != b
    assert len({a, b}) == 2


@pytest.mark.parametrize("label", [*NUMBERS, 1, np.int64(1), np.ones(2)], ids=repr)
def test_a_value_is_not_compared_with_numbers(label):
    for compare in (lambda: Value(1.0) == label, lambda: label != Value(1.0)):
        with pytest.raises(
            TypeError, match=r"^==: a Value is equal to nothing but itself; compare its \.data"
        ):
            compare()
    assert Value(1.0) != "1"


def test_sum_and_in_place_operators_build_graphs():
    vs = [Value(float(i)) for i in range(4)]
    total = sum(vs)
    total *= 2
    total.backward()
    assert (total.data, [v.grad for v in vs]) == (12.0, [2.0] * 4)


def test_data_may_be_changed_after_the_forward_pass():
    """The slopes were computed with it, so the gradient stays that of the recorded numbers."""
    a, b = Value(2.0), Value(5.0)
    product = a * b
    a.data = b.data = 100.0
    product.backward()
    assert (a.grad, b.grad) == (5.0, 2.0)


def test_repr_shows_data_and_gradient():
    assert repr(Value(2)) == "Value(data=2, grad=0)"


def test_each_operation_is_one_node_with_its_name():
    v = Value(2.0)
    operations = {"+": v + v, "-": v - v, "*": v * v, "/": v / v, "**": v**2, "neg": -v}
    operations |= {"exp": v.exp(), "log": v.log(), "tanh": v.tanh(), "relu": v.relu()}
    for op, result in (operations | {"sigmoid": sigmoid(v)}).items():
        assert result.op == op
        assert set(result.parents) == {v}
    assert v.op == ""
    for op, result in {"+": 1 + v, "-": 1 - v, "*": 3 * v, "/": 1 / v}.items():
        assert result.op == op
        assert v in result.parents
    for op, result in {"+": v + 1, "-": v - 1, "*": v * 3, "/": v / 3}.items():
        assert (result.op, result.parents) == (op, (v,))


def test_it_trains_a_neuron_on_an_and_gate():
    inputs = [((0, 0), 0), ((0, 1), 0), ((1, 0), 0), ((1, 1), 1)]
    w = [Value(0.1), Value(-0.1), Value(0.0)]
    for _ in range(200):
        loss = sum((sigmoid(w[0] * p + w[1] * q + w[2]) - t) ** 2 for (p, q), t in inputs)
        for v in w:
            v.grad = 0.0
        loss.backward()
        for v in w:
            v.data -= 2 * v.grad
    assert [round(sigmoid(w[0] * p + w[1] * q + w[2]).data) for (p, q), _ in inputs] == [0, 0, 0, 1]


def test_it_needs_nothing_but_the_standard_library():
    code = "import sys; import minigrad.scalar; print('numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


@pytest.mark.parametrize(("at", "slope"), [(-2.0, -1.0), (0.0, 0.0), (2.0, 1.0)])
def test_abs(at, slope):
    x = Value(at)
    y = abs(x)
    y.backward()
    assert (y.data, x.grad, y.op) == (abs(at), slope, "abs")


def test_parents_and_slopes_come_in_the_order_of_the_operands():
    x, y = Value(2.0), Value(5.0)
    assert (x / y).parents == (x, y)
    assert (x / y).slopes == (0.2, -0.08)
    assert ((x * 3).parents, (x * 3).slopes) == ((x,), (3.0,))
    assert (x.parents, x.slopes) == ((), ())
