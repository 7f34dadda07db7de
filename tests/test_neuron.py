"""A neuron's weighted sum: against the sum of products that it stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import Value, dot

NUMBERS = st.floats(-1e3, 1e3)


def products(n):
    return st.tuples(*[st.lists(NUMBERS, min_size=n, max_size=n)] * 2)


@given(st.integers(1, 9).flatmap(products))
def test_it_is_the_sum_of_products(pair):
    ws, xs = pair
    one, many = [
        ([Value(w) for w in ws], [Value(x) for x in xs]),
        ([Value(w) for w in ws], [Value(x) for x in xs]),
    ]
    z = dot(*one)
    y = sum(w * x for w, x in zip(*many, strict=True))
    assert z.data == y.data
    (z * 3).backward()
    (y * 3).backward()
    for got, wanted in zip((*one[0], *one[1]), (*many[0], *many[1]), strict=True):
        assert got.grad == wanted.grad
    assert (z.op, z.grad, z.depth) == ("dot", 3.0, 1)
    assert z.parents == (*one[0], *one[1])
    assert z.slopes == (*xs, *ws)


def test_it_rounds_each_sum_as_python_does_with_values():
    """The sum of floats in Python 3.12 would be 1."""
    assert dot([Value(1.0)] * 3, [1e16, 1.0, -1e16]).data == 0.0


def test_it_takes_numbers_and_repeated_values():
    x = Value(3.0)
    z = dot([x, x, 2], [x, 0.5, x * x])
    z.backward()
    assert (z.data, x.grad) == (9 + 1.5 + 18, 6 + 0.5 + 12)
    assert z.depth == 2


def test_a_second_walk_adds_exactly_once_more():
    w, x = Value(3.0), Value(5.0)
    z = dot([w], [x])
    for times in (1, 2, 3):
        z.backward()
        assert (z.grad, w.grad, x.grad) == (times, times * 5.0, times * 3.0)


@pytest.mark.parametrize("kind", [Value, float, int])
def test_it_adds_a_bias(kind):
    w, x, b = Value(3.0), Value(5.0), kind(2)
    z = dot([w], [x], b)
    z.backward()
    assert (z.data, w.grad, x.grad) == (17.0, 5.0, 3.0)
    if isinstance(b, Value):
        assert (z.parents, z.slopes, b.grad) == ((w, x, b), (5.0, 3.0, 1.0), 1.0)
    else:
        assert z.parents == (w, x)


def test_it_says_what_it_takes():
    with pytest.raises(TypeError, match=r"^dot: got a str"):
        dot([Value(1.0)], [2.0], "1")
    with pytest.raises(ValueError, match=r"^dot: got 2 and 1 numbers; pass as many"):
        dot([Value(1.0), 2.0], [3.0])
    with pytest.raises(ValueError, match=r"^dot: got 0 and 0 numbers; .* at least one"):
        dot([], [])
    with pytest.raises(TypeError, match=r"^dot: got a str"):
        dot([Value(1.0)], ["1"])
