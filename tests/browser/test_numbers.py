"""Every number that a figure shows is minigrad's."""

import re

import numpy as np
import pytest

from browser.test_explorables import opened
from experiments.tables import load
from explorables import chain, dying, pairs, softmax, tangent
from minigrad import TABLE, cross_entropy, gain

NUMBER = r"−?\d+(?:\.\d+)?"


# A slider goes to these stops, one after the other; what the figure says at each.
MOVE = """(box, [key, stops]) => stops.map((stop) => {
    const slider = box.querySelector(`#${box.id}-${key}`);
    slider.value = stop;
    slider.dispatchEvent(new Event("input"));
    return box.querySelector(".said").textContent;
})"""


def number(text):
    return float(text.replace("−", "-"))


def test_tangent(reader, folder):
    """Of each activation, with each setting: nine places, the value, the slope and its share."""
    _, box = opened(reader, folder, "tangent")
    shown = re.compile(
        rf"At z = ({NUMBER}), (.*) has the value ({NUMBER}) and the slope ({NUMBER}), (.*)"
    )
    for activation in TABLE.values():
        box.get_by_label("Activation", exact=True).select_option(activation.name)
        for settings in every_setting(activation):
            for option, setting in settings.items():
                slider = box.get_by_label(tangent.SYMBOLS[option], exact=True)
                slider.fill(str(tangent.SETTINGS[option].index(setting)))
                assert slider.get_attribute("aria-valuetext") == str(setting).removesuffix(".0")
            fine = np.linspace(-6, 6, 24_001)
            largest = abs(slope_of(activation, fine, settings)).max()
            places = (0, 30, 59, 60, 61, 100, 120, 121, 140, 153, 240)
            for place, words in zip(places, box.evaluate(MOVE, ["z", places]), strict=True):
                found = shown.fullmatch(words)
                at, value, slope = map(number, found.group(1, 3, 4))
                assert at == round(-6 + 0.05 * place, 2)
                assert found[2] == tangent.label(activation.name)
                assert value == pytest.approx(activation(at, **settings), abs=6e-5)
                expected = slope_of(activation, at, settings)
                assert slope == pytest.approx(expected, abs=6e-5)
                if "here is a corner" in found[5]:
                    assert at in activation.kinks
                    beside = slope_of(activation, np.array([at - 1e-9, at + 1e-9]), settings)
                    sides = [*map(number, re.findall(NUMBER, found[5]))]
                    assert sides == pytest.approx(beside, abs=0.006)
                else:
                    share = number(re.match(f"({NUMBER})% of the largest", found[5])[1])
                    accuracy = 0.51 if share >= 10 else 0.06
                    assert share == pytest.approx(100 * abs(expected) / largest, abs=accuracy)
                    assert ("Next to nothing" in found[5]) == (abs(expected) < 0.05 * largest)


POWER = {ord(a): b for a, b in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True)}


def share(text):
    """Read a number that may be written as 2.9 × 10⁻⁶."""
    digits, _, power = text.partition(" × 10")
    return number(digits) * 10.0 ** int(power.translate(POWER) or 0)


def test_chain(reader, folder):
    """The share at each layer, from the factors by another quadrature than the figure's."""
    _, box = opened(reader, folder, "chain")
    shown = re.compile(
        r"At layer (\d+) of (\d+) arrives (.*) of the gradient at the last\. "
        r"On its way back, each layer multiplies it by (.*) on average\."
    )
    for name in ("identity", "sigmoid", "tanh", "relu", "selu", "gelu", "mish"):
        box.get_by_label("Activation", exact=True).select_option(name)
        stops = [stop["gain"] for stop in chain.gains(name)]
        own = gain(name)
        assert {round(own.forward, 3), round(own.backward, 3)} <= {*stops}
        for g in (0.577, 1.0, 1.5, 3.0):
            set_to(box, "gain", stops.index(g))
            for depth in (2, 10, 50):
                set_to(box, "depth", depth - 2)
                expected = arriving(name, g, depth)
                for layer in {1, depth // 2, depth}:
                    (words,) = box.evaluate(MOVE, ["layer", [layer - 1]])
                    found = shown.fullmatch(words)
                    assert [int(x) for x in found.group(1, 2)] == [layer, depth]
                    assert share(found[3]) == pytest.approx(expected[layer - 1], rel=0.06)
                    factor = expected[0] ** (1 / (depth - 1))
                    assert share(found[4]) == pytest.approx(factor, abs=0.006, rel=0.06)


def arriving(name, g, depth):
    x, weights = np.polynomial.legendre.leggauss(200)
    z = np.concatenate([6 * x - 6, 6 * x + 6])  # the corners are at 0
    weights = np.tile(weights, 2) * np.exp(-(z**2) / 2)
    weights /= weights.sum()
    f, q, factors = TABLE[name], g**2, []
    for _ in range(depth - 1):
        a = f(np.sqrt(q) * z)
        slope = slope_of(f, np.sqrt(q) * z, {})
        factors.append(np.sqrt(g**2 * weights @ slope**2))
        q = g**2 * weights @ a**2
    return np.cumprod([1.0, *factors[::-1]])[::-1]


def test_dying(reader, folder):
    """The numbers at steps of trainings that end well, die at once, die late, or come back."""
    _, box = opened(reader, folder, "dying")
    shown = re.compile(rf"Step (\d+): w = ({NUMBER}), b = ({NUMBER}), loss ({NUMBER})\. (.*)")
    steps = (0, 1, 2, 5, 10, 27, 60)
    for unit in dying.UNITS:
        box.get_by_label("Activation", exact=True).select_option(unit)
        for rate in (0.02, 0.1, 0.2, 0.3, 0.4):
            set_to(box, "rate", dying.RATES.index(rate))
            for bias in (-4.0, -1.0, 0.0, 1.5):
                set_to(box, "bias", dying.BIASES.index(bias))
                course = dying.train(unit, rate, bias)
                for step, words in zip(steps, box.evaluate(MOVE, ["step", steps]), strict=True):
                    found = shown.fullmatch(words)
                    assert int(found[1]) == step
                    w, b, loss, active = course[step]
                    assert [*map(number, found.group(2, 3))] == pytest.approx([w, b], abs=0.006)
                    assert number(found[4]) == pytest.approx(loss, abs=6e-4)
                    if active:
                        assert f"active for {active} of 12 examples" in found[5]
                    else:
                        assert ("It is dead" in found[5]) == (unit == "relu")


def test_softmax(reader, folder):
    """Probabilities, cross-entropy and all numbers of the Jacobian."""
    page, box = opened(reader, folder, "softmax")
    rng = np.random.default_rng(0)
    for classes in (3, 4, 5):
        set_to(box, "classes", classes - 3)
        for stop, temperature in enumerate(page.evaluate(TEMPERATURES)):
            set_to(box, "temperature", stop)
            z = rng.integers(-50, 51, size=classes) / 10
            for k in range(classes):
                set_to(box, f"z{k + 1}", round(10 * z[k]) + 50)
            right = int(rng.integers(classes))
            box.get_by_label("The right class", exact=True).select_option(str(right + 1))
            p, jacobian = softmax.probabilities_and_jacobian(z, temperature)
            texts = box.locator("svg text").all_text_contents()
            shown = [number(x) for x in texts if re.fullmatch(rf"{NUMBER}", x) and "." in x]
            assert shown == pytest.approx([*p, *jacobian.ravel()], abs=6e-4)
            words = box.locator(".said").inner_text()
            found = [number(x) for x in re.findall(NUMBER, words)]
            loss = float(cross_entropy(z[None] / temperature, [right]).data)
            expected = [right + 1, p[right], loss, abs(jacobian).max()]
            assert found == pytest.approx(expected, abs=6e-4)
            assert ("next to nothing" in words) == (abs(jacobian).max() < 0.005)


TEMPERATURES = "explorables.figures.softmax.controls[1].values"


def test_pairs(reader, folder):
    """Every cell of the map: its number, and what is said of its five networks."""
    _, box = opened(reader, folder, "pairs")
    table = load("training_map")
    table["accuracy"] *= 100
    for stop, depth in enumerate(pairs.DEPTHS):
        set_to(box, "depth", stop)
        of_depth = table[table.depth == depth]
        last = of_depth[of_depth.epoch == 10].set_index(["activation", "init"]).accuracy
        median = last.groupby(level=[0, 1]).median()
        entries = box.locator("svg text.entry").all_text_contents()
        expected = [median[name, init] for name in pairs.ACTIVATIONS for init in pairs.INITS]
        assert [*map(float, entries)] == pytest.approx(expected, abs=0.51)
        for name, init in (("tanh", "glorot"), ("relu", "he"), ("sigmoid", "plain")):
            box.get_by_label("Activation", exact=True).select_option(name)
            box.get_by_label("Weights", exact=True).select_option(init)
            words = box.locator(".said").inner_text()
            of_cell = of_depth[(of_depth.activation == name) & (of_depth.init == init)]
            assert words.startswith(f"{tangent.label(name)}, {pairs.INITS[init]} weights, {depth} ")
            found = re.search(rf"ten epochs ({NUMBER})% .* \(({NUMBER}) to ({NUMBER})%\)", words)
            five = last[name, init]
            expected = [five.median(), five.min(), five.max()]
            assert [*map(number, found.groups())] == pytest.approx(expected, abs=0.06)
            before = re.search(r"Before training, (.*) of the gradient", words)[1]
            assert share(before) == pytest.approx(of_cell.arriving.median(), rel=0.06)
            assert box.locator("svg .curve").count() == 5


def set_to(box, key, stop):
    box.evaluate(MOVE, [key, [stop]])


def every_setting(activation):
    if not activation.options:
        return [{}]
    (option,) = activation.options
    return [{option: setting} for setting in tangent.SETTINGS[option]]


def slope_of(activation, z, settings):
    a = activation.value(np, z, **activation.settings(**settings))
    return activation.slope(np, z, a, **activation.settings(**settings)) + 0.0 * z
