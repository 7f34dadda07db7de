"""Losses that compare number with number: each says how wrong a prediction is, on average.

A loss is one small rule: from a prediction and its target it computes the loss, and beside it the
derivative δ.  The cross-entropy for a yes or no takes *logits*, the scores before sigmoid, and does
both steps at once.  That is the stable way to compute it, and it is why its δ is so short: p − y.

The losses for one of several classes are in `minigrad.categorical`.
"""

from collections.abc import Callable
from typing import Any

from minigrad import floats, scalar
from minigrad.rowwise import is_row_of_values, numpy_engine
from minigrad.scalar import Value
from minigrad.settings import between, share

LEAST = 1e-30  # below this probability the logarithm goes on as a straight line

Rule = Callable[[Any, Any, Any], tuple[Any, Any]]  # (xp, prediction, target) to (loss, δ)


def mean_squared_error(prediction: Any, target: Any) -> Any:
    r"""Average the squared distance between prediction and target.

    .. math:: L = \frac{1}{n} \sum_i d_i^2, \qquad d_i = z_i - y_i, \qquad
              \delta_i = \frac{2}{n} d_i

    Only the i-th term holds zᵢ, and the derivative of d² is 2d.

    Args:
        prediction: a Tensor of any shape, a Value, or a list of Values.
        target: numbers of the same shape; no gradient goes to them.

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        ValueError: if the shapes differ (nothing is broadcast) or there is nothing to average.

    Known as ``MSELoss`` in PyTorch, ``MeanSquaredError`` in Keras.

    >>> mean_squared_error([Value(1.0), Value(4.0)], [1.0, 2.0]).data
    2.0
    """

    def rule(xp: Any, z: Any, y: Any) -> tuple[Any, Any]:
        d = z - y
        return d * d, 2 * d

    return average("mean_squared_error", rule, prediction, target)


def mean_absolute_error(prediction: Any, target: Any) -> Any:
    r"""Average the distance between prediction and target; at distance 0 the slope is 0.

    .. math:: L = \frac{1}{n} \sum_i |d_i|, \qquad d_i = z_i - y_i, \qquad
              \delta_i = \frac{1}{n} \operatorname{sign} d_i

    Only the i-th term holds zᵢ; a distance has slope 1 where d is positive, −1 where negative.

    Args:
        prediction: a Tensor of any shape, a Value, or a list of Values.
        target: numbers of the same shape; no gradient goes to them.

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        ValueError: if the shapes differ (nothing is broadcast) or there is nothing to average.

    Known as ``L1Loss`` in PyTorch, ``MeanAbsoluteError`` in Keras.

    >>> mean_absolute_error([Value(1.0), Value(4.0)], [1.0, 2.0]).data
    1.0
    """

    def rule(xp: Any, z: Any, y: Any) -> tuple[Any, Any]:
        d = z - y
        return abs(d), xp.sign(d)

    return average("mean_absolute_error", rule, prediction, target)


def huber(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    r"""Average the squared distance where it is small, and the plain distance where it is large.

    .. math:: L = \frac{1}{n} \sum_i \tfrac{1}{2} c_i^2 + \Delta\,(|d_i| - |c_i|), \qquad
              \delta_i = \frac{1}{n} c_i

    with the distance d = z − y and c its part between −Δ and Δ.  There c is d, and c²/2 has the
    slope c; outside only Δ|d| changes, with the slope Δ sign d, which is c again.  So one wild
    target pulls no harder than a target at distance Δ.

    Args:
        prediction: a Tensor of any shape, a Value, or a list of Values.
        target: numbers of the same shape; no gradient goes to them.
        delta: Δ, from 10⁻³⁰ to 10³⁰: where the parabola turns into a straight line.

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        ValueError: if the shapes differ (nothing is broadcast), there is nothing to average, or
            ``delta`` is out of its range.

    Known as ``HuberLoss`` in PyTorch, ``Huber`` in Keras.

    Source: Huber, 1964.

    >>> huber([Value(1.5), Value(5.0)], [1.0, 2.0]).data
    1.3125
    """
    delta = between("huber", "delta", delta, 1e-30, 1e30)

    def rule(xp: Any, z: Any, y: Any) -> tuple[Any, Any]:
        d = z - y
        c = xp.clip(d, -delta, delta)
        return c * c / 2 + delta * (abs(d) - abs(c)), c

    return average("huber", rule, prediction, target)


def binary_cross_entropy_with_logits(z: Any, y: Any, *, label_smoothing: float = 0.0) -> Any:
    r"""Average the surprise, in nats, at the answers y when sigmoid(z) was predicted for a yes.

    .. math:: L = \frac{1}{n} \sum_i \max(z_i, 0) - z_i y_i + \log(1 + e^{-|z_i|}), \qquad
              \delta_i = \frac{1}{n} (p_i - y_i), \qquad p_i = \sigma(z_i)

    This is −y log p − (1 − y) log(1 − p), rearranged so that nothing overflows and no logarithm
    meets a zero.  Its derivative along p is −y/p + (1 − y)/(1 − p); times the sigmoid's slope
    p (1 − p), that is −y (1 − p) + (1 − y) p = p − y.

    Args:
        z: logits: a Tensor of any shape, a Value, or a list of Values.
        y: numbers from 0 to 1 of the same shape (0 is no, 1 is yes).
        label_smoothing: ε, from 0 to below 1: compare with (1 − ε) y + ε/2 in place of y.

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        ValueError: if the shapes differ, a target is outside 0..1, there is nothing to average, or
            the smoothing is out of its range.

    Known as ``BCEWithLogitsLoss`` in PyTorch, ``BinaryCrossentropy(from_logits=True)`` in Keras.

    >>> round(binary_cross_entropy_with_logits(Value(0.0), 1).data, 4)
    0.6931
    """
    op = "binary_cross_entropy_with_logits"

    def rule(xp: Any, z: Any, y: Any) -> tuple[Any, Any]:
        y = as_answers(op, y, label_smoothing)
        e = xp.exp(-abs(z))
        p = xp.maximum(e, z >= 0) / (1 + e)  # the sigmoid, as in the table
        return xp.maximum(z, 0.0) - z * y + xp.log1p(e), p - y

    return average(op, rule, z, y)


def binary_cross_entropy(p: Any, y: Any, *, label_smoothing: float = 0.0) -> Any:
    r"""Average the surprise, in nats, at the answers y when p was predicted for a yes.

    .. math:: L = \frac{1}{n} \sum_i -y_i \log p_i - (1 - y_i) \log(1 - p_i), \qquad
              \delta_i = \frac{1}{n} \left(-\frac{y_i}{p_i} + \frac{1 - y_i}{1 - p_i}\right)

    The derivative of log p is 1/p, and that of log(1 − p) is −1/(1 − p).  At a p of 0 for a yes the
    surprise is infinite, and so is its slope.  So below 10⁻³⁰ the logarithm goes on as its tangent
    there: the loss of an answer stays below 70.1, δ is its exact derivative everywhere, and no
    mistake is without a gradient.

    Where p is the sigmoid of a logit, prefer `binary_cross_entropy_with_logits`: a p that has been
    rounded to 1 has lost how near to 1 it was.

    Args:
        p: probabilities: a Tensor of any shape, a Value, or a list of Values.
        y: numbers from 0 to 1 of the same shape (0 is no, 1 is yes).
        label_smoothing: ε, from 0 to below 1: compare with (1 − ε) y + ε/2 in place of y.

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        ValueError: if a probability or a target is outside 0..1, the shapes differ, there is
            nothing to average, or the smoothing is out of its range.

    Known as ``BCELoss`` in PyTorch, which stops the logarithm at −100, and ``BinaryCrossentropy``
    in Keras, which keeps p between 10⁻⁷ and 1 − 10⁻⁷.

    >>> round(binary_cross_entropy(Value(0.5), 1).data, 4)
    0.6931
    """
    op = "binary_cross_entropy"

    def rule(xp: Any, p: Any, y: Any) -> tuple[Any, Any]:
        check_probabilities(op, p, "binary_cross_entropy_with_logits")
        y = as_answers(op, y, label_smoothing)
        yes, yes_slope = surprise(xp, p)
        no, no_slope = surprise(xp, 1 - p)
        return y * yes + (1 - y) * no, y * yes_slope - (1 - y) * no_slope

    return average(op, rule, p, y)


# -- what they share -------------------------------------------------------------------------------


def average(op: str, rule: Rule, prediction: Any, target: Any) -> Any:
    """Average the losses that a rule computes of each prediction and its target."""
    if isinstance(prediction, Value):
        prediction, target = [prediction], [target]
    if is_row_of_values(op, prediction):
        return _average_of_values(op, rule, prediction, target)
    np, _, as_tensor = numpy_engine()
    tensor = as_tensor(prediction, op)
    z, y = tensor.data, as_array(op, "target", target)
    if not z.size:
        raise ValueError(f"{op}: got an empty batch of shape {z.shape}")
    if z.shape != y.shape:
        raise _unlike(op, z.shape, y.shape)
    if y.dtype != z.dtype:
        if y.dtype.kind not in "biuf":
            raise TypeError(f"{op}: got targets of dtype {y.dtype}; pass numbers")
        y = y.astype(z.dtype)
    return record_mean(op, tensor, *rule(np, z, y))


def _average_of_values(op: str, rule: Rule, row: Any, target: Any) -> Value:
    """Do the same for a list of Values, one by one."""
    y = as_numbers(op, "target", target)
    if len(row) != len(y):
        raise _unlike(op, (len(row),), (len(y),))
    losses = []
    for v, wanted in zip(row, y, strict=True):
        loss, delta = rule(floats, v.data, wanted)
        losses.append(scalar.record(op, loss, v, delta))
    return sum(losses[1:], losses[0]) / len(losses)


def record_mean(op: str, z: Any, losses: Any, delta: Any) -> Any:
    """Record the mean of the losses as a function of the Tensor z, along which they slope by δ."""
    np, record, _ = numpy_engine()
    n = losses.size
    mean = np.add.reduce(losses, axis=None) / n
    return record(op, mean, (z, lambda g: delta * (float(g) / n)))


def surprise(xp: Any, p: Any) -> tuple[Any, Any]:
    """Return −log p and its slope −1/p; for p below `LEAST`, those of the tangent there."""
    q = xp.maximum(p, LEAST)
    return (q - p) / q - xp.log(q), -1 / q


def as_answers(op: str, y: Any, label_smoothing: float) -> Any:
    """Return targets between no, 0, and yes, 1, smoothed; or say which one lies outside."""
    bad = outside(y, 0, 1)
    if bad is not None:
        raise ValueError(f"{op}: got a target of {bad:g}; pass 0 to 1")
    return smoothed(op, y, label_smoothing, 2)


def smoothed(op: str, y: Any, label_smoothing: float, classes: int) -> Any:
    """Return (1 − ε) y + ε/K for K classes: a share ε of the truth is spread over all."""
    if not label_smoothing:
        return y
    epsilon = share(op, "label_smoothing", label_smoothing)
    return (1 - epsilon) * y + epsilon / classes


def check_probabilities(op: str, p: Any, of_logits: str) -> None:
    """Raise if a probability lies outside 0..1; NaN passes, so that a training can report it."""
    bad = outside(p, 0, 1)
    if bad is not None and bad == bad:
        raise ValueError(
            f"{op}: got a probability of {bad:g}; pass 0 to 1, or pass logits to {of_logits}"
        )


def outside(x: Any, low: float, high: float) -> Any:
    """Return a number, or the first of an array, that is not from low to high; else None."""
    if isinstance(x, (int, float)):
        return None if low <= x <= high else x
    np, _, _ = numpy_engine()
    inside = (x >= low) & (x <= high)
    return None if np.count_nonzero(inside) == inside.size else x[~inside][0]


def as_array(op: str, what: str, numbers: Any) -> Any:
    """Return numbers as a NumPy array, which is no copy of one."""
    np, _, _ = numpy_engine()
    try:
        return np.asarray(numbers)
    except ValueError:
        raise ValueError(f"{op}: the rows of the {what} have different lengths") from None
    except TypeError as error:  # a Tensor
        raise TypeError(f"{op}: the {what}: {error}") from None


def as_numbers(op: str, what: str, numbers: Any) -> list[float]:
    """Return what stands beside a row of Values as a list of numbers."""
    try:
        ys = list(numbers)
        if any([isinstance(y, str) or hasattr(y, "requires_grad") for y in ys]):
            raise TypeError  # float would take them
        return [float(y) for y in ys]
    except TypeError:
        raise TypeError(f"{op}: got the {what} {numbers!r}; pass as many numbers") from None


def _unlike(op: str, shape: tuple[int, ...], target: tuple[int, ...]) -> ValueError:
    return ValueError(
        f"{op}: the prediction has shape {shape} and the target {target}; "
        f"reshape one to the other, nothing is broadcast here"
    )
