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
# A smooth relative of ReLU borrows color and stroke from one of these with which it is never drawn;
# ReLU itself lends to none.
for _name, _label, _lender, _marker in (
    ("softplus", "softplus", "identity", "v"),
    ("elu", "ELU", "leaky_relu", "D"),
    ("selu", "SELU", "tanh", "s"),
    ("gelu", "GELU", "sigmoid", "o"),
    ("silu", "SiLU", "tanh", "s"),
):
    COLORS[_name], LINESTYLES[_name] = COLORS[_lender], LINESTYLES[_lender]
    LABELS[_name], MARKERS[_name] = _label, _marker
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
