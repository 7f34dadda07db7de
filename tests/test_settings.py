"""Settings: what is taken as it is, and what is named and refused."""

import math

import numpy as np
import pytest

from minigrad.settings import between, not_negative, positive, share, whole

NO_NUMBERS = [math.nan, math.inf, -math.inf, "1", None, True, False, [1.0], 1j, np.ones(1)]


@pytest.mark.parametrize(
    ("check", "taken", "refused", "words"),
    [
        (positive, [1e-300, 1, 2.5, 1e300], [0, 0.0, -1e-300, -1], "a positive number"),
        (not_negative, [0, 0.0, 1e-300, 3], [-1e-300, -1], "0 or more"),
        (share, [0, 0.5, 1 - 2**-53], [1, 1.0, -1e-300, 2], "a number from 0 up to, not includ"),
    ],
)
def test_numbers(check, taken, refused, words):
    for x in taken:
        found = check("op", "it", x)
        assert (found, type(found)) == (x, float)
    for x in (np.float32(0.5), np.float64(0.5)):
        assert type(check("op", "it", x)) is float
    assert type(check("op", "it", np.int64(0) if check is not positive else np.int64(7))) is float
    for x in (*refused, *NO_NUMBERS):
        with pytest.raises(ValueError) as error:
            check("op", "it", x)
        assert str(error.value).startswith(f"op: it is {x!r}; pass {words}")


def test_whole_numbers():
    for n in (1, 7, np.int32(7), 10**9):
        assert type(whole("op", "it", n)) is int
        assert whole("op", "it", n) == n
    assert whole("op", "it", 0, least=0) == 0
    for n in (0, -1, 1.0, 1.5, *NO_NUMBERS):
        with pytest.raises(ValueError) as error:
            whole("op", "it", n)
        assert str(error.value) == f"op: it is {n!r}; pass a positive integer"
    for n in (-1, 0.0, *NO_NUMBERS):
        with pytest.raises(ValueError) as error:
            whole("op", "it", n, least=0)
        assert str(error.value) == f"op: it is {n!r}; pass an integer from 0 up"


@pytest.mark.parametrize("x", [0.5, 1, np.float32(2)])
def test_between_takes_its_ends_and_what_lies_there(x):
    number = between("Op", "what", x, 0.5, 2.0)
    assert number == x and type(number) is float


@pytest.mark.parametrize("x", [0.49, 2.01, math.nan, math.inf, None, "1", True])
def test_between_refuses_all_else(x):
    with pytest.raises(ValueError, match=r"^Op: what is .*; pass a number from 0.5 to 2$"):
        between("Op", "what", x, 0.5, 2.0)
