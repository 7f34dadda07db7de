"""Plots: what stands on the axes, not how it looks."""

import math
import re

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.colors import to_rgba
from matplotlib.patches import StepPatch

from minigrad import (
    TABLE,
    ActivationFunction,
    Linear,
    Sequential,
    StepProbe,
    mean_squared_error,
    plot_activation,
    plot_histogram,
    plot_layers,
    plot_training,
    plot_units,
    probe,
    relu,
    sigmoid,
    tanh,
)
from minigrad.elementwise import Option

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 4))


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def network():
    first = Linear(4, 5, rng=0)
    first.b.data = np.array([-100.0, -100.0, 0.0, 0.0, 0.0])
    return Sequential(first, relu, Linear(5, 3, rng=1), sigmoid)


def measured():
    return probe(network(), X, np.zeros((50, 3)), mean_squared_error)


def lines(ax):
    return {
        line.get_label(): line for line in ax.get_lines() if not line.get_label().startswith("_")
    }


def zones(ax):
    """The spans of z that are shaded, by the words in the legend."""
    return {
        area.get_label(): sorted(
            (path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in area.get_paths()
        )
        for area in ax.collections
    }


# -- an activation ---------------------------------------------------------------------------------


def test_the_curve_the_slope_and_the_zones_of_a_sigmoid():
    """With r = √(1 − 5%), the slope is 5% of its largest where |z| = log((1 + r) / (1 − r))."""
    ax = plot_activation("sigmoid", low=-10, high=10)
    curve, slope = lines(ax).values()
    z = curve.get_xdata()
    np.testing.assert_allclose(curve.get_ydata(), 1 / (1 + np.exp(-z)), rtol=1e-12)
    np.testing.assert_allclose(
        slope.get_ydata(), curve.get_ydata() * (1 - curve.get_ydata()), rtol=1e-9, atol=1e-15
    )
    assert curve.get_linestyle() != slope.get_linestyle()
    for (label, spans), share in zip(zones(ax).items(), (0.05, 0.001), strict=True):
        root = math.sqrt(1 - share)
        edge = math.log((1 + root) / (1 - root))
        assert np.allclose(spans, [(-10, -edge), (edge, 10)], atol=0.02)
        assert f"{100 * share:g}%" in label
    assert (ax.get_title(), ax.get_xlabel()) == ("sigmoid", "input $z$")
    assert ax.get_xlim() == (-10, 10)


@pytest.mark.parametrize("name", TABLE)
def test_every_entry_can_be_drawn(name):
    assert plot_activation(name).get_title() == name


def test_an_entry_of_a_readers_own_can_be_drawn_with_options():
    ramp = ActivationFunction(
        "ramp", value=lambda xp, z: xp.clip(z, 0.0, 2.0), slope=lambda xp, z, a: (z > 0) & (z < 2)
    )
    ax = plot_activation(ramp, low=-1, high=3, saturated_below=0.5)
    first, second = zones(ax)["slope at most 50% of the largest"]
    assert np.allclose([first, second], [(-1, 0), (2, 3)], atol=0.01)
    ax = plot_activation("leaky_relu", negative_slope=0.2)
    assert ax.get_title() == "leaky_relu, negative_slope = 0.2"
    assert zones(ax) == {}
    assert plot_activation("elu", alpha=2.0).get_title() == "elu, alpha = 2"
    assert plot_activation("gelu", approximate="tanh").get_title() == "gelu, approximate = tanh"


def test_zones_are_shaded_and_hatched_in_one_faint_color_without_a_border():
    for zone in plot_activation("sigmoid", low=-10, high=10).collections:
        assert zone.get_edgecolor().tolist() == zone.get_facecolor().tolist()
        assert zone.get_linewidth() == [0]


# -- layers ----------------------------------------------------------------------------------------


def test_sizes_by_layer_stand_on_a_logarithmic_scale():
    p = measured()
    ax = plot_layers(p)
    drawn = lines(ax)
    wanted = [
        [q.z.std for q in p.activations],
        [q.a.std for q in p.activations],
        [q.delta_norm for q in p.activations],
    ]
    assert ax.get_yscale() == "log"
    for line, sizes in zip(drawn.values(), wanted, strict=True):
        assert line.get_xdata().tolist() == [1, 2]
        assert line.get_ydata().tolist() == sizes
    assert len({line.get_linestyle() for line in drawn.values()}) == 3
    assert len({line.get_marker() for line in drawn.values()}) == 3
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1\nrelu", "2\nsigmoid"]
    assert "50 examples" in ax.get_title()
    assert [*lines(plot_layers(probe(network(), X[:1])))] == ["std of $z$", "std of $a$"]


def test_what_is_zero_or_not_finite_is_written_at_the_edge():
    (p,) = probe(relu, X).activations
    bad = p.z._replace(std=math.nan)
    rows = [p, p._replace(place=2, z=bad, a=p.a._replace(std=0.0)), p._replace(place=3, z=bad)]
    measured = probe(relu, X)._replace(activations=tuple(rows))
    ax = plot_layers(measured)
    assert [(t.get_text(), t.get_position()) for t in ax.texts] == [
        ("nan", (2, 0.99)),
        ("0", (2, 0.01)),
    ]
    assert np.isnan(lines(ax)["std of $z$"].get_ydata()).tolist() == [False, True, True]
    nothing = measured._replace(activations=(rows[1]._replace(a=bad),))
    assert {t.get_text() for t in plot_layers(nothing).texts} == {"nan"}


def test_many_layers_are_numbered():
    deep = Sequential(*[part for i in range(20) for part in (Linear(4, 4, rng=i), tanh)])
    for ax in plot_layers(probe(deep, X)), plot_units(probe(deep, X)):
        assert all("tanh" not in t.get_text() for t in ax.get_xticklabels())
        ticks = ax.get_xticks()
        assert np.all(ticks == np.round(ticks))


# -- the histogram ---------------------------------------------------------------------------------


def test_the_histogram_counts_and_marks_what_is_saturated():
    p = probe(tanh, 3 * X).activations[0]
    ax = plot_histogram(p)
    everything, saturated = (patch for patch in ax.patches if isinstance(patch, StepPatch))
    counts = np.array(p.histogram.counts)
    np.testing.assert_allclose(everything.get_data().values, counts / counts.sum())
    np.testing.assert_array_equal(everything.get_data().edges, p.histogram.edges)
    np.testing.assert_allclose(
        saturated.get_data().values, np.array(p.histogram.saturated) / counts.sum()
    )
    assert saturated.get_hatch()
    left, right = sorted(
        patch.get_extents().transformed(ax.transData.inverted()).intervalx.tolist()
        for patch in ax.patches
        if not isinstance(patch, StepPatch)
    )
    edge = math.atanh(math.sqrt(0.95))  # where 1 − tanh² is 5%
    width = p.histogram.edges[1] - p.histogram.edges[0]
    assert left[0] == p.histogram.edges[0]
    assert right[1] == p.histogram.edges[-1]
    assert left[1] == pytest.approx(-edge, abs=width)
    assert right[0] == pytest.approx(edge, abs=width)
    assert ax.get_title() == f"Activation 1, tanh: {p.saturated:.1%} saturated, 0.0% dead units"
    assert ax.get_ylabel() == f"share of numbers per {width:g}"


def test_an_empty_bin_between_saturated_ones_is_shaded_and_one_at_the_border_is_not():
    (p,) = probe(relu, np.array([[-32.5], [-20.5], [16.5]])).activations
    ax = plot_histogram(p)
    (zone,) = (patch for patch in ax.patches if not isinstance(patch, StepPatch))
    width = p.histogram.edges[1] - p.histogram.edges[0]
    assert zone.get_extents().transformed(ax.transData.inverted()).intervalx == pytest.approx(
        (-34, -20)
    )
    assert width == 2


def test_what_is_not_finite_is_said_and_nothing_at_all_is_refused():
    x = X.copy()
    x[0, 0] = np.nan
    assert (
        plot_histogram(probe(relu, x).activations[0]).get_title().endswith("2 numbers not finite")
    )
    with pytest.raises(ValueError, match="plot_histogram: no z of relu is finite"):
        plot_histogram(probe(relu, np.full((2, 2), np.inf)).activations[0])


def test_zeros_alone_can_be_drawn():
    assert "100.0% saturated" in plot_histogram(probe(relu, 0 * X).activations[0]).get_title()


# -- units -----------------------------------------------------------------------------------------


def test_units_stand_sorted_and_dead_ones_are_counted():
    p = measured()
    ax = plot_units(p)
    for patch, q in zip(ax.patches, p.activations, strict=True):
        values, edges, _ = patch.get_data()
        assert values.tolist() == sorted(q.passing)
        assert (edges[0], edges[-1]) == (q.place - 0.4, q.place + 0.4)
    assert [t.get_text() for t in ax.texts] == ["2 of 5\ndead", "0 of 3\ndead"]
    bar, none = ax.get_lines()
    assert bar.get_xdata() == pytest.approx([0.6, 0.6 + 0.8 * 2 / 5])
    assert none.get_xdata() == pytest.approx([1.6, 1.6])
    assert bar.get_linestyle() == "-"


# -- training --------------------------------------------------------------------------------------


def records(n=30, activations=2, parameters=("0.W", "0.b")):
    return [
        StepProbe(
            *(k, 2.0 / (k + 1)),
            {name: 0.1 * (i + 1) / (k + 1) for i, name in enumerate(parameters)},
            {name: 1e-3 * (i + 1) for i, name in enumerate(parameters)},
            *(tuple(0.1 * (i + 1) for i in range(activations)), tuple([0.05] * activations)),
        )
        for k in range(n)
    ]


def test_the_panels_of_a_training():
    taken = records()
    loss, gradients, updates, shares = axes = plot_training(taken, ops=("relu", "tanh"))
    assert [ax.get_ylabel().split("\n")[0] for ax in axes] == [
        *("loss", "gradient norm", "update / weight", "saturated —")
    ]
    assert shares.get_xlabel() == "step"
    steps = [*range(30)]
    (line,) = loss.get_lines()
    assert (line.get_xdata().tolist(), line.get_ydata().tolist()) == (
        steps,
        [r.loss for r in taken],
    )
    for ax, field in (gradients, "gradients"), (updates, "updates"):
        assert ax.get_yscale() == "log"
        for name, line in lines(ax).items():
            assert line.get_ydata().tolist() == [getattr(r, field)[name] for r in taken]
    assert [*lines(gradients)] == [*lines(updates)] == ["0.W", "0.b"]
    (guide,) = (line for line in updates.get_lines() if line.get_label().startswith("_"))
    assert [*guide.get_ydata()] == [1e-3, 1e-3]
    assert [t.get_text() for t in updates.texts] == ["1e-3"]
    solid = [line for line in shares.get_lines() if line.get_linestyle() == "-"]
    dashed = [line for line in shares.get_lines() if line.get_linestyle() == "--"]
    assert [line.get_ydata()[0] for line in solid] == [0.1, 0.2]
    assert [line.get_ydata()[0] for line in dashed] == [0.05, 0.05]
    assert [*lines(shares)] == ["1 relu", "2 tanh"]
    upper, lower = loss.figure.legends
    assert [t.get_text() for t in upper.get_texts()] == ["0.W", "0.b"]
    assert [t.get_text() for t in lower.get_texts()] == ["1 relu", "2 tanh"]


def test_the_loss_stands_on_a_logarithmic_scale_if_it_fell_far():
    assert plot_training(records(30))[0].get_yscale() == "log"
    assert plot_training(records(5))[0].get_yscale() == "linear"


def test_without_data_there_is_no_panel_for_shares_and_one_may_choose_parameters():
    axes = plot_training(records(activations=0), parameters=["0.b"])
    assert len(axes) == 3
    assert [*lines(axes[1])] == ["0.b"]
    assert [*lines(plot_training(records())[3])] == ["1", "2"]  # without names for them


def test_many_lines_differ_in_color_or_in_stroke_and_in_marker():
    names = [f"{i}.W" for i in range(20)]
    drawn = lines(plot_training(records(parameters=names))[1]).values()
    looks = {(line.get_color(), line.get_linestyle(), line.get_marker()) for line in drawn}
    assert len(looks) == 20
    without_color = [(line.get_linestyle(), line.get_marker()) for line in drawn]
    assert len({*without_color}) == 20


def test_what_is_infinite_is_written_once_at_the_top():
    taken = records(activations=0, parameters=["b"])
    taken[:2] = [r._replace(updates={"b": math.inf}) for r in taken[:2]]
    taken[3] = taken[3]._replace(updates={"b": math.nan})
    texts = [(t.get_text(), t.get_position()) for t in plot_training(taken)[2].texts]
    assert texts[:2] == [("inf", (0, 0.99)), ("nan", (3, 0.99))]
    assert len(texts) == 3  # and the guide's


def test_a_single_record_is_a_marker():
    axes = plot_training(records(1))
    assert lines(axes[1])["0.W"].get_marker() == "o"


@pytest.mark.parametrize(
    ("words", "misuse"),
    [
        ("plot_training: got no records; pass those", lambda: plot_training([])),
        (
            r"got parameters \['W'\]; pass a list from \['0.W', '0.b'\]",
            lambda: plot_training(records(), parameters=["W"]),
        ),
        (
            r"got parameters 'W'; pass a list from \['W'\]",
            lambda: plot_training(records(parameters=["W"]), parameters="W"),
        ),
        ("got 1 axes; pass 4", lambda: plot_training(records(), [plt.subplots()[1]])),
        ("plot_layers: the model has no act", lambda: plot_layers(probe(Linear(4, 1, rng=0), X))),
        ("plot_units: the model has no act", lambda: plot_units(probe(Linear(4, 1, rng=0), X))),
        ("plot_activation: got z from 1 to 1", lambda: plot_activation(relu, low=1, high=1)),
        (
            "plot_activation: got z from -inf to 6.0; pass finite numbers, low below high",
            lambda: plot_activation(relu, low=-math.inf),
        ),
        ("got z from -6.0 to inf; pass finite", lambda: plot_activation(relu, high=math.inf)),
        ("plot_activation: saturated_below is 5", lambda: plot_activation(relu, saturated_below=5)),
        ("plot_activation: dead_below is -1", lambda: plot_activation(relu, dead_below=-1)),
        ("no 'rleu' in the table", lambda: plot_activation("rleu")),
    ],
)
def test_misuse(words, misuse):
    with pytest.raises(ValueError, match=words):
        misuse()


# -- all of them -----------------------------------------------------------------------------------

AWKWARD = probe(relu, np.array([[0.0, np.nan], [0.0, np.inf]]))
PLOTS = {
    "activation": lambda ax: plot_activation("tanh", ax),
    "layers": lambda ax: plot_layers(measured(), ax),
    "histogram": lambda ax: plot_histogram(measured().activations[0], ax),
    "units": lambda ax: plot_units(measured(), ax),
}


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS.keys())
def test_it_draws_on_the_axes_it_is_given_or_on_a_new_figure(plot):
    figure, ax = plt.subplots()
    assert plot(ax) is ax
    assert plt.get_fignums() == [figure.number]
    assert plot(None).figure.number != figure.number


def test_training_is_drawn_on_the_axes_it_is_given():
    figure, axes = plt.subplots(2, 2)
    drawn = plot_training(records(), axes)
    assert [*drawn] == [*axes.flat]
    assert plt.get_fignums() == [figure.number]
    assert not figure.legends
    assert [t.get_text() for t in axes[0, 1].get_legend().get_texts()] == ["0.W", "0.b"]


LABELS = {
    "activation": ("tanh", "input $z$", "output $a$, and slope"),
    "layers": (
        "Signal and gradient, 50 examples",
        "activation, from the input to the output",
        "size",
    ),
    "histogram": (
        "Activation 1, relu: 70.0% saturated, 40.0% dead units",
        "input $z$",
        "share of numbers per 4",
    ),
    "units": (
        "Units and dead units, 50 examples",
        "activation, from the input to the output",
        "share of examples with a slope",
    ),
}
LEGENDS = {
    "activation": ["slope at most 5% of the largest", "at most 0.1%", "$f(z)$", "slope $f\\,'(z)$"],
    "layers": ["std of $z$", "std of $a$", "$\\Vert\\delta\\Vert$ of one example"],
    "histogram": ["all", "of these, saturated"],
}


@pytest.mark.parametrize("name", PLOTS)
def test_titles_labels_and_legends(name):
    ax = PLOTS[name](None)
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == LABELS[name]
    legend = ax.get_legend()
    assert [t.get_text() for t in (legend.get_texts() if legend else [])] == LEGENDS.get(name, [])


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS.keys())
def test_in_the_dark_nothing_is_dark(plot):
    """What is not from the color cycle has the color of the text."""
    with plt.style.context("dark_background"):
        ax = plot(None)
        cycle = {to_rgba(c)[:3] for c in plt.rcParams["axes.prop_cycle"].by_key()["color"]}
        light = {*cycle, (1.0, 1.0, 1.0)}
        for line in ax.get_lines():
            assert to_rgba(line.get_color())[:3] in light
        for text in [*ax.texts, ax.title]:
            assert to_rgba(text.get_color()) == (1, 1, 1, 1)
        for area in ax.collections:
            assert tuple(area.get_facecolor()[0][:3]) in light
        for patch in ax.patches:
            edge, face = patch.get_edgecolor(), patch.get_facecolor()
            assert {edge[:3], face[:3]} & light


@pytest.mark.parametrize(
    "plot",
    [
        *PLOTS.values(),
        lambda ax: plot_training(records(parameters=[f"{i}.W" for i in range(40)]))[0],
        lambda ax: plot_training([r._replace(loss=math.nan) for r in records(2)])[0],
        lambda ax: plot_histogram(probe(relu, 0 * X).activations[0]),
        lambda ax: plot_layers(AWKWARD),
        lambda ax: plot_units(AWKWARD),
        lambda ax: plot_histogram(AWKWARD.activations[0]),
    ],
)
def test_it_can_be_drawn_without_a_warning(plot):
    plot(None).figure.canvas.draw()


def test_what_is_no_line_of_data_has_the_color_of_the_text():
    ink = to_rgba(plt.rcParams["text.color"])[:3]
    bar, *_ = plot_units(measured()).get_lines()
    guide = plot_training(records(activations=0))[2].get_lines()[-1]
    assert {to_rgba(line.get_color())[:3] for line in (bar, guide)} == {ink}
    assert [*guide.get_ydata()] == [1e-3, 1e-3]
    zones_of_z = [p for p in plot_histogram(measured().activations[0]).patches[:-2]]
    assert {patch.get_facecolor()[:3] for patch in zones_of_z} == {ink}
    faint = [area.get_facecolor()[0] for area in plot_activation("tanh").collections]
    assert [tuple(color[:3]) for color in faint] == [ink, ink]
    assert all(color[3] < 0.2 for color in faint)


def test_both_steps_of_a_histogram_are_on_the_same_edges_and_units_are_filled():
    p = measured().activations[0]
    everything, saturated = plot_histogram(p).patches[-2:]
    for patch in (everything, saturated):
        np.testing.assert_array_equal(patch.get_data().edges, p.histogram.edges)
    assert saturated.get_fill()
    assert all(patch.get_fill() for patch in plot_units(measured()).patches)


def test_half_of_a_bin_is_not_most_of_it():
    p = probe(relu, np.array([[-1.0], [1.0]])).activations[0]
    half = p.histogram._replace(edges=(0.0, 1.0), counts=(2,), saturated=(1,))
    assert len(plot_histogram(p._replace(histogram=half)).patches) == 2
    assert len(plot_histogram(p._replace(histogram=half._replace(saturated=(2,)))).patches) == 3


def test_a_slope_at_the_threshold_is_in_the_zone():
    """As in the probe: a threshold of 0 marks where the slope is exactly 0."""
    ax = plot_activation("relu", saturated_below=0, dead_below=0)
    assert [*zones(ax)] == ["slope at most 0% of the largest", "at most 0%"]


def test_steps_are_those_of_the_records():
    taken = [r._replace(step=5 * r.step, loss=float(r.step)) for r in records(30)]
    axes = plot_training(taken)
    assert axes[0].get_yscale() == "linear"  # there is no place for a loss of 0 on the other
    for ax in axes:
        assert all(
            line.get_xdata()[-1] == 145 for line in ax.get_lines() if len(line.get_xdata()) > 2
        )


# -- where things stand ----------------------------------------------------------------------------


def test_an_activation_is_drawn_from_minus_six_to_six_and_its_zones_behind_it():
    ax = plot_activation("tanh")
    assert ax.get_xlim() == (-6, 6)
    saturated, dead = ax.collections
    assert not saturated.get_hatch()
    assert dead.get_hatch()
    for area in saturated, dead:
        heights = [y for path in area.get_paths() for y in path.vertices[:, 1]]
        assert {*heights} == {0, 1}
        assert area.get_transform() == ax.get_xaxis_transform()  # of the height of the axes
        assert area.get_zorder() < min(line.get_zorder() for line in ax.get_lines())
        assert area.get_linewidth() == 0


def test_the_legend_of_an_activation_hides_nothing():
    figure = plot_activation("tanh").figure
    figure.canvas.draw()
    (ax,) = figure.axes
    legend, box = ax.get_legend().get_window_extent(), ax.get_window_extent()
    assert legend.y1 < box.y0
    assert legend.x0 + legend.x1 == pytest.approx(box.x0 + box.x1, rel=0.02)


def test_marks_are_few_however_long_a_line_is():
    names = [f"{i}.W" for i in range(6)]
    for n, marks in {1: 1, 12: 12, 13: 7, 240: 12}.items():
        line = lines(plot_training(records(n, parameters=names))[1])["5.W"]
        assert len(range(0, n, line.get_markevery())) == marks


def test_notes_stand_inside_of_the_axes():
    (p,) = probe(relu, X).activations
    bad = p._replace(z=p.z._replace(std=math.inf), a=p.a._replace(std=0.0))
    ax = plot_layers(probe(relu, X)._replace(activations=(bad,)))
    texts = ax.texts
    assert all(t.get_transform() == ax.get_xaxis_transform() for t in texts)
    assert [(t.get_text(), t.get_ha(), t.get_va()) for t in texts] == [
        ("inf", "center", "top"),
        ("0", "center", "bottom"),
    ]


def test_the_counts_of_dead_units_stand_above_the_bars():
    ax = plot_units(measured())
    low, high = ax.get_ylim()
    assert low < 0
    for place, text in enumerate(ax.texts, 1):
        x, y = text.get_position()
        assert (x, text.get_ha(), text.get_va()) == (place, "center", "bottom")
        assert 1 < y < high
    assert ax.get_yticks() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert {line.get_solid_capstyle() for line in ax.get_lines()} == {"butt"}  # as long as it is


def test_one_example_is_one_example():
    net = Sequential(Linear(4, 2, rng=0), tanh)
    assert plot_units(probe(net, X[:1])).get_title().endswith("1 example")
    assert plot_units(probe(net, X[:2])).get_title().endswith("2 examples")


def test_up_to_eight_layers_have_their_names_below():
    for n, named in ((8, True), (9, False)):
        deep = Sequential(*[part for i in range(n) for part in (Linear(4, 4, rng=i), tanh)])
        ticks = [t.get_text() for t in plot_units(probe(deep, X)).get_xticklabels()]
        assert (f"{n}\ntanh" in ticks) is named


def test_a_figure_of_a_training_has_half_of_the_usual_height_for_each_panel():
    width, height = plt.rcParams["figure.figsize"]
    for activations, panels in ((2, 4), (0, 3)):
        axes = plot_training(records(activations=activations))
        assert axes[0].figure.get_size_inches() == pytest.approx((width, panels * height / 2))
        axes[0].set_xlim(3, 7)
        assert {ax.get_xlim() for ax in axes} == {(3, 7)}


def test_the_guide_is_named_at_its_right_end():
    updates = plot_training(records(activations=0))[2]
    (note,) = updates.texts
    assert (note.xy, note.xycoords, note.get_ha()) == (
        (1, 1e-3),
        ("axes fraction", "data"),
        "right",
    )
    assert updates.get_lines()[-1].get_linestyle() != "-"


def test_shares_go_from_0_to_1_whatever_they_are():
    low, high = plot_training(records())[3].get_ylim()
    assert -0.1 < low < 0
    assert 1 < high < 1.1


def test_legends_of_a_training_stand_beside_the_panels_and_overlap_nothing():
    for n in (2, 16, 17, 40):
        axes = plot_training(records(parameters=[f"{i}.W" for i in range(n)]))
        figure = axes[0].figure
        figure.canvas.draw()
        right = max(ax.get_window_extent().x1 for ax in axes)
        upper, lower = (legend.get_window_extent() for legend in figure.legends)
        assert min(upper.x0, lower.x0) > right
        assert upper.y0 > lower.y0
        assert upper.y1 <= figure.bbox.y1


def test_a_slope_stands_over_its_z_and_its_zones_are_those_of_its_options():
    """With k = 0.02 no slope of tanh(kz) is near 0 beside the largest, which is k."""
    steep = ActivationFunction(
        "steep", lambda z, k: tanh(k * z), options={"k": Option(default=1.0)}
    )
    ax = plot_activation(steep, k=0.02)
    curve, slope = lines(ax).values()
    np.testing.assert_array_equal(curve.get_xdata(), slope.get_xdata())
    assert zones(ax) == {}


def test_areas_let_through_what_is_behind_them():
    zone, _, saturated = plot_histogram(measured().activations[0]).patches[-3:]
    assert zone.get_alpha() < 0.2
    assert (zone.get_linewidth(), saturated.get_alpha()) == (0, 0.5)
    assert {patch.get_alpha() for patch in plot_units(measured()).patches} == {0.5}


def test_dead_units_lie_on_the_line_of_zero_near_which_the_axes_end():
    ax = plot_units(measured())
    assert all([*line.get_ydata()] == [0, 0] for line in ax.get_lines())
    low, high = ax.get_ylim()
    assert low > -0.1
    assert high < 1.3


def test_a_loss_that_fell_to_a_tenth_did_not_fall_far():
    for last, scale in ((0.2, "linear"), (0.19, "log")):
        taken = [r._replace(loss=loss) for r, loss in zip(records(2), (2.0, last), strict=True)]
        assert plot_training(taken)[0].get_yscale() == scale


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("odd", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_does_not_choose_the_scale(place, odd):
    for last, scale in ((0.2, "linear"), (0.19, "log")):
        losses = [2.0, last]
        losses.insert(place, odd)
        taken = [r._replace(loss=loss) for r, loss in zip(records(3), losses, strict=True)]
        assert plot_training(taken)[0].get_yscale() == scale
    taken = [r._replace(loss=odd) for r in records(3)]
    assert plot_training(taken)[0].get_yscale() == "linear"


def test_shares_have_marks_and_each_figure_uses_its_space():
    axes = plot_training(records())
    assert "None" not in {line.get_marker() for line in axes[3].get_lines()}
    assert {line.get_linestyle() for line in axes[3].get_lines()} == {"-", "--"}
    for figure in axes[0].figure, plot_units(measured()).figure:
        assert figure.get_layout_engine() is not None


def test_few_lines_need_no_marks():
    assert {line.get_marker() for line in lines(plot_training(records())[1]).values()} == {"None"}


def test_a_title_says_all():
    x = X.copy()
    x[0, 0] = np.nan
    title = plot_histogram(probe(relu, x).activations[0]).get_title()
    assert re.fullmatch(r"Activation 1, relu: .*% dead units, \d+ numbers not finite", title)
