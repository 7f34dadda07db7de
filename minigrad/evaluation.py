"""Evaluation: how good a model is, measured without training it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from minigrad.arrays import Array
from minigrad.layers import Layer
from minigrad.recording import no_grad
from minigrad.settings import whole
from minigrad.tensor import as_tensor

Metric = Callable[[Any, Any], Any]


def accuracy(logits: Any, labels: Any) -> float:
    """Return the share of rows whose largest logit stands at the true class.

    Args:
        logits: a Tensor or an array of shape (n, classes).
        labels: n integers.

    Raises:
        TypeError: if the labels are no integers.
        ValueError: if the shapes do not fit, there is no row, a label is out of range, or a logit
            is NaN.

    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    0.5
    """
    scores, y = as_tensor(logits, "accuracy").data, np.asarray(labels)
    if y.size and y.dtype.kind not in "iu":
        raise TypeError(f"accuracy: got labels of dtype {y.dtype}; pass integers, one per row")
    if scores.ndim != 2 or y.shape != scores.shape[:1] or not y.size:
        raise ValueError(
            f"accuracy: got logits of shape {scores.shape} and labels of shape {y.shape}; "
            f"pass (n, classes) and (n,), n at least 1"
        )
    if np.any(y < 0) or np.any(y >= scores.shape[1]) or np.any(np.isnan(scores)):
        raise ValueError(
            f"accuracy: got labels from {y.min()} to {y.max()} for {scores.shape[1]} classes, "
            f"and {np.isnan(scores).sum()} NaN; pass labels in range, and no NaN"
        )
    return float(np.mean(scores.argmax(1) == y))


def binary_accuracy(logits: Any, targets: Any) -> float:
    r"""Return the share of logits on the right side: above 0 where the target is 1, else not.

    .. math:: \frac{1}{n} \sum_i \bigl[\, [z_i > 0] = y_i \,\bigr]

    A logit above 0 is a probability above one half.

    Args:
        logits: a Tensor or an array, of any shape.
        targets: zeros and ones, of the same shape.

    Raises:
        ValueError: if the shapes differ, there is no number, a target is neither 0 nor 1, or a
            logit is NaN.

    >>> binary_accuracy(np.array([[2.0], [-1.0], [0.5]]), np.array([[1.0], [0.0], [0.0]]))
    0.6667
    """
    z, y = as_tensor(logits, "binary_accuracy").data, np.asarray(targets)
    if z.shape != y.shape or not z.size:
        raise ValueError(
            f"binary_accuracy: got logits of shape {z.shape} and targets of shape {y.shape}; "
            f"pass the same shape, and at least one of each"
        )
    if not np.isin(y, (0, 1)).all() or np.isnan(z).any():
        raise ValueError(
            f"binary_accuracy: got targets from {y.min()} to {y.max()}, and "
            f"{np.isnan(z).sum()} NaN; pass targets that are 0 or 1, and no NaN"
        )
    return float(np.mean((z > 0) == (y == 1)))


def evaluate(
    model: Callable[[Any], Any],
    x: Array,
    y: Array,
    metrics: Mapping[str, Metric],
    batch_size: int = 1024,
) -> dict[str, float]:
    """Average metrics over data without training on it, batch by batch, recording nothing.

    Args:
        model: called with a batch of rows of x.  A `Layer` is put out of training for it, and all
            its layers are put back into the modes in which they were found.
        x: an array of inputs, one row per example.
        y: an array of what the metrics compare with, with as many rows.
        metrics: functions of (model output, y), by name.
        batch_size: examples per batch; it does not change the result.

    Returns:
        One mean per metric.

    Raises:
        ValueError: if x and y differ in length or are empty, or ``batch_size`` is not positive.

    >>> evaluate(lambda x: x, np.eye(2), np.array([0, 0]), {"accuracy": accuracy})
    {'accuracy': 0.5}
    """
    x, y = examples("evaluate", x, y)
    batch_size = whole("evaluate", "batch_size", batch_size)
    meter = Meter(metrics)
    with in_mode(model, training=False), no_grad():
        for start in range(0, len(x), batch_size):
            batch = slice(start, start + batch_size)
            meter.add(model(as_tensor(x[batch], "evaluate")), y[batch])
    return meter.means()


class Meter:
    """Averages metrics over batches, weighing each batch by its size."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self.metrics = metrics
        self.totals = dict.fromkeys(metrics, 0.0)
        self.examples = 0

    def add(self, prediction: Any, y: Array) -> None:
        """Measure one batch: what the model returned for it, and what was due."""
        self.examples += len(y)
        for name, metric in self.metrics.items():
            self.totals[name] += float(metric(prediction, y)) * len(y)

    def means(self) -> dict[str, float]:
        """Return the averages over all examples so far."""
        return {name: total / self.examples for name, total in self.totals.items()}


@contextmanager
def in_mode(model: Any, training: bool) -> Iterator[None]:
    """Put a `Layer` into training or out of it, and each of its layers back as it was found."""
    layers = model.within() if isinstance(model, Layer) else []
    found = [(layer, layer.training) for layer in layers]
    try:
        if found:
            model.train(training)
        yield
    finally:
        for layer, mode in found:
            layer.training = mode


def examples(op: str, x: Any, y: Any) -> tuple[Array, Array]:
    """Return inputs and targets as arrays, or say why they do not belong together."""
    x, y = np.asarray(x), np.asarray(y)
    if not x.ndim or not y.ndim or len(x) != len(y) or not len(x):
        raise ValueError(
            f"{op}: got x of shape {x.shape} and y of shape {y.shape}; "
            f"pass as many rows in one as in the other, and at least one"
        )
    return x, y
