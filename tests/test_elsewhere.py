"""The same network in Keras, PyTorch and JAX: what the pages show runs, and gets as far as ours.

The environment of this repository has none of these libraries; where they are missing, the test is
skipped.  To run it: `.venv/bin/python -m pip install keras torch jax optax`.
"""

import os
from importlib.util import find_spec

import pytest

from elsewhere import BOOK, ENDS_WITH, NEEDS, read, read_probe
from experiments.tables import load

BACKEND = os.environ.get("KERAS_BACKEND", "torch" if find_spec("torch") else "jax")  # of Keras
WIDEST = 72  # characters of a line that a page can hold


def our_range(page):
    """What the seeds of the page's own network span, in its table."""
    if page == "first-network":
        ours = load("first_network").minigrad
    elif page == "time-series":
        table = load("higher_later")
        ours = table[(table.model == "tanh") & (table.split == "in time")].right
    else:
        table = load("friedman")
        ours = table[(table.model == "leaky") & (table.examples == 4_000)].squared
    assert len(ours) == 20
    return ours.min(), ours.max()


def elsewhere(python, *arguments):
    path = os.pathsep.join(filter(None, ["..", "../book", os.environ.get("PYTHONPATH")]))
    return python(
        *("-m", "elsewhere", *arguments),
        cwd=BOOK.parent / "tests",
        PYTHONPATH=path,
        MPLBACKEND="agg",
        KERAS_BACKEND=BACKEND,
    )


@pytest.mark.parametrize("page", ENDS_WITH)
def test_each_library_has_its_tab_of_python(page):
    section = read(page)
    assert list(section.tabs) == list(NEEDS)
    for name, text in section.tabs.items():
        compile(section.shared + text, f"{page}, {name}", "exec")
        assert f"{ENDS_WITH[page]} = " in text.splitlines()[-1]
        assert max(map(len, text.splitlines())) <= WIDEST


@pytest.mark.parametrize("library", NEEDS)
@pytest.mark.parametrize("page", ENDS_WITH)
def test_it_gets_as_far_as_ours(page, library, python):
    if missing := [name for name in NEEDS[library] if not find_spec(name)]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    result = elsewhere(python, page, library)
    assert result.returncode == 0, result.stdout
    low, high = our_range(page)
    assert 2 * low - high <= float(result.stdout.split()[-1]) <= 2 * high - low


def test_the_probe_for_pytorch_is_python():
    _, snippet = read_probe()
    compile(snippet, "diagnosing, PyTorch", "exec")
    assert max(map(len, snippet.splitlines())) <= WIDEST


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_pytorch_measures_what_the_probe_does(activation, python):
    if not find_spec("torch"):
        pytest.skip("not installed: torch")
    result = elsewhere(python, "diagnosing", activation)
    assert result.returncode == 0, result.stdout
    theirs, ours = result.stdout.partition("PyTorch\n")[2].split("minigrad\n")
    theirs, again = theirs.split("again\n")
    assert theirs == ours and len(ours.splitlines()) == 4
    assert again != theirs and len(again.splitlines()) == 4


KERAS_SAYS = """
import keras
keras.activations.softmax(keras.ops.ones((2, 1)))
print("leaky ReLU's slope:", keras.layers.LeakyReLU().negative_slope)
z = keras.ops.convert_to_tensor([-1.0])
print("its function's:", round(-float(keras.activations.leaky_relu(z)[0]), 3))
print("its string's:", round(-float(keras.activations.get("leaky_relu")(z)[0]), 3))
"""


def test_what_the_page_says_of_keras(python):
    if not find_spec("keras"):
        pytest.skip("not installed: keras")
    result = python("-c", KERAS_SAYS, KERAS_BACKEND=BACKEND, PYTHONWARNINGS="always")
    assert "softmax over axis -1" in result.stdout, "it warns of a softmax over one number"
    assert "leaky ReLU's slope: 0.3" in result.stdout
    assert "its function's: 0.2" in result.stdout
    assert "its string's: 0.2" in result.stdout
