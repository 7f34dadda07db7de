"""Drawing a recorded computation: boxes for numbers, arrows from operands to results.

Graphviz decides where everything goes, Matplotlib draws it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minigrad import graph

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 1.2, 0.62  # of a box, in inches
FONT_SIZE = 10
BLANK = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}  # behind a number on an arrow


def draw_graph(root: Any, names: Mapping[Any, str] | None = None, ax: "Axes | None" = None) -> Any:
    """Draw the graph behind a Value or a Tensor, from its inputs at the top down to itself.

    Each box shows a name or the operation, then the number and its gradient as they are now, and
    each arrow the slope along it; for arrays, the shapes.  Needs Matplotlib and pygraphviz
    (``pip install minigrad[draw]``).

    Args:
        root: the result to draw.
        names: what to call some of the nodes, such as ``{w: "w", b: "b"}``.
        ax: the Matplotlib axes to draw on; by default a new figure of a fitting size.

    Returns:
        The axes.

    Raises:
        ValueError: if the graph has more than 200 nodes, which nobody could read.

    >>> from minigrad import Value
    >>> x = Value(3.0)
    >>> ax = draw_graph(x * x, names={x: "x"})
    >>> [text.get_text() for text in ax.texts]
    ['3, 3', '*\\n9\\ngrad 0', 'x\\n3\\ngrad 0']
    """
    import matplotlib.pyplot as plt
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    nodes = graph.nodes(root)
    if len(nodes) > 200:
        raise ValueError(f"draw_graph: {len(nodes)} nodes are too many to read; draw a part")
    places, (width, height) = _layout(nodes)
    if ax is None:
        _, ax = plt.subplots(figsize=(width + 0.2, height + 0.2), layout="constrained")
    ink = plt.rcParams["text.color"]
    for node in nodes:
        x, y = places[node]
        for parent, slope in _edges(node).items():
            above = places[parent][0], places[parent][1] - HEIGHT / 2
            below = x, y + HEIGHT / 2
            ax.add_patch(
                FancyArrowPatch(above, below, arrowstyle="-|>", mutation_scale=12, color=ink)
            )
            middle = (above[0] + below[0]) / 2, (above[1] + below[1]) / 2
            ax.text(*middle, slope, ha="center", va="center", size=FONT_SIZE - 1, bbox=BLANK)
        corner = (x - WIDTH / 2, y - HEIGHT / 2)
        style = "round,pad=0,rounding_size=0.08"
        fill = "white" if node.parents else "#eef1f4"
        ax.add_patch(
            FancyBboxPatch(corner, WIDTH, HEIGHT, boxstyle=style, facecolor=fill, edgecolor=ink)
        )
        name = (names or {}).get(node, node.op or "input")
        text = f"{name}\n{_describe(node)}"
        ax.text(x, y, text, ha="center", va="center", size=FONT_SIZE, linespacing=1.15)
    ax.set(xlim=(-0.1, width + 0.1), ylim=(-0.1, height + 0.1), aspect="equal")
    ax.axis("off")
    return ax


def _describe(node: Any) -> str:
    if hasattr(node, "shape"):
        return f"{node.shape}\n{'no grad' if node.grad is None else f'grad {node.grad.shape}'}"
    return f"{node.data:.4g}\ngrad {node.grad:.4g}"


def _edges(node: Any) -> dict[Any, str]:
    """Return a node's parents, each with the slope along its edge; where it has several, all."""
    slopes: dict[Any, list[str]] = {parent: [] for parent in node.parents}
    for parent, slope in zip(node.parents, getattr(node, "slopes", ()), strict=False):
        slopes[parent].append(f"{slope:.4g}")
    return {parent: ", ".join(several) for parent, several in slopes.items()}


def _layout(nodes: list[Any]) -> tuple[dict[Any, tuple[float, float]], tuple[float, float]]:
    """Place equal boxes by Graphviz's layered layout; return centers and total size, in inches."""
    from pygraphviz import AGraph

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
