"""How every figure of the book looks. A notebook starts with

    from figures import use_style
    use_style()

The background is white in the file itself; in the dark, _static/style.css turns figures over and
keeps their colors.  A figure is 6.4 inches wide and its letters are large, as large on a wide
screen as the text around them, so that they can still be read where a phone shrinks them.
"""

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler

# Each activation looks the same in every figure.  The colors have a contrast of at least 4.5 on
# white, so they serve for text too, and stay apart (a CIELAB distance above 25) under each of the
# three kinds of color blindness.  The strokes and the markers differ as well.
COLORS = {
    "sigmoid": "#0b48b0",
    "tanh": "#c64c11",
    "relu": "#048259",
    "leaky_relu": "#793278",
    "identity": "#2b2b2b",
}
LINESTYLES = {
    "sigmoid": "-",
    "tanh": (0, (6, 1.6)),
    "relu": (0, (7, 1.6, 1.4, 1.6)),
    "leaky_relu": (0, (2.6, 1.3)),
    "identity": (0, (1, 1.5)),
}
LABELS = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "identity": "identity",
}
MARKERS = {"sigmoid": "o", "tanh": "s", "relu": "^", "leaky_relu": "D", "identity": "v"}
INK, SOFT, GRID, SHADE = "#222222", "#595959", "#e6e6e6", "#efece4"

STYLE = {
    "figure.figsize": (6.4, 3.8),
    "figure.dpi": 144,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": SOFT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 13,
    "axes.titlesize": 13,
    "axes.titleweight": "normal",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.prop_cycle": cycler(color=[*COLORS.values()]) + cycler(linestyle=[*LINESTYLES.values()]),
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "font.family": "DejaVu Sans",  # comes with Matplotlib, so the same letters on every machine
    "font.size": 13,
    "mathtext.fontset": "cm",
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "legend.handlelength": 2.8,
    "lines.linewidth": 2.2,
    "lines.markersize": 6,
    "image.cmap": "gray_r",
    "svg.hashsalt": "minigrad",
}


def use_style():
    """Set the book's figure style.

    In a notebook, figures are then stored as PNG only, cut at their own edges and without metadata,
    so that the same figure is the same bytes on the next run.
    """
    plt.rcdefaults()  # whatever a reader's own matplotlibrc says
    plt.rcParams.update(STYLE)
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    if get_ipython() is not None:
        set_matplotlib_formats("png", bbox_inches=None, metadata={"Software": None})


def look(name, marker=False):
    """Return how one activation is drawn: ``ax.plot(x, y, **look("tanh"))``."""
    kwargs = {"color": COLORS[name], "linestyle": LINESTYLES[name], "label": LABELS[name]}
    return kwargs | {"marker": MARKERS[name]} if marker else kwargs


def label_lines(ax, gap=1.25):
    """Write each labeled line's name at its right end and in its color, instead of a legend.

    Names that would overlap are moved apart, to ``gap`` times the size of their letters.  Call it
    when all is drawn and the limits are set.
    """
    ax.figure.draw_without_rendering()  # settles the limits and the layout
    size = plt.rcParams["legend.fontsize"]
    ends = []
    for line in ax.get_lines():
        x, y = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
        seen = np.isfinite(x) & np.isfinite(y)
        if seen.any() and not line.get_label().startswith("_"):
            end = np.flatnonzero(seen)[-1]
            pixels = ax.transData.transform((x[end], y[end]))[1]
            ends.append(
                (pixels * 72 / ax.figure.dpi, x[end], y[end], line)
            )  # letters are in points
    ends.sort(key=lambda end: end[0])
    heights = spread([end[0] for end in ends], gap * size)
    for height, (own_height, x, y, line) in zip(heights, ends, strict=True):
        ax.annotate(
            line.get_label(),
            (x, y),
            xytext=(7, height - own_height),
            textcoords="offset points",
            color=line.get_color(),
            fontsize=size,
            va="center",
            annotation_clip=False,
        )


def spread(places, gap):
    """Return the ascending places moved apart to at least gap, each crowd around its own middle.

    >>> spread([1, 5, 5, 9], gap=2)
    [1.0, 4.0, 6.0, 9.0]
    """
    crowds = []  # lists of places; the members of a crowd stand exactly gap apart

    def start(crowd):
        return sum(place - rank * gap for rank, place in enumerate(crowd)) / len(crowd)

    for place in places:
        crowds.append([place])
        while len(crowds) > 1 and start(crowds[-2]) + gap * len(crowds[-2]) > start(crowds[-1]):
            crowds[-2:] = [crowds[-2] + crowds[-1]]
    return [start(crowd) + rank * gap for crowd in crowds for rank in range(len(crowd))]


def curve_and_slope(activation, lim=6, **parameters):
    """Draw f and f′ of one entry of the activation table over [−lim, lim]; return the figure.

    Where |f′| is under 5% of its largest value, both panels are shaded: next to nothing of the
    gradient passes there.
    """
    z = np.linspace(-lim, lim, 1201)
    settings = activation.settings(**parameters)
    a = activation.value(np, z, **settings)
    slope = activation.slope(np, z, a, **settings) + 0 * z
    flat = np.abs(slope) < 0.05 * np.abs(slope).max()
    fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.3), sharex=True)
    color = COLORS.get(activation.name, INK)
    for ax, y, title in zip(axes, (a, slope), ("value $f(z)$", "slope $f\\,'(z)$"), strict=True):
        whole_height = ax.get_xaxis_transform()
        ax.fill_between(z, 0, 1, flat, transform=whole_height, color=SHADE, linewidth=0, zorder=0)
        ax.plot(z, y, color=color, linestyle="-")
        ax.set(title=title, xlabel="$z$", xlim=(-lim, lim), xticks=np.linspace(-lim, lim, 5))
    if flat.any():
        fig.supxlabel("shaded: the slope is under 5% of its maximum", fontsize=12, color=SOFT)
    return fig
