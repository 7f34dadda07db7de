"""Schedules: each against its formula, epoch by epoch, and what they refuse."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import ConstantRate, CosineDecay, StepDecay

rates = st.floats(1e-6, 1e3)
counts = st.integers(1, 300)


@given(rates, st.integers(0, 1000))
def test_a_constant_rate_is_constant(lr, epoch):
    assert ConstantRate(lr)(epoch) == lr


@given(rates, counts, st.floats(0.01, 0.99), st.integers(0, 100))
def test_step_decay_multiplies_once_after_every_so_many_epochs(lr, every, factor, epoch):
    wanted = lr
    for e in range(1, epoch + 1):
        wanted *= factor if e % every == 0 else 1
    assert StepDecay(lr, every, factor)(epoch) == pytest.approx(wanted, rel=1e-12)


@given(rates, counts, st.floats(0, 1), st.data())
def test_cosine_decay_follows_its_formula(lr, epochs, share, data):
    lowest, w = lr * share, data.draw(st.integers(0, epochs - 1))
    schedule = CosineDecay(lr, epochs, lowest, w)
    e = np.arange(epochs)
    rising = lr * (e + 1) / (w + 1)
    # By the half-angle formula, so that this is not the line of the library again.
    falling = lowest + (lr - lowest) * np.cos(math.pi / 2 * (e - w) / (epochs - w)) ** 2
    wanted = np.where(e < w, rising, falling)
    np.testing.assert_allclose([schedule(int(i)) for i in e], wanted, rtol=1e-9)
    assert schedule(w) == lr
    assert all(schedule(int(i)) > 0 for i in e)
    assert np.argmax(wanted) == w


def test_a_few_rates_worked_out_by_hand():
    cosine = CosineDecay(0.4, epochs=4, lowest=0.2)
    by_hand = [0.4, 0.3 + 0.1 / math.sqrt(2), 0.3, 0.3 - 0.1 / math.sqrt(2)]
    assert [cosine(e) for e in range(4)] == pytest.approx(by_hand, rel=1e-14)
    assert [CosineDecay(0.4, epochs=3, lowest=0.4)(e) for e in range(3)] == [0.4] * 3
    warm = CosineDecay(0.4, epochs=5, warmup=3)
    assert [warm(e) for e in range(5)] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.2], rel=1e-14)


def test_past_its_end_a_cosine_stays_at_its_lowest_rate_or_says_that_there_is_none():
    assert [CosineDecay(0.1, 3, lowest=0.01)(e) for e in (3, 4, 1000)] == [0.01] * 3
    with pytest.raises(ValueError, match=r"^CosineDecay: epoch 3 is past the 3 .* rate is 0; pass"):
        CosineDecay(0.1, 3)(3)


@pytest.mark.parametrize("schedule", [ConstantRate(1.0), StepDecay(1.0, 2), CosineDecay(1.0, 9)])
def test_what_is_no_epoch_is_refused(schedule):
    for epoch in (-1, 0.5, math.nan, "0", True):
        with pytest.raises(ValueError, match=f"^{type(schedule).__name__}: epoch is .* from 0 up"):
            schedule(epoch)
    assert type(schedule(np.int64(0))) is float


@pytest.mark.parametrize(
    ("make", "message"),
    [
        *((lambda lr=lr: ConstantRate(lr), "ConstantRate: lr is") for lr in (0, -1, math.nan)),
        *((lambda lr=lr: StepDecay(lr, 1), "StepDecay: lr is") for lr in (0.0, math.inf, "1")),
        *((lambda lr=lr: CosineDecay(lr, 1), "CosineDecay: lr is") for lr in (0.0, True)),
        (lambda: StepDecay(1, every=0), "StepDecay: every is 0; pass a positive integer"),
        (lambda: StepDecay(1, every=1.5), r"StepDecay: every is 1\.5"),
        (lambda: StepDecay(1, 1, factor=1.0), r"StepDecay: factor is 1\.0"),
        (lambda: StepDecay(1, 1, factor=0.0), r"StepDecay: factor is 0\.0; pass a positive"),
        (lambda: CosineDecay(1, 0), "CosineDecay: epochs is 0; pass a positive integer"),
        (lambda: CosineDecay(1, 2, lowest=-0.1), r"CosineDecay: lowest is -0\.1; pass 0 or more"),
        (lambda: CosineDecay(1, 2, lowest=math.nan), "CosineDecay: lowest is nan; pass 0 or more"),
        (lambda: CosineDecay(1, 2, lowest=1.1), r"got CosineDecay\(lr=1\.0.*lowest=1\.1.* up to"),
        (lambda: CosineDecay(1, 2, warmup=2), "warmup=2.*fewer epochs of warmup"),
        (lambda: CosineDecay(1, 2, warmup=-1), "CosineDecay: warmup is -1; pass an integer from 0"),
    ],
)
def test_settings_out_of_range_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_schedule_says_what_it_is():
    assert repr(StepDecay(np.float32(0.5), 2)) == "StepDecay(lr=0.5, every=2, factor=0.1)"
