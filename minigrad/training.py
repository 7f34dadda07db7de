"""Training: passes over the data in shuffled mini-batches, and what they have led to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from minigrad.initializers import Rng, as_rng
from minigrad.optimizers import Optimizer
from minigrad.recording import Array, frozen, no_grad
from minigrad.tensor import Tensor, as_tensor

History = dict[str, list[float]]
Metric = Callable[[Any, Any], Any]


class DivergenceError(ArithmeticError):
    """The loss was no longer a finite number; ``history`` holds the epochs before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message, history)
        self.history = history

    def __str__(self) -> str:
        return str(self.args[0])


def accuracy(logits: Any, labels: Any) -> float:
    """Return the share of rows whose largest logit stands at the true class.

    Args:
        logits: a Tensor or an array of shape (n, classes).
        labels: n integers.

    Raises:
        ValueError: if the shapes do not fit, there is no row, a label is out of range, or a logit
            is NaN.

    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    0.5
    """
    scores, y = as_tensor(logits, "accuracy").data, np.asarray(labels)
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


def fit(
    model: Callable[[Any], Tensor],
    x: Array,
    y: Array,
    *,
    loss: Callable[[Tensor, Any], Tensor],
    optimizer: Optimizer,
    epochs: int,
    batch_size: int = 32,
    rng: int | Rng | None = None,
    validation_data: tuple[Array, Array] | None = None,
    metrics: Sequence[Metric] | Mapping[str, Metric] = (),
    progress: bool = True,
) -> History:
    """Train a model: for each epoch, go through the data once, in batches of a new random order.

    Args:
        model: called with a batch of rows of x; returns what the loss takes.
        x: an array of inputs of the model's dtype, one row per example.
        y: an array of what the loss compares with, with as many rows.
        loss: called as ``loss(model(x), y)``; returns the mean over the batch.
        optimizer: it holds the model's parameters.
        epochs: how many passes over the data.
        batch_size: examples per step; the last batch of an epoch may be smaller.
        rng: a seed or a generator for the order of the examples.
        validation_data: a pair (x, y) to evaluate after each epoch, without training on it.
        metrics: further functions of (model output, y) to average, such as `accuracy`; by their
            own names, or by the keys of a mapping.
        progress: whether to show a progress bar.

    Returns:
        A dict of lists with one number per epoch, under ``loss``, the name of each metric, and the
        same with the prefix ``val_``.  Training figures are averages over the epoch, while the
        model changes.

    Raises:
        ValueError: if x and y differ in length, are empty, or a setting is out of range.
        DivergenceError: if the loss, a parameter or the validation loss becomes NaN or infinite.
            The parameters are then put back to the last ones with which the loss was finite, and
            the optimizer's averages of past gradients are cleared.

    >>> from minigrad import SGD, Linear, fit, mean_squared_error
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> line = Linear(1, 1, rng=0)
    >>> sgd = SGD(line.parameters(), lr=0.1)
    >>> history = fit(line, x, 2 * x + 1, loss=mean_squared_error, optimizer=sgd,
    ...               epochs=200, batch_size=3, progress=False)
    >>> line.W.data.round(2), line.b.data.round(2)
    (array([[2.]]), array([1.]))
    """
    x, y = _examples("fit", x, y)
    if validation_data is not None:
        validation_data = _examples("fit: validation_data", *validation_data)
    for name, number in (("epochs", epochs), ("batch_size", batch_size)):
        if not isinstance(number, (int, np.integer)) or number < 1:
            raise ValueError(f"fit: {name} is {number!r}; pass a positive integer")
    named = metrics if isinstance(metrics, Mapping) else {_name(m): m for m in metrics}
    if "loss" in named or len(named) < len(metrics):
        raise ValueError(
            f"fit: got metrics named {[*named]}; pass a mapping that gives each a name of its own, "
            f"other than 'loss'"
        )
    measures: dict[str, Metric] = {"loss": loss, **named}
    history: History = {}
    rng = as_rng(rng)
    guard = _Guard(optimizer, history)

    bar = _progress_bar(epochs, progress)
    for epoch in bar:
        meter = _Meter(measures)
        for step, batch in enumerate(_batches(rng.permutation(len(x)), batch_size)):
            when = f"at step {step} of epoch {epoch} (both count from 0)"
            prediction, error = _step(model, x[batch], y[batch], loss, optimizer, guard)
            guard.check("loss", error, when)
            meter.add(prediction, y[batch], loss=error)
        guard.check("size of the largest parameter", float(abs(optimizer.theta).max()), when)
        _extend(history, meter.means())
        if validation_data is not None:
            means = evaluate(model, *validation_data, measures, batch_size)
            guard.check("validation loss", means["loss"], f"after epoch {epoch}")
            _extend(history, {f"val_{name}": mean for name, mean in means.items()})
        bar.set_postfix({name: f"{numbers[-1]:.4g}" for name, numbers in history.items()})
    return history


def _step(
    model: Callable[[Any], Tensor],
    x: Array,
    y: Array,
    loss: Callable[[Tensor, Any], Tensor],
    optimizer: Optimizer,
    guard: "_Guard",
) -> tuple[Array, float]:
    """Train on one batch, if its loss is finite; return the model's output and the loss."""
    prediction = model(as_tensor(frozen(x), "fit"))
    error = loss(prediction, y)
    if not isinstance(error, Tensor):
        raise TypeError(f"fit: the loss returned a {type(error).__name__}; return a Tensor")
    if np.isfinite(error.item()):
        guard.remember()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
    return prediction.data, error.item()


def evaluate(
    model: Callable[[Any], Any],
    x: Array,
    y: Array,
    metrics: Mapping[str, Metric],
    batch_size: int = 1024,
) -> dict[str, float]:
    """Average metrics over data without training on it, batch by batch, recording nothing.

    Args:
        model: called with a batch of rows of x.
        x: an array of inputs, one row per example.
        y: an array of what the metrics compare with, with as many rows.
        metrics: functions of (model output, y), by name.
        batch_size: examples per batch; it does not change the result.

    Returns:
        One mean per metric.

    Raises:
        ValueError: if x and y differ in length or are empty.

    >>> evaluate(lambda x: x, np.eye(2), np.array([0, 0]), {"accuracy": accuracy})
    {'accuracy': 0.5}
    """
    x, y = _examples("evaluate", x, y)
    if batch_size < 1:
        raise ValueError(f"evaluate: batch_size is {batch_size}; pass a positive integer")
    meter = _Meter(metrics)
    with no_grad():
        for batch in _batches(np.arange(len(x)), batch_size):
            meter.add(model(as_tensor(x[batch], "evaluate")), y[batch])
    return meter.means()


class _Meter:
    """Averages metrics over batches, weighing each batch by its size."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self.metrics = metrics
        self.totals = dict.fromkeys(metrics, 0.0)
        self.examples = 0

    def add(self, prediction: Any, y: Array, **known: float) -> None:
        self.examples += len(y)
        with no_grad():
            for name, metric in self.metrics.items():
                measured = known[name] if name in known else metric(prediction, y)
                number = measured.item() if isinstance(measured, Tensor) else float(measured)
                self.totals[name] += number * len(y)

    def means(self) -> dict[str, float]:
        return {name: total / self.examples for name, total in self.totals.items()}


class _Guard:
    """Remembers the last parameters that gave a finite loss, and puts them back if one is not."""

    def __init__(self, optimizer: Optimizer, history: History) -> None:
        self.optimizer, self.history = optimizer, history
        self.good = optimizer.theta

    def remember(self) -> None:
        self.good = self.optimizer.theta

    def check(self, what: str, number: float, when: str) -> None:
        if np.isfinite(number):
            return
        self.optimizer.theta = self.good
        self.optimizer.reset()
        raise DivergenceError(
            f"fit: the {what} became {number} {when}; the parameters are back at the last ones "
            f"with a finite loss. Try a smaller learning rate, and check the data for NaN",
            self.history,
        )


def _examples(op: str, x: Any, y: Any) -> tuple[Array, Array]:
    x, y = np.asarray(x), np.asarray(y)
    if not x.ndim or not y.ndim or len(x) != len(y) or not len(x):
        raise ValueError(
            f"{op}: got x of shape {x.shape} and y of shape {y.shape}; "
            f"pass as many rows in one as in the other, and at least one"
        )
    return x, y


def _name(metric: Metric) -> str:
    return getattr(metric, "__name__", type(metric).__name__)


def _batches(order: Array, batch_size: int) -> Iterator[Array]:
    return (order[i : i + batch_size] for i in range(0, len(order), batch_size))


def _extend(history: History, means: Mapping[str, float]) -> None:
    for name, mean in means.items():
        history.setdefault(name, []).append(mean)


def _progress_bar(epochs: int, progress: bool) -> Any:
    from tqdm import tqdm

    return tqdm(range(epochs), desc="fit", unit="epoch", disable=not progress)
