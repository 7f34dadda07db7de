"""NumPy's functions for one number: against NumPy's own, also where a number is none."""

import math
from itertools import product

import numpy as np
import pytest

from minigrad import floats

NUMBERS = [
    -math.inf,
    -1e308,
    -750.0,
    -1.5,
    -1e-300,
    0.0,
    1e-20,
    0.7,
    3.0,
    800.0,
    math.inf,
    math.nan,
]
UNARY = ["exp", "expm1", "tanh", "sign", "ones_like"]


def same(got, wanted):
    assert type(got) is float
    np.testing.assert_allclose(got, wanted, rtol=1e-14, atol=0)


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("z", NUMBERS)
def test_functions_of_one_number(name, z):
    with np.errstate(all="ignore"):
        same(getattr(floats, name)(z), getattr(np, name)(np.float64(z)))


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_the_larger_and_the_smaller_of_two(name):
    for x, y in product(NUMBERS, repeat=2):
        same(getattr(floats, name)(x, y), getattr(np, name)(x, y))


def test_clipping_leaves_nan_and_what_is_inside():
    for z in NUMBERS:
        same(floats.clip(z, -1.0, 2.0), np.clip(z, -1.0, 2.0))


def test_full_like_is_the_number_that_was_asked_for():
    assert floats.full_like(-7.0, 0.25) == 0.25


def test_a_function_that_it_lacks_is_named_with_those_that_there_are():
    offered = ["clip", "cos", "exp", "expm1", "full_like", "inf", "log", "log1p", "maximum"]
    offered += ["minimum", "nan", "ones_like", "sign", "sin", "sqrt", "tanh"]
    with pytest.raises(AttributeError) as refused:
        floats.where(True, 1.0, 0.0)
    assert str(refused.value) == (f"xp.where is not offered for one number; there are {offered}")
