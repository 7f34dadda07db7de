"""Evaluation: how good a model is, measured without training it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from minigrad.arrays import Array
from minigrad.layers import Layer
from minigrad.losses import as_array
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
    scores, y = as_tensor(logits, "accuracy").data, as_array("accuracy", "labels", labels)
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
        TypeError: if the targets are no numbers.
        ValueError: if the shapes differ, there is no number, a target is neither 0 nor 1, or a
            logit is NaN.

    >>> binary_accuracy(np.array([[2.0], [-1.0], [0.5]]), np.array([[1.0], [0.0], [0.0]]))
    0.6667
    """
    op = "binary_accuracy"
    z, y = as_tensor(logits, op).data, as_array(op, "targets", targets)
    if z.shape != y.shape or not z.size:
        raise ValueError(
            f"{op}: got logits of shape {z.shape} and targets of shape {y.shape}; "
            f"pass the same shape, and at least one of each"
        )
    if y.dtype.kind not in "biuf":
        raise TypeError(f"{op}: got targets of dtype {y.dtype}; pass zeros and ones")
    wrong = y[(y != 0) & (y != 1)]
    if wrong.size or np.isnan(z).any():
        what = f"a target of {wrong[0]}" if wrong.size else "a logit that is NaN"
        raise ValueError(f"{op}: got {what}; pass targets that are 0 or 1, and no NaN")
    return float(np.mean((z > 0) == (y == 1)))


def evaluate(
    model: Callable[[Any], Any],
    x: Array,
    y: Array,
    metrics: Sequence[Metric] | Mapping[str, Metric],
    batch_size: int = 1024,
) -> dict[str, float]:
    """Average metrics over data without training on it, batch by batch, recording nothing.

    Args:
        model: called with a batch of rows of x.  A `Layer` is put out of training for it, and all
            its layers are put back into the modes in which they were found.
        x: an array of inputs, one row per example.
        y: an array of what the metrics compare with, with as many rows.
        metrics: functions of (model output, y); by their own names, or by the keys of a mapping.
        batch_size: examples per batch.  It does not change the result of a metric that is a mean
            over examples; of another, such as a root of one, it does.

    Returns:
        One mean per metric, over the batches, each weighed by its size.

    Raises:
        TypeError: if x holds no floats, or a metric is no function or returns no number.
        ValueError: if x and y differ in length or are empty, two metrics have the same name, or
            ``batch_size`` is not positive.

    >>> evaluate(lambda x: x, np.eye(2), np.array([0, 0]), {"accuracy": accuracy})
    {'accuracy': 0.5}
    """
    x, y = examples("evaluate", x, y)
    batch_size = whole("evaluate", "batch_size", batch_size)
    named, meter = by_name("evaluate", metrics), Meter()
    with in_mode(model, training=False), no_grad():
        for start in range(0, len(x), batch_size):
            batch = slice(start, start + batch_size)
            targets = y[batch]
            prediction = model(as_tensor(x[batch], "evaluate"))
            meter.add(measured(named, prediction, targets), len(targets))
    return meter.means()


def by_name(op: str, metrics: Sequence[Metric] | Mapping[str, Metric]) -> dict[str, Metric]:
    """Return metrics by the keys of their mapping, or by their own names.

    >>> [*by_name("fit", [accuracy])]
    ['accuracy']
    """
    if not isinstance(metrics, (Mapping, list, tuple)):
        raise TypeError(f"{op}: metrics is {metrics!r}; pass a list of functions, or a mapping")
    pairs = metrics.items() if isinstance(metrics, Mapping) else ((_name(m), m) for m in metrics)
    named = dict(pairs)
    for name, metric in named.items():
        if not callable(metric):
            raise TypeError(f"{op}: the metric {name!r} is {metric!r}; pass a function")
    if len(named) < len(metrics):
        raise ValueError(
            f"{op}: got {len(metrics)} metrics, and only {[*named]} as their names; "
            f"pass a mapping that gives each a name of its own"
        )
    return named


def _name(metric: Metric) -> str:
    return getattr(metric, "__name__", type(metric).__name__)


def measured(metrics: Mapping[str, Metric], prediction: Any, y: Array) -> dict[str, float]:
    """Return what each metric says of one batch."""
    figures = {}
    for name, metric in metrics.items():
        figure = metric(prediction, y)
        try:
            figures[name] = float(figure)
        except (TypeError, ValueError):
            shape = f" of shape {figure.shape}" if hasattr(figure, "shape") else ""
            raise TypeError(
                f"{name}: the metric returned a {type(figure).__name__}{shape}; return one number"
            ) from None
    return figures


class Meter:
    """Averages figures over batches, weighing each batch by its size.

    >>> meter = Meter()
    >>> meter.add({"loss": 2.0}, 3)
    >>> meter.add({"loss": 6.0}, 1)
    >>> meter.means()
    {'loss': 3.0}
    """

    def __init__(self) -> None:
        self.totals: dict[str, float] = {}
        self.examples = 0

    def add(self, figures: Mapping[str, float], size: int) -> None:
        """Take in the figures of one batch of so many examples."""
        self.examples += size
        for name, figure in figures.items():
            self.totals[name] = self.totals.get(name, 0.0) + figure * size

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
    x, y = as_array(op, "inputs", x), as_array(op, "targets", y)
    if not x.ndim or not y.ndim or len(x) != len(y) or not len(x):
        raise ValueError(
            f"{op}: got x of shape {x.shape} and y of shape {y.shape}; "
            f"pass as many rows in one as in the other, and at least one"
        )
    return x, y
