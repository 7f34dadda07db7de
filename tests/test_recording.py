"""What a tensor is before it can do anything: numbers, a gradient, edges."""

import numpy as np
import pytest

from minigrad import Tensor, no_grad, record
from minigrad.recording import constant


def test_a_leaf_comes_from_nowhere():
    for x in (Tensor([1.0]), Tensor([1.0], requires_grad=True), constant(Tensor, np.ones(1))):
        assert (x.op, x.depth, x.parents, x.grad) == ("", 0, (), None)
    assert not Tensor([1.0]).requires_grad
    assert not constant(Tensor, np.ones(1)).requires_grad


def test_a_result_has_a_name_and_knows_how_deep_it_is():
    x = Tensor([1.0], requires_grad=True)
    y = record("mine", np.ones(1), (x, lambda g: g))
    z = record("mine", np.ones(1), (y, lambda g: g), (x, lambda g: g), (y * 1, lambda g: g))
    assert (y.op, y.depth, z.depth) == ("mine", 1, 3)
    assert z.requires_grad


def test_a_result_that_needs_no_gradient_remembers_nothing():
    x = Tensor([1.0], requires_grad=True)
    constants = record("mine", np.ones(1), (Tensor([1.0]), lambda g: g))
    with no_grad():
        unrecorded = record("mine", np.ones(1), (x, lambda g: g))
    for y in (constants, unrecorded):
        assert (y.depth, y.parents, y.requires_grad) == (0, (), False)


@pytest.mark.parametrize(
    "wrong", [True, 1, [1, 2], np.ones(2, np.float16), np.ones(2, bool), np.arange(2), ["1"]]
)
def test_a_result_is_of_floats(wrong):
    """Else a number that is added to it, or taken off it, would be rounded."""
    with pytest.raises(TypeError, match=r"^mine: got .* of dtype .*; pass float64 or float32"):
        record("mine", wrong, (Tensor([1.0]), lambda g: g))
    for kind in (np.float64, np.float32):
        assert record("mine", kind(1), (Tensor([1.0]), lambda g: g)).dtype == kind


def test_a_tensor_is_not_made_of_a_tensor():
    with pytest.raises(TypeError, match=r"^Tensor: got a Tensor; pass its \.data to copy"):
        Tensor(Tensor([1.0]))


@pytest.mark.parametrize("cotangent", [None, [2.0], np.array([2.0])], ids=["none", "list", "array"])
def test_a_leafs_own_gradient_is_of_its_dtype(cotangent):
    x = Tensor(np.ones(1, np.float32), requires_grad=True)
    x.backward(cotangent)
    assert x.grad.dtype == np.float32


def test_a_cotangent_takes_on_the_dtype_of_the_result():
    seen = []
    x = Tensor(np.ones(1, np.float32), requires_grad=True)
    y = record("mine", np.ones(1, np.float32), (x, lambda g: seen.append(g.dtype) or g))
    for cotangent in (None, [2.0], np.ones(1)):
        y.backward(cotangent)
    assert seen == [np.float32] * 3


def test_a_cotangent_of_integers_is_refused_by_name():
    with pytest.raises(TypeError, match=r"^backward: got ndarray of dtype int64"):
        Tensor([1.0], requires_grad=True).backward(np.ones(1, np.int64))


def test_a_pullback_is_asked_for_no_more_than_the_sum():
    """What it returns may have the shape, and the dtype, before broadcasting and casting."""
    x = Tensor(np.ones((1, 3), np.float32), requires_grad=True)
    for part in (np.ones((2, 4, 3)), np.ones((1, 3)), np.ones((2, 3), np.float32)):
        x.grad = None
        record("mine", np.ones(1, np.float32), (x, lambda g, part=part: part)).backward()
        assert (x.grad.shape, x.grad.dtype) == ((1, 3), np.float32)
        np.testing.assert_array_equal(x.grad, np.full((1, 3), part.size / 3))
