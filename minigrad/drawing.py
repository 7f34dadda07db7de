"""Drawing a recorded computation: boxes for numbers, arrows from operands to results.

Graphviz decides where everything goes.  Matplotlib draws it for a page, or it becomes an SVG.
"""

import math
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from minigrad import graph

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 1.2, 0.62  # of a box, in inches
FONT_SIZE = 10
TINT = 0.06  # of ink, in the box of an input
PIXELS = 96  # in an inch of an SVG

Point = tuple[float, float]


class Arrow(NamedTuple):
    """A way from an operand to a result, and the slope along it (several if used several times)."""

    start: Point
    end: Point
    label: str


class Box(NamedTuple):
    """A node: the middle of its box, in inches from the lower left, and the lines in it."""

    x: float
    y: float
    lines: list[str]
    arrows: list[Arrow]


def draw_graph(root: Any, names: Mapping[Any, str] | None = None, ax: "Axes | None" = None) -> Any:
    """Draw the graph behind a Value or a Tensor, from its inputs at the top down to itself.

    Each box shows a name or the operation, then the number and its gradient as they are now, and
    each arrow the slope along it; for arrays, the shapes.  Needs the packages matplotlib and
    pygraphviz, and Graphviz itself.

    Args:
        root: the result to draw.
        names: what to call some of the nodes, such as ``{w: "w", b: "b"}``.
        ax: the Matplotlib axes to draw on; by default a new figure of a fitting size.

    Returns:
        The axes.

    Raises:
        ValueError: if the graph has more than 200 nodes, which nobody could read.
        TypeError: if root is no Value or Tensor, or something else is named.
        ImportError: if pygraphviz is not installed.

    >>> from minigrad import Value
    >>> x = Value(3.0)
    >>> ax = draw_graph(x * x, names={x: "x"})
    >>> [text.get_text() for text in ax.texts]
    ['3, 3', '*\\n9\\ngrad 0', 'x\\n3\\ngrad 0']
    """
    import matplotlib.pyplot as plt
    from matplotlib.colors import to_rgba
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    boxes, (width, height) = _plan("draw_graph", root, names)
    if ax is None:
        _, ax = plt.subplots(figsize=(width + 0.2, height + 0.2), layout="constrained")
    ink, paper = plt.rcParams["text.color"], plt.rcParams["axes.facecolor"]
    blank = {"facecolor": paper, "edgecolor": "none", "pad": 1.0}  # behind a number on an arrow
    for box in boxes:
        for start, end, label in box.arrows:
            ax.add_patch(
                FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color=ink)
            )
            middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            ax.text(*middle, label, ha="center", va="center", size=FONT_SIZE - 1, bbox=blank)
        corner = (box.x - WIDTH / 2, box.y - HEIGHT / 2)
        style = "round,pad=0,rounding_size=0.08"
        fill = paper if box.arrows else to_rgba(ink, TINT)
        ax.add_patch(
            FancyBboxPatch(corner, WIDTH, HEIGHT, boxstyle=style, facecolor=fill, edgecolor=ink)
        )
        text = "\n".join(box.lines)
        ax.text(box.x, box.y, text, ha="center", va="center", size=FONT_SIZE, linespacing=1.15)
    ax.set(xlim=(-0.1, width + 0.1), ylim=(-0.1, height + 0.1), aspect="equal")
    ax.axis("off")
    return ax


class SVG:
    """A drawing as SVG: ``str`` gives its source, and a notebook shows the drawing itself.

    >>> drawing = SVG('<svg xmlns="http://www.w3.org/2000/svg"/>')
    >>> drawing, str(drawing)
    (<SVG of 41 characters>, '<svg xmlns="http://www.w3.org/2000/svg"/>')
    """

    def __init__(self, source: str) -> None:
        self.source = source

    def save(self, path: str | Path) -> None:
        """Write the source to a file."""
        Path(path).write_text(self.source, encoding="utf-8", newline="\n")

    def _repr_svg_(self) -> str:
        return self.source

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        return f"<SVG of {len(self.source)} characters>"


def graph_svg(root: Any, names: Mapping[Any, str] | None = None) -> SVG:
    """Draw what `draw_graph` draws as SVG, for a web page or to print it at any size.

    Its text is text, its color is that of the text around it (``currentColor``), and for those who
    listen instead of looking it says in words what it shows.  The same graph gives the same bytes.
    Needs the package pygraphviz, and Graphviz itself.

    Args:
        root: the Value or the Tensor to draw.
        names: what to call some of the nodes, such as ``{w: "w", b: "b"}``.

    Returns:
        An object that shows itself in a notebook.  ``save(path)`` writes it to a file, ``str``
        gives the source.

    Raises:
        ValueError: if the graph has more than 200 nodes, which nobody could read.
        TypeError: if root is no Value or Tensor, or something else is named.
        ImportError: if pygraphviz is not installed.

    >>> from minigrad import Value
    >>> x = Value(3.0)
    >>> drawing = graph_svg(x * x, names={x: "x"})
    >>> print(*str(drawing).split("\\n")[1:3], sep="\\n")
    <title>The graph of *</title>
    <desc>x: 3, grad 0. *: 9, grad 0; from x (slope 3, 3).</desc>
    """
    boxes, (width, height) = _plan("graph_svg", root, names)
    w, h = (f"{PIXELS * (side + 0.1):.1f}" for side in (width, height))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{w}" height="{h}" '
        f'viewBox="0 0 {w} {h}" style="max-width: 100%; height: auto" '
        f'font-family="sans-serif" text-anchor="middle" fill="currentColor">',
        f"<title>The graph of {escape(boxes[0].lines[0])}</title>",
        f"<desc>{escape(_in_words(root, names or {}))}</desc>",
    ]
    for box in boxes:
        for start, end, label in box.arrows:
            lines += _svg_arrow(_pixels(start, height), _pixels(end, height), label)
        lines += _svg_box(*_pixels((box.x, box.y), height), box)
    return SVG("\n".join([*lines, "</svg>", ""]))


# -- the plan that both follow ---------------------------------------------------------------------


def _plan(op: str, root: Any, names: Mapping[Any, str] | None) -> tuple[list[Box], Point]:
    """Decide what stands where: the boxes, and the size of the whole, in inches."""
    for node in (root, *(names or ())):
        if not hasattr(node, "parents"):
            what = f"a {type(node).__name__}" if node is root else f"a name for {node!r}"
            raise TypeError(f"{op}: got {what}; pass a Value or a Tensor, and names as {{x: 'x'}}")
    nodes = graph.nodes(root)
    if len(nodes) > 200:
        raise ValueError(f"{op}: {len(nodes)} nodes are too many to read; draw a part")
    places, size = _layout(op, nodes)
    boxes = []
    for node in nodes:
        x, y = places[node]
        arrows = [
            Arrow((places[p][0], places[p][1] - HEIGHT / 2), (x, y + HEIGHT / 2), slope)
            for p, slope in _edges(node).items()
        ]
        boxes.append(Box(x, y, [_name(node, names or {}), *_describe(node)], arrows))
    return boxes, size


def _name(node: Any, names: Mapping[Any, str]) -> str:
    return names.get(node, node.op or "input")


def _describe(node: Any) -> tuple[str, str]:
    if hasattr(node, "shape"):
        return f"{node.shape}", "no grad" if node.grad is None else f"grad {node.grad.shape}"
    return f"{node.data:.4g}", f"grad {node.grad:.4g}"


def _edges(node: Any) -> dict[Any, str]:
    """Return a node's parents, each with the slope along its edge; where it has several, all."""
    slopes: dict[Any, list[str]] = {parent: [] for parent in node.parents}
    for parent, slope in zip(node.parents, getattr(node, "slopes", ()), strict=False):
        slopes[parent].append(f"{slope:.4g}")
    return {parent: ", ".join(several) for parent, several in slopes.items()}


def _layout(op: str, nodes: list[Any]) -> tuple[dict[Any, Point], Point]:
    """Place equal boxes by Graphviz's layered layout; return centers and total size, in inches."""
    try:
        from pygraphviz import AGraph
    except ImportError as error:
        raise ImportError(
            f"{op}: the package pygraphviz is missing; install Graphviz, then pygraphviz by pip"
        ) from error

    layout = AGraph(directed=True, nodesep="0.12", ranksep="0.42")
    layout.node_attr.update(
        shape="box", label="", fixedsize="true", width=str(WIDTH), height=str(HEIGHT)
    )
    keys = {node: str(i) for i, node in enumerate(nodes)}
    layout.add_nodes_from(keys.values())
    for node, key in keys.items():
        for parent in _edges(node):
            layout.add_edge(keys[parent], key)
    layout.layout("dot")
    places = {}
    for node, key in keys.items():
        x, y = layout.get_node(key).attr["pos"].split(",")
        places[node] = (float(x) / 72, float(y) / 72)
    width = max(x for x, _ in places.values()) + WIDTH / 2
    height = max(y for _, y in places.values()) + HEIGHT / 2
    return places, (width, height)


# -- SVG -------------------------------------------------------------------------------------------


def _pixels(point: Point, height: float) -> Point:
    """Turn inches from the lower left into pixels from the upper left."""
    return PIXELS * (point[0] + 0.05), PIXELS * (height - point[1] + 0.05)


def _svg_box(x: float, y: float, box: Box) -> list[str]:
    w, h = PIXELS * WIDTH, PIXELS * HEIGHT
    tint = 0 if box.arrows else TINT
    frame = (
        f'<rect x="{x - w / 2:.1f}" y="{y - h / 2:.1f}" width="{w:.1f}" height="{h:.1f}" '
        f'rx="8" fill-opacity="{tint}" stroke="currentColor"/>'
    )
    step = h / (len(box.lines) + 0.2)
    first = y - step * (len(box.lines) - 1) / 2
    return [frame, *(_svg_text(x, first + i * step, line) for i, line in enumerate(box.lines))]


def _svg_text(x: float, y: float, text: str, size: float = FONT_SIZE) -> str:
    size *= PIXELS / 72
    baseline = y + 0.36 * size  # half as far below the middle as a digit is high
    return f'<text x="{x:.1f}" y="{baseline:.1f}" font-size="{size:.1f}">{escape(text)}</text>'


def _svg_arrow(start: Point, end: Point, label: str) -> list[str]:
    """Draw a line with a head, and with a gap where the label is."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    ux, uy = dx / length, dy / length

    def at(along: float, aside: float = 0.0) -> str:
        return f"{start[0] + along * ux - aside * uy:.1f} {start[1] + along * uy + aside * ux:.1f}"

    def stroke(a: float, b: float) -> str:
        return f"M{at(a)}L{at(b)}"

    head = f'<path d="M{at(length)}L{at(length - 8, 3.5)}L{at(length - 8, -3.5)}Z"/>'
    if not label:
        return [f'<path d="{stroke(0, length - 8)}" stroke="currentColor"/>', head]
    half_width, half_height = 4 * len(label) + 2, 8
    gap = min(half_width / max(abs(ux), 1e-9), half_height / uy)
    line = stroke(0, length / 2 - gap) + stroke(length / 2 + gap, length - 8)
    text = _svg_text(start[0] + dx / 2, start[1] + dy / 2, label, FONT_SIZE - 1)
    return [f'<path d="{line}" stroke="currentColor"/>', head, text]


def _in_words(root: Any, names: Mapping[Any, str]) -> str:
    """Say what a drawing shows: one sentence for each node, operands first."""
    sentences = []
    for node in sorted(graph.nodes(root), key=lambda node: int(node.depth)):
        sources = [
            _name(parent, names) + (f" (slope {slope})" if slope else "")
            for parent, slope in _edges(node).items()
        ]
        origin = f"; from {', '.join(sources)}" if sources else ""
        sentences.append(f"{_name(node, names)}: {', '.join(_describe(node))}{origin}.")
    return " ".join(sentences)
