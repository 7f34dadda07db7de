"""draw_graph: what stands in the boxes, how they are joined, and in which order they stand."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from minigrad import Tensor, Value, draw_graph, sigmoid


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
