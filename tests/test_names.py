"""What the cheat sheet writes for other libraries runs there, and means the same.

Keras, PyTorch and JAX are no part of the book's environment.  Where one is missing, what concerns
it is skipped; `book/names.py` says which versions were last compared.
"""

import inspect
import warnings
from importlib import import_module

import numpy as np
import pytest
import scipy.special

import cheat_sheet
import minigrad
from minigrad import TABLE, Tensor
from names import ACTIVATIONS, INITIALIZERS, LIBRARIES, LOSSES, NUMPY, PREDICTIONS

Z = np.linspace(-8.05, 8.05, 162)  # between the kinks, which the libraries choose differently


def named(group):
    """A parameter for each name of a group that a library has."""
    return pytest.mark.parametrize(
        ("library", "ours", "theirs"),
        [
            pytest.param(library, ours, theirs, id=f"{library}-{ours}")
            for ours, line in group.items()
            for library, theirs in zip(LIBRARIES, line, strict=True)
            if theirs is not None
        ],
    )


def test_every_activation_has_a_line():
    assert [*ACTIVATIONS] == [*NUMPY] == [*TABLE]


@pytest.mark.parametrize("number", [None, 0.5])
@pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE)
def test_a_numpy_line_gives_the_same_values_and_overflows_nowhere(entry, number):
    given = entry.settings()
    if number and not any(option.choices for option in entry.options.values()):
        given = dict.fromkeys(given, number)
    scope = {"np": np, "scipy": scipy} | given
    z = np.concatenate([Z, [0.0, -1e300, -1e3, 1e3, 1e300]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        a = eval(NUMPY[entry.name], scope | {"z": z})
    # SELU's two constants have seven digits.
    np.testing.assert_allclose(a, entry(z, **given), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", [*LOSSES, *INITIALIZERS])
def test_losses_and_initializers_are_minigrads(name):
    assert callable(getattr(minigrad, name))


@pytest.fixture
def module(library, monkeypatch):
    """Import a part of the library, or skip the test."""
    package = {"PyTorch": "torch"}.get(library, library.lower())
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say of each other on import
        pytest.importorskip(package, reason=f"{library} is not installed")
        if library != "PyTorch":
            pytest.importorskip("jax").config.update("jax_enable_x64", True)
    return lambda part: import_module(f"{package}.{part}")


def call(module, written, **arguments):
    """Evaluate a name, or a call as it is written in names.py."""
    scope = {name: getattr(module, name) for name in dir(module)}
    return eval(written, scope | arguments)


@pytest.fixture
def activation(module, library):
    """Return a library's activation with its slope: both as functions of an array."""

    def of(written):
        if library == "PyTorch":
            return with_torch(call(module("nn"), written))
        part = module({"Keras": "activations", "JAX": "nn"}[library])

        def f(z):
            return call(part, written, z=z) if "(" in written else getattr(part, written)(z)

        return with_jax(f)

    return of


def with_torch(layer):
    import torch

    f = layer() if isinstance(layer, type) else layer

    def run(z):
        leaf = torch.tensor(z, requires_grad=True)
        a = f(leaf)
        (a * torch.from_numpy(np.cos(z))).sum().backward()
        return a.detach().numpy(), leaf.grad.numpy()

    return run


def with_jax(f):
    import jax

    def run(z):
        a, back = jax.vjp(f, jax.numpy.asarray(z))
        return np.asarray(a), np.asarray(back(np.cos(z).astype(a.dtype))[0])

    return run


def ours_of(name, z):
    leaf = Tensor(z, requires_grad=True)
    a = TABLE[name](leaf)
    (a * np.cos(z)).sum().backward()
    return a.data, leaf.grad


def agree(ours, theirs):
    # As far as float32 goes: Keras computes its tanh in it, PyTorch has the 1/6 of Hardsigmoid so.
    return all(np.allclose(x, y, rtol=1e-6, atol=1e-6) for x, y in zip(ours, theirs, strict=True))


@named(ACTIVATIONS)
def test_an_activation_gives_the_same_values_and_slopes(activation, ours, theirs):
    assert agree(ours_of(ours, Z), activation(theirs)(Z))


@named(ACTIVATIONS)
def test_settings_stand_only_where_the_defaults_differ(activation, ours, theirs):
    name, _, settings = theirs.partition("(")
    assert agree(ours_of(ours, Z), activation(name)(Z)) is not bool(settings)


@named({name: line for name, line in ACTIVATIONS.items() if TABLE[name].options})
def test_an_option_is_there_unless_the_card_says_no(module, library, ours, theirs):
    part = module({"Keras": "activations", "PyTorch": "nn", "JAX": "nn"}[library])
    theirs_take = inspect.signature(getattr(part, theirs.partition("(")[0])).parameters
    missing = "have no such option" in cheat_sheet.options(TABLE[ours])
    assert all((name in theirs_take) is not missing for name in TABLE[ours].options)


@pytest.fixture
def loss(module, library):
    """Return a library's loss as a function of arrays."""

    def of(written):
        part = module({"Keras": "losses", "PyTorch": "nn"}[library])
        f = call(part, written if "(" in written else f"{written}()")
        if library == "Keras":
            return lambda z, y: float(f(y, z))
        torch = import_module("torch")
        return lambda z, y: float(f(torch.from_numpy(z), torch.from_numpy(y)))

    return of


@pytest.fixture
def predict(module, library):
    """Return what the card computes from z, in a library, as a function of an array."""

    def of(written):
        package, _, _ = written.partition(".")
        # A name from each library, so that its parts are there: keras.ops, torch, jax.nn.
        module({"Keras": "ops", "PyTorch": "nn", "JAX": "nn"}[library])
        scope = {package: import_module(package)}
        tensor = scope[package].from_numpy if library == "PyTorch" else np.asarray
        return lambda z: np.asarray(eval(written, scope | {"z": tensor(z)}))

    return of


def scores(loss):
    """Draw raw scores and the truth that a loss takes."""
    rng = np.random.default_rng(0)
    if loss == "cross_entropy":
        return rng.normal(size=(7, 5)), rng.integers(5, size=7)
    return rng.normal(size=(7, 1)), (rng.random((7, 1)) < 0.5) + 0.0


@named(LOSSES)
def test_a_loss_gives_the_same_number(loss, ours, theirs):
    z, y = scores(ours)
    assert loss(theirs)(z, y) == pytest.approx(float(getattr(minigrad, ours)(z, y)), rel=1e-5)


@named(PREDICTIONS)
def test_a_prediction_gives_the_same_numbers(predict, ours, theirs):
    z, _ = scores("cross_entropy")
    wanted = getattr(minigrad, ours)(Tensor(z)).data
    np.testing.assert_allclose(predict(theirs)(z), wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("ours", "then"),
    [("binary_cross_entropy_with_logits", "sigmoid"), ("cross_entropy", "softmax")],
)
@pytest.mark.parametrize("library", ["Keras", "PyTorch"])
def test_the_loss_of_a_card_fits_raw_scores_and_no_prediction(loss, predict, library, ours, then):
    """Once is right, twice is the fault that the card warns of."""
    z, y = scores(ours)
    place = LIBRARIES.index(library)
    f, p = loss(LOSSES[ours][place]), predict(PREDICTIONS[then][place])(z)
    truth = p[np.arange(7), y] if ours == "cross_entropy" else np.where(y, p, 1 - p)
    once = -np.log(truth).mean()
    assert f(z, y) == pytest.approx(once, rel=1e-5)
    assert f(np.array(p), y) != pytest.approx(once, rel=1e-2)


def test_pytorch_alone_draws_its_biases():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    layer = torch.nn.Linear(20, 30)
    assert layer.bias.abs().max() > 0
    scope = {"nn": torch.nn, "layer": layer, "w": layer.weight}
    eval("nn.init.zeros_(layer.bias)", scope)
    assert layer.bias.abs().max() == 0


@pytest.mark.parametrize("library", ["Keras"])
def test_keras_starts_its_biases_at_zero(module):
    layer = module("layers").Dense(30)
    layer.build((None, 20))
    assert np.abs(np.asarray(layer.bias)).max() == 0


@named(INITIALIZERS)
def test_an_initializer_draws_with_the_same_variance(module, library, ours, theirs):
    fan_in, fan_out = 600, 200
    wanted = getattr(minigrad, ours)(fan_in, fan_out, np.random.default_rng(0)).var()
    if library == "PyTorch":
        import torch

        w = torch.empty(fan_out, fan_in)  # PyTorch keeps the transpose
        torch.manual_seed(0)
        call(module("nn.init"), theirs if "(" in theirs else f"{theirs}(w)", w=w)
        drawn = w.numpy()
    elif library == "Keras":
        drawn = np.asarray(call(module("initializers"), f"{theirs}(seed=0)")((fan_in, fan_out)))
    else:
        import jax

        draw = call(module("nn.initializers"), f"{theirs}()")
        drawn = np.asarray(draw(jax.random.key(0), (fan_in, fan_out)))
    assert drawn.var() == pytest.approx(wanted, rel=0.03)
