"""Drawn graphs: what stands in the boxes, how they are joined, and in which order they stand."""

import math
import re
import sys
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from minigrad import Tensor, Value, draw_graph, graph_svg, sigmoid, tanh

NAMESPACE = "http://www.w3.org/2000/svg"


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def boxes(ax):
    """The lines of each box, by their first, and where it stands."""
    found = [text for text in ax.texts if "\n" in text.get_text()]
    return {t.get_text().split("\n")[0]: (t.get_text(), *t.get_position()) for t in found}


def arrows(ax):
    return [text.get_text() for text in ax.texts if "\n" not in text.get_text()]


def patches(ax, kind):
    return [patch for patch in ax.patches if isinstance(patch, kind)]


def test_boxes_show_name_number_and_gradient_and_arrows_show_slopes():
    x, w = Value(3.0), Value(-0.123456)
    y = x * w
    y.backward()
    ax = draw_graph(y, names={x: "x", w: "w"})
    assert [text for text, *_ in boxes(ax).values()] == [
        "*\n-0.3704\ngrad 1",
        "x\n3\ngrad -0.1235",
        "w\n-0.1235\ngrad 3",
    ]
    assert arrows(ax) == ["-0.1235", "3"]


def test_nameless_leaves_are_inputs():
    assert list(boxes(draw_graph(Value(3.0) + 1))) == ["+", "input"]


def test_for_arrays_it_shows_shapes():
    W = Tensor(np.ones((2, 3)), requires_grad=True)
    loss = sigmoid(np.ones((4, 2)) @ W).sum()
    before = boxes(draw_graph(loss, names={W: "W"}))
    assert list(before) == ["sum", "sigmoid", "@", "W"]
    assert before["sum"][0] == "sum\n()\nno grad"
    assert before["W"][0] == "W\n(2, 3)\nno grad"
    loss.backward()
    assert boxes(draw_graph(loss, names={W: "W"}))["W"][0] == "W\n(2, 3)\ngrad (2, 3)"


def test_each_node_is_one_box_and_each_pair_one_arrow():
    x = Value(3.0)
    y = x * x
    z = y + x
    ax = draw_graph(z)
    assert len(boxes(ax)) == len(patches(ax, FancyBboxPatch)) == 3
    assert len(patches(ax, FancyArrowPatch)) == 3  # x → y once, though y uses x twice
    assert sorted(arrows(ax)) == ["1", "1", "3, 3"]


def test_inputs_stand_above_results_and_nothing_overlaps():
    x, w, b = Value(1.0), Value(2.0), Value(3.0)
    z = x * w + b
    a = sigmoid(z)
    ax = draw_graph(a, names={x: "x", w: "w", b: "b", z: "z", a: "a"})
    height = {name: y for name, (_, _, y) in boxes(ax).items()}
    assert height["x"] == height["w"] > height["*"] > height["z"] > height["a"]
    assert height["b"] > height["z"]
    drawn = [patch.get_bbox() for patch in patches(ax, FancyBboxPatch)]
    for i, box in enumerate(drawn):
        assert not any(box.overlaps(other) for other in drawn[:i])
        low, high = ax.get_xlim()
        assert low <= box.x0
        assert box.x1 <= high
        low, high = ax.get_ylim()
        assert low <= box.y0
        assert box.y1 <= high


def test_it_draws_on_the_axes_it_is_given():
    figure, ax = plt.subplots()
    assert draw_graph(Value(1.0) * 2, ax=ax) is ax
    assert plt.get_fignums() == [figure.number]


def test_the_picture_can_be_saved_and_the_graph_is_left_alone(tmp_path):
    x = Value(3.0)
    y = x * x
    draw_graph(y).figure.savefig(tmp_path / "graph.png")
    assert (x.grad, y.grad) == (0.0, 0.0)
    y.backward()
    assert x.grad == 6.0


def test_a_graph_too_large_to_read_is_refused():
    y = Value(0.0)
    for _ in range(199):
        y = y + 1
    draw_graph(y)
    with pytest.raises(ValueError, match="draw_graph: 201 nodes are too many to read; draw a part"):
        draw_graph(y + 1)


def test_arrows_go_from_box_to_box_with_their_labels_in_the_middle():
    a, names = neuron()
    ax = draw_graph(a, names)
    boxed = [patch.get_bbox() for patch in patches(ax, FancyBboxPatch)]
    bottoms = {(round((b.x0 + b.x1) / 2, 6), round(b.y0, 6)) for b in boxed}
    tops = {(round((b.x0 + b.x1) / 2, 6), round(b.y1, 6)) for b in boxed}
    labels = [text for text in ax.texts if "\n" not in text.get_text()]
    for arrow, label in zip(patches(ax, FancyArrowPatch), labels, strict=True):
        start, end = arrow._posA_posB
        assert tuple(np.round(start, 6)) in bottoms
        assert tuple(np.round(end, 6)) in tops
        assert label.get_position() == pytest.approx(np.add(start, end) / 2)
        assert label.get_bbox_patch() is not None  # so that the arrow does not cross it out
        assert type(arrow.get_arrowstyle()).__name__ == "CurveFilledB"
    for text in ax.texts:
        assert (text.get_ha(), text.get_va()) == ("center", "center")


def test_the_figure_fits_the_drawing():
    """An inch is an inch: boxes of 1.2 by 0.62, and 0.1 around all of it."""
    a, names = neuron()
    ax = draw_graph(a, names)
    boxed = [patch.get_bbox() for patch in patches(ax, FancyBboxPatch)]
    for box in boxed:
        assert (box.width, box.height) == pytest.approx((1.2, 0.62))
    right, top = max(box.x1 for box in boxed), max(box.y1 for box in boxed)
    assert ax.get_xlim() == pytest.approx((-0.1, right + 0.1))
    assert ax.get_ylim() == pytest.approx((-0.1, top + 0.1))
    assert ax.figure.get_size_inches() == pytest.approx((right + 0.2, top + 0.2))
    assert ax.get_aspect() == 1
    assert not ax.axison


def test_the_drawing_fills_the_figure():
    figure = draw_graph(*neuron()).figure
    figure.canvas.draw()
    (ax,) = figure.axes
    assert ax.get_position().size == pytest.approx((1, 1), abs=0.06)


def test_what_stands_on_an_arrow_is_smaller_than_what_stands_in_a_box():
    texts = draw_graph(*neuron()).texts
    assert {t.get_size() for t in texts if "\n" in t.get_text()} == {10.0}
    assert {t.get_size() for t in texts if "\n" not in t.get_text()} == {9.0}


def test_inputs_are_tinted_and_results_are_not():
    a, names = neuron()
    ax = draw_graph(a, names)
    alphas = [patch.get_facecolor()[3] for patch in patches(ax, FancyBboxPatch)]
    svg = parsed(graph_svg(a, names))
    tints = [float(r.get("fill-opacity")) for r in svg.iter(f"{{{NAMESPACE}}}rect")]
    inputs = [name.split("\n")[0] in names.values() for name, *_ in boxes(ax).values()]
    assert sum(inputs) == 3
    assert tints == [0.06 if leaf else 0 for leaf in inputs]
    assert alphas == [0.06 if leaf else 1 for leaf in inputs]


def test_in_the_dark_boxes_are_dark():
    """What is drawn takes its colors from the style: no light box under light letters."""
    with plt.style.context("dark_background"):
        ax = draw_graph(Value(1.0) * 2)
    for patch in patches(ax, FancyBboxPatch):
        *rgb, alpha = patch.get_facecolor()
        assert alpha < 0.1 or max(rgb) < 0.1
        assert patch.get_edgecolor() == (1, 1, 1, 1)
    for arrow in patches(ax, FancyArrowPatch):
        assert arrow.get_facecolor() == arrow.get_edgecolor() == (1, 1, 1, 1)


# -- SVG -------------------------------------------------------------------------------------------


def neuron(op=sigmoid):
    x, w, b = Value(3.0), Value(-0.123456), Value(1.0)
    z = x * w + b
    a = op(z)
    a.backward()
    return a, {x: "x", w: "w < & >", b: "b"}


def parsed(drawing):
    return ElementTree.fromstring(str(drawing))


def texts(svg, tag="text"):
    return [element.text for element in svg.iter(f"{{{NAMESPACE}}}{tag}")]


def test_the_svg_says_what_the_drawing_says():
    a, names = neuron()
    svg, ax = parsed(graph_svg(a, names)), draw_graph(a, names)
    lines = [line for text in ax.texts for line in text.get_text().split("\n")]
    assert texts(svg) == lines
    assert "w < & >" in lines


def test_boxes_and_arrows_stand_where_the_drawing_has_them():
    a, names = neuron()
    svg, ax = parsed(graph_svg(a, names)), draw_graph(a, names)
    rects = [r.attrib for r in svg.iter(f"{{{NAMESPACE}}}rect")]
    boxed = [patch.get_bbox() for patch in patches(ax, FancyBboxPatch)]
    assert len(rects) == len(boxed) == 6
    height = float(svg.get("height")) / 96
    for rect, box in zip(rects, boxed, strict=True):
        assert float(rect["x"]) / 96 - 0.05 == pytest.approx(box.x0, abs=0.001)
        assert height - float(rect["y"]) / 96 - 0.05 == pytest.approx(box.y1, abs=0.001)
        assert float(rect["width"]) / 96 == pytest.approx(box.width, abs=0.001)
    ends = [numbers(p.get("d")) for p in svg.iter(f"{{{NAMESPACE}}}path") if not p.get("stroke")]
    drawn = [patch.get_path().vertices for patch in patches(ax, FancyArrowPatch)]
    assert len(ends) == len(drawn) == 5
    tops = {(rect["x"], rect["y"]) for rect in rects}
    for x, y, *_ in ends:  # the point of each head touches the top of a box, in its middle
        assert any(
            abs(x - float(left) - 57.6) < 0.11 and abs(y - float(top)) < 0.11 for left, top in tops
        )


def numbers(path):
    return [float(number) for number in re.findall(r"[\d.]+", path)]


def test_no_line_runs_through_a_label():
    a, names = neuron()
    svg = parsed(graph_svg(a, names))
    labels = [t for t in svg.iter(f"{{{NAMESPACE}}}text") if t.get("font-size") == "12.0"]
    lines = [numbers(p.get("d")) for p in svg.iter(f"{{{NAMESPACE}}}path") if p.get("stroke")]
    heads = [numbers(p.get("d")) for p in svg.iter(f"{{{NAMESPACE}}}path") if not p.get("stroke")]
    assert len(labels) == len(lines) == 5
    for label, line, (px, py, *_) in zip(labels, lines, heads, strict=True):
        x0, y0, x1, y1, x2, y2, x3, y3 = line
        x, y = float(label.get("x")), float(label.get("y")) - 0.36 * 12
        assert (x, y) == pytest.approx(((x0 + px) / 2, (y0 + py) / 2), abs=0.11)
        assert ((x1 + x2) / 2, (y1 + y2) / 2) == pytest.approx((x, y), abs=0.11)
        assert y0 < y1 < y < y2 < y3
        for end in (x1, y1), (x2, y2):  # beside the letters, or above or below them
            assert abs(end[0] - x) > 3.5 * len(label.text) or abs(end[1] - y) > 6
        slants = [math.atan2(b - y0, a - x0) for a, b in ((x1, y1), (x2, y2), (x3, y3))]
        assert slants == pytest.approx([slants[0]] * 3, abs=0.02)


def test_the_lines_of_a_box_stand_in_it_one_under_the_other():
    a, names = neuron()
    svg = parsed(graph_svg(a, names))
    rects = [r.attrib for r in svg.iter(f"{{{NAMESPACE}}}rect")]
    lines = [t for t in svg.iter(f"{{{NAMESPACE}}}text") if t.get("font-size") == "13.3"]
    assert len(lines) == 3 * len(rects)
    for i, rect in enumerate(rects):
        three = lines[3 * i : 3 * i + 3]
        left, top, width, height = (float(rect[k]) for k in ("x", "y", "width", "height"))
        middles = [float(t.get("x")) for t in three]
        assert middles == pytest.approx([left + width / 2] * 3, abs=0.11)
        first, second, third = (float(t.get("y")) for t in three)
        assert top + 10 < first < second < third < top + height - 3
        assert second - first == pytest.approx(third - second, abs=0.11)
        assert second - first > 13.3  # no line touches the next
        assert second - 0.36 * 13.3 == pytest.approx(top + height / 2, abs=0.11)


@pytest.mark.parametrize("labels", [True, False])
def test_lines_run_from_box_to_head_and_heads_point_down(labels):
    a, names = neuron()
    if not labels:
        W = Tensor(np.ones((1, 1)), requires_grad=True)
        a, names = W @ W + W, {}
    svg = parsed(graph_svg(a, names))
    paths = [*svg.iter(f"{{{NAMESPACE}}}path")]
    lines = [np.reshape(numbers(p.get("d")), (-1, 2)) for p in paths if p.get("stroke")]
    heads = [np.reshape(numbers(p.get("d")), (-1, 2)) for p in paths if not p.get("stroke")]
    rects = [r.attrib for r in svg.iter(f"{{{NAMESPACE}}}rect")]
    bottoms = [(float(r["x"]) + 57.6, float(r["y"]) + 59.52) for r in rects]
    for line, (point, one, other) in zip(lines, heads, strict=True):
        assert min(np.hypot(*np.subtract(line[0], b)) for b in bottoms) < 0.2
        base = (one + other) / 2
        assert line[-1] == pytest.approx(base, abs=0.11)
        assert np.hypot(*(point - base)) == pytest.approx(8, abs=0.2)
        assert np.hypot(*(one - other)) == pytest.approx(7, abs=0.2)
        assert (point - base) @ (one - other) == pytest.approx(0, abs=2)
        assert (point - base) @ (line[-1] - line[0]) > 0
        assert len(line) == (4 if labels else 2)


def test_a_file_is_written_in_utf8(tmp_path):
    x = Value(1.0)
    drawing = graph_svg(x * 2, {x: "δ"})
    drawing.save(tmp_path / "graph.svg")
    assert "δ".encode() in (tmp_path / "graph.svg").read_bytes()


def test_for_those_who_listen_it_has_a_title_and_a_description():
    a, names = neuron()
    svg = parsed(graph_svg(a, {**names, a: "a"}))
    assert svg.get("role") == "img"
    assert [child.tag.split("}")[1] for child in svg][:2] == ["title", "desc"]
    assert texts(svg, "title") == ["The graph of a"]
    (words,) = texts(svg, "desc")
    assert "x: 3, grad -0.028. w < & >: -0.1235, grad 0.6803." in words
    assert "*: -0.3704, grad 0.2268; from x (slope -0.1235), w < & > (slope 3)." in words
    assert words.endswith("a: 0.6524, grad 1; from + (slope 0.2268).")


def test_its_only_color_is_that_of_the_text_around_it():
    source = str(graph_svg(*neuron()))
    assert set(re.findall(r'(?:fill|stroke|color)="([^"]*)"', source)) == {"currentColor"}
    assert "#" not in source


def test_an_array_graph_shows_shapes_and_plain_arrows():
    W = Tensor(np.ones((2, 3)), requires_grad=True)
    loss = sigmoid(np.ones((4, 2)) @ W).sum()
    loss.backward()
    svg = parsed(graph_svg(loss, {W: "W"}))
    assert texts(svg) == [
        *("sum", "()", "no grad", "sigmoid", "(4, 3)", "no grad"),
        *("@", "(4, 3)", "no grad", "W", "(2, 3)", "grad (2, 3)"),
    ]
    lines = [p.get("d") for p in svg.iter(f"{{{NAMESPACE}}}path") if p.get("stroke")]
    assert [len(numbers(line)) for line in lines] == [4, 4, 4]  # no gap where there is no label
    assert texts(svg, "desc")[0].startswith("W: (2, 3), grad (2, 3). @: (4, 3), no grad; from W.")


def test_a_leaf_alone_is_one_box():
    svg = parsed(graph_svg(Value(2.0)))
    assert texts(svg) == ["input", "2", "grad 0"]
    assert (svg.get("width"), svg.get("height")) == ("124.8", "69.1")


def test_the_same_graph_gives_the_same_bytes_and_a_file_holds_them(tmp_path):
    one, other = graph_svg(*neuron()), graph_svg(*neuron())
    assert str(one) == str(other) == one._repr_svg_() == one.source
    one.save(tmp_path / "graph.svg")
    assert (tmp_path / "graph.svg").read_bytes() == str(one).encode()
    assert repr(one) == f"<SVG of {len(str(one))} characters>"
    assert str(graph_svg(*neuron(tanh))) != str(one)


def test_a_graph_too_large_for_svg_is_refused():
    y = Value(0.0)
    for _ in range(200):
        y = y + 1
    with pytest.raises(ValueError, match="graph_svg: 201 nodes are too many to read; draw a part"):
        graph_svg(y)


@pytest.mark.parametrize("draw", [draw_graph, graph_svg])
def test_what_is_missing_is_named(draw, monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    message = f"^{draw.__name__}: the package pygraphviz is missing; install Graphviz, then pygraph"
    with pytest.raises(ImportError, match=message):
        draw(Value(2.0))
