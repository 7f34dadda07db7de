"""Tallies: parts tell what the whole tells, and numbers of any size are taken."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.tallies import HistogramTally, SpreadTally, norm

numbers = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=8)


@given(st.lists(numbers, min_size=1, max_size=4))
def test_the_spread_of_parts_is_that_of_the_whole(parts):
    tally = SpreadTally()
    for part in parts:
        tally.add(np.array(part))
    whole = np.concatenate(parts)
    size = np.abs(whole).max() or 1.0
    x = whole / size  # NumPy's squares would be 0 for numbers that are very small
    wanted = size * x.mean(), size * x.std(), size * np.sqrt(np.mean(x**2))
    assert tally.spread() == pytest.approx(wanted, rel=1e-12, abs=1e-12 * size)


@given(st.lists(numbers, min_size=1, max_size=4))
def test_the_histogram_of_parts_is_that_of_the_whole(parts):
    one, several = HistogramTally(), HistogramTally()
    whole = np.concatenate(parts)
    one.add(whole, whole > 1)
    for part in parts:
        several.add(np.array(part), np.array(part) > 1)
    histogram = several.histogram()
    assert histogram == one.histogram()
    np.testing.assert_array_equal(histogram.counts, np.histogram(whole, histogram.edges)[0])
    np.testing.assert_array_equal(
        histogram.saturated, np.histogram(whole[whole > 1], histogram.edges)[0]
    )
    assert histogram.counts[0]
    assert histogram.counts[-1]
    assert len(histogram.counts) <= 64
    widths = np.diff(histogram.edges)
    assert math.frexp(widths[0])[0] == 0.5  # a power of two
    assert np.all(widths == widths[0])


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1e-9, 1.0, 1e300, 1.7e308])
def test_tallies_take_numbers_of_any_size(size):
    z = size * np.array([-1.0, 0.0, 0.5, 1.0])
    tally, histogram = SpreadTally(), HistogramTally()
    tally.add(z)
    histogram.add(z, z > 0)
    histogram.add(0 * z, z > 0)
    assert sum(histogram.histogram().counts) == 8
    if 1e-300 <= size <= 1e300:
        assert tally.spread().rms == pytest.approx(0.75 * size)
        assert norm(z) == pytest.approx(1.5 * size)


def test_the_norm_of_what_is_not_finite_is_not_finite():
    assert norm(np.array([1.0, -np.inf])) == np.inf
    assert math.isnan(norm(np.array([1.0, np.nan, np.inf])))
    assert norm(np.zeros((0, 3))) == 0


def test_bins_are_as_narrow_as_they_can_be():
    for largest in (1.0, 0.99, 31.9, 32.0, 33.0, 1e-3):
        tally = HistogramTally()
        tally.add(np.array([largest, 0.0]), np.array([False, False]))
        first, second, *_ = tally.histogram().edges
        assert 32 * (second - first) > largest >= 16 * (second - first)


def test_bins_grow_step_by_step():
    tally, z = HistogramTally(), np.array([-0.3, 0.7, 1.5, -3.0, 40.0, -70.0, 500.0])
    for number in z:
        tally.add(np.array([number]), np.array([number > 1]))
    histogram = tally.histogram()
    np.testing.assert_array_equal(histogram.counts, np.histogram(z, histogram.edges)[0])
    assert histogram.edges[1] - histogram.edges[0] == 16
    assert sum(histogram.saturated) == 3


def test_what_is_not_finite_is_counted_and_makes_the_spread_nan():
    tally, histogram = SpreadTally(), HistogramTally()
    for z in np.array([1.0, np.inf, np.nan]), np.array([2.0]), np.array([-np.inf]):
        tally.add(z)
        histogram.add(z, z > 1)
    assert tally.nonfinite == 3
    assert len(tally.spread()) == 3
    assert all(map(math.isnan, tally.spread()))
    assert sum(histogram.histogram().counts) == 2
    assert sum(histogram.histogram().saturated) == 1
    nothing = HistogramTally()
    nothing.add(np.array([np.nan]), np.array([False]))
    assert nothing.histogram() == ((0.0,), (), ())


def test_float32_is_added_up_in_float64():
    x = np.full(10_001, 0.1, np.float32)
    x[0] = 3e38
    tally, same, histogram = SpreadTally(), SpreadTally(), HistogramTally()
    for part in x[:1], x[1:]:
        tally.add(part)
        same.add(part.astype(np.float64))
        histogram.add(part, part > 1)
    assert tally.spread() == same.spread()
    assert norm(x[1:]) == norm(x[1:].astype(np.float64)) == pytest.approx(10, rel=1e-7)
    rising = np.linspace(0.1, 1, 999, dtype=np.float32)
    assert norm(rising) == norm(rising.astype(np.float64))
    assert sum(histogram.histogram().counts) == 10_001
    only = SpreadTally()
    only.add(x[1:])
    assert only.spread().mean == pytest.approx(float(x[1]), rel=1e-15)
    assert only.spread().std == pytest.approx(0, abs=1e-12)
