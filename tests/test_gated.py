"""Gated units: the formula, its gradients, and two different draws for the two weights."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import erf, expit

from minigrad import GEGLU, GLU, Linear, ReGLU, SwiGLU, he_normal, plain_uniform
from tests.helpers import check, spread

GATES = {
    GLU: expit,
    ReGLU: lambda z: np.maximum(z, 0),
    GEGLU: lambda z: z * (1 + erf(z / np.sqrt(2))) / 2,
    SwiGLU: lambda z: z * expit(z),
}
every_unit = pytest.mark.parametrize("unit", GATES)


def as_function(layer):
    def f(x, W, b, V, c):
        layer.W, layer.b, layer.V, layer.c = W, b, V, c
        return layer(x)

    return f


@every_unit
@given(
    batch=st.lists(st.integers(0, 3), max_size=2).map(tuple),
    n=st.integers(1, 3),
    m=st.integers(1, 3),
    seed=st.integers(0, 10**6),
)
def test_the_formula_and_its_gradients(unit, batch, n, m, seed):
    x, W, b, V, c = (
        spread(shape, seed + i) for i, shape in enumerate([(*batch, n), (n, m), m, (n, m), m])
    )
    assume((abs(x @ V + c) > 0.02).all())  # no kink of ReGLU's within a difference
    gate = GATES[unit]

    def reference(x, W, b, V, c):
        return (x @ W + b) * gate(x @ V + c)

    check(as_function(unit(n, m)), x, W, b, V, c, reference=reference)


@every_unit
def test_weights_and_biases(unit):
    layer = unit(4, 3, rng=0)
    assert [(name, p.shape) for name, p in layer.named_parameters()] == [
        *(("W", (4, 3)), ("b", (3,)), ("V", (4, 3)), ("c", (3,))),
    ]
    assert sum(p.size for p in layer.parameters()) == 30
    assert repr(layer) == f"{unit.__name__}(4, 3)"
    bare = unit(4, 3, bias_init=None)
    assert [name for name, _ in bare.named_parameters()] == ["W", "V"]
    assert repr(bare) == f"{unit.__name__}(4, 3, bias_init=None)"
    x = spread((2, 4))
    wanted = (x @ bare.W.data) * GATES[unit](x @ bare.V.data)
    np.testing.assert_allclose(bare(x).data, wanted, rtol=1e-12)


@every_unit
def test_value_and_gate_are_drawn_one_after_the_other(unit):
    layer = unit(4, 3, weight_init=he_normal, bias_init=plain_uniform, rng=7)
    rng = np.random.default_rng(7)
    value, gate = (
        Linear(4, 3, weight_init=he_normal, bias_init=plain_uniform, rng=rng) for _ in range(2)
    )
    np.testing.assert_array_equal(layer.W.data, value.W.data)
    np.testing.assert_array_equal(layer.b.data, value.b.data)
    np.testing.assert_array_equal(layer.V.data, gate.W.data)
    np.testing.assert_array_equal(layer.c.data, gate.b.data)
    assert not np.array_equal(layer.W.data, layer.V.data)


@every_unit
def test_float32_all_through(unit):
    layer = unit(4, 3, dtype=np.float32)
    out = layer(spread((2, 4)).astype(np.float32))
    assert out.dtype == np.float32
    out.sum().backward()
    assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}


@every_unit
@pytest.mark.parametrize("sizes", [(0, 3), (3, 0), (2.0, 3), (3, None)])
def test_sizes_are_positive_integers(unit, sizes):
    message = f"^{unit.__name__}: (in|out)_features is .*; pass a positive integer"
    with pytest.raises(ValueError, match=message):
        unit(*sizes)


@every_unit
def test_an_input_that_does_not_fit(unit):
    with pytest.raises(ValueError, match=r"^linear: got an input of shape \(2, 3\) .* length 4"):
        unit(4, 3)(np.ones((2, 3)))
