"""Training: passes over the data in shuffled mini-batches, and what they have led to."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from minigrad.arrays import Array, as_floats, frozen
from minigrad.callbacks import History, Run, hooks
from minigrad.checkpoints import Checkpoint, load, read
from minigrad.evaluation import Meter, Metric, by_name, evaluate, examples, in_mode, measured
from minigrad.initializers import Rng, as_rng
from minigrad.layers import Layer
from minigrad.optimizers import Optimizer, gradient_norm, scale_gradients
from minigrad.recording import constant, no_grad
from minigrad.settings import positive, whole
from minigrad.tensor import Tensor


class DivergenceError(ArithmeticError):
    """The loss was no longer a finite number; ``history`` holds the epochs before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message, history)
        self.history = history

    def __str__(self) -> str:
        return str(self.args[0])


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
    schedule: Callable[[int], float] | None = None,
    clip_norm: float | None = None,
    callbacks: Sequence[Any] = (),
    resume: str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> History:
    """Train a model: for each epoch, go through the data once, in batches of a new random order.

    Args:
        model: called with a batch of rows of x; returns what the loss takes.  A `Layer` is in
            training for its steps and out of it for validation; then each of its layers is put
            back into the mode in which it was found.
        x: an array of inputs of the parameters' dtype, one row per example.
        y: an array of what the loss compares with, with as many rows.
        loss: called as ``loss(model(x), y)``; returns the mean over the batch.
        optimizer: it holds the model's parameters.
        epochs: how many passes over the data in all, those before a resumption included.
        batch_size: examples per step; the last batch of an epoch may be smaller.
        rng: a seed or a generator for the order of the examples.
        validation_data: a pair (x, y) to evaluate after each epoch, without training on it.
        metrics: further functions of (model output, y) to average over batches, such as
            `accuracy`; by their own names, or by the keys of a mapping.
        schedule: gives the learning rate of an epoch, counted from 0; see `minigrad.schedules`.
            It is asked for all epochs before the first.
        clip_norm: a length to which longer gradients are shortened, as by `clip_gradients`.
        callbacks: what looks on, such as `EarlyStopping` or `Checkpoint`; see `minigrad.callbacks`.
        resume: a file that `Checkpoint` has written, or `save` with the optimizer, the generator
            and the history, to go on from where it ends, with its learning rate if there is no
            schedule.  If a callback had stopped that training, it is over and stays so.
        progress: whether to show a progress bar.

    Returns:
        A dict of lists with one number per epoch, under ``loss``, the name of each metric, the
        same with the prefix ``val_``, and ``lr``, the learning rate.  Training figures are averages
        over the epoch, while the model changes.

    Raises:
        ValueError: if x and y differ in length, are empty, or a setting is out of range; if the
            file to resume from does not fit, or has more epochs than there shall be.
        TypeError: if x is of another dtype than the parameters, something is of another kind than
            said above, the loss returns no Tensor, or a metric no number.
        DivergenceError: if the loss, a parameter, the length of a gradient to clip, or the
            validation loss becomes NaN or infinite, also where an operation says so itself, as
            `exp` does.  The parameters, and the arrays that a `Layer` holds (running averages), are
            then put back to the last ones with which the loss was finite, and the optimizer's
            averages of past gradients are cleared.

    >>> import numpy as np
    >>> from minigrad import SGD, Linear, fit, mean_squared_error
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> line = Linear(1, 1, rng=0)
    >>> sgd = SGD(line.parameters(), lr=0.1)
    >>> history = fit(line, x, 2 * x + 1, loss=mean_squared_error, optimizer=sgd,
    ...               epochs=200, batch_size=3, progress=False)
    >>> line.W.data.round(2), line.b.data.round(2)
    (array([[2.]]), array([1.]))
    """
    _check_parts(model, loss, optimizer)
    x, y = _examples("fit", x, y, optimizer)
    if validation_data is not None:
        validation_data = _examples("fit: validation_data", *_pair(validation_data), optimizer)
    epochs, batch_size = whole("fit", "epochs", epochs), whole("fit", "batch_size", batch_size)
    named = _named(metrics)
    measures: dict[str, Metric] = {"loss": loss, **named}
    figures = [*measures, *(f"val_{name}" for name in measures if validation_data is not None)]
    # A checkpoint keeps what the others have made of the epoch.
    callbacks = sorted(_listed(callbacks), key=lambda callback: isinstance(callback, Checkpoint))
    run = Run(model, optimizer, as_rng(rng, "fit"), epochs, callbacks)
    trainer = _Trainer(run, loss, clip_norm)
    if resume is not None:
        _resume(run, resume, figures)
    trainer.remember()
    rates = _rates(schedule, range(run.epoch, epochs))

    # What leaves the range of floats is found by its consequence, and named as that.
    quiet = np.errstate(over="ignore", invalid="ignore")
    with quiet, _progress_bar(run, progress) as bar:
        while run.epoch < epochs and not run.stopped:
            if rates:
                optimizer.lr = rates[run.epoch]
            means = trainer.epoch(x, y, batch_size, named)
            if validation_data is not None:
                means |= trainer.validate(*validation_data, batch_size, measures)
            for name, mean in (means | {"lr": optimizer.lr}).items():
                run.history.setdefault(name, []).append(mean)
            trainer.call("after_epoch")
            bar.set_postfix({name: f"{column[-1]:.4g}" for name, column in run.history.items()})
            bar.update()
            run.epoch += 1
        trainer.call("after_fit")
    return run.history


class _Trainer:
    """Goes through the data; remembers the last state of the model that gave a finite loss."""

    def __init__(
        self, run: Run, loss: Callable[[Tensor, Any], Tensor], clip_norm: float | None
    ) -> None:
        self.run, self.loss = run, loss
        self.clip_norm = clip_norm if clip_norm is None else positive("fit", "clip_norm", clip_norm)
        self.hooks = hooks(run.callbacks)
        held = run.model.held().values() if isinstance(run.model, Layer) else ()
        # A batch moves running averages before its loss is known.
        self.averages = [a for a in held if isinstance(a, np.ndarray) and a.flags.writeable]
        self.good: tuple[Array, list[Array]]

    def remember(self) -> None:
        """Keep what to go back to, if the next loss is not finite."""
        self.good = self.run.optimizer.theta, [a.copy() for a in self.averages]

    def call(self, name: str) -> None:
        for hook in self.hooks[name]:
            hook(self.run)

    def epoch(
        self, x: Array, y: Array, batch_size: int, metrics: Mapping[str, Metric]
    ) -> dict[str, float]:
        """Go through the examples once, in a new random order; return the average figures."""
        run, meter = self.run, Meter()
        order = run.rng.permutation(len(x))
        with in_mode(run.model, training=True):
            for step, start in enumerate(range(0, len(x), batch_size)):
                run.step = step
                batch = order[start : start + batch_size]
                inputs = constant(Tensor, frozen(x.take(batch, 0)))  # faster than x[batch]
                meter.add(self.step(inputs, y.take(batch, 0), metrics), len(batch))
                if run.stopped:
                    break
        self.check("size of the largest parameter", float(abs(run.optimizer.theta).max()))
        self.check("largest average of the optimizer", run.optimizer.largest_average())
        return meter.means()

    def step(self, x: Tensor, y: Array, metrics: Mapping[str, Metric]) -> dict[str, float]:
        """Train on one batch, if its loss is finite; return its figures."""
        run, optimizer = self.run, self.run.optimizer
        try:
            prediction = run.model(x)
            error = self.loss(prediction, y)
        except OverflowError as beyond:
            raise self.divergence("loss", math.inf) from beyond
        if not isinstance(error, Tensor):
            raise TypeError(f"fit: the loss returned a {type(error).__name__}; return a Tensor")
        run.loss = error.item()
        self.check("loss", run.loss)
        self.remember()
        optimizer.zero_grad()
        error.backward()
        self.call("before_step")
        if self.clip_norm is not None:
            norm = gradient_norm(optimizer.parameters)
            self.check("length of the gradient", norm)
            if norm > self.clip_norm:
                scale_gradients(optimizer.parameters, self.clip_norm / norm)
        optimizer.step()
        self.call("after_step")
        figures = {"loss": run.loss}
        if metrics:
            with no_grad():
                figures |= measured(metrics, prediction, y)
        return figures

    def validate(
        self, x: Array, y: Array, batch_size: int, metrics: Mapping[str, Metric]
    ) -> dict[str, float]:
        """Measure the model on examples that it is not trained on."""
        when = f"after epoch {self.run.epoch}"
        try:
            means = evaluate(self.run.model, x, y, metrics, batch_size)
        except OverflowError as beyond:
            raise self.divergence("validation loss, or a metric,", math.inf, when) from beyond
        self.check("validation loss", means["loss"], when)
        return {f"val_{name}": mean for name, mean in means.items()}

    def check(self, what: str, number: float, when: str | None = None) -> None:
        if not math.isfinite(number):
            raise self.divergence(what, number, when)

    def divergence(self, what: str, number: float, when: str | None = None) -> DivergenceError:
        """Put the model back to what was good; return what to raise."""
        run = self.run
        when = when or f"at step {run.step} of epoch {run.epoch} (both count from 0)"
        run.optimizer.theta, averages = self.good
        run.optimizer.reset()
        for now, before in zip(self.averages, averages, strict=True):
            now[...] = before
        return DivergenceError(
            f"fit: the {what} became {number} {when}; the parameters are back at the last ones "
            f"with a finite loss. Try a smaller learning rate, and check the data for NaN",
            run.history,
        )


def _check_parts(model: Any, loss: Any, optimizer: Any) -> None:
    if not callable(model):
        raise TypeError(f"fit: model is {model!r}; pass a Layer, or a function of a batch")
    if not callable(loss):
        raise TypeError(f"fit: loss is {loss!r}; pass a function, such as mean_squared_error")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"fit: optimizer is {optimizer!r}; pass one that is made for the model, "
            f"such as Adam(model.parameters())"
        )


def _examples(op: str, x: Any, y: Any, optimizer: Optimizer) -> tuple[Array, Array]:
    """Return inputs and targets as arrays; of another dtype, x would decide on all that follows."""
    x, y = examples(op, x, y)
    dtype = optimizer.theta.dtype
    if as_floats(op, x).dtype != dtype:
        raise TypeError(
            f"{op}: x is of {x.dtype} and the parameters are of {dtype}; "
            f"pass np.asarray(x, np.{dtype})"
        )
    return x, y


def _pair(data: Any) -> tuple[Any, Any]:
    if isinstance(data, (tuple, list)) and len(data) == 2:
        return data[0], data[1]
    of = f" of {len(data)}" if isinstance(data, (tuple, list)) else ""
    raise TypeError(
        f"fit: validation_data is a {type(data).__name__}{of}; "
        f"pass a pair (x, y) of arrays, split off beforehand"
    )


def _named(metrics: Sequence[Metric] | Mapping[str, Metric]) -> dict[str, Metric]:
    named = by_name("fit", metrics)
    taken = [name for name in named if name in ("loss", "lr") or name.startswith("val_")]
    if taken:
        raise ValueError(
            f"fit: got metrics named {taken}; pass a mapping with other names than 'loss' and "
            f"'lr', and none that begins with 'val_'"
        )
    return named


def _listed(callbacks: Sequence[Any]) -> Sequence[Any]:
    if not isinstance(callbacks, (list, tuple)):
        raise TypeError(f"fit: callbacks is a {type(callbacks).__name__}; pass a list of them")
    return callbacks


def _rates(schedule: Callable[[int], float] | None, epochs: range) -> dict[int, float]:
    """Ask a schedule for all epochs, so that a bad rate is found before the first."""
    if schedule is None:
        return {}
    if not callable(schedule):
        raise TypeError(f"fit: schedule is {schedule!r}; pass a function of the epoch")
    return {e: positive("fit", f"schedule({e})", schedule(e)) for e in epochs}


def _resume(run: Run, path: str | os.PathLike[str], figures: Sequence[str]) -> None:
    """Take up the training in a file, if it is this one."""
    _, saved = read(path)
    if saved.epoch > run.epochs:
        raise ValueError(
            f"fit: {path} has {saved.epoch} epochs done, and epochs is {run.epochs}, "
            f"which counts those; pass {saved.epoch} or more"
        )
    # fit writes its figures side by side, from the loss to the rate; others are of callbacks.
    names, ours = [*saved.history], [*figures, "lr"]
    theirs = names[names.index("loss") :] if saved.epoch else ours
    if {*theirs[: len(ours)]} != {*ours}:
        raise ValueError(
            f"fit: {path} has a history of {names}, and this training one of "
            f"{ours}; pass the metrics and the validation_data that it began with"
        )
    run.epoch, run.history, run.stopped = load(
        path, run.model, run.optimizer, rng=run.rng, callbacks=run.callbacks
    )


def _progress_bar(run: Run, progress: bool) -> Any:
    from tqdm import tqdm

    return tqdm(total=run.epochs, initial=run.epoch, desc="fit", unit="epoch", disable=not progress)
