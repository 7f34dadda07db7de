"""Losses for one of several classes: how surprised a predicted distribution is by the truth.

Both average the *surprise* −log p at the true class.  `cross_entropy` takes logits, the scores
before softmax, and does both steps at once: that is stable, and δ is then p − y.  Feed it no
softmax: a second one would see numbers between 0 and 1 as logits, and the loss could not fall
below log(e + K − 1) − 1, for K classes.
"""

import operator
from typing import Any

from minigrad import floats, scalar
from minigrad.losses import (
    as_array,
    as_numbers,
    check_probabilities,
    outside,
    record_mean,
    smoothed,
    surprise,
)
from minigrad.rowwise import as_logits, is_row_of_values, numpy_engine, parts, parts_of_values

OFF_ONE = 1e-3  # how far from 1 a row may sum that was rounded on its way here


def cross_entropy(logits: Any, labels: Any, *, label_smoothing: float = 0.0) -> Any:
    r"""Average the surprise, in nats, at the true classes when softmax(logits) was predicted.

    .. math:: L = \frac{1}{n} \sum_i \operatorname{lse}(z_i) - y_i \cdot z_i, \qquad
              \delta_i = \frac{1}{n} (p_i - y_i), \qquad p_i = \operatorname{softmax}(z_i)

    with a row y for each example, which is 1 at the true class and 0 elsewhere (*one-hot*).  Since
    log p = z − lse(z), and y sums to 1, this is −y · log p.  The derivative of lse(z) is p, that of
    y · z is y; so δ = p − y, before the average.  It holds for any y that sums to 1.

    With ``label_smoothing`` ε, a share of the truth is spread over all K classes: y becomes
    (1 − ε) y + ε/K.

    Args:
        logits: a Tensor of shape (..., classes), or a list of Values (one example).
        labels: the true classes, integers from 0 to classes − 1, of shape (...); or the rows y, of
            the shape of the logits, each from 0 to 1 with the sum 1.
        label_smoothing: ε, from 0 to below 1.

    Returns:
        A Tensor with one number, or a Value; +∞ if y is not 0 at a logit of −∞ (a masked class).

    Raises:
        TypeError: if the labels are of another type, such as floats, one per row.
        ValueError: if a label is out of range, a row does not sum to 1, the shapes do not fit,
            there is no example, or the smoothing is out of its range.

    Known as ``CrossEntropyLoss`` in PyTorch (where the classes are on axis 1), and in Keras as
    ``SparseCategoricalCrossentropy`` for integers and ``CategoricalCrossentropy`` for rows, both
    with ``from_logits=True``.

    Source: of the smoothing, Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, 2016.

    >>> from minigrad import Value
    >>> round(cross_entropy([Value(0.0), Value(0.0), Value(0.0)], 2).data, 4)
    1.0986
    >>> cross_entropy([[2.0, 0.0]], [[0.75, 0.25]])
    Tensor(0.6269)
    """
    op = "cross_entropy"
    if is_row_of_values(op, logits):
        y = _one_row(op, labels, len(logits), label_smoothing)
        _, d, log_total = parts_of_values(op, logits, 1.0)
        products = [v * share for v, share in zip(d, y, strict=True) if share]
        return log_total - sum(products[1:], products[0])
    z = as_logits(op, logits, -1)
    y = _labels(op, labels, z.data, label_smoothing)
    return _cross_entropy(z, y) if y.ndim == 1 else _cross_entropy_of_rows(z, y)


def _cross_entropy(z: Any, y: Any) -> Any:
    """Average −log p at the true classes y, integers, one for each row of z."""
    np, _, _ = numpy_engine()
    _, d, log_total, p = parts("cross_entropy", z.data.reshape(-1, z.shape[-1]), -1)
    true_class = np.arange(len(y)), y
    losses = log_total[:, 0] - d[true_class]  # −log p there
    p[true_class] -= 1  # which makes it p − y: y is 1 at the true class, else 0
    return record_mean("cross_entropy", z, losses, p.reshape(z.shape))


def _cross_entropy_of_rows(z: Any, y: Any) -> Any:
    """Average −y · log p over the rows of z and y."""
    np, _, _ = numpy_engine()
    _, d, log_total, p = parts("cross_entropy", z.data.reshape(y.shape), -1)
    products = np.multiply(y, d, out=np.zeros_like(d), where=y != 0)  # 0 · −∞ counts as 0
    losses = log_total[:, 0] - np.add.reduce(products, -1)
    return record_mean("cross_entropy", z, losses, (p - y).reshape(z.shape))


def cross_entropy_from_probabilities(p: Any, labels: Any, *, label_smoothing: float = 0.0) -> Any:
    r"""Average the surprise, in nats, at the true classes when the rows of p were predicted.

    .. math:: L = -\frac{1}{n} \sum_i y_i \cdot \log p_i, \qquad
              \delta_i = -\frac{1}{n}\, y_i \oslash p_i

    with y as in `cross_entropy`; the derivative of log p is 1/p.  At a p of 0 for the true class
    the surprise is infinite, and so is its slope.  So below 10⁻³⁰ the logarithm goes on as its
    tangent there: the loss of an example stays below 70.1, δ is its exact derivative everywhere,
    and no mistake is without a gradient.

    Where p is the softmax of logits, prefer `cross_entropy`, which takes the logits: a p that has
    been rounded to 0 has lost how near to 0 it was.

    Args:
        p: probabilities: a Tensor of shape (..., classes), or a list of Values (one example); each
            row sums to 1.
        labels: the true classes or rows y, as in `cross_entropy`.
        label_smoothing: ε, from 0 to below 1: compare with (1 − ε) y + ε/K in place of y.

    Returns:
        A Tensor with one number, or a Value.

    Raises:
        TypeError: as `cross_entropy`.
        ValueError: if a probability is outside 0..1 or a row does not sum to 1, as when logits are
            passed; and as `cross_entropy`.

    Known in Keras as ``SparseCategoricalCrossentropy`` and ``CategoricalCrossentropy``, which keep
    p between 10⁻⁷ and 1 − 10⁻⁷.  PyTorch has it as ``NLLLoss``, which takes log p and not p.

    >>> p = [[0.5, 0.25, 0.25], [0.0, 0.0, 1.0]]
    >>> cross_entropy_from_probabilities(p, [1, 2])
    Tensor(0.6931)
    """
    op = "cross_entropy_from_probabilities"
    if is_row_of_values(op, p):
        y = _one_row(op, labels, len(p), label_smoothing)
        _check_sum(op, sum([v.data for v in p]))
        losses = []
        for v, share in zip(p, y, strict=True):
            check_probabilities(op, v.data, "cross_entropy")
            loss, slope = surprise(floats, v.data)
            losses.append(scalar.record(op, share * loss, v, share * slope))
        return sum(losses[1:], losses[0])
    np, _, _ = numpy_engine()
    tensor = as_logits(op, p, -1)
    y = _labels(op, labels, tensor.data, label_smoothing, as_rows=True)
    q = tensor.data.reshape(y.shape)
    check_probabilities(op, q, "cross_entropy")
    _check_sum(op, _worst_sum(q))
    loss, slope = surprise(np, q)
    return record_mean(op, tensor, np.add.reduce(y * loss, -1), (y * slope).reshape(tensor.shape))


# -- what they compare with ------------------------------------------------------------------------


def _labels(op: str, labels: Any, z: Any, label_smoothing: float, *, as_rows: bool = False) -> Any:
    """Return the labels for logits z as integers of shape (n,), or as rows (n, classes)."""
    np, _, _ = numpy_engine()
    if not z.size:
        raise ValueError(f"{op}: got an empty batch of shape {z.shape}")
    y, classes = as_array(op, "labels", labels), z.shape[-1]
    if y.shape == z.shape[:-1] and y.dtype.kind in "iu":
        y = y.ravel()
        _check_labels(op, y, classes)
        if not label_smoothing and not as_rows:
            return y
        y = np.arange(classes) == y[:, None]
    elif y.shape == z.shape and y.dtype.kind in "biuf":
        y = y.reshape(-1, classes)
        _check_row(op, y.min(), _worst_sum(y))
    else:
        raise _no_labels(op, y, z.shape)
    return smoothed(op, y.astype(z.dtype, copy=False), label_smoothing, classes)


def _one_row(op: str, labels: Any, classes: int, label_smoothing: float) -> list[float]:
    """Return the labels of one example, an integer or a row, as a row."""
    if isinstance(labels, (list, tuple)) or getattr(labels, "shape", None):
        y = as_numbers(op, "labels", labels)
        if len(y) != classes:
            raise ValueError(
                f"{op}: got {len(y)} labels for one example of {classes} classes; "
                f"pass one integer, or a row of {classes} numbers that sum to 1"
            )
        _check_row(op, min(y), sum(y))
    else:
        label = _one_label(op, labels)
        _check_labels(op, label, classes)
        y = [float(k == label) for k in range(classes)]
    return [smoothed(op, share, label_smoothing, classes) for share in y] if label_smoothing else y


def _one_label(op: str, label: Any) -> int:
    """Return the label of one example as a class number."""
    try:
        if isinstance(label, bool):  # operator.index would take it
            raise TypeError
        return operator.index(label)
    except TypeError:
        raise TypeError(
            f"{op}: got a {type(label).__name__} as the label; pass one integer"
        ) from None


def _check_labels(op: str, labels: Any, classes: int) -> None:
    """Raise unless every label names one of the classes."""
    bad = outside(labels, 0, classes - 1)
    if bad is not None:
        raise ValueError(
            f"{op}: got the label {bad} for {classes} classes; "
            f"pass integers from 0 to {classes - 1}"
        )


def _check_row(op: str, lowest: float, total: float) -> None:
    """Raise unless labels that are rows, not integers, are distributions; NaN is refused, too."""
    if not (lowest >= 0 and abs(total - 1) <= OFF_ONE):
        raise ValueError(
            f"{op}: got labels in rows, one with the sum {total:g}, the lowest {lowest:g}; "
            f"pass rows from 0 to 1 that sum to 1, or one integer per row"
        )


def _check_sum(op: str, total: float) -> None:
    """Raise unless a row of probabilities sums to 1; NaN passes, and makes the loss NaN."""
    if abs(total - 1) > OFF_ONE:
        raise ValueError(
            f"{op}: got a row of probabilities that sum to {total:g}; "
            f"pass rows that sum to 1, or pass logits to cross_entropy"
        )


def _worst_sum(rows: Any) -> float:
    """Return, of the sums of an array's rows, the one farthest from 1; NaN if there is one."""
    sums = rows.sum(-1)
    return float(sums[abs(sums - 1).argmax()])


def _no_labels(op: str, y: Any, shape: tuple[int, ...]) -> Exception:
    """Say what is wrong with labels for logits of a shape: what they are, or how they are laid."""
    if y.shape in (shape[:-1], shape):
        return TypeError(
            f"{op}: got labels of dtype {y.dtype}; pass integers, "
            f"or rows of numbers of shape {shape} that sum to 1"
        )
    return ValueError(
        f"{op}: got labels of shape {y.shape} for logits of shape {shape}; "
        f"pass one integer per row, shape {shape[:-1]}, or rows that sum to 1, shape {shape}"
    )
