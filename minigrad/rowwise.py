"""Softmax and its relatives: from a row of scores (logits) to a distribution.

All of them look only at how far each logit lies below the largest one of its row.  That changes no
result, since adding a number to all logits changes no probability, and it keeps every exponent at
or below zero, where e^x cannot overflow.

A logit of −∞ is a class that is masked out: its probability is 0, and so is its slope.  A
logit of +∞ takes all the probability; if there are several, they share it.  A NaN makes its whole
row NaN.  A row of nothing but −∞ has no class left and is refused.

What the functions call the *temperature* T is what the logits are divided by.  Below 1 it sharpens
the distribution, above 1 it flattens it.
"""

from collections.abc import Callable
from functools import cache, reduce
from itertools import accumulate
from typing import Any

from minigrad import floats, scalar
from minigrad.scalar import Value
from minigrad.settings import between


def log_sum_exp(z: Any, axis: int = -1, *, temperature: float = 1.0) -> Any:
    r"""Compute the smooth maximum of a row of numbers.

    .. math:: \operatorname{lse}_T(z) = T \log \sum_k e^{z_k / T}
              = m + T \log \sum_k e^{(z_k - m) / T}, \qquad m = \max_k z_k, \qquad
              \frac{\partial \operatorname{lse}_T}{\partial z} = p

    The logarithm's derivative is 1 / Σₖ e^(zₖ/T), that of the term with zᵢ is e^(zᵢ/T) / T; with
    the factor T in front, their product is p = softmax(z/T).  The smaller T, the nearer it comes to
    the maximum itself, which it exceeds by at most T log K, for K numbers.

    Args:
        z: a Tensor of logits, or a list of Values (one row).
        axis: the axis that is summed over, and goes; a list of Values has only one.
        temperature: T, from 10⁻³⁰ to 10³⁰.

    Returns:
        A Tensor without that axis, or a Value; with a logit of +∞ it is +∞.

    Raises:
        ValueError: if a row is empty or nothing but −∞, there is no such axis, or the temperature
            is out of its range.

    >>> from minigrad import Value
    >>> round(log_sum_exp([Value(1000.0), Value(1000.0)]).data, 4)
    1000.6931
    """
    T = between("log_sum_exp", "temperature", temperature, 1e-30, 1e30)
    if is_row_of_values("log_sum_exp", z, axis):
        m, _, log_total = parts_of_values("log_sum_exp", z, T)
        return log_total * T + m
    np, record, _ = numpy_engine()
    z = as_logits("log_sum_exp", z, axis)
    m, _, log_total, p = parts("log_sum_exp", z.data, axis, T)
    lse = np.squeeze(m + T * log_total, axis)
    return record("log_sum_exp", lse, (z, lambda g: np.expand_dims(g, axis) * p))


def softmax(z: Any, axis: int = -1, *, temperature: float = 1.0) -> Any:
    r"""Turn a row of scores into positive numbers that sum to one.

    .. math:: p_i = \frac{e^{z_i / T}}{\sum_k e^{z_k / T}}, \qquad
              \delta = \frac{1}{T}\, p \odot \left(g - (g \cdot p)\right)

    By the quotient rule ∂pᵢ/∂zⱼ = pᵢ ([i = j] − pⱼ) / T.  So the pullback is the product with the
    Jacobian (diag(p) − ppᵀ) / T, written without building it.

    Args:
        z: a Tensor of logits, or a list of Values (one row).
        axis: the axis that sums to one; a list of Values has only one.
        temperature: T, from 10⁻³⁰ to 10³⁰.

    Returns:
        A Tensor of the same shape, or a list of Values.

    Raises:
        ValueError: if a row is empty or nothing but −∞, there is no such axis, or the temperature
            is out of its range.

    Source: Bridle, 1990; the temperature from Boltzmann's distribution, in networks Hinton, Vinyals
    and Dean, 2015.

    >>> from minigrad import Value
    >>> row = [Value(0.0), Value(1.0), Value(2.0)]
    >>> [round(p.data, 3) for p in softmax(row)]
    [0.09, 0.245, 0.665]
    >>> [round(p.data, 3) for p in softmax(row, temperature=0.5)]
    [0.016, 0.117, 0.867]
    """
    T = between("softmax", "temperature", temperature, 1e-30, 1e30)
    if is_row_of_values("softmax", z, axis):
        _, d, log_total = parts_of_values("softmax", z, T)
        return [(v - log_total).exp() for v in d]
    _, record, _ = numpy_engine()
    z = as_logits("softmax", z, axis)
    _, _, _, p = parts("softmax", z.data, axis, T)
    rule = over(T, lambda g: p * (g - (g * p).sum(axis, keepdims=True)))
    return record("softmax", p, (z, rule))


def log_softmax(z: Any, axis: int = -1, *, temperature: float = 1.0) -> Any:
    r"""Compute the logarithm of softmax, without forming a probability that may round to 0.

    .. math:: \log p_i = \frac{z_i - m}{T} - \log \sum_k e^{(z_k - m) / T}, \qquad
              m = \max_k z_k, \qquad
              \delta = \frac{1}{T} \left(g - p \sum_k g_k\right)

    The first term has the derivative [i = j] / T, the second −pⱼ / T, as in `log_sum_exp`.

    Args:
        z: a Tensor of logits, or a list of Values (one row).
        axis: the axis over which the probabilities sum to one.
        temperature: T, from 10⁻³⁰ to 10³⁰.

    Returns:
        A Tensor of the same shape, or a list of Values; −∞ where a logit is.

    Raises:
        ValueError: if a row is empty or nothing but −∞, there is no such axis, or the temperature
            is out of its range.

    >>> from minigrad import Value
    >>> [v.data for v in log_softmax([Value(0.0), Value(-1000.0)])]
    [0.0, -1000.0]
    """
    T = between("log_softmax", "temperature", temperature, 1e-30, 1e30)
    if is_row_of_values("log_softmax", z, axis):
        _, d, log_total = parts_of_values("log_softmax", z, T)
        return [v - log_total for v in d]
    _, record, _ = numpy_engine()
    z = as_logits("log_softmax", z, axis)
    _, d, log_total, p = parts("log_softmax", z.data, axis, T)
    rule = over(T, lambda g: g - p * g.sum(axis, keepdims=True))
    return record("log_softmax", d - log_total, (z, rule))


def sparsemax(z: Any, axis: int = -1) -> Any:
    r"""Turn a row of scores into the nearest distribution, in which the low ones are exactly 0.

    .. math:: p_i = \max(z_i - \tau, 0), \qquad
              \tau = \max_k \frac{1}{k} \Bigl(\sum_{j \le k} z_{(j)} - 1\Bigr), \qquad
              \delta = s \odot \left(g - \frac{g \cdot s}{k}\right)

    with z₍₁₎ ≥ z₍₂₎ ≥ … the logits in falling order.  The nearest point to z among those with p ≥ 0
    and Σ p = 1 takes the same τ off every logit that stays above it; let S be the set of those, s
    be 1 in it, else 0, and k be their number.  For Σ p = 1, τ must be their sum, less 1, over k.
    One more logit in S raises this quotient as long as the logit lies above it, so the right τ is
    the largest of them.  In S, ∂pᵢ/∂zⱼ = [i = j] − 1/k: the Jacobian is diag(s) − ssᵀ/k.  A logit
    at τ itself is at a kink; it counts as outside, with slope 0.

    Args:
        z: a Tensor of logits, or a list of Values (one row).
        axis: the axis that sums to one; a list of Values has only one.

    Returns:
        A Tensor of the same shape, or a list of Values.

    Raises:
        ValueError: if a row is empty or nothing but −∞, or there is no such axis.

    Source: Martins and Astudillo, 2016.

    >>> sparsemax([[0.5, 0.25, -1.0], [3.0, 1.0, 1.0]])
    Tensor([[0.625, 0.375, 0.   ],
            [1.   , 0.   , 0.   ]])
    """
    if is_row_of_values("sparsemax", z, axis):
        _, d = below_largest_values("sparsemax", z)
        falling = sorted(d, key=lambda v: v.data, reverse=True)
        totals = accumulate([v.data for v in falling])
        kink = max([(total - 1) / k for k, total in enumerate(totals, 1)])
        inside = [v for v in falling if not v.data <= kink]  # so is a NaN
        tau = (sum(inside[1:], inside[0]) - 1) / len(inside)
        return [scalar.record("max", 0.0, v, 0.0) if v.data <= kink else v - tau for v in d]
    np, record, _ = numpy_engine()
    z = as_logits("sparsemax", z, axis)
    _, d = below_largest("sparsemax", z.data, axis)
    d = np.maximum(d, -2)  # farther than 1 below the largest, p is 0, and sums might overflow
    falling = -np.sort(-d, axis)
    k = np.cumsum(np.ones_like(d), axis)
    tau = ((np.cumsum(falling, axis) - 1) / k).max(axis, keepdims=True)
    p = np.maximum(d - tau, 0)
    s = (p != 0).astype(p.dtype)  # 1 in S, else 0
    size = s.sum(axis, keepdims=True)
    return record("sparsemax", p, (z, lambda g: s * (g - (g * s).sum(axis, keepdims=True) / size)))


# -- what they share, and the losses use, too ------------------------------------------------------


def parts(op: str, z: Any, axis: int, T: float = 1.0) -> tuple[Any, Any, Any, Any]:
    """Return what softmax and its logarithms are made of, for an array of logits.

    These are the largest logit of each row, m; how far below it each logit is, d = (z − m) / T;
    log Σ e^d; and p, softmax itself.  Then log p is d − log Σ e^d, and the loss at class c is
    log Σ e^d − d_c: no large m is added first and taken off again, which would cost digits.
    """
    np, _, _ = numpy_engine()
    m, d = below_largest(op, z, axis, T)
    p = np.exp(d)
    total = np.add.reduce(p, axis, keepdims=True)
    p /= total
    return m, d, np.log(total), p


def below_largest(op: str, z: Any, axis: int, T: float = 1.0) -> tuple[Any, Any]:
    """Return the largest logit of each row of an array, m, and d = (z − m) / T."""
    np, _, _ = numpy_engine()
    m = np.maximum.reduce(z, axis, keepdims=True)
    if T == 1 and np.count_nonzero(abs(m) < 1e30) == m.size:
        return m, z - m
    # A difference may be too large for a float, and ∞ − ∞ is NaN; the largest has d = 0.
    if np.any(m == -floats.inf):
        raise ValueError(_nothing_left(op))
    with np.errstate(over="ignore", invalid="ignore"):
        return m, np.where(z == m, 0, z - m) / T


def parts_of_values(op: str, row: Any, T: float) -> tuple[float, list[Value], Value]:
    """Return m, d = (z − m) / T and log Σ e^d for a row of Values."""
    m, d = below_largest_values(op, row, T)
    return m, d, sum([v.exp() for v in d[1:]], d[0].exp()).log()


def below_largest_values(op: str, row: Any, T: float = 1.0) -> tuple[float, list[Value]]:
    """Return the largest number in a row of Values, m, and d = (z − m) / T."""
    m = reduce(floats.maximum, [v.data for v in row])
    if m == -floats.inf:
        raise ValueError(_nothing_left(op))
    return m, [scalar.record("-", 0.0 if v.data == m else (v.data - m) / T, v, 1 / T) for v in row]


def _nothing_left(op: str) -> str:
    return f"{op}: got a row of nothing but -inf; leave at least one logit that is not masked"


def over(T: float, pullback: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the pullback to z of a function of z / T, given the pullback to z / T."""
    return pullback if T == 1 else lambda g: pullback(g) / T


def is_row_of_values(op: str, z: Any, axis: int = -1) -> bool:
    """Tell whether z is a list of Values; raise where it is one Value, or a mixture."""
    if hasattr(z, "requires_grad"):
        return False  # a Tensor
    row = z if isinstance(z, (list, tuple)) else [z]
    values = sum([isinstance(v, Value) for v in row])
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
    _, _, as_tensor = numpy_engine()
    z = as_tensor(z, op)
    shape = z.data.shape
    if not hasattr(axis, "__index__") or axis not in range(-len(shape), len(shape)):
        raise ValueError(f"{op}: got shape {shape}, which has no axis {axis}")
    if not shape[axis]:
        raise ValueError(f"{op}: got shape {shape}; a row needs at least one number")
    return z


@cache
def numpy_engine() -> tuple[Any, Any, Any]:
    """Return NumPy, `record` and `as_tensor`, once a Tensor asks for them: Values need none."""
    import numpy as np

    from minigrad.recording import record
    from minigrad.tensor import as_tensor

    return np, record, as_tensor
