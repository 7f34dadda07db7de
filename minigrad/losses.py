"""Losses: one number that says how wrong a prediction is, averaged over the examples.

Those that act element by element are a value and a slope, like an activation.  The two
cross-entropies take *logits*, the scores before sigmoid or softmax, and do both steps at once.
That is the stable way to compute them, and it is why their gradients are so short: p − y.
"""

import math
import operator
from collections.abc import Callable
from typing import Any

from minigrad import floats
from minigrad.activations import sigmoid
from minigrad.rowwise import as_logits, is_row_of_values, log_sum_exp, stable_log_sum_exp
from minigrad.scalar import Value, record

ANY = (-floats.inf, floats.inf)


def mean_squared_error(prediction: Any, target: Any) -> Any:
    r"""Average the squared distance between prediction and target.

    .. math:: L = \frac{1}{n} \sum_i (z_i - y_i)^2, \qquad \delta_i = \frac{2}{n} (z_i - y_i)

    Args:
        prediction: a Tensor of any shape, a Value, or a list of Values.
        target: numbers of the same shape; no gradient goes to them.

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        ValueError: if the shapes differ (nothing is broadcast) or there is nothing to average.

    >>> mean_squared_error([Value(1.0), Value(4.0)], [1.0, 2.0]).data
    2.0
    """
    return _average(
        "mean_squared_error",
        lambda xp, d: d * d,
        lambda xp, d: 2 * d,
        prediction,
        target,
        of=_distance,
    )


def mean_absolute_error(prediction: Any, target: Any) -> Any:
    r"""Average the distance between prediction and target; at distance 0 the slope is 0.

    .. math:: L = \frac{1}{n} \sum_i |z_i - y_i|, \qquad
              \delta_i = \frac{1}{n} \operatorname{sign}(z_i - y_i)

    Args:
        prediction: a Tensor of any shape, a Value, or a list of Values.
        target: numbers of the same shape; no gradient goes to them.

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        ValueError: if the shapes differ (nothing is broadcast) or there is nothing to average.

    >>> mean_absolute_error([Value(1.0), Value(4.0)], [1.0, 2.0]).data
    1.0
    """
    return _average(
        "mean_absolute_error",
        lambda xp, d: abs(d),
        lambda xp, d: xp.sign(d),
        prediction,
        target,
        of=_distance,
    )


def huber(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    r"""Average the squared distance where it is small, and the plain distance where it is large.

    .. math:: L = \frac{1}{n} \sum_i \tfrac{1}{2} c_i^2 + \Delta\,(|d_i| - |c_i|), \qquad
              \delta_i = \frac{1}{n} c_i

    with the distance d = z − y and c its part between −Δ and Δ.  So one wild target pulls no harder
    than a target at distance Δ.

    Args:
        prediction: a Tensor of any shape, a Value, or a list of Values.
        target: numbers of the same shape; no gradient goes to them.
        delta: Δ, positive: where the parabola turns into a straight line.

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        ValueError: if the shapes differ (nothing is broadcast), there is nothing to average, or
            ``delta`` is not positive.

    Source: Huber, 1964.

    >>> huber([Value(1.5), Value(5.0)], [1.0, 2.0]).data
    1.3125
    """
    if not 0 < delta < math.inf:
        raise ValueError(f"huber: delta is {delta}; pass a positive number")
    delta = float(delta)  # a NumPy number would turn float32 to float64

    def value(xp: Any, d: Any) -> Any:
        c = xp.clip(d, -delta, delta)
        return c * c / 2 + delta * (abs(d) - abs(c))

    def slope(xp: Any, d: Any) -> Any:
        return xp.clip(d, -delta, delta)

    return _average("huber", value, slope, prediction, target, of=_distance)


def binary_cross_entropy_with_logits(z: Any, y: Any) -> Any:
    r"""Average the surprise, in nats, at the answers y when sigmoid(z) was predicted for a yes.

    .. math:: L = \frac{1}{n} \sum_i \max(z_i, 0) - z_i y_i + \log(1 + e^{-|z_i|}), \qquad
              \delta_i = \frac{1}{n} (\sigma(z_i) - y_i)

    This is −y log p − (1 − y) log(1 − p) with p = σ(z), rearranged so that nothing overflows and
    no logarithm meets a zero.

    Args:
        z: logits: a Tensor of any shape, a Value, or a list of Values.
        y: numbers from 0 to 1 of the same shape (0 is no, 1 is yes).

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        ValueError: if the shapes differ, a target is outside 0..1, or there is nothing to average.

    >>> round(binary_cross_entropy_with_logits(Value(0.0), 1).data, 4)
    0.6931
    """
    return _average(
        "binary_cross_entropy_with_logits",
        lambda xp, z, y: xp.maximum(z, 0.0) - z * y + xp.log1p(xp.exp(-abs(z))),
        lambda xp, z, y: sigmoid.value(xp, z) - y,
        z,
        y,
        limits=(0.0, 1.0),
    )


def cross_entropy(logits: Any, labels: Any) -> Any:
    r"""Average the surprise, in nats, at the true classes when softmax(logits) was predicted.

    .. math:: L = \frac{1}{n} \sum_i \operatorname{lse}(z_i) - z_{i, y_i}, \qquad
              \delta_i = \frac{1}{n} (p_i - \text{onehot}(y_i))

    Args:
        logits: a Tensor of shape (..., classes), or a list of Values (one example).
        labels: the true classes, integers from 0 to classes − 1, of shape (...).

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        TypeError: if the labels are not integers.
        ValueError: if a label is out of range, the shapes do not fit, or there is no example.

    >>> round(cross_entropy([Value(0.0), Value(0.0), Value(0.0)], 2).data, 4)
    1.0986
    """
    if is_row_of_values("cross_entropy", logits):
        return log_sum_exp(logits) - logits[_one_label(labels, len(logits))]
    z = as_logits("cross_entropy", logits, -1)
    return _cross_entropy(z, _labels(labels, z.shape))


def _cross_entropy(z: Any, labels: Any) -> Any:
    import numpy as np

    from minigrad import recording

    true_class = labels[..., None]
    lse, p = stable_log_sum_exp(z.data, -1)
    losses = lse - np.take_along_axis(z.data, true_class, -1)
    y = np.arange(z.shape[-1]) == true_class  # each row: 1 at the true class, else 0
    n = losses.size
    mean = np.add.reduce(losses, axis=None) / n
    return recording.record("cross_entropy", mean, (z, lambda g: (p - y) * (float(g) / n)))


def _pair(z: Any, y: Any) -> tuple[Any, ...]:
    return z, y


def _distance(z: Any, y: Any) -> tuple[Any, ...]:
    return (z - y,)


def _average(
    op: str,
    value: Callable[..., Any],
    slope: Callable[..., Any],
    prediction: Any,
    target: Any,
    *,
    of: Callable[[Any, Any], tuple[Any, ...]] = _pair,
    limits: tuple[float, float] = ANY,
) -> Any:
    """Average an elementwise loss, its value and slope (along z) functions of ``of(z, y)``."""
    if isinstance(prediction, Value):
        prediction, target = [prediction], [target]
    if is_row_of_values(op, prediction):
        try:
            target = [_real(y) for y in target]
        except TypeError:
            raise TypeError(f"{op}: got the target {target!r}; pass as many numbers") from None
        _check_shapes(op, (len(prediction),), (len(target),))
        _check_targets(op, min(target), max(target), limits)
        losses = []
        for v, y in zip(prediction, target, strict=True):
            x = of(v.data, y)
            losses.append(record(op, value(floats, *x), v, float(slope(floats, *x))))
        return sum(losses[1:], losses[0]) / len(losses)
    import numpy as np

    from minigrad import recording
    from minigrad.tensor import as_tensor

    tensor = as_tensor(prediction, op)
    z = tensor.data
    n = z.size
    if not n:
        raise ValueError(f"{op}: got an empty batch of shape {z.shape}")
    y = np.asarray(target)
    if y.dtype.kind not in "biuf":
        raise TypeError(f"{op}: got targets of dtype {y.dtype}; pass numbers")
    _check_shapes(op, z.shape, y.shape)
    y = y.astype(z.dtype)  # a copy: the caller's array may change before the walk
    if limits != ANY:
        _check_targets(op, y.min(), y.max(), limits)
    x = of(z, y)
    mean = np.add.reduce(value(np, *x), axis=None) / n
    return recording.record(op, mean, (tensor, lambda g: slope(np, *x) * (float(g) / n)))


def _real(y: Any) -> float:
    if isinstance(y, str):  # float() would take it
        raise TypeError("got a string")
    return float(y)


def _check_shapes(op: str, shape: tuple[int, ...], target: tuple[int, ...]) -> None:
    """Raise unless the targets have the prediction's shape."""
    if shape != target:
        raise ValueError(
            f"{op}: the prediction has shape {shape} and the target {target}; "
            f"reshape one to the other, nothing is broadcast here"
        )


def _check_targets(op: str, lowest: float, highest: float, limits: tuple[float, float]) -> None:
    """Raise unless every target lies within the limits."""
    low, high = limits
    for target in (lowest, highest):
        if limits != ANY and not low <= target <= high:  # NaN is refused, too
            raise ValueError(f"{op}: got a target of {target:g}; pass {low:g} to {high:g}")


def _labels(labels: Any, shape: tuple[int, ...]) -> Any:
    """Return the labels as an array of one class number per row of logits."""
    import numpy as np

    if not math.prod(shape):
        raise ValueError(f"cross_entropy: got an empty batch of shape {shape}")
    y = np.array(labels)
    if y.dtype.kind not in "iu":
        raise TypeError(
            f"cross_entropy: got labels of dtype {y.dtype}; pass integers, "
            f"one-hot rows as rows.argmax(-1)"
        )
    if y.shape != shape[:-1]:
        raise ValueError(
            f"cross_entropy: got labels of shape {y.shape} for logits of shape {shape}; "
            f"pass one integer per row, shape {shape[:-1]}"
        )
    _check_labels(y.min(), y.max(), shape[-1])
    return y


def _one_label(label: Any, classes: int) -> int:
    """Return the label of one example as a class number."""
    try:
        y = operator.index(label)
    except TypeError:
        raise TypeError(
            f"cross_entropy: got a {type(label).__name__} as the label; pass one integer"
        ) from None
    _check_labels(y, y, classes)
    return y


def _check_labels(lowest: int, highest: int, classes: int) -> None:
    """Raise unless every label names one of the classes."""
    for label in (lowest, highest):
        if not 0 <= label < classes:
            raise ValueError(
                f"cross_entropy: got the label {label} for {classes} classes; "
                f"pass integers from 0 to {classes - 1}"
            )
