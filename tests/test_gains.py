"""Gains: against integrals at high precision, and seen in a deep network."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from minigrad import (
    TABLE,
    ActivationFunction,
    Linear,
    gain,
    he_normal,
    lecun_normal,
    orthogonal,
    with_gain,
)
from minigrad.initializers import as_rng


def expected(f, kinks):
    """Integrate f² against the normal density with QUADPACK, from kink to kink."""
    ends = [-20.0, *sorted({-3.0, 0.0, 3.0, *kinks}), 20.0]
    return sum(
        quad(
            lambda z: f(z) ** 2 * math.exp(-z * z / 2) / math.sqrt(2 * math.pi), a, b, epsrel=1e-13
        )[0]
        for a, b in pairwise(ends)
    )


@pytest.mark.parametrize("entry", TABLE.values(), ids=lambda entry: entry.name)
def test_gains_agree_with_another_quadrature(entry):
    options = entry.settings()

    def slope(z):
        z = np.float64(z)
        return float(entry.slope(np, z, entry.value(np, z, **options), **options))

    forward, backward = gain(entry)
    assert forward == pytest.approx(expected(lambda z: entry(z), entry.kinks) ** -0.5, rel=1e-11)
    assert backward == pytest.approx(expected(slope, entry.kinks) ** -0.5, rel=1e-11)


def test_where_the_integral_is_known():
    assert gain("identity") == pytest.approx((1, 1), rel=1e-13)
    assert gain("relu") == pytest.approx((math.sqrt(2), math.sqrt(2)), rel=1e-13)
    leaky = math.sqrt(2 / (1 + 0.2**2))
    assert gain("leaky_relu", negative_slope=0.2) == pytest.approx((leaky, leaky), rel=1e-13)
    # SELU was built to need none.
    assert gain("selu").forward == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("t", [0.1, 2.03, -1.7])
def test_a_kink_may_be_anywhere(t):
    """E[max(z − t, 0)²] = (1 + t²) P(z > t) − t φ(t), and the slope is 1 with P(z > t)."""
    shifted = ActivationFunction(
        "shifted",
        value=lambda xp, z: xp.maximum(z - t, 0.0),
        slope=lambda xp, z, a: z > t,
        kinks={t: "0", 20.0: "1"},
    )
    above, density = math.erfc(t / math.sqrt(2)) / 2, math.exp(-t * t / 2) / math.sqrt(2 * math.pi)
    wanted = ((1 + t * t) * above - t * density) ** -0.5, above**-0.5
    assert gain(shifted) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("init", [lecun_normal, orthogonal], ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", ["relu", "tanh", "silu", "selu"])
def test_the_signal_keeps_its_size_through_one_layer(init, name):
    rng = as_rng(0)
    x = TABLE[name](rng.normal(size=(200, 500)))
    x = x @ with_gain(init, name)(500, 500, rng)
    assert (x**2).mean() == pytest.approx(1, rel=0.05)


def test_a_layer_takes_it_and_the_dtype_stays():
    layer = Linear(30, 20, weight_init=with_gain(lecun_normal, "relu"), rng=0, dtype=np.float32)
    assert layer.W.dtype == np.float32
    wanted = he_normal(30, 20, as_rng(0), np.float32)
    np.testing.assert_allclose(layer.W.data, wanted, rtol=1e-6)


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"^gain: no 'reul' in the table; it has"):
        gain("reul")
    with pytest.raises(ValueError, match=r"^leaky_relu: negative_slope is 7"):
        with_gain(lecun_normal, "leaky_relu", negative_slope=7)
    with pytest.raises(TypeError, match=r"^gain: got a function; pass an entry"):
        gain(lambda z: z)
