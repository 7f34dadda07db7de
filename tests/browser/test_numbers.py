"""Every number that a figure shows is minigrad's."""

import re

import numpy as np
import pytest

from browser.test_explorables import opened
from explorables import tangent
from minigrad import TABLE

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


def every_setting(activation):
    if not activation.options:
        return [{}]
    (option,) = activation.options
    return [{option: setting} for setting in tangent.SETTINGS[option]]


def slope_of(activation, z, settings):
    a = activation.value(np, z, **activation.settings(**settings))
    return activation.slope(np, z, a, **activation.settings(**settings)) + 0.0 * z
