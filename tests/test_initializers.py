"""Initializers: the variance that each promises, and the same numbers from the same seed."""

import math

import numpy as np
import pytest

import minigrad
from minigrad import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    orthogonal,
    plain_uniform,
    zeros,
)
from minigrad.initializers import as_rng

VARIANCES = {
    plain_uniform: lambda fan_in, fan_out: 1 / (3 * fan_in),
    glorot_uniform: lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    glorot_normal: lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    he_uniform: lambda fan_in, fan_out: 2 / fan_in,
    he_normal: lambda fan_in, fan_out: 2 / fan_in,
    lecun_uniform: lambda fan_in, fan_out: 1 / fan_in,
    lecun_normal: lambda fan_in, fan_out: 1 / fan_in,
    orthogonal: lambda fan_in, fan_out: 1 / max(fan_in, fan_out),
}
BOUNDS = {
    plain_uniform: lambda fan_in, fan_out: 1 / math.sqrt(fan_in),
    glorot_uniform: lambda fan_in, fan_out: math.sqrt(6 / (fan_in + fan_out)),
    he_uniform: lambda fan_in, fan_out: math.sqrt(6 / fan_in),
    lecun_uniform: lambda fan_in, fan_out: math.sqrt(3 / fan_in),
}
every_initializer = pytest.mark.parametrize("init", VARIANCES, ids=lambda f: f.__name__)


@every_initializer
@pytest.mark.parametrize("fans", [(400, 300), (50, 2000), (2000, 50)])
def test_variance_is_the_formulas(init, fans):
    """Within five standard errors: of a variance, √(2/n) of it for a normal, less for a uniform."""
    w = init(*fans, as_rng(0))
    assert w.shape == fans
    variance = VARIANCES[init](*fans)
    assert w.var() == pytest.approx(variance, rel=5 * math.sqrt(2 / w.size))
    assert abs(w.mean()) < 5 * math.sqrt(variance / w.size)


@pytest.mark.parametrize("init", BOUNDS, ids=lambda f: f.__name__)
def test_uniform_weights_fill_their_interval(init):
    w, bound = init(400, 300, as_rng(0)), BOUNDS[init](400, 300)
    assert 0.999 * bound < w.max() <= bound
    assert 0.999 * bound < -w.min() <= bound


@pytest.mark.parametrize("init", [glorot_normal, he_normal, lecun_normal], ids=lambda f: f.__name__)
def test_normal_weights_are_normal(init):
    """About 68 % lie within one standard deviation, and 95 % within two."""
    w = init(400, 300, as_rng(0))
    for k, share in ((1, 0.6827), (2, 0.9545)):
        assert (abs(w) < k * w.std()).mean() == pytest.approx(share, abs=0.007)


@every_initializer
def test_the_same_seed_gives_the_same_weights(init):
    one, same, other = (init(4, 3, as_rng(seed)) for seed in (7, 7, 8))
    np.testing.assert_array_equal(one, same)
    assert (one != other).all()


@pytest.mark.parametrize("init", [*VARIANCES, zeros], ids=lambda f: f.__name__)
def test_the_dtype_is_the_one_asked_for(init):
    assert init(4, 3, as_rng(0)).dtype == np.float64
    single = init(4, 3, as_rng(0), np.float32)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, init(4, 3, as_rng(0)), rtol=1e-6)


def test_zeros_draw_nothing():
    rng = as_rng(0)
    assert (zeros(4, 3, rng) == np.zeros((4, 3))).all()
    assert rng.random() == as_rng(0).random()


@every_initializer
def test_a_seed_will_do_and_the_name_stays(init):
    np.testing.assert_array_equal(init(4, 3, 7), init(4, 3, as_rng(7)))
    assert init.__name__ in dir(minigrad)
    assert "Var" in init.__doc__ or init is orthogonal


@pytest.mark.parametrize("seed", [0, 7, np.int64(7), 2**70])
def test_a_seed_is_numpys(seed):
    assert as_rng(seed).random() == np.random.default_rng(seed).random()


@pytest.mark.parametrize(
    ("seed", "error"),
    [(-1, ValueError), (True, TypeError), (1.0, TypeError), ("1", TypeError), ([1], TypeError)],
)
def test_another_seed_is_refused(seed, error):
    with pytest.raises(error, match=r"^as_rng: rng is .*; pass a seed"):
        as_rng(seed)


def test_a_generator_passes_through():
    rng = np.random.default_rng(0)
    assert as_rng(rng) is rng
    assert as_rng(None).random() != as_rng(None).random()


@pytest.mark.parametrize(("fan_in", "fan_out"), [(5, 5), (7, 3), (3, 7), (1, 4), (4, 1), (1, 1)])
def test_orthogonal_rows_or_columns(fan_in, fan_out):
    w = orthogonal(fan_in, fan_out, as_rng(0))
    assert w.shape == (fan_in, fan_out)
    assert w.flags.c_contiguous
    small = w.T @ w if fan_in >= fan_out else w @ w.T
    np.testing.assert_allclose(small, np.eye(min(fan_in, fan_out)), atol=1e-14)


def test_orthogonal_matrices_favor_no_direction():
    """Without the signs, the first diagonal element of a 2 × 2 matrix would never be positive."""
    ws = [orthogonal(2, 2, as_rng(seed)) for seed in range(400)]
    assert abs(np.mean(ws, axis=0)).max() < 5 * math.sqrt(0.5 / 400)
    assert np.mean([np.linalg.det(w) > 0 for w in ws]) == pytest.approx(0.5, abs=5 * 0.5 / 20)
