"""The laboratory's Python: what it says of an activation, held against minigrad's own numbers."""

import json
import math
import re
import subprocess
import sys

import live
import numpy as np
import pytest

from execute import BOOK, ROOT
from explorables import chain
from in_page import activation, laboratory, moons, svg
from in_page.activation import Unfit, at, curve, mean_squares, named, read, zones
from minigrad import TABLE, ActivationFunction, Tensor, Value, gain, sigmoid

SWISH = "x * sigmoid(1.5 * x)"
swish = ActivationFunction("swish", lambda z: z * sigmoid(1.5 * z))


@pytest.mark.parametrize("name", TABLE)
def test_gains_are_minigrads(name):
    found, expected = activation.gains(named(name)), gain(name)
    assert found.forward == pytest.approx(expected.forward, rel=1e-4)
    assert found.backward == pytest.approx(expected.backward, rel=1e-4)


def test_both_gains_are_the_same_for_those_that_the_page_names():
    found = {name: activation.gains(named(name)) for name in TABLE}
    same = {name for name, g in found.items() if abs(g.per_layer - 1) < 1e-4}
    assert same == {"relu", "leaky_relu", "identity", "relu6"}
    assert all(abs(g.per_layer - 1) > 0.01 for name, g in found.items() if name not in same)


def test_the_page_states_the_numbers_that_the_code_has():
    text = (BOOK / "laboratory.md").read_text(encoding="utf-8")
    pieces = round(2 * activation.REACH_OF_NORMAL / 0.01)
    for words in (
        f"at {len(curve(named('relu')))} places from −{activation.REACH:g} to",
        f"under {activation.SATURATED:.0%} of its largest",
        f"under {activation.DEAD:.1%}",
        f"of more than {activation.STEEP:g}, which no activation of the table has",
        f"sums over {pieces:,} pieces between −{activation.REACH_OF_NORMAL} and",
        f"2 inputs, {moons.HIDDEN} neurons with the activation",
        f"all {moons.POINTS} points in each of {moons.EPOCHS} epochs",
        f"steps of {moons.RATE} with a momentum of {moons.MOMENTUM}",
    ):
        assert words in text
    assert max(abs(p.slope) for name in TABLE for p in curve(named(name))) < activation.STEEP
    assert (at(read("maximum(x, 0)"), 0.0).slope, at(named("relu"), 0.0).slope) == (0.5, 0.0)
    assert "## Nine neurons learn two moons" in text
    assert moons.HIDDEN + 1 == 9  # the output is one


@pytest.mark.parametrize("name", TABLE)
def test_slopes_are_those_of_the_table(name):
    points = curve(named(name), points=41)
    x = np.array([point.x for point in points])
    settings = TABLE[name].settings()
    a = TABLE[name].value(np, x, **settings)
    assert [point.value for point in points] == pytest.approx(list(a), abs=1e-15)
    slope = TABLE[name].slope(np, x, a, **settings) + 0 * x
    assert [point.slope for point in points] == pytest.approx(list(slope), abs=1e-15)


def test_a_typed_activation_is_the_same_written_for_the_library():
    f = read(SWISH)
    for x in (-3.0, 0.0, 0.7):
        z = Value(x)
        a = swish(z)
        a.backward()
        assert at(f, x) == (x, a.data, z.grad)
    assert activation.gains(f).forward == pytest.approx(gain(swish).forward, rel=1e-4)
    assert activation.gains(f).backward == pytest.approx(gain(swish).backward, rel=1e-4)


@pytest.mark.parametrize(
    "code",
    [
        "x * sigmoid(1.5 * x)",
        "beta = 1.5\nx * sigmoid(beta * x)",
        "def gate(z):\n    return sigmoid(1.5 * z)\n\nx * gate(x)",
        "f = lambda z: z * sigmoid(1.5 * z)\nf(x)",
        "x / (1 + exp(-1.5 * x))",
        "x * 0.5 * (1 + tanh(0.75 * x))",
    ],
)
def test_there_are_many_ways_to_write_it(code):
    for point, same in zip(curve(read(code), 11), curve(read(SWISH), 11), strict=True):
        assert point == pytest.approx(same, abs=1e-12)


@pytest.mark.parametrize(
    ("code", "sentence", "line"),
    [
        ("x *", "Line 1 is not Python: invalid syntax.", 1),
        ("a = 1\nx * * a", "Line 2 is not Python: invalid syntax.", 2),
        ("", "The last line must be a formula of x", None),
        ("y = x", "The last line must be a formula of x", None),
        ("y", "Line 1 could not be computed. NameError: name 'y' is not defined. Which func", 1),
        ("b = 0\nx / b", "Line 2 could not be computed at x = -5. ZeroDivisionError", 2),
        ("log(x)", "log: got -5.0; pass positive numbers", 1),
        ("1 / x", "Line 1 could not be computed at x = 0.", 1),
        ("math.tanh(x)", "without math, which knows plain numbers only.", 1),
        ("x if x > 0 else 0 * x", "could not be computed. A formula cannot ask", 1),
        ("max(x, 0)", "Write maximum(x, 0) for the larger of two", 1),
        ("2 ** x", "write exp(x * log(2)) for 2 ** x", 1),
        ("x ^ 2", "A power is written **", 1),
        ("x²", "A power is written **", 1),
        ("2x", "Line 1 is not Python: A product is written with *", 1),
        ("f(x) = x", "Write only what stands right of the =.", 1),
        ("x // 2", "x works with + - * / and **.", 1),
        ("round(x)", "Rounding has no slope.", 1),
        ("x * sigmiod(x)", "name 'sigmiod' is not defined. Did you mean sigmoid?", 1),
        ("np.tanh(x)", "Write tanh(x) and so on by themselves, without np.", 1),
        ("pi * x", "Write math.pi.", 1),
        ("relu", "It ends with a function and not with a number: write relu(x).", None),
        ("lambda x: x", "write f(x).", None),
        ("x * math.nan", "Its value at x = -5 is nan; an activation needs a number.", None),
        ("x * math.inf", "Its value at x = -5 is -inf", None),
        ("sqrt(abs(x))", "could not be computed at x = 0", 1),
        ("3", "It gives 3 whatever x is. It ignores its input", None),
        ("0 * x", "It gives 0 whatever x is. It ignores its input", None),
        ("Value(2.0)", "It gives 2 whatever x is. It ignores its input", None),
        ("2 * x.data", "It gives plain numbers, of which the engine cannot tell", None),
        ("Value(x.data) ** 2", "Its slope is 0 everywhere", None),
        ("(x > -9) if False else 'x'", "It gives a str and not a number", None),
        ("def f(x): return f(x)\nf(x)", "calls itself without an end", None),
    ],
)
def test_what_is_no_activation_gets_a_sentence(code, sentence, line):
    with pytest.raises(Unfit, match=re.escape(sentence)) as caught:
        curve(read(code))
    assert caught.value.line == line


def test_zones_are_where_the_slope_is_small():
    def found(code, share):
        f = TABLE.get(code) or read(code)
        return zones(f, curve(f), share)

    assert found("relu", 0.05) == found("relu", 0.001) == [(-5.0, 0.0)]
    (low, start), (end, high) = found("sigmoid", 0.05)
    assert (low, high) == (-5.0, 5.0)
    assert start == -end
    edge = math.log((1 + math.sqrt(0.95)) / (1 - math.sqrt(0.95)))  # a (1 − a) = 0.05 · 0.25
    assert start == pytest.approx(-edge, abs=0.002)
    assert found("sigmoid", 0.001) == found("identity", 0.05) == []
    assert found("maximum(x, 0)", 0.05) == found("relu", 0.05)  # whatever the slope at the corner
    assert found("leaky_relu(x, 0.05)", 0.05) == []  # as in the figure of the chapter


def test_what_grows_is_not_dead_wherever_it_grows_slower():
    f = read("x ** 10")
    ((low, high),) = zones(f, curve(f), activation.DEAD)
    assert -low == high == pytest.approx((0.002 / 10) ** (1 / 9), abs=0.002)


def test_an_edge_that_cannot_be_computed_is_where_the_curve_ends():
    f = read("maximum(x, 0) / (1 if abs(x.data) in (0, 0.025) or abs(x.data) > 0.02 else 0)")
    ((_, edge),) = zones(f, curve(f), activation.SATURATED)
    assert edge == pytest.approx(-0.0125, abs=0.001)


def test_too_fast_a_growth_has_no_gains():
    with pytest.raises(Unfit, match="beyond all bounds"):
        activation.gains(read("exp(x * x)"))
    with pytest.raises(Unfit, match="are 0 where the inputs"):
        activation.gains(read("maximum(x - 100, 0)"))
    assert mean_squares(read("maximum(x - 100, 0)")) == (0.0, 0.0)


@pytest.mark.parametrize("gain_of_weights", [None, 1.0])
@pytest.mark.parametrize("f", [swish, TABLE["tanh"], TABLE["relu"]], ids=lambda f: f.name)
def test_ten_layers_are_as_in_a_wide_network(f, gain_of_weights):
    """Arrays, random weights and minigrad's Tensor on the other side; 400 units a layer."""
    n, rng, scale = 400, np.random.default_rng(0), gain_of_weights or gain(f).forward
    code = SWISH if f is swish else f"{f.name}(x)"
    expected = activation.through_layers(read(code), scale)
    a, zs = Tensor(rng.standard_normal((100, n)), requires_grad=True), []
    for _ in range(10):
        zs.append((a @ Tensor(scale / math.sqrt(n) * rng.standard_normal((n, n)))).retain_grad())
        a = f(zs[-1])
    zs[-1].backward(rng.standard_normal(a.shape))
    sizes = np.array([np.sqrt(np.mean(z.grad**2)) for z in zs])
    assert sizes / sizes[-1] == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gelu"])
def test_ten_layers_are_those_of_the_chain_in_the_chapter(name):
    for scale in (1.0, round(gain(name).forward, 3)):
        found = activation.through_layers(named(name), scale)
        assert found == pytest.approx(chain.arriving(name, scale, 10), rel=1e-3)


def test_signals_that_vanish_take_the_gradient_along():
    assert activation.through_layers(read("tanh(x) ** 3"), 1.0)[:3] == [0.0] * 3


def test_a_single_chain_multiplies_the_slopes():
    a, product = 1.0, 1.0
    for _ in range(10):
        a = sigmoid(a)
        product *= a * (1 - a)
    assert activation.through_a_chain(named("sigmoid")) == pytest.approx(product, rel=1e-12)


def test_the_moons_are_two_and_in_the_picture():
    points = moons.two_moons()
    assert [point.moon for point in points].count(1) == len(points) / 2 == 30
    (left, right), (low, high) = laboratory.AREA
    assert all(left < x < right and low < y < high for x, y, _ in points)


def test_the_networks_gradient_is_right():
    network, points = moons.Network(read(SWISH), 1.5, seed=1), moons.two_moons()

    def loss():
        z = np.array([network(x, y).data for x, y, _ in points])
        moon = np.array([point.moon for point in points])
        return np.mean(np.logaddexp(0, z) - z * moon)

    start = [v.data for v in network.parameters]
    assert network.step(points)[0] == pytest.approx(loss_at(network, start, loss), rel=1e-12)
    for i, v in enumerate(network.parameters):
        ends = []
        for h in (1e-5, -1e-5):
            moved = list(start)
            moved[i] += h
            ends.append(loss_at(network, moved, loss))
        assert v.grad == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-4, abs=1e-8)


def loss_at(network, numbers, loss):
    for v, number in zip(network.parameters, numbers, strict=True):
        v.data = number
    return loss()


def last(code):
    return list(moons.train(read(code), activation.gains(read(code)).forward))[-1]


def test_a_bent_activation_tells_the_moons_apart_and_a_straight_one_does_not():
    _, loss, right = last(SWISH)
    assert loss < 0.15
    assert right >= 0.95
    _, loss, right = last("x")
    assert loss > 0.2
    assert right <= 0.92


def studied(code, against="relu"):
    emitted = []
    laboratory.study(lambda **message: emitted.append(message), code, against)
    json.dumps(emitted, allow_nan=False)
    return emitted


def test_a_study_emits_its_parts_in_order_and_each_epoch():
    emitted = studied(SWISH, "tanh")
    parts = [message["part"] for message in emitted if "part" in message]
    assert list(dict.fromkeys(parts)) == ["shown", "curves", "gains", "layers", "moons"]
    assert [m["epoch"] for m in emitted if "epoch" in m] == list(range(1, moons.EPOCHS + 1))
    assert emitted[-1]["summary"].startswith("Yours is saturated below −2.6")
    html = {m["part"]: m["html"] for m in emitted if "part" in m}
    assert "<td>1.57</td><td>1.59</td>" in html["gains"]  # the gains of both, forward
    assert "1.57/√" in html["gains"]
    for part in ("curves", "layers", "moons"):
        assert 'role="img" aria-label="' in html[part]
        assert "<details><summary>The numbers as a table</summary><div class" in html[part]


def test_no_activation_emits_a_sentence_and_no_part():
    (message,) = studied("a = 1\nx / 0")
    assert message["line"] == 2
    assert message["error"].startswith("Line 2 could not be computed")


@pytest.mark.parametrize(
    ("code", "part", "words"),
    [
        ("exp(x * x)", "gains", "No gains: It grows so fast"),
        ("exp(x * x)", "layers", "This needs the gains."),
        ("tanh(x) ** 3", "layers", "The gradient at each layer"),
        ("x", "layers", "1 of the gradient at layer 10 of yours arrives at layer 1"),
        ("x ** 10", "layers", "With weights of gain 1, 10 layers of yours cannot be followed."),
        ("x * x", "layers", "each layer multiplies it by 3.3 · 10⁻¹⁴ on average"),
        ("x ** 3", "layers", "beyond all numbers"),
        (
            "exp(x * x)",
            "moons",
            "The training had to end. Epoch 4 went wrong. exp of more than 709",
        ),
        ("x ** 50", "moons", "The training had to end. What it decides could not be drawn."),
        ("1000 * x", "moons", "The training of yours diverged: its loss was 0.492 at the start."),
    ],
)
def test_what_a_part_cannot_show_it_says(code, part, words):
    html = {m["part"]: m["html"] for m in studied(code) if "part" in m}
    assert words in html[part]


def test_a_new_study_leaves_nothing_of_the_one_before():
    html = [(m["part"], m["html"]) for m in studied("x ** 50") if "part" in m]
    assert [part for part, _ in html[:5]] == ["shown", "curves", "gains", "layers", "moons"]
    assert {text for _, text in html[1:5]} == {"<p>Not computed yet.</p>"}


def test_a_loss_that_explodes_does_not_flatten_the_other():
    moons_part = [m["html"] for m in studied("1000 * x") if m.get("part") == "moons"][-1]
    assert "e+" not in moons_part


def test_what_is_typed_is_shown_as_text():
    html = "".join(m.get("html", "") for m in studied("x + 0 * len('<img src=x onerror=1>')"))
    assert "<img" not in html
    assert "&lt;img" in html


def test_it_runs_with_nothing_but_the_zip(tmp_path):
    live.write_zip(ROOT, tmp_path / live.ZIP)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from in_page import laboratory as lab\n"
        "lab.study(lambda **message: print(*message), lab.CODE, lab.AGAINST)"
    )
    command = [sys.executable, "-I", "-S", "-c", code, tmp_path / live.ZIP]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.splitlines()[-1] == "summary", done.stderr


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (-0.19, 5, [-2, 0, 2, 4, 6]),
        (-125, 125, [-200, -100, 0, 100, 200]),
        (3, 3, [2, 2.5, 3, 3.5, 4]),
    ],
)
def test_ticks_are_round_numbers(low, high, ticks):
    assert svg.round_range(low, high) == ((ticks[0], ticks[-1]), ticks)


@pytest.mark.parametrize(
    ("number", "written"),
    [(0.0, "0"), (-1.5, "−1.5"), (0.00123, "0.00123"), (1.5e-7, "1.5 · 10⁻⁷"), (12345.6, "12,346")],
)
def test_numbers_are_written_for_readers(number, written):
    assert laboratory._number(number) == written


def test_a_line_is_cut_where_it_leaves_the_figure():
    plot = svg.Plot("t", "s", (0, 4), (0, 1), "x")
    plot.line([(0, 0), (1, 1), (2, 9), (3, 1), (4, 0)], "yours")
    assert plot.parts[-1].count("M") == 2
    ends = [f"{plot.across(x):.1f} {plot.down(1):.1f}" for x in (1, 3)]
    assert f"L{ends[0]}" in plot.parts[-1] and f"M{ends[1]}" in plot.parts[-1]
    plot.line([(0, 0.5), (2, 1.5), (4, -0.5)], "yours")
    assert f"L{plot.across(1):.1f} {plot.down(1):.1f}" in plot.parts[-1]
