"""Callbacks: what looks on while `fit` trains, and may step in.

A callback is an object with one or more of these methods, its *hooks*; those that it lacks are not
called and cost nothing.  A plain function counts as an ``after_epoch``.

- ``before_step(run)``: the gradients are there (``p.grad``), and the parameters have not moved.
- ``after_step(run)``: the parameters have moved; the gradients of the step are still there.
- ``after_epoch(run)``: ``run.history`` ends with the figures of this epoch.
- ``after_fit(run)``: there is no epoch to come.  If fit ends by an error, this is not called.

Each is given the same record, a `Run`, and what it returns is ignored.  Callbacks are called in the
order in which they are passed, a `Checkpoint` after all others.  ``fit(..., clip_norm=...)`` clips
after ``before_step``, which therefore sees the gradient as backward left it.

To compare the parameters before a step with those after it, keep ``p.data`` itself: an array that
holds parameters never changes, a step makes a new one.

>>> from minigrad import SGD, Linear, fit, mean_squared_error
>>> class LargestUpdate:
...     def before_step(self, run):
...         self.W = run.model.W.data
...     def after_step(self, run):
...         print(run.epoch, run.step, abs(run.model.W.data - self.W).max().round(4))
>>> line = Linear(1, 1, rng=0)
>>> x = np.array([[1.0], [2.0]])
>>> _ = fit(line, x, 2 * x, loss=mean_squared_error, optimizer=SGD(line.parameters(), lr=0.1),
...         epochs=2, callbacks=[LargestUpdate()], progress=False)
0 0 0.7628
1 0 0.2441

A callback with ``state_dict()``, which returns arrays by name, and ``load_state_dict(state)`` has
its state saved by `Checkpoint` and put back by ``fit(..., resume=...)``.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minigrad.arrays import Array
from minigrad.initializers import Rng
from minigrad.layers import Layer
from minigrad.optimizers import Optimizer
from minigrad.settings import not_negative, whole
from minigrad.state import under

History = dict[str, list[float]]
HOOKS = ("before_step", "after_step", "after_epoch", "after_fit")


@dataclass(slots=True)
class Run:
    """What there is to know of a training while it goes on; the record that callbacks are given.

    Attributes:
        model: what is trained.
        optimizer: what moves its parameters.
        rng: the generator that draws the order of the examples.
        epochs: how many epochs there shall be in all.
        callbacks: all of them, in the order in which they are called.
        history: what fit will return: one number per figure and epoch that is done.
        epoch: the number of the epoch, from 0; in ``after_fit``, how many are done.
        step: the number of the step in its epoch, from 0.
        loss: the loss of the batch, before the step.
        stopped: whether `stop` has been called.
    """

    model: Callable[[Any], Any]
    optimizer: Optimizer
    rng: Rng
    epochs: int
    callbacks: Sequence[Any] = ()
    history: History = field(default_factory=dict)
    epoch: int = 0
    step: int = 0
    loss: float = math.nan
    stopped: bool = False

    def stop(self) -> None:
        """End the training with this step, or, after an epoch, with that.

        An epoch that is cut short is in the history, as averages over its steps so far.
        """
        self.stopped = True


def hooks(callbacks: Sequence[Any]) -> dict[str, list[Callable[[Run], Any]]]:
    """Return the functions to call at each point, in order.

    >>> found = hooks([print, EarlyStopping()])
    >>> {name: len(functions) for name, functions in found.items()}
    {'before_step': 0, 'after_step': 0, 'after_epoch': 2, 'after_fit': 1}
    """
    found: dict[str, list[Callable[[Run], Any]]] = {name: [] for name in HOOKS}
    for i, callback in enumerate(callbacks):
        named = [name for name in HOOKS if hasattr(callback, name)]
        if isinstance(callback, type) or not (named or callable(callback)):
            what = f"class {callback.__name__}" if isinstance(callback, type) else repr(callback)
            raise TypeError(
                f"fit: callback {i} is {what}; pass a function of the run, "
                f"or an object with one of the methods {', '.join(HOOKS)}"
            )
        for name in named:
            found[name].append(getattr(callback, name))
        if not named:
            found["after_epoch"].append(callback)
    return found


class EarlyStopping:
    r"""Stop when a figure of the history has not become better for a number of epochs.

    .. math:: e - e_{\text{best}} \ge p, \qquad \text{where epoch } e \text{ is the best so far if }
              m_e < m_{\text{best}} - \Delta

    Args:
        metric: the name m of a figure of the history.
        patience: p, for how many epochs to wait for a better one.
        min_delta: Δ, 0 or more: by how much a figure must be better to count.
        better: "lower" or "higher" figures; may be left out for a loss, of which lower is better.
        restore_best: whether fit, when it ends, puts the model back to where it was best, also if
            it ends because all epochs are done.

    What is put back are the parameters and the state of a `Layer`; the optimizer's averages stay.
    NaN is never better.  Each fit begins afresh, except one that resumes.

    Raises:
        TypeError: if ``metric`` is no name.
        ValueError: if a setting is out of range, ``better`` is missing, or, after the first epoch,
            the history has no such figure.

    Source: Prechelt, 1998.

    >>> from minigrad import SGD, Linear, fit, mean_squared_error
    >>> line = Linear(1, 1, rng=0)
    >>> x = np.array([[1.0], [2.0]])
    >>> history = fit(line, x, 2 * x, loss=mean_squared_error, epochs=1000, progress=False,
    ...               optimizer=SGD(line.parameters(), lr=0.1),
    ...               callbacks=[EarlyStopping("loss", patience=3, min_delta=1e-3)])
    >>> len(history["loss"])
    51
    """

    def __init__(
        self,
        metric: str = "val_loss",
        patience: int = 10,
        min_delta: float = 0.0,
        *,
        better: str | None = None,
        restore_best: bool = True,
    ) -> None:
        if not isinstance(metric, str):
            raise TypeError(
                f"EarlyStopping: metric is {metric!r}; pass the name of a figure of the history, "
                f"such as 'val_loss', and patience={metric!r} if you mean that"
            )
        self.metric, self.patience = metric, whole("EarlyStopping", "patience", patience)
        if better is None and metric.endswith("loss"):
            better = "lower"
        if better not in ("lower", "higher"):
            raise ValueError(
                f"EarlyStopping: better is {better!r} for {metric!r}; "
                f"pass better='lower' or better='higher'"
            )
        self.better, self.sign = better, 1 if better == "lower" else -1
        self.min_delta = not_negative("EarlyStopping", "min_delta", min_delta)
        self.restore_best = restore_best
        self.reset()

    def reset(self) -> None:
        """Forget what was best."""
        self.best, self.best_epoch = math.inf, -1  # the best is held with its sign: lower is better
        self.kept: dict[str, Array] = {}

    def after_epoch(self, run: Run) -> None:
        if self.metric not in run.history:
            raise ValueError(
                f"EarlyStopping: the history has no {self.metric!r}; pass one of {[*run.history]}, "
                f"and validation_data to fit for what begins with val_"
            )
        if run.epoch == 0:
            self.reset()
        figure = self.sign * run.history[self.metric][-1]
        if figure < self.best - self.min_delta:
            self.best, self.best_epoch = figure, run.epoch
            self.kept = _kept(run) if self.restore_best else {}
        elif run.epoch - self.best_epoch >= self.patience:
            run.stop()

    def after_fit(self, run: Run) -> None:
        if self.kept:
            _put_back(run, self.kept)

    def state_dict(self) -> dict[str, Array]:
        """Return what was best so far, as arrays by name."""
        names = ("metric", "better", "best", "best_epoch")
        state = {name: getattr(self, name) for name in names}
        kept = {f"kept.{name}": array for name, array in self.kept.items()}
        return {name: np.array(value) for name, value in (state | kept).items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what `state_dict` returned.

        Raises:
            ValueError: if it is of another metric, or another direction is better.
        """
        metric, better = state["metric"].item(), state["better"].item()
        if (metric, better) != (self.metric, self.better):
            raise ValueError(
                f"EarlyStopping: the state is of {metric!r} with better={better!r}, and this one "
                f"looks at {self.metric!r} with better={self.better!r}"
            )
        self.best, self.best_epoch = state["best"].item(), state["best_epoch"].item()
        self.kept = under("kept", state)


def _kept(run: Run) -> dict[str, Array]:
    """Return what to go back to: the parameters, and all else that a `Layer` holds."""
    state = run.model.state_dict() if isinstance(run.model, Layer) else {}
    return {"theta": run.optimizer.theta, **{f"model.{name}": a for name, a in state.items()}}


def _put_back(run: Run, kept: Mapping[str, Array]) -> None:
    if isinstance(run.model, Layer):
        run.model.load_state_dict(under("model", kept))
    run.optimizer.theta = kept["theta"]
