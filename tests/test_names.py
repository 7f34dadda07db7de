"""The names that the cheat sheet gives for other libraries exist there, and mean the same.

Keras, PyTorch and JAX are no part of the book's environment.  Where one is missing, what concerns
it is skipped; `book/names.py` says which versions were last compared.
"""

import warnings
from importlib import import_module

import numpy as np
import pytest

import minigrad
from minigrad import TABLE, Tensor, softmax
from names import ACTIVATIONS, INITIALIZERS, LIBRARIES, LOSSES

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
    assert [*ACTIVATIONS] == [*TABLE, "softmax"]


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
    f = softmax if name == "softmax" else TABLE[name]
    leaf = Tensor(z, requires_grad=True)
    a = f(leaf)
    (a * np.cos(z)).sum().backward()
    return a.data, leaf.grad


def agree(ours, theirs):
    # As far as float32 goes: Keras computes its tanh in it, PyTorch has the 1/6 of Hardsigmoid so.
    return all(np.allclose(x, y, rtol=1e-6, atol=1e-6) for x, y in zip(ours, theirs, strict=True))


@named(ACTIVATIONS)
def test_an_activation_gives_the_same_values_and_slopes(activation, ours, theirs):
    z = Z.reshape(27, 6) if ours == "softmax" else Z
    assert agree(ours_of(ours, z), activation(theirs)(z))


@named({name: line for name, line in ACTIVATIONS.items() if name != "softmax"})
def test_settings_stand_only_where_the_defaults_differ(activation, ours, theirs):
    name, _, settings = theirs.partition("(")
    assert agree(ours_of(ours, Z), activation(name)(Z)) is not bool(settings)


@named(LOSSES)
def test_a_loss_gives_the_same_number(module, library, ours, theirs):
    rng = np.random.default_rng(0)
    z = rng.normal(size=(7, 1 if ours != "cross_entropy" else 5))
    y = rng.integers(5, size=7) if ours == "cross_entropy" else (rng.random((7, 1)) < 0.5) + 0.0
    part = module({"Keras": "losses", "PyTorch": "nn"}[library])
    loss = call(part, theirs if "(" in theirs else f"{theirs}()")
    if library == "PyTorch":
        import torch

        number = float(loss(torch.from_numpy(z), torch.from_numpy(y)))
    else:
        number = float(loss(y, z))
    assert number == pytest.approx(float(getattr(minigrad, ours)(z, y)), rel=1e-5)


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
