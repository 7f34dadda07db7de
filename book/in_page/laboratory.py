"""The laboratory: study an activation that a reader typed, beside one of the table.

`study` emits one part of the page after another, as HTML.  The build calls it for the activation
with which the page opens, so that something is there where scripts are off.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from in_page import moons
from in_page.activation import (
    DEAD,
    REACH,
    SATURATED,
    Function,
    Gains,
    Point,
    Unfit,
    at,
    curve,
    gains,
    named,
    read,
    through_a_chain,
    through_layers,
    zones,
)
from in_page.svg import Plot, round_range, superscript, table
from minigrad import TABLE as TABLE

CODE, AGAINST = "x * sigmoid(1.5 * x)", "relu"
LAYERS = 10
COLUMNS, ROWS = 22, 15  # of the map of decisions
AREA = ((-2.1, 2.1), (-1.4, 1.4))

Emit = Callable[..., None]


class Studied(NamedTuple):
    """An activation, its name on the page, its curve, where that is flat, and its gains if any."""

    f: Function
    name: str
    points: Sequence[Point]
    saturated: Sequence[tuple[float, float]]
    dead: Sequence[tuple[float, float]]
    gains: Gains | None
    why: str  # it has no gains

    @property
    def gain(self) -> float:
        """The factor of its weights in the networks that are trained."""
        return self.gains.forward if self.gains else 1.0


def study(emit: Emit, code: str, against: str) -> None:
    """Study what a reader typed.

    Args:
        emit: takes ``part=`` with its ``html=``, then ``epoch=`` of training, and at the end a
            ``summary=``; or an ``error=`` and its ``line=`` if what was typed is no activation.
        code: what was typed.
        against: the name of an activation of the table.
    """
    try:
        yours = _studied(read(code), "yours")
    except Unfit as unfit:
        emit(error=str(unfit), line=unfit.line)
        return
    other = _studied(named(against), against)
    emit(part="shown", html=_shown(code, against))
    for part in ("curves", "gains", "layers", "moons"):  # of what was studied before
        emit(part=part, html="<p>Not computed yet.</p>")
    emit(part="curves", html=_curves(yours, other))
    emit(part="gains", html=_gains(yours, other))
    emit(part="layers", html=_layers(yours, other))
    try:
        for epoch, html in _training(yours, other):
            emit(epoch=epoch, epochs=moons.EPOCHS)
            if html:
                emit(part="moons", html=html)
    except Unfit as unfit:
        emit(part="moons", html=f"<p>The training had to end. {escape(str(unfit))}</p>")
    emit(summary=_summary(yours))


def _studied(f: Function, name: str) -> Studied:
    points = curve(f)
    flat = [zones(f, points, share) for share in (SATURATED, DEAD)]
    try:
        return Studied(f, name, points, *flat, gains(f), "")
    except Unfit as unfit:
        return Studied(f, name, points, *flat, None, str(unfit))


def _shown(code: str, against: str) -> str:
    lines = code.strip().split("\n")
    short = lines[-1] if len(lines) == 1 else f"… {lines[-1]}"
    return (
        '<p class="lab-key">'
        f"<span>{_sample('yours')} yours: <code>{escape(short)}</code></span>"
        f"<span>{_sample('other')} {against}</span></p>"
    )


def _sample(kind: str) -> str:
    """A piece of line, as in the figures."""
    return (
        f'<svg class="sample" viewBox="0 0 32 8" aria-hidden="true"><path class="{kind}" '
        'd="M1 4H31"/></svg>'
    )


def _curves(yours: Studied, other: Studied) -> str:
    figures = "".join(
        _curve_figure(yours, other, field, title)
        for field, title in (("value", "the activation f(x)"), ("slope", "its slope f′(x)"))
    )
    sentences = "".join(f"<li>{text}</li>" for text in (_flat(yours), _flat(other)))
    rows = []
    for x in (-5.0, -3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0):
        a, b = at(yours.f, x), at(other.f, x)
        rows.append([_number(v) for v in (x, a.value, a.slope, b.value, b.slope)])
    heads = ["x", "yours", "its slope", other.name, "its slope"]
    return f'<div class="lab-figures">{figures}</div><ul>{sentences}</ul>' + _folded(
        table("Values and slopes", heads, rows)
    )


def _curve_figure(yours: Studied, other: Studied, field: str, title: str) -> str:
    lines = {
        kind: [(point.x, getattr(point, field)) for point in studied.points]
        for kind, studied in (("other", other), ("yours", yours))
    }
    heights = [y for line in lines.values() for _, y in line]
    y, ticks = round_range(min(heights), max(heights))
    ends = ", ".join(
        f"{_number(line[i][1])} at {_number(line[i][0])}"
        for line in [lines["yours"]]
        for i in (0, len(line) // 2, -1)
    )
    plot = Plot(title, f"{title}, from −5 to 5: yours is {ends}.", (-REACH, REACH), y, "x")
    for ends_of_zone in yours.saturated:
        plot.zone(ends_of_zone, "saturated")
    for ends_of_zone in yours.dead:
        plot.zone(ends_of_zone, "dead")
    plot.axes([-4, -2, 0, 2, 4], ticks)
    for kind, line in lines.items():
        plot.line(line, kind)
    return str(plot)


def _flat(studied: Studied) -> str:
    """Say where an activation is saturated, and where it is dead."""
    name = "Yours" if studied.name == "yours" else studied.name
    if not studied.saturated:
        return f"{name} is saturated nowhere from −5 to 5."
    dead = f"dead {_places(studied.dead)}" if studied.dead else "dead nowhere"
    return f"{name} is saturated {_places(studied.saturated)}; it is {dead}."


def _places(found: Sequence[tuple[float, float]]) -> str:
    words = []
    for start, end in found:
        if start == -REACH:
            words.append(f"below {_number(end)}")
        elif end == REACH:
            words.append(f"above {_number(start)}")
        else:
            words.append(f"from {_number(start)} to {_number(end)}")
    return " and ".join(words)


def _gains(yours: Studied, other: Studied) -> str:
    both = (yours, other)
    for studied in both:
        if studied.gains is None:
            return f"<p>No gains: {escape(studied.why)}</p>"
    asked = (
        ("mean square of f", lambda g: g.signal),
        ("mean square of f′", lambda g: g.gradient),
        ("forward gain", lambda g: g.forward),
        ("backward gain", lambda g: g.backward),
        ("weights for 100 inputs", lambda g: g.forward / 10),
    )
    rows = [[name, *(_number(ask(s.gains)) for s in both)] for name, ask in asked]
    gain = yours.gains.forward
    return (
        table("For a standard normal x", ["", "yours", other.name], rows)
        + f"<p>For a layer with <i>n</i> inputs, draw the weights with standard deviation "
        f"<b>{_number(gain)}/√<i>n</i></b>. LeCun’s initialization has 1/√<i>n</i>, He’s, which is "
        "made for ReLU, 1.41/√<i>n</i>.</p>"
    )


def _layers(yours: Studied, other: Studied) -> str:
    if yours.gains is None or other.gains is None:
        return "<p>This needs the gains.</p>"
    ways = {}
    for kind, studied in (("yours", yours), ("other", other)):
        for weights, gain in (("gain", studied.gain), ("plain", 1.0)):
            try:
                ways[kind, weights] = through_layers(studied.f, gain, LAYERS)
            except Unfit as unfit:
                return (
                    f"<p>With weights of gain {_number(gain)}, {LAYERS} layers of {studied.name} "
                    f"cannot be followed. {escape(str(unfit))}</p>"
                )
    arrives = ways["yours", "gain"][0]
    factor = arrives ** (1 / (LAYERS - 1))
    alone = _alone(yours.f)
    return (
        f'<div class="lab-figures">{_layers_figure(ways)}</div>'
        f"<p>With its own gain, {_number(arrives)} of the gradient at layer {LAYERS} of yours "
        f"arrives at layer 1: each layer multiplies it by {_number(factor, 4)} on average. With "
        f"{other.name} and its gain, it is {_number(ways['other', 'gain'][0])}. {alone}</p>"
        + _folded(
            table(
                f"The gradient at each layer; at layer {LAYERS} it is 1",
                ["layer", "yours", "gain 1", other.name, "gain 1"],
                [
                    [str(layer + 1), *(_number(line[layer]) for line in ways.values())]
                    for layer in range(LAYERS)
                ],
            )
        )
    )


def _alone(f: Function) -> str:
    try:
        gradient = through_a_chain(f, LAYERS)
    except Unfit as unfit:
        return escape(str(unfit))
    return (
        f"And in a single row of {LAYERS} neurons, each with weight 1, started at x = 1, the "
        f"engine brings {_number(gradient)} of the gradient back to x."
    )


def _layers_figure(ways: dict[tuple[str, str], list[float]]) -> str:
    powers = {way: [_power(y) for y in line] for way, line in ways.items()}
    heights = [y for line in powers.values() for y in line]
    low, high = min(-1.0, min(heights)), max(1.0, max(heights))
    (low, high), ticks = round_range(low, high)
    plot = Plot(
        "the gradient that arrives",
        "The gradient at each layer, going back from the last, on a logarithmic axis: at the "
        f"first layer {_number(ways['yours', 'gain'][0])} with yours and its gain, "
        f"{_number(ways['other', 'gain'][0])} with the other and its gain.",
        (1, LAYERS),
        (low, high),
        "layer (dotted: gain 1)",
        log=True,
    )
    plot.axes(range(1, LAYERS + 1, 3), [tick for tick in ticks if tick == round(tick)])
    for (kind, weights), line in powers.items():
        style = kind if weights == "gain" else f"{kind} dotted"
        plot.line([(layer + 1, y) for layer, y in enumerate(line)], style)
    return str(plot)


def _power(y: float) -> float:
    return math.log10(max(y, 1e-30))


def _training(yours: Studied, other: Studied) -> Iterator[tuple[int, str | None]]:
    """Train both networks, one epoch of each at a time; now and then, draw how far they are."""
    losses: dict[str, list[float]] = {"yours": [], "other": []}
    pairs = zip(moons.train(yours.f, yours.gain), moons.train(other.f, other.gain), strict=True)
    for epoch, ((mine, loss, right), (theirs, other_loss, other_right)) in enumerate(pairs, 1):
        losses["yours"].append(loss)
        losses["other"].append(other_loss)
        if epoch % 5 and epoch != 1:
            yield epoch, None
            continue
        maps = _map_figure("yours", mine) + _map_figure(other.name, theirs)
        shares = [
            f"{round(share * moons.POINTS)} of {moons.POINTS}" for share in (right, other_right)
        ]
        html = (
            f'<div class="lab-figures">{maps}{_loss_figure(losses)}</div>'
            f"<p>After {epoch} epochs, yours has a loss of {_number(loss)} and gets {shares[0]} "
            f"points right; {other.name} has {_number(other_loss)} and {shares[1]}.</p>"
        )
        if epoch == moons.EPOCHS and loss > losses["yours"][0]:
            html += (
                f"<p>The training of yours diverged: its loss was {_number(losses['yours'][0])} at "
                "the start. This is what too large steps, or too large weights, do.</p>"
            )
        if epoch == moons.EPOCHS:
            html += _folded(_loss_table(losses, other.name))
        yield epoch, html


def _loss_figure(losses: dict[str, list[float]]) -> str:
    worst = min(max(map(max, losses.values())), 3 * max(line[0] for line in losses.values()))
    y, ticks = round_range(0.0, worst)
    plot = Plot(
        "the loss",
        "The loss after each epoch: "
        f"yours from {_number(losses['yours'][0])} to {_number(losses['yours'][-1])}, the other "
        f"from {_number(losses['other'][0])} to {_number(losses['other'][-1])}.",
        (1, moons.EPOCHS),
        y,
        "epoch",
    )
    plot.axes([1, 20, 40, 60], ticks)
    for kind in ("other", "yours"):
        plot.line([(i, loss) for i, loss in enumerate(losses[kind], 1)], kind)
    return str(plot)


def _loss_table(losses: dict[str, list[float]], name: str) -> str:
    epochs = [1, *range(10, moons.EPOCHS + 1, 10)]
    rows = [[str(i), *(_number(losses[k][i - 1]) for k in ("yours", "other"))] for i in epochs]
    return table("The loss before each epoch's step", ["epoch", "yours", name], rows)


def _map_figure(name: str, network: moons.Network) -> str:
    (left, right), (low, high) = AREA
    shares = [
        network.yes(
            left + (right - left) * (column + 0.5) / COLUMNS,
            high - (high - low) * (row + 0.5) / ROWS,
        )
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    points = moons.two_moons()
    plot = Plot(
        f"{name} decides",
        f"Sixty points on two moons, and in color which moon the network with {name} takes each "
        "place for.",
        *AREA,
        "",
    )
    plot.cells(COLUMNS, ROWS, shares)
    plot.discs((x, y) for x, y, moon in points if moon)
    plot.squares((x, y) for x, y, moon in points if not moon)
    return str(plot)


def _summary(yours: Studied) -> str:
    gain = (
        f"its forward gain is {_number(yours.gains.forward)}" if yours.gains else "it has no gains"
    )
    return f"{_flat(yours)[:-1]}; {gain}."


def _folded(html: str) -> str:
    return f"<details><summary>The numbers as a table</summary>{html}</details>"


def _number(x: float, digits: int = 3) -> str:
    """Write a few digits, with a true minus, and powers of ten as such."""
    if x == 0:
        return "0"
    if not 1e-3 <= abs(x) < 1e5:
        leading, power = f"{x:.1e}".split("e")
        return f"{leading} · 10{superscript(int(power))}".replace("-", "−")
    return f"{x:.{digits}g}".replace("-", "−") if abs(x) < 1000 else f"{x:,.0f}".replace("-", "−")
