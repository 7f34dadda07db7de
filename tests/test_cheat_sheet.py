"""The cheat sheet says what the table says, and what it computes is right."""

import math
import re
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import pytest

import cheat_sheet
from minigrad import TABLE, leaky_relu, relu, relu6, sigmoid, silu
from names import LOSSES, NUMPY

every_entry = pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE)


@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("identity", 1),
        ("sigmoid", 1 / 4),
        ("hard_sigmoid", 1 / 6),
        ("tanh", 1),
        ("scaled_tanh", 1.7159 * 2 / 3),
        ("relu", 1),
        ("selu", 1.0507009873554805 * 1.6732632423543772),
        ("softplus", 1),
        ("gelu", 0.5 + math.exp(-1) / math.sqrt(math.pi) + math.erf(1) / 2),
        ("hard_swish", 3 / 2),
    ],
)
def test_the_largest_slope(name, slope):
    # GELU's slope Φ(z) + z φ(z) has its extremes where φ′ is −2 φ / z: at z = √2.
    assert cheat_sheet.largest_slope(TABLE[name]) == pytest.approx(slope, abs=1e-6)


@every_entry
def test_no_slope_is_larger(entry):
    z = np.random.default_rng(0).uniform(-60, 60, 10_000)
    slopes = cheat_sheet.value_and_slope(entry, z)[1]
    assert slopes.max() <= cheat_sheet.largest_slope(entry) + 1e-6


@pytest.mark.parametrize(
    ("x", "shown"),
    [(0.25, "0.25"), (-math.inf, "−∞"), (1.7159, "1.72"), (0.0, "0"), (-1e-15, "0"), (-3, "−3")],
)
def test_a_number_is_printed_as_in_a_book(x, shown):
    assert cheat_sheet.number(x) == shown


def strokes(entry):
    svg = ElementTree.fromstring(b64decode(cheat_sheet.picture(entry)))
    return [path.get("d") for path in svg]


def test_a_picture_lifts_the_pen_at_kinks_only():
    _, slope, value = strokes(relu)
    assert slope.count("M") == value.count("M") == 2
    assert [d.count("M") for d in strokes(sigmoid)[1:]] == [1, 1]


def test_a_picture_goes_through_the_points_of_the_curve():
    _, slope, value = strokes(relu)
    assert value.startswith("M0.0 42.0L")  # at z = −4 it is 0, three units of 14 below the top
    assert slope.endswith("L112.0 28.0")  # at z = 4 the slope is 1


@every_entry
def test_a_picture_shows_every_kink(entry):
    _, slope, value = strokes(entry)
    assert slope.count("M") == value.count("M") == len(entry.kinks) + 1


def test_relu6_is_drawn_smaller_up_to_where_it_bends():
    axes, _, value = strokes(relu6)
    assert "L89.6 8.4M89.6 8.4L" in value  # (6, 6), with 5.6 pixels for 1
    assert value.endswith("L112.0 8.4")
    assert axes.count("v4") == 19 and axes.count("h4") == 12  # a mark at each whole number
    assert "6 at 10" in cheat_sheet.in_words(relu6)


@every_entry
def test_a_card_says_what_the_table_says(entry):
    text = cheat_sheet.card(entry)
    assert f"### `{entry.name}`" in text
    assert all(f"{name}=" in text for name in entry.options)
    assert text.count(" at ") >= len(entry.kinks)
    assert f"```python\n{NUMPY[entry.name]}\n```" in text


@pytest.mark.parametrize(
    ("name", "option", "lowest"),
    [
        ("elu", {"alpha": 0.5}, -0.5),
        ("elu", {"alpha": 2.0}, -2.0),
        ("celu", {"alpha": 2.0}, -2.0),
        ("silu", {"beta": 0.5}, -0.278 / 0.5),
        ("silu", {"beta": 2.0}, -0.278 / 2.0),
    ],
)
def test_an_option_moves_the_lowest_value_as_the_card_says(name, option, lowest):
    (value,) = option.values()
    shown = cheat_sheet.LOWEST[name].replace("−", "-")
    assert eval(shown, {"α": value, "β": value}) == lowest
    assert TABLE[name](np.linspace(-90, 90, 180_001), **option).min() == pytest.approx(
        lowest, abs=1e-3
    )


def test_leaky_relu_is_the_maximum_only_up_to_1():
    option = leaky_relu.options["negative_slope"]
    assert f"from {option.low:g} to {option.high:g}" in cheat_sheet.options(leaky_relu)


def test_no_output_card_lets_a_loss_see_a_prediction():
    """Softmax or sigmoid before a loss that takes logits would be applied twice."""
    cards = cheat_sheet.outputs().data.split("::::{div}")[1:]
    assert len(cards) == len(LOSSES)
    for card in cards:
        train, predict = card.split("**To predict:**")
        assert "without" in train
        assert not re.search(r"softmax|sigmoid", train, re.IGNORECASE)
        assert not re.search(r"loss|entropy|from_logits", predict, re.IGNORECASE)


def test_what_stands_behind_a_kink():
    assert cheat_sheet.kinks(relu) == "0 at 0"
    assert cheat_sheet.kinks(leaky_relu) == "`negative_slope` at 0"
    assert cheat_sheet.kinks(silu) == ""
