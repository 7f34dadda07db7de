"""What several tests lean on: gradients by two roads that share nothing."""

import numpy as np

from minigrad import Tensor


def spread(shape, seed=0, sign=True):
    """Draw an array of distinct numbers, 0.5 to 2 in size: far from kinks, ties and overflow."""
    rng = np.random.default_rng(seed)
    size = int(np.prod(shape))
    numbers = 0.5 + 1.5 * (rng.permutation(size) + 0.5) / max(size, 1)
    if sign:
        numbers *= rng.choice([-1.0, 1.0], size)
    return numbers.reshape(shape)


def by_differences(f, arrays, cotangent, h=1e-3):
    """Differentiate (cotangent · f(arrays)).sum() with four points: no engine, error h⁴."""
    arrays = [np.array(a, dtype=np.float64) for a in arrays]
    gradients = []
    for a in arrays:
        gradient = np.zeros_like(a)
        for i in np.ndindex(a.shape):
            at, quotient = a[i], 0.0
            for step, weight in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
                a[i] = at + step * h
                quotient += weight * float((cotangent * f(*arrays)).sum()) / (12 * h)
            a[i] = at
            gradient[i] = quotient
        gradients.append(gradient)
    return gradients


def by_backward(f, arrays, cotangent):
    """Differentiate the same by back-propagation; return the result and the leaves."""
    leaves = [Tensor(a, requires_grad=True) for a in arrays]
    y = f(*leaves)
    y.backward(cotangent)
    return y, leaves


def check(f, *arrays, reference=None, seed=0):
    """Hold an operation against NumPy: its value, its gradients, its types, in both precisions.

    Args:
        f: works on Tensors.
        arrays: the inputs, float64.
        reference: the same on arrays; by default f itself.
        seed: of the cotangent.
    """
    reference = reference or f
    arrays = [a.astype(np.float32).astype(np.float64) for a in arrays]  # what float32 can hold
    before = [a.copy() for a in arrays]
    expected = np.asarray(reference(*arrays))
    cotangent = np.random.default_rng(seed).normal(size=expected.shape)

    y, leaves = by_backward(f, arrays, cotangent)
    assert y.shape == expected.shape
    assert y.dtype == np.float64
    np.testing.assert_allclose(y.data, expected, rtol=1e-13, atol=1e-13)
    wanted = by_differences(reference, arrays, cotangent)
    for leaf, gradient in zip(leaves, wanted, strict=True):
        assert type(leaf.grad) is np.ndarray
        assert leaf.grad.shape == leaf.shape
        assert leaf.grad.dtype == np.float64
        np.testing.assert_allclose(leaf.grad, gradient, rtol=1e-8, atol=1e-8)

    singles = [a.astype(np.float32) for a in arrays]
    y32, leaves32 = by_backward(f, singles, cotangent.astype(np.float32))
    assert y32.dtype == np.float32
    np.testing.assert_allclose(y32.data, y.data, rtol=1e-5, atol=1e-5)
    for single, double in zip(leaves32, leaves, strict=True):
        assert single.grad.dtype == np.float32
        np.testing.assert_allclose(single.grad, double.grad, rtol=1e-4, atol=1e-4)

    for a, same in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(a, same)
