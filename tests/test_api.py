"""The reference is complete: every public name is in it, and says what a reader looks for."""

import inspect
import re

import pytest

import minigrad
from execute import ROOT

PAGE = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
NAMES = [name for name in minigrad.__all__ if name != "TABLE"]
CALLABLE = [name for name in NAMES if callable(getattr(minigrad, name))]
ERRORS = {name for name in NAMES if name.endswith("Error")}

# What computes nothing that a formula would say better than the sentence.
NO_FORMULA = {
    *("Value", "Tensor", "record", "no_grad", "draw_graph", "gradcheck", "GradCheck"),
    *("ActivationFunction", "Linear", "Activation", "Sequential", "Layer", "Gain", "with_gain"),
    *("fit", "evaluate", "accuracy", "zeros", "summary"),
    *("Run", "Saved", "SVG", "Option"),
    *("Checkpoint", "save", "load"),
    *("graph_svg", "plot_activation", "plot_layers", "plot_histogram", "plot_units"),
    *("plot_training", "Probe", "ActivationProbe", "ParameterProbe", "StepProbe"),
}
# What refuses nothing, or leaves it to what it calls.
RAISES_NOTHING = {
    *("Run", "Saved", "SVG", "Option"),
    *(
        "no_grad",
        "record",
        "GradCheck",
        "Gain",
        "zeros",
        "Layer",
        "ActivationFunction",
    ),
    *("glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "lecun_normal"),
    *("lecun_uniform", "orthogonal", "plain_uniform"),
    *("Probe", "ActivationProbe", "ParameterProbe", "StepProbe"),
}


def doc(name):
    return inspect.getdoc(getattr(minigrad, name)) or ""


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_in_the_reference(name):
    assert re.search(rf"auto(class|function|exception):: {name}$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("name", re.findall(r"auto\w+:: (?!minigrad\.)(\w+)$", PAGE, re.MULTILINE))
def test_nothing_else_is(name):
    assert name in NAMES


@pytest.mark.parametrize("name", sorted(set(NAMES) - ERRORS))
def test_it_has_an_example(name):
    assert ">>>" in doc(name) or name in {"GradCheck", "Gain", "Run", "Saved", "SVG"}


@pytest.mark.parametrize("name", sorted(set(CALLABLE) - ERRORS - RAISES_NOTHING))
def test_it_says_what_it_refuses(name):
    assert "Raises" in doc(name)


@pytest.mark.parametrize("name", sorted(set(CALLABLE) - ERRORS - NO_FORMULA))
def test_it_gives_its_formula(name):
    assert ".. math::" in doc(name)


@pytest.mark.parametrize("names", [NO_FORMULA, RAISES_NOTHING])
def test_the_exceptions_are_real(names):
    assert names <= set(NAMES)
