"""Monitoring: what happens inside of a model while it is trained, step by step."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from minigrad.arrays import Array
from minigrad.probes import ActivationProbe, probe
from minigrad.settings import whole
from minigrad.tallies import norm
from minigrad.tensor import Tensor
from minigrad.untouched import held_by, parameters_among


class StepProbe(NamedTuple):
    """What a `Monitor` has measured at one step.

    Attributes:
        step: the number of the step; steps count from 0, also over the epochs of `fit`.
        loss: the loss of the batch, before the step.
        gradients: ‖g‖ of each parameter, by name, before any clipping; NaN if it had no gradient.
        updates: ‖Δθ‖ / ‖θ‖ of each parameter, by name: how far the step moved it, as a share of its
            length before; infinite if that was 0.
        saturated: the share of saturated numbers in each activation, after the step; empty if the
            monitor has no data.
        dead: the share of dead units in each activation, likewise.

    >>> StepProbe(0, 2.5, {"W": 0.5}, {"W": 0.01}, (0.25,), (0.0,)).updates["W"]
    0.01
    """

    step: int
    loss: float
    gradients: dict[str, float]
    updates: dict[str, float]
    saturated: tuple[float, ...]
    dead: tuple[float, ...]


class Monitor:
    r"""Measure, step by step, how large the gradients are and how far the parameters move.

    .. math:: \text{update}_\theta = \frac{\lVert \theta_\text{after} - \theta_\text{before} \rVert}
              {\lVert \theta_\text{before} \rVert}

    Around 1e-3 this is said to be right for weights; where it is far more, training is restless,
    where it is far less, slow.  With data, `probe` also tells how many numbers are saturated and
    how many units are dead, with the model as it is: within `fit`, in training.  Training goes on
    as if nobody watched.

    Pass it to `fit` as a callback.  In a loop of your own, call ``before_step()`` when ``backward``
    has left its gradients, and ``after_step(loss=...)`` when the optimizer has made its step.

    Args:
        model: a layer or a function, as `probe` takes it.
        x: an array of inputs to measure the activations on, the same each time; or None.
        every: measure the steps 0, every, 2 · every, and so on.
        options: of `probe`, such as ``dead_below``.

    The records are in the list ``records``, the names of the activations in ``ops``.

    Raises:
        ValueError: if ``every`` is not a positive integer, the model holds no parameters or two of
            one name, or ``after_step`` comes without ``before_step``.
        TypeError: if there are options and no x, or ``after_step`` gets a loss that is not named.

    It also raises what `probe` does for this model, x and options, when the monitor is made.

    Source: the rule of thumb of 1e-3, the course notes of CS231n, Stanford, 2016.

    >>> from minigrad import SGD, Linear, Sequential, fit, mean_squared_error, relu
    >>> net = Sequential(Linear(2, 1, rng=1), relu)
    >>> x, y = np.array([[1.0, 2.0], [2.0, 0.0]]), np.array([[3.0], [2.0]])
    >>> monitor = Monitor(net, x)
    >>> _ = fit(net, x, y, loss=mean_squared_error, optimizer=SGD(net.parameters(), lr=0.1),
    ...         epochs=3, callbacks=[monitor], progress=False)
    >>> for r in monitor.records:
    ...     print(f"{r.step} {r.loss:.2f} {r.gradients['0.W']:.2f} {r.updates['0.W']:.2f} {r.dead}")
    0 1.96 4.37 0.34 (0.0,)
    1 0.44 1.51 0.11 (0.0,)
    2 0.24 1.07 0.08 (0.0,)
    """

    def __init__(
        self,
        model: Callable[[Any], Tensor],
        x: Array | None = None,
        *,
        every: int = 1,
        **options: Any,
    ) -> None:
        self.model, self.x, self.options = model, x, options
        self.every = whole("Monitor", "every", every)
        self.parameters = _by_name(parameters_among(held_by(model)))
        if x is not None:
            probe(model, x, **options)  # to refuse now what would fail after the first step
        elif options:
            raise TypeError(
                f"Monitor: got {[*options]} without x; they are for a probe of x: pass it"
            )
        self.records: list[StepProbe] = []
        self.ops: tuple[str, ...] = ()
        self.step = 0
        self._before: dict[str, Array] = {}
        self._gradients: dict[str, float] = {}

    def before_step(self, run: Any = None) -> None:
        """Look at the gradients, and remember where the parameters are."""
        if self.step % self.every == 0:
            self._before = {name: p.data for name, p in self.parameters.items()}
            self._gradients = {
                name: math.nan if p.grad is None else norm(p.grad)
                for name, p in self.parameters.items()
            }

    def after_step(self, run: Any = None, *, loss: float = math.nan) -> None:
        """Look at how far the parameters have moved, and at the activations."""
        if run is not None and not hasattr(run, "loss"):
            raise TypeError(f"Monitor: after_step got a {type(run).__name__}; pass it as loss=...")
        if self.step % self.every == 0:
            if not self._before:
                raise ValueError("Monitor: after_step came without before_step; call both")
            self.records.append(self._measured(loss if run is None else run.loss))
            self._before = {}
        self.step += 1

    def _measured(self, loss: float) -> StepProbe:
        updates = {}
        for name, before in self._before.items():
            with np.errstate(invalid="ignore", over="ignore"):  # if training has diverged
                moved = norm(self.parameters[name].data - before)
            updates[name] = _ratio(moved, norm(before))
        layers: tuple[ActivationProbe, ...] = ()
        if self.x is not None:
            layers = probe(self.model, self.x, **self.options).activations
            self.ops = tuple(p.op for p in layers)
        saturated, dead = tuple(p.saturated for p in layers), tuple(p.dead for p in layers)
        return StepProbe(self.step, float(loss), self._gradients, updates, saturated, dead)

    def state_dict(self) -> dict[str, Array]:
        """Return the records as arrays by name, so that `Checkpoint` can keep them."""
        columns = {
            "step": [r.step for r in self.records],
            "loss": [r.loss for r in self.records],
            "gradients": [[*r.gradients.values()] for r in self.records],
            "updates": [[*r.updates.values()] for r in self.records],
            "saturated": [r.saturated for r in self.records],
            "dead": [r.dead for r in self.records],
            "steps": self.step,
            "ops": self.ops,
            "parameters": [*self.parameters],
        }
        return {name: np.array(column) for name, column in columns.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what `state_dict` returned.

        Raises:
            ValueError: if it is of other parameters, or of no monitor.
        """
        lacking = self.state_dict().keys() - (state.keys() if isinstance(state, Mapping) else ())
        if lacking:
            raise ValueError(
                f"Monitor: the state lacks {sorted(lacking)}; pass what state_dict() returned"
            )
        names = state["parameters"].tolist()
        if names != [*self.parameters]:
            raise ValueError(
                f"Monitor: the state is of parameters {names}, and this model has "
                f"{[*self.parameters]}; pass one of the same architecture"
            )
        self.records = [
            StepProbe(
                int(state["step"][i]),
                float(state["loss"][i]),
                dict(zip(names, state["gradients"][i].tolist(), strict=True)),
                dict(zip(names, state["updates"][i].tolist(), strict=True)),
                tuple(state["saturated"][i].tolist()),
                tuple(state["dead"][i].tolist()),
            )
            for i in range(len(state["step"]))
        ]
        self.step, self.ops = int(state["steps"]), tuple(state["ops"].tolist())


def _by_name(named: list[tuple[str, Tensor]]) -> dict[str, Tensor]:
    if not named:
        raise ValueError(
            "Monitor: the model holds no parameters; pass a layer, "
            "or a function that mentions its Tensors with requires_grad=True"
        )
    parameters: dict[str, Tensor] = {}
    for name, p in named:
        if name in parameters:
            raise ValueError(f"Monitor: two parameters are named {name!r}; rename one")
        parameters[name] = p
    return parameters


def _ratio(moved: float, length: float) -> float:
    """Divide as floats do, also by 0."""
    if length:
        return moved / length
    return moved and moved * math.inf
