"""Probes: measure what happens inside of a model, without touching its code.

A model that is run on a Tensor leaves a graph behind, and the graph knows all that there is to
measure.  Each activation in it is a result with its input z and its output a; its pullback, given
ones, returns the slope f′(z); and one walk back from a loss brings δ = ∂L/∂z.  So a probe sees the
inside of a `Sequential`, of layers within layers, and of a function that you wrote, all alike.

What to look for.  If ‖δ‖ falls from layer to layer on the way to the input, the gradient vanishes.
A unit is *saturated* where its slope is nearly 0: its input can change a lot and its output hardly
moves.  It is *dead* if that is so for every example: then it hardly learns any more.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from minigrad import graph
from minigrad.arrays import Array, as_floats
from minigrad.finding import Finder, Step, depending_on
from minigrad.settings import share, whole
from minigrad.tallies import Histogram, HistogramTally, Spread, SpreadTally, norm
from minigrad.tensor import Tensor
from minigrad.untouched import held_by, parameters_among, untouched


class ActivationProbe(NamedTuple):
    """What one activation does to all examples.

    Attributes:
        place: 1 for the activation next to the input, 2 for the one after it, and so on.
        op: its name.
        shape: the shape of z, for all examples together.
        z: the spread of what goes in.
        a: the spread of what comes out.
        nonfinite: how many numbers in z and a are NaN or infinite.
        zeros: the share of numbers in a that are exactly 0.
        saturated: the share of numbers in z where the slope is nearly 0.
        dead: the share of units whose slope is nearly 0 for every example.
        passing: for each unit, the share of examples for which its slope is not nearly 0.
        histogram: how many numbers of z lie where, and how many of these are saturated.
        delta_norm: ‖δ‖ of one example, as root mean square over the examples; None without a loss.
        delta_rms: the root mean square of the single numbers in δ; None without a loss.

    >>> from minigrad import probe, relu
    >>> (p,) = probe(relu, np.array([[-1.0, 2.0], [-3.0, 4.0]])).activations
    >>> p.op, p.shape, p.a.mean, p.saturated, p.passing, p.dead
    ('relu', (2, 2), 1.5, 0.5, (0.0, 1.0), 0.5)
    """

    place: int
    op: str
    shape: tuple[int, ...]
    z: Spread
    a: Spread
    nonfinite: int
    zeros: float
    saturated: float
    dead: float
    passing: tuple[float, ...]
    histogram: Histogram
    delta_norm: float | None
    delta_rms: float | None


class ParameterProbe(NamedTuple):
    """How large a parameter is, and its gradient.

    Attributes:
        name: as in `Layer.named_parameters`; in a function, the name of the variable.
        shape: its shape.
        norm: its length ‖θ‖.
        gradient: the length ‖∂L/∂θ‖, L being the mean loss of all examples; None without a loss, or
            if the loss does not depend on this parameter.

    >>> W = Tensor([[3.0], [4.0]], requires_grad=True)
    >>> (p,) = probe(lambda x: x @ W, np.eye(2)).parameters
    >>> p
    ParameterProbe(name='W', shape=(2, 1), norm=5.0, gradient=None)
    """

    name: str
    shape: tuple[int, ...]
    norm: float
    gradient: float | None


class Probe(NamedTuple):
    """What `probe` has measured; it prints as a table with one row per activation.

    Attributes:
        examples: how many rows x had.
        loss: the mean loss, or None.
        activations: one record per activation, from the input to the output.
        parameters: one record per parameter that the model holds.

    >>> from minigrad import tanh
    >>> probe(tanh, np.array([[0.0, 4.0]]))
             units  rms z  mean a  std a  saturated  dead  ‖δ‖
    1  tanh      2   2.83     0.5    0.5      50.0%  0.0%
    """

    examples: int
    loss: float | None
    activations: tuple[ActivationProbe, ...]
    parameters: tuple[ParameterProbe, ...]

    def __repr__(self) -> str:
        rows: list[tuple[str, ...]]
        rows = [("", "", "units", "rms z", "mean a", "std a", "saturated", "dead", "‖δ‖")]
        for p in self.activations:
            sizes = (f"{x:.3g}" for x in (p.z.rms, p.a.mean, p.a.std))
            shares = (f"{x:.1%}" for x in (p.saturated, p.dead))
            delta = "" if p.delta_norm is None else f"{p.delta_norm:.2e}"
            rows.append((f"{p.place}", p.op, f"{len(p.passing)}", *sizes, *shares, delta))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            f"{row[0]:>{widths[0]}}  {row[1]:{widths[1]}}  "
            + "  ".join(f"{cell:>{n}}" for cell, n in zip(row[2:], widths[2:], strict=True))
            for row in rows
        ]
        return "\n".join(line.rstrip() for line in lines)


def probe(
    model: Callable[[Any], Tensor],
    x: Any,
    y: Any = None,
    loss: Callable[[Tensor, Any], Tensor] | None = None,
    *,
    batch_size: int = 1024,
    saturated_below: float = 0.05,
    dead_below: float = 0.001,
    ops: Iterable[str] = (),
) -> Probe:
    r"""Run a model on data, and measure each activation in it; with a loss, the gradients, too.

    For an activation a = f(z) and thresholds t and d, with m the largest slope of f,

    .. math:: \text{saturated} = \operatorname{mean}\,[\,|f'(z)| \le t\,m\,], \qquad
              \text{passing}_j = \operatorname{mean}_i\,[\,|f'(z_{ij})| > d\,m\,], \qquad
              \text{dead} = \operatorname{mean}_j\,[\,\text{passing}_j = 0\,]

    where i goes over the examples and j over the units, which are the places on the last axis.

    What counts as an activation: an entry of the table, one of your own, `PReLU`, and `Maxout`,
    wherever the model calls it on something that depends on x.  m is the largest slope of the entry
    with its default options, such as 1/4 for sigmoid; it is 1 for `PReLU` and `Maxout`, and for an
    entry that is nowhere to be found in the model.  A formula of several operations that is no
    entry is not seen as one activation.

    What *saturated* means for ReLU: its slope is 0 or 1, so saturated is simply inactive, and half
    of all numbers being so is its way to work, no fault.  Leaky ReLU's slope of 0.01 counts as
    saturated, though something comes through, but never as dead.  SiLU and its kin are flat also
    where they turn, near z = −1.3.  Identity never saturates.  In Maxout, all pieces but the
    largest do.

    The model runs as it is, `Layer.train` or `Layer.eval`.  Afterwards its gradients, parameters,
    statistics, NumPy generators and attributes are what they were before.  What cannot be put back
    is what it appends to a list or writes into a dict, and the state of Python's ``random`` and of
    ``np.random`` itself.  The cost is one pass forward, and with a loss one backward, which goes on
    to x.

    Args:
        model: a layer, or any function that makes a Tensor of a Tensor.
        x: an array of inputs of the model's dtype, one row per example; may be a ``np.memmap``.
        y: what the loss compares with, with as many rows.
        loss: called as ``loss(model(x), y)``; returns the mean over the batch.
        batch_size: examples at a time.  It does not change the result, unless the model computes
            with the whole batch, as `BatchNorm` does while training.
        saturated_below: t, the share of the largest slope under which one counts as nearly 0.
        dead_below: d, the same for dead units.
        ops: further operations to count as activations, by the names that `record` gave them.

    Returns:
        A `Probe`.  δ is that of an example's own loss, n times the gradient of the mean over n
        examples, so that it does not depend on how many there are.

    Raises:
        ValueError: if x and y differ in length or are empty, only one of y and loss is given, a
            setting is out of range, the loss is no single number, or the result does not depend on
            x by anything recorded.
        TypeError: if the model or the loss returns no Tensor, or x has a wrong dtype.

    Source: looking at all layers at once, Glorot and Bengio, 2010; dead units, Maas, Hannun and Ng,
    2013.

    >>> from minigrad import Linear, Sequential, mean_squared_error, relu, sigmoid
    >>> net = Sequential(Linear(2, 3, rng=0), relu, Linear(3, 2, rng=1), sigmoid)
    >>> x = np.array([[1.0, -1.0], [2.0, 0.0]])
    >>> measured = probe(net, x, np.ones((2, 2)), mean_squared_error)
    >>> measured
                units  rms z  mean a  std a  saturated   dead       ‖δ‖
    1  relu         3   1.43   0.327  0.511      66.7%  66.7%  6.47e-02
    2  sigmoid      2  0.733   0.612  0.118       0.0%   0.0%  1.38e-01
    >>> measured.activations[0].passing
    (1.0, 0.0, 0.0)
    >>> [(p.name, p.gradient) for p in measured.parameters if p.name.endswith("W")]
    [('0.W', 0.1038), ('2.W', 0.1297)]
    """
    x = as_floats("probe", x)
    y = None if y is None else np.asarray(y)
    if (y is None) != (loss is None):
        raise ValueError("probe: got only one of y and loss; pass both, or neither")
    if not x.ndim or not len(x) or (y is not None and y.shape[:1] != x.shape[:1]):
        raise ValueError(
            f"probe: got x of shape {x.shape}{'' if y is None else f' and y of shape {y.shape}'}; "
            f"pass as many rows in one as in the other, and at least one"
        )
    batch_size = whole("probe", "batch_size", batch_size)
    thresholds = [
        share("probe", "saturated_below", saturated_below),
        share("probe", "dead_below", dead_below),
    ]
    held = held_by(model)
    parts = [part for _, part in held]
    finder = Finder(parts, ops)
    run = _Run(model, loss, len(x), finder, thresholds)
    with untouched(parts), finder.listening(), _put_back(run.gradients):
        for start in range(0, len(x), batch_size):
            batch = slice(start, start + batch_size)
            run.measure(x[batch], None if y is None else y[batch])
        parameters = tuple(
            ParameterProbe(name, p.shape, norm(p.data), run.gradient_norm(p))
            for name, p in parameters_among(held)
        )
    activations = tuple(meter.result(len(x), loss is not None) for meter in run.meters)
    return Probe(len(x), run.loss, activations, parameters)


class _Run:
    """A probe at work: it takes in batch after batch."""

    def __init__(
        self,
        model: Callable[[Any], Tensor],
        criterion: Callable[[Tensor, Any], Tensor] | None,
        examples: int,
        finder: Finder,
        thresholds: list[float],
    ) -> None:
        self.model, self.criterion, self.examples = model, criterion, examples
        self.finder, self.thresholds = finder, thresholds
        self.loss: float | None = None
        self.meters: list[_Meter] = []
        self.gradients: dict[Tensor, Array | None] = {}  # what leaves had before

    def measure(self, x: Array, y: Any) -> None:
        """Run the model on one batch, and measure what it has recorded."""
        self.finder.noted.clear()
        inputs = Tensor(x, requires_grad=True)  # so that all that depends on it is recorded
        result = self.model(inputs)
        if not isinstance(result, Tensor):
            raise TypeError(f"probe: the model returned a {type(result).__name__}; return a Tensor")
        fresh = depending_on(inputs, result)
        if not result.requires_grad or result not in fresh:
            raise ValueError(
                "probe: the result does not depend on x by anything recorded; "
                "call probe outside no_grad(), and let the model compute with Tensors"
            )
        steps = self.finder.steps(result, fresh)
        if not self.meters:
            self.meters = [
                _Meter(place, step.op, step.largest_slope(), self.thresholds)
                for place, step in enumerate(steps, start=1)
            ]
        if [meter.op for meter in self.meters] != [step.op for step in steps]:
            raise ValueError(
                f"probe: one batch went through {[meter.op for meter in self.meters]}, another "
                f"through {[step.op for step in steps]}; pass a batch_size of {self.examples}"
            )
        if self.criterion is not None:
            self._walk_back(self.criterion(result, y), len(x) / self.examples, steps, inputs)
        for meter, step in zip(self.meters, steps, strict=True):
            meter.add(step)
            if self.criterion is not None and step.z.grad is not None:
                meter.delta = math.hypot(meter.delta, self.examples * norm(step.z.grad))

    def _walk_back(self, error: Any, part: float, steps: list[Step], inputs: Tensor) -> None:
        """Send back the gradient of the mean over all examples, of which these are a part."""
        if not isinstance(error, Tensor):
            raise TypeError(f"probe: the loss returned a {type(error).__name__}; return a Tensor")
        if error.data.size != 1:
            raise ValueError(
                f"probe: the loss returned shape {error.shape}; return the mean over the batch"
            )
        self.loss = (self.loss or 0.0) + part * error.item()
        fresh = depending_on(inputs, error)
        for node in graph.nodes(error):
            keeps = not node.depth or node._retains
            if keeps and node not in fresh and node not in self.gradients:
                self.gradients[node], node.grad = node.grad, None
        for step in steps:
            step.z.retain_grad()
        error.backward(np.full(error.shape, part))

    def gradient_norm(self, p: Tensor) -> float | None:
        """Return the length of a parameter's gradient, if the loss depends on it."""
        return norm(p.grad) if p in self.gradients and p.grad is not None else None


class _Meter:
    """Takes in what one activation does to batch after batch."""

    def __init__(self, place: int, op: str, largest_slope: float, thresholds: list[float]) -> None:
        self.place, self.op = place, op
        self.flat, self.closed = (largest_slope * threshold for threshold in thresholds)
        self.z, self.a, self.histogram = SpreadTally(), SpreadTally(), HistogramTally()
        self.size = self.outputs = self.zeros = self.saturated = 0
        self.shape: tuple[int, ...] = (0,)
        self.passing: Any = 0
        self.delta = 0.0  # the length of what the δ of all examples' own losses make up

    def add(self, step: Step) -> None:
        """Take in one batch."""
        z, a, slope = step.z.data, step.a.data, abs(step.slope())
        if self.size and z.shape[1:] != self.shape[1:]:
            raise ValueError(
                f"probe: z of {self.op} had shape {self.shape} and then {z.shape}; "
                f"let rows be examples, with as many units for each batch"
            )
        units = z.shape[-1] if z.ndim > 1 else 1
        saturated = slope <= self.flat
        self.z.add(z)
        self.a.add(a)
        self.histogram.add(z, saturated)
        self.shape = (self.shape[0] + len(z) if z.ndim else 1, *z.shape[1:])
        self.size += z.size
        self.outputs += a.size
        self.zeros += int(np.count_nonzero(a == 0))
        self.saturated += int(np.count_nonzero(saturated))
        closed = slope <= self.closed  # not so where the slope is NaN
        self.passing += np.count_nonzero(~closed.reshape(-1, units), axis=0)

    def result(self, examples: int, has_loss: bool) -> ActivationProbe:
        """Say what all batches together have shown."""
        passing = self.passing * len(self.passing) / self.size
        return ActivationProbe(
            place=self.place,
            op=self.op,
            shape=self.shape,
            z=self.z.spread(),
            a=self.a.spread(),
            nonfinite=self.z.nonfinite + self.a.nonfinite,
            zeros=self.zeros / self.outputs,
            saturated=self.saturated / self.size,
            dead=float(np.mean(passing == 0)),
            passing=tuple(passing.tolist()),
            histogram=self.histogram.histogram(),
            delta_norm=self.delta / math.sqrt(examples) if has_loss else None,
            delta_rms=self.delta / math.sqrt(self.size) if has_loss else None,
        )


@contextmanager
def _put_back(gradients: dict[Tensor, Array | None]) -> Iterator[None]:
    try:
        yield
    finally:
        for leaf, gradient in gradients.items():
            leaf.grad = gradient
