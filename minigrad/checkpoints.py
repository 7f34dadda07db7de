"""Checkpoints: a training in one file, to be used or taken up again.

The file is an ``.npz``, which holds arrays by name, and no pickle, which could hold a program: one
may open it with ``np.load`` and look.  In it are

- ``model.…``: what `Layer.state_dict` returned;
- ``optimizer.…``: what ``state_dict`` of the optimizer returned, the parameters among it.  Of a
  model that is a plain function, nothing else is saved: if there is dropout in it or normalization,
  make it a `Layer`;
- ``order.rng``: the state of the generator that draws the order of the examples;
- ``callbacks.…``: what ``state_dict`` of a callback returned, if it has one;
- ``minigrad``: the rest as JSON: the version of this format, the history, and whether a callback
  has stopped the training.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minigrad.arrays import Array
from minigrad.callbacks import History, Run
from minigrad.initializers import Rng
from minigrad.layers import Layer
from minigrad.optimizers import Optimizer
from minigrad.settings import whole
from minigrad.state import under

FORMAT = 1  # the version of the format; one more for each change that an older reader would miss


class Saved(NamedTuple):
    """What `load` returns: how far the training had come.

    Attributes:
        epoch: how many epochs are done.
        history: what fit returned, or would have.
        stopped: whether a callback has ended the training.
    """

    epoch: int
    history: History
    stopped: bool


def save(
    path: str | os.PathLike[str],
    model: Any,
    optimizer: Optimizer | None = None,
    *,
    rng: Rng | None = None,
    history: History | None = None,
    callbacks: Sequence[Any] = (),
    stopped: bool = False,
) -> None:
    """Write a model, and what else is given of its training, to one file.

    The file is written beside its place and moved there when it is whole.  So an interruption
    leaves an earlier file as it was.

    Args:
        path: the file; an earlier one is replaced.
        model: a `Layer`, or a function, whose parameters the optimizer holds.
        optimizer: its settings, averages and parameters.
        rng: the generator (no seed) of the order of the examples, if the training shall go on.
        history: what fit returned.
        callbacks: those with a ``state_dict``.
        stopped: whether a callback has ended the training.

    Raises:
        TypeError: if there is nothing to save: the model is a function, without an optimizer; or if
            ``rng`` is no generator.
        OSError: if the file cannot be written.

    >>> from tempfile import TemporaryDirectory
    >>> from minigrad import Linear
    >>> with TemporaryDirectory() as folder:
    ...     save(f"{folder}/line.npz", Linear(2, 1, rng=0))
    ...     with np.load(f"{folder}/line.npz") as file:
    ...         print(*file)
    minigrad model.W model.b
    """
    notes = {"format": FORMAT, "history": history or {}, "stopped": stopped}
    arrays = {"minigrad": np.array(json.dumps(notes, default=_plain))}
    for prefix, part in _parts("save", model, optimizer, rng, callbacks).items():
        arrays |= {f"{prefix}.{name}": array for name, array in part.state_dict().items()}
    path = Path(path)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())  # on the disk, before its name is
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(
    path: str | os.PathLike[str],
    model: Any,
    optimizer: Optimizer | None = None,
    *,
    rng: Rng | None = None,
    callbacks: Sequence[Any] = (),
) -> Saved:
    """Put a model, and what else is given, back to what `save` has written.

    What is passed must be in the file, and of the same architecture, kind and settings.  The file
    may hold more, such as an optimizer, where only the model is wanted.

    Args:
        path: the file.
        model: a `Layer`, or a function, whose parameters the optimizer holds.
        optimizer: gets the learning rate, averages and parameters.
        rng: gets the state of the generator of the order.
        callbacks: as many of each kind as were saved, in the same order.

    Returns:
        How many epochs were done, their history, and whether a callback had stopped the training.

    Raises:
        OSError: if the file is missing or cannot be read.
        TypeError: if there is nothing to load into: the model is a function, without an optimizer;
            or if ``rng`` is no generator.
        ValueError: if the file is damaged, is none of `save`, is of a later format, or does not
            fit.  Then nothing has changed.

    >>> from tempfile import TemporaryDirectory
    >>> from minigrad import Linear
    >>> one, other = Linear(2, 1, rng=0), Linear(2, 1, rng=1)
    >>> with TemporaryDirectory() as folder:
    ...     save(f"{folder}/line.npz", one)
    ...     load(f"{folder}/line.npz", other)
    Saved(epoch=0, history={}, stopped=False)
    >>> np.array_equal(one.W.data, other.W.data)
    True
    """
    parts = _parts("load", model, optimizer, rng, callbacks)
    arrays, saved = read(path)
    before = {prefix: part.state_dict() for prefix, part in parts.items()}
    states = {prefix: under(prefix, arrays) for prefix in parts}
    missing = [prefix for prefix in parts if before[prefix] and not states[prefix]]
    if missing:
        found = sorted({name.rpartition(".")[0] for name in arrays})
        argument = "rng" if missing[0] == "order" else missing[0].partition(".")[0]
        raise ValueError(
            f"load: {path} has no {missing[0]!r} in it, only {found}; pass what it was saved "
            f"with, or save it again with its {argument}"
        )
    if "model" not in parts and under("model", arrays):
        raise ValueError(f"load: {path} has the state of a Layer in it; pass one as the model")
    for prefix, part in parts.items():
        try:
            part.load_state_dict(states[prefix])
        except Exception as error:  # a callback of the reader's may raise anything
            for changed in parts:
                parts[changed].load_state_dict(before[changed])
            raise ValueError(f"load: {path} does not fit the {prefix}: {error}") from error
    return saved


class Checkpoint:
    """Save the training to a file after epochs; a callback for `fit`.

    Args:
        path: the file; each time, it is replaced as a whole.
        every: save after so many epochs, and after the last one.

    To go on from the file, pass it to fit as ``resume``, with the same model, optimizer, data and
    settings: what comes out is the same, to the last bit, as without the interruption, if all that
    training changes is part of a state: see `Layer`.  Of a model that is a plain function, only the
    parameters are saved.  What `EarlyStopping` puts back at the end is not.

    Raises:
        ValueError: if ``every`` is not a positive integer, or the folder does not exist.

    >>> from tempfile import TemporaryDirectory
    >>> from minigrad import SGD, Linear, fit, mean_squared_error
    >>> x = np.array([[1.0], [2.0]])
    >>> def train(epochs, **settings):
    ...     line = Linear(1, 1, rng=0)
    ...     return fit(line, x, 2 * x, loss=mean_squared_error, epochs=epochs, rng=0,
    ...                optimizer=SGD(line.parameters(), lr=0.1), progress=False, **settings)
    >>> with TemporaryDirectory() as folder:
    ...     path = f"{folder}/line.npz"
    ...     three = train(3, callbacks=[Checkpoint(path)])
    ...     seven = train(7, callbacks=[Checkpoint(path)], resume=path)
    >>> seven == train(7)
    True
    """

    def __init__(self, path: str | os.PathLike[str], every: int = 1) -> None:
        self.path, self.every = Path(path), whole("Checkpoint", "every", every)
        if not self.path.parent.is_dir():
            raise ValueError(
                f"Checkpoint: there is no folder {self.path.parent} for {self.path.name}; make it"
            )

    def after_epoch(self, run: Run) -> None:
        done = run.epoch + 1
        if done % self.every == 0 or done == run.epochs or run.stopped:
            save(
                self.path,
                run.model,
                run.optimizer,
                rng=run.rng,
                history=run.history,
                callbacks=run.callbacks,
                stopped=run.stopped,
            )


class _Order(Layer):
    """The generator of the order, with the state of a layer that holds nothing else."""

    def __init__(self, rng: Rng) -> None:
        self.rng = rng


def _parts(
    op: str, model: Any, optimizer: Optimizer | None, rng: Rng | None, callbacks: Sequence[Any]
) -> dict[str, Any]:
    """Return all that has a state, by the prefix of its arrays in the file."""
    parts: dict[str, Any] = {}
    if isinstance(model, Layer):
        parts["model"] = model
    elif optimizer is None:
        raise TypeError(
            f"{op}: got a {type(model).__name__} as the model, which is no Layer; "
            f"pass the optimizer, which holds its parameters, too"
        )
    if optimizer is not None:
        parts["optimizer"] = optimizer
    if rng is not None:
        if not isinstance(rng, np.random.Generator):
            raise TypeError(f"{op}: rng is {rng!r}; pass the generator that fit was given")
        parts["order"] = _Order(rng)
    stateful = [callback for callback in callbacks if hasattr(callback, "state_dict")]
    return parts | {f"callbacks.{i}.{type(c).__name__}": c for i, c in enumerate(stateful)}


def _plain(x: Any) -> Any:
    if isinstance(x, (np.ndarray, np.generic)):
        return x.tolist()
    raise TypeError(f"save: got a {type(x).__name__} in the history; keep to numbers, text, lists")


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Array], Saved]:
    """Read a file whole, or say what is wrong with it."""
    with open(path, "rb") as file:
        try:
            npz = np.load(file, allow_pickle=False)
            arrays = {name: npz[name] for name in npz.files}
        except Exception as error:  # of whatever kind: what cannot be read is damaged or foreign
            raise ValueError(
                f"load: {path} is damaged, or no .npz file at all "
                f"({type(error).__name__}: {error}); pass a file that save() has written"
            ) from error
    try:
        notes = json.loads(arrays.pop("minigrad").item())
        found = notes["format"]
        if found == FORMAT:
            history = notes["history"]
            return arrays, Saved(len(history.get("loss", [])), history, notes["stopped"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"load: {path} holds the arrays {sorted(arrays)[:5]}, and no notes that save() would "
            f"have left; pass a file that it has written"
        ) from error
    raise ValueError(
        f"load: {path} is of format {found}, and this minigrad reads format {FORMAT}; "
        f"update minigrad, or save the training again with the minigrad that wrote the file"
    )
