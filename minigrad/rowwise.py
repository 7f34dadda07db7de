"""Softmax and its logarithms: from a row of scores (logits) to a distribution.

All three subtract the largest logit first.  That changes no result, since softmax depends only on
differences, and it keeps every exponent at or below zero, where e^x cannot overflow.
"""

from collections.abc import Sequence
from typing import Any

from minigrad.scalar import Value


def log_sum_exp(z: Any, axis: int = -1) -> Any:
    r"""Compute the smooth maximum of a row of numbers.

    .. math:: \operatorname{lse}(z) = m + \log \sum_k e^{z_k - m}, \qquad m = \max_k z_k, \qquad
              \partial \operatorname{lse} / \partial z = \operatorname{softmax}(z)

    Args:
        z: a Tensor of logits, or a list of Values (one row).
        axis: the axis that is summed over, and goes; a list of Values has only one.

    Returns:
        A Tensor without that axis, or a Value.

    Raises:
        ValueError: if a row is empty.

    >>> from minigrad import Value
    >>> round(log_sum_exp([Value(1000.0), Value(1000.0)]).data, 4)
    1000.6931
    """
    if is_row_of_values("log_sum_exp", z, axis):
        m = max(v.data for v in z)
        return sum((v - m).exp() for v in z).log() + m
    import numpy as np

    from minigrad.recording import record

    z = as_logits("log_sum_exp", z, axis)
    lse, p = stable_log_sum_exp(z.data, axis)
    return record("log_sum_exp", np.squeeze(lse, axis), (z, lambda g: np.expand_dims(g, axis) * p))


def softmax(z: Any, axis: int = -1) -> Any:
    r"""Turn a row of scores into positive numbers that sum to one.

    .. math:: p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}, \qquad
              \delta = p \odot \left(g - (g \cdot p)\right)

    The pullback is the product with the Jacobian diag(p) − ppᵀ, written without building it.

    Args:
        z: a Tensor of logits, or a list of Values (one row).
        axis: the axis that sums to one; a list of Values has only one.

    Returns:
        A Tensor of the same shape, or a list of Values.

    Raises:
        ValueError: if a row is empty.

    >>> from minigrad import Value
    >>> [round(p.data, 3) for p in softmax([Value(0.0), Value(1.0), Value(2.0)])]
    [0.09, 0.245, 0.665]
    """
    if is_row_of_values("softmax", z, axis):
        return [v.exp() for v in log_softmax(z)]
    from minigrad.recording import record

    z = as_logits("softmax", z, axis)
    _, p = stable_log_sum_exp(z.data, axis)
    return record("softmax", p, (z, lambda g: p * (g - (g * p).sum(axis, keepdims=True))))


def log_softmax(z: Any, axis: int = -1) -> Any:
    r"""Compute the logarithm of softmax, without forming a probability that may round to 0.

    .. math:: \log p_i = z_i - \operatorname{lse}(z), \qquad
              \delta = g - p \sum_k g_k

    Args:
        z: a Tensor of logits, or a list of Values (one row).
        axis: the axis over which the probabilities sum to one.

    Returns:
        A Tensor of the same shape, or a list of Values.

    Raises:
        ValueError: if a row is empty.

    >>> from minigrad import Value
    >>> [v.data for v in log_softmax([Value(0.0), Value(-1000.0)])]
    [0.0, -1000.0]
    """
    if is_row_of_values("log_softmax", z, axis):
        lse = log_sum_exp(z)
        return [v - lse for v in z]
    from minigrad.recording import record

    z = as_logits("log_softmax", z, axis)
    lse, p = stable_log_sum_exp(z.data, axis)
    return record("log_softmax", z.data - lse, (z, lambda g: g - p * g.sum(axis, keepdims=True)))


def stable_log_sum_exp(z: Any, axis: int) -> tuple[Any, Any]:
    """Return log-sum-exp (its axis kept, with length 1) and softmax of an array."""
    import numpy as np

    m = z.max(axis, keepdims=True)
    e = np.exp(z - m)
    total = e.sum(axis, keepdims=True)
    return m + np.log(total), e / total


def is_row_of_values(op: str, z: Any, axis: int = -1) -> bool:
    """Tell whether z is a list of Values; raise where it is one Value, or a mixture."""
    if hasattr(z, "requires_grad"):
        return False  # a Tensor
    row = z if isinstance(z, Sequence) else [z]
    values = sum(isinstance(v, Value) for v in row)
    if values and (row is not z or values < len(row)):
        raise TypeError(
            f"{op}: got {'a mixed row' if row is z else 'one Value'}; "
            f"pass a list of nothing but Values, or a Tensor"
        )
    if values and axis not in (0, -1):
        raise ValueError(f"{op}: a list of Values has no axis {axis}; leave it out")
    return values > 0


def as_logits(op: str, z: Any, axis: int) -> Any:
    """Return z as a tensor whose rows, along an axis, have at least one number."""
    from minigrad.tensor import as_tensor

    z = as_tensor(z, op)
    if not -z.ndim <= axis < z.ndim:
        raise ValueError(f"{op}: got shape {z.shape}, which has no axis {axis}")
    if not z.shape[axis]:
        raise ValueError(f"{op}: got shape {z.shape}; a row needs at least one number")
    return z
