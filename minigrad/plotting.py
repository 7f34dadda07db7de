"""Plots: one call for each kind of record that probes and monitors leave behind.

Every function draws on the Matplotlib axes that it is given, or on a new figure, and returns the
axes.  Fonts, colors and sizes are those of the reader's style, also a dark one.  Lines differ in
stroke and marker, areas in hatching, so nothing depends on color.
"""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.elementwise import ActivationFunction
from minigrad.finding import largest_slope
from minigrad.layers import Activation
from minigrad.monitoring import StepProbe
from minigrad.probes import ActivationProbe, Probe
from minigrad.settings import share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STROKES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
SHADE, HATCH = 0.12, "////"  # how dark an area is, and how hatched
GUIDE = 1e-3  # the size of an update, as a share of the weight, that is said to be right


def plot_activation(
    activation: ActivationFunction | str,
    ax: "Axes | None" = None,
    *,
    low: float = -6.0,
    high: float = 6.0,
    saturated_below: float = 0.05,
    dead_below: float = 0.001,
    **options: Any,
) -> Any:
    """Draw an activation f and its slope f′, and shade where the slope is nearly 0.

    Args:
        activation: an entry of the table, its name, or an entry of your own.
        ax: the Matplotlib axes to draw on; by default a new figure.
        low, high: the range of z.
        saturated_below: the share of the largest slope under which a unit is saturated: shaded.
        dead_below: the share under which it would be dead, were it there always: hatched, too.
        options: of the activation, such as ``negative_slope``.

    Returns:
        The axes.

    Raises:
        ValueError: if there is no activation of that name, an option or a share is out of range, or
            the range of z is empty or infinite.

    >>> ax = plot_activation("sigmoid")
    >>> ax.get_title(), [line.get_label() for line in ax.get_lines()]
    ('sigmoid', ['$f(z)$', "slope $f\\\\,'(z)$"])
    """
    if not -math.inf < low < high < math.inf:
        raise ValueError(
            f"plot_activation: got z from {low} to {high}; pass finite numbers, low below high"
        )
    saturated_below = share("plot_activation", "saturated_below", saturated_below)
    dead_below = share("plot_activation", "dead_below", dead_below)
    layer = Activation(activation, **options)
    f, settings = layer.function, layer.settings
    z = np.linspace(low, high, 1201)
    a = f.value(np, z, **settings)
    slope = f.slope(np, z, a, **settings) + 0 * z
    part = abs(slope) / largest_slope(f, **settings)
    ax = _axes(ax)
    _zone(
        ax, z, part <= saturated_below, f"slope at most {100 * saturated_below:g}% of the largest"
    )
    _zone(ax, z, part <= dead_below, f"at most {100 * dead_below:g}%", HATCH)
    ax.plot(z, a, linestyle="-", label="$f(z)$")
    ax.plot(z, slope, linestyle="--", label=r"slope $f\,'(z)$")
    title = ", ".join([f.name, *(f"{name} = {_short(v)}" for name, v in options.items())])
    ax.set(title=title, xlabel="input $z$", ylabel="output $a$, and slope", xlim=(low, high))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    return ax


def plot_layers(probe: Probe, ax: "Axes | None" = None) -> Any:
    """Draw how large the signal and the gradient are in each activation, on a logarithmic scale.

    A line that falls to the right is a signal that fades on its way forward; δ falling to the left
    is a gradient that vanishes on its way back.  What is 0 is written on the bottom, what is not
    finite on the top.

    Args:
        probe: what `minigrad.probe` returned.
        ax: the Matplotlib axes to draw on; by default a new figure.

    Returns:
        The axes.

    Raises:
        ValueError: if the model has no activations.
        TypeError: if this is no `Probe`.

    >>> from minigrad import Linear, Sequential, probe, tanh
    >>> ax = plot_layers(probe(Sequential(Linear(2, 3, rng=0), tanh), np.eye(2)))
    >>> [line.get_label() for line in ax.get_lines()]
    ['std of $z$', 'std of $a$']
    """
    layers = _layers("plot_layers", probe)
    places = [p.place for p in layers]
    lines = {"std of $z$": [p.z.std for p in layers], "std of $a$": [p.a.std for p in layers]}
    deltas = [p.delta_norm for p in layers if p.delta_norm is not None]
    if deltas:
        lines[r"$\Vert\delta\Vert$ of one example"] = deltas
    ax = _axes(ax)
    for i, (label, sizes) in enumerate(lines.items()):
        _log_line(ax, places, sizes, label, i, marked=True)
    ax.set(title=f"Signal and gradient, {_examples(probe)}", ylabel="size")
    _name_layers(ax, layers)
    ax.legend()
    return ax


def plot_histogram(activation: ActivationProbe, ax: "Axes | None" = None) -> Any:
    """Draw where the inputs z of one activation lie, and how many of them are saturated.

    The hatched part of each bar is saturated.  The shaded zones are those where most are.

    Args:
        activation: one of the ``activations`` of a `Probe`.
        ax: the Matplotlib axes to draw on; by default a new figure.

    Returns:
        The axes.

    Raises:
        ValueError: if none of the numbers is finite.
        TypeError: if this is no `ActivationProbe`.

    >>> from minigrad import probe, relu
    >>> (measured,) = probe(relu, np.array([[-1.0, 0.5, 1.0, 2.0]])).activations
    >>> plot_histogram(measured).get_title()
    'Activation 1, relu: 25.0% saturated, 25.0% dead units'
    """
    _refuse_others("plot_histogram", activation, ActivationProbe, "one of a probe's activations")
    p, histogram = activation, activation.histogram
    edges, counts = np.array(histogram.edges), np.array(histogram.counts)
    saturated = np.array(histogram.saturated)
    if not counts.size:
        raise ValueError(f"plot_histogram: no z of {p.op} is finite; there is nothing to draw")
    ax = _axes(ax)
    (filled,) = counts.nonzero()
    flat = 2 * saturated[filled] > counts[filled]
    for first, last in _runs(np.interp(np.arange(len(counts)), filled, flat) == 1):
        ax.axvspan(edges[first], edges[last], color=_ink(), alpha=SHADE, linewidth=0)
    total = counts.sum()
    ax.stairs(counts / total, edges, label="all")
    ax.stairs(
        saturated / total,
        edges,
        fill=True,
        alpha=0.5,
        hatch=HATCH,
        edgecolor=_ink(),
        label="of these, saturated",
    )
    title = f"Activation {p.place}, {p.op}: {p.saturated:.1%} saturated, {p.dead:.1%} dead units"
    if p.nonfinite:
        title += f", {p.nonfinite} numbers not finite"
    ax.set(title=title, xlabel="input $z$", ylabel=f"share of numbers per {edges[1] - edges[0]:g}")
    ax.legend()
    return ax


def plot_units(probe: Probe, ax: "Axes | None" = None) -> Any:
    """Draw for each unit the share of examples for which its slope is not nearly 0.

    The units of an activation stand side by side, sorted.  Those at 0 are dead, and counted above.

    Args:
        probe: what `minigrad.probe` returned.
        ax: the Matplotlib axes to draw on; by default a new figure.

    Returns:
        The axes.

    Raises:
        ValueError: if the model has no activations.
        TypeError: if this is no `Probe`.

    >>> from minigrad import probe, relu
    >>> ax = plot_units(probe(relu, np.array([[-1.0, 0.5, 1.0], [-2.0, -0.5, 1.0]])))
    >>> [text.get_text() for text in ax.texts]
    ['1 of 3\\ndead']
    """
    layers = _layers("plot_units", probe)
    ax = _axes(ax)
    for p in layers:
        edges = np.linspace(p.place - 0.4, p.place + 0.4, len(p.passing) + 1)
        dead = p.passing.count(0.0)
        ax.stairs(sorted(p.passing), edges, fill=True, color="C0", alpha=0.5)
        ax.plot(edges[[0, dead]], [0, 0], "-", color=_ink(), linewidth=5, solid_capstyle="butt")
        ax.text(p.place, 1.02, f"{dead} of {len(p.passing)}\ndead", ha="center", va="bottom")
    ax.set(title=f"Units and dead units, {_examples(probe)}", ylim=(-0.03, 1.2))
    ax.set(ylabel="share of examples with a slope", yticks=np.linspace(0, 1, 6))
    _name_layers(ax, layers)
    return ax


def plot_training(
    records: Iterable[StepProbe],
    axes: "Sequence[Axes] | None" = None,
    *,
    parameters: Iterable[str] | None = None,
    ops: Sequence[str] = (),
) -> Any:
    """Draw a training, step by step: its loss, gradients and updates, and what became of the units.

    The panels, one under the other: the loss; the norm of each parameter's gradient; how far a step
    moved each parameter, as a share of its length, with a guide line at 1e-3; and, if the monitor
    had data, the shares of saturated numbers and of dead units in each activation.

    Args:
        records: the ``records`` of a `Monitor`.
        axes: as many Matplotlib axes as there are panels; by default a new figure.
        parameters: the names of those to draw; by default all.
        ops: the ``ops`` of the monitor, to name the activations.

    Returns:
        An array of the axes.

    Raises:
        TypeError: if these are no records.
        ValueError: if there are none, a parameter is unknown, or the number of axes is wrong.

    >>> records = [StepProbe(k, 1 / (k + 1), {"W": 0.5}, {"W": 0.01}, (), ()) for k in range(3)]
    >>> [ax.get_ylabel() for ax in plot_training(records)]
    ['loss', 'gradient norm', 'update / weight']
    """
    records = list(records) if isinstance(records, Iterable) else [records]
    if not records:
        raise ValueError("plot_training: got no records; pass those of a Monitor after training")
    for record in records:
        _refuse_others("plot_training", record, StepProbe, "the records of a Monitor")
    known = [*records[0].gradients]
    names = known if parameters is None else list(parameters)
    if isinstance(parameters, str) or not {*names} <= {*known}:
        raise ValueError(f"plot_training: got parameters {parameters!r}; pass a list from {known}")
    panels = _panels(4 if records[0].saturated else 3, axes)
    steps, losses = [r.step for r in records], [r.loss for r in records]
    panels[0].plot(steps, losses, "-", color="C0")
    finite = [loss for loss in losses if math.isfinite(loss)] or [0.0]
    if max(finite) > 10 * min(finite) > 0:
        panels[0].set_yscale("log")
    for i, name in enumerate(names):
        _log_line(panels[1], steps, [r.gradients[name] for r in records], name, i)
        _log_line(panels[2], steps, [r.updates[name] for r in records], name, i)
    panels[2].axhline(GUIDE, color=_ink(), linestyle=(0, (1, 1)), linewidth=1)
    panels[2].annotate("1e-3", (1, GUIDE), xycoords=("axes fraction", "data"), ha="right")
    labels = "loss", "gradient norm", "update / weight", "saturated —\ndead - -"
    for ax, label in zip(panels, labels, strict=False):
        ax.set(ylabel=label)
    _legend(panels[1], axes is None, "upper")
    for ax in panels[3:]:
        _shares(ax, steps, records, ops)
        _legend(ax, axes is None, "lower")
    panels[-1].set(xlabel="step")
    return panels


# -- what they share -------------------------------------------------------------------------------


def _axes(ax: "Axes | None") -> Any:
    import matplotlib.pyplot as plt

    return plt.subplots(layout="constrained")[1] if ax is None else ax


def _panels(n: int, axes: "Sequence[Axes] | None") -> Any:
    """Return that many axes: the ones given, or those of a new figure, one under the other."""
    import matplotlib.pyplot as plt

    if axes is None:
        width, height = plt.rcParams["figure.figsize"]
        size = width, n * height / 2
        return plt.subplots(n, figsize=size, sharex=True, layout="constrained")[1]
    panels = np.ravel(np.asarray(axes, dtype=object))
    if len(panels) != n:
        raise ValueError(f"plot_training: got {len(panels)} axes; pass {n}")
    return panels


def _legend(ax: Any, beside: bool, height: str) -> None:
    """Say what the lines are: on the axes, or beside them on a figure of our own."""
    handles, labels = ax.get_legend_handles_labels()
    columns = math.ceil(len(labels) / 16)
    if beside:
        place = f"outside right {height}"
        ax.figure.legend(handles, labels, loc=place, ncols=columns, fontsize="small")
    else:
        ax.legend(handles, labels, ncols=columns, fontsize="small")


def _ink() -> Any:
    """Return the color of the text around: it stands out from the background in the dark, too."""
    import matplotlib.pyplot as plt

    return plt.rcParams["text.color"]


def _faint() -> Any:
    from matplotlib.colors import to_rgba

    return to_rgba(_ink(), SHADE)


def _look(i: int, points: int, marked: bool) -> dict[str, Any]:
    """Return how the i-th line is drawn: those of one color or one stroke differ in the other."""
    look: dict[str, Any] = {"color": f"C{i % 10}", "linestyle": STROKES[i % len(STROKES)]}
    if marked or i >= len(STROKES):
        look |= {"marker": MARKERS[i % len(MARKERS)], "markevery": math.ceil(points / 12)}
    return look


def _log_line(
    ax: Any, x: Sequence[int], y: Sequence[float], label: str, i: int, marked: bool = False
) -> None:
    """Draw a line on a logarithmic scale; write at the edge what has no place on it."""
    sizes = np.array(y)
    drawn = np.isfinite(sizes) & (sizes > 0)
    ax.set_yscale("log")
    look = _look(i, len(x), marked or drawn.sum() == 1)
    ax.plot(x, np.where(drawn, sizes, math.nan), label=label, **look)
    notes = ["" if fits else f"{size:g}" for fits, size in zip(drawn, y, strict=True)]
    for place, note, before in zip(x, notes, ["", *notes], strict=False):
        if note and note != before:
            height, side = (0.01, "bottom") if note == "0" else (0.99, "top")
            ax.text(place, height, note, transform=ax.get_xaxis_transform(), ha="center", va=side)


def _shares(ax: Any, steps: list[int], records: list[StepProbe], ops: Sequence[str]) -> None:
    for i, _ in enumerate(records[0].saturated):
        name = f"{i + 1} {ops[i]}" if i < len(ops) else f"{i + 1}"
        look = _look(i, len(steps), marked=True)
        ax.plot(steps, [r.saturated[i] for r in records], label=name, **look | {"linestyle": "-"})
        ax.plot(steps, [r.dead[i] for r in records], **look | {"linestyle": "--"})
    ax.set(ylim=(-0.05, 1.05))


def _zone(ax: Any, z: Any, inside: Any, label: str, hatch: str = "") -> None:
    """Shade the height of the axes where a condition holds, if it does anywhere."""
    if inside.any():
        look = {"facecolor": _faint(), "edgecolor": _faint(), "linewidth": 0, "hatch": hatch}
        height = ax.get_xaxis_transform()
        ax.fill_between(z, 0, 1, inside, transform=height, label=label, **look)


def _runs(flags: Any) -> list[tuple[int, int]]:
    """Return where runs of True begin, and where they end.

    >>> _runs(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    steps = np.diff(flags.astype(int), prepend=0, append=0)
    return [
        *zip((steps == 1).nonzero()[0].tolist(), (steps == -1).nonzero()[0].tolist(), strict=True)
    ]


def _layers(op: str, probe: Probe) -> tuple[ActivationProbe, ...]:
    _refuse_others(op, probe, Probe, "what minigrad.probe returned")
    if not probe.activations:
        raise ValueError(f"{op}: the model has no activations; there is nothing to draw")
    return probe.activations


def _refuse_others(op: str, record: Any, kind: type, wanted: str) -> None:
    if not isinstance(record, kind):
        raise TypeError(f"{op}: got a {type(record).__name__}; pass {wanted}")


def _name_layers(ax: Any, layers: Sequence[ActivationProbe]) -> None:
    """Write the places of activations under the axes, and their names where there is room."""
    ax.set(xlabel="activation, from the input to the output")
    if len(layers) <= 8:
        ax.set_xticks([p.place for p in layers], [f"{p.place}\n{p.op}" for p in layers])
    else:
        ax.xaxis.get_major_locator().set_params(integer=True)


def _examples(probe: Probe) -> str:
    return f"{probe.examples} example{'s' * (probe.examples > 1)}"


def _short(setting: Any) -> str:
    return f"{setting:g}" if isinstance(setting, (int, float)) else str(setting)
