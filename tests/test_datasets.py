"""The data of the chapters: the equation is solved, and nothing leaks from the test side."""

from functools import partial
from itertools import pairwise
from urllib.error import URLError

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.integrate import solve_ivp

import datasets
from elsewhere import BOOK, read
from minigrad import Adam, cross_entropy, fit

DELAY = 17.0


def drive(d):
    """What the delayed value adds to the slope."""
    return 0.2 * d / (1 + d**10)


def one_delay_long(t, start):
    """The exact solution up to one delay: the delayed value is constant there."""
    level = drive(start) / 0.1
    return level + (start - level) * np.exp(-0.1 * t)


@pytest.mark.parametrize("start", [0.5, 1.2])
def test_mackey_glass_is_exact_over_the_first_delay(start):
    t = np.arange(1, 18)
    expected = one_delay_long(t, start)
    assert datasets.mackey_glass(17, start, skip=0) == pytest.approx(expected, rel=1e-8)


def test_mackey_glass_agrees_with_scipy_over_the_second_delay():
    """There the delayed value is the exact solution of the first, so SciPy's solver will do."""
    start = 0.5
    ours = datasets.mackey_glass(34, start, skip=0)
    theirs = solve_ivp(
        lambda t, x: drive(one_delay_long(t - DELAY, start)) - 0.1 * x,
        (DELAY, 2 * DELAY),
        [one_delay_long(DELAY, start)],
        t_eval=np.arange(18, 35),
        rtol=1e-11,
        atol=1e-12,
        method="DOP853",
    )
    assert ours[17:] == pytest.approx(theirs.y[0], rel=1e-7)


def test_mackey_glass_is_of_fourth_order():
    solve = partial(datasets.mackey_glass, 60, 0.5, skip=0)
    exact = solve(step=1 / 64)
    errors = [abs(solve(step=step) - exact).max() for step in (1 / 4, 1 / 8, 1 / 16)]
    assert errors[0] < 2e-8
    for coarse, fine in pairwise(errors):
        assert 12 < coarse / fine < 20, "halving the step divides the error by 2⁴"


def test_mackey_glass_rests_where_its_slope_is_zero():
    assert (datasets.mackey_glass(500, start=1.0) == 1.0).all()


def test_mackey_glass_skips_and_shifts():
    whole = datasets.mackey_glass(60, 0.7, skip=0)
    assert (datasets.mackey_glass(20, 0.7, skip=40) == whole[40:]).all()


def test_mackey_glass_is_chaotic():
    one, other = (datasets.mackey_glass(4_000, start) for start in (0.7, 0.7 + 1e-9))
    assert abs(one - other)[:100].max() < 1e-5 < 0.1 < abs(one - other)[-1_000:].max()


def test_windows_say_whether_the_series_will_be_higher():
    series = np.array([0.0, 1.0, 2.0, 1.0, 0.0, 3.0])
    x, y = datasets.windows(series, length=2, ahead=3)
    assert x.tolist() == [[0, 1], [1, 2]]
    assert y.tolist() == [0, 1]


def test_no_test_window_shares_a_step_with_the_training_side(monkeypatch):
    """The series is replaced by the number of each step, so that each window shows its steps."""
    monkeypatch.setattr(datasets, "mackey_glass", lambda n, start: np.arange(float(n)))
    past, future, length, ahead = 400, 300, 100, 50
    x_train, x_test, y_train, y_test = datasets.split_series(0, past, future, length, ahead)
    center, scale = np.arange(past).mean(), np.arange(past).std()
    seen, asked = (np.rint(x * scale + center).astype(int) for x in (x_train, x_test))
    assert seen.min() == 0
    assert seen.max() + ahead == past - 1, "the last training target is the last step of the past"
    assert asked.min() == past
    assert asked.max() + ahead == past + future - 1
    assert not set(range(seen.max() + ahead + 1)) & set(asked.ravel())
    assert (np.diff(seen, axis=1) == 1).all()
    assert len(y_train) == len(x_train) == past - length - ahead + 1
    assert len(y_test) == len(x_test) == future - length - ahead + 1


def test_the_future_does_not_scale_the_past(monkeypatch):
    """Whatever comes after the split, the training side stays the same."""
    start = np.random.default_rng(3).uniform(0.5, 1.3)
    series = datasets.mackey_glass(600, start)
    changed = np.concatenate([series[:400], 100 * series[400:]])
    split = partial(datasets.split_series, 3, past=400, future=200, length=20, ahead=10)
    before = split()
    monkeypatch.setattr(datasets, "mackey_glass", lambda n, start: changed)
    after = split()
    assert (before[0] == after[0]).all()
    assert (before[2] == after[2]).all()
    assert (before[1] != after[1]).any()


def test_each_seed_has_a_series_of_its_own():
    one, other = (datasets.split_series(seed)[0] for seed in (0, 1))
    assert one.shape == other.shape == (3_851, 100)
    assert abs(one - other).max() > 1


def test_friedman_is_the_function_plus_noise_of_variance_1():
    x, y, function = datasets.friedman(20_000, seed=0)
    by_hand = (
        10 * np.sin(np.pi * x[:, 0] * x[:, 1])
        + 20 * (x[:, 2] - 0.5) ** 2
        + 10 * x[:, 3]
        + 5 * x[:, 4]
    )
    assert x.shape == (20_000, 20)
    assert function == pytest.approx(by_hand, rel=1e-12)
    assert np.var(y - function) == pytest.approx(1, abs=0.04)
    assert np.mean(y - function) == pytest.approx(0, abs=0.03)


@pytest.fixture
def openml(monkeypatch):
    """A stand-in for OpenML: what it returns, without a network; 20 training images."""
    n = 10_020
    images = 255 * np.eye(784, dtype=int)[np.arange(n) % 10]  # one pixel of ink, by the class
    images[-10_000:] //= 5
    labels = np.array([str(i % 10) for i in range(n)], dtype=object)

    def fetch(name, *, version, return_X_y, as_frame):
        assert (name, version, return_X_y, as_frame) == ("mnist_784", 1, True, False)
        return images, labels

    monkeypatch.setattr(datasets, "fetch_openml", fetch)


def test_mnist_is_split_and_scaled(openml):
    x_train, x_test, y_train, y_test = datasets.split_mnist(seed=0)
    assert x_train.shape == (20, 784)
    assert x_test.shape == (10_000, 784)
    assert (x_train == np.eye(784)[y_train]).all()
    assert (x_test == 0.2 * np.eye(784)[y_test]).all()
    assert y_train[:3].tolist() == [0, 1, 2]
    assert y_test.dtype.kind == "i"
    assert y_test[:3].tolist() == [0, 1, 2]


def test_one_line_on_the_page_swaps_mnist_in(openml):
    """The line that the first network's page names, in place of the one that its cell begins with;
    then the page's network is built and trained on what comes.
    """
    section = read("first-network")
    swap = "from datasets import split_mnist as split_digits"
    path = BOOK / "first-network.ipynb"
    assert swap in path.read_text(encoding="utf-8")
    imports, data, network, *_ = section.before
    line, _, rest = data.partition("\n")
    assert line == "from datasets import split_digits"
    names = {}
    with plt.rc_context():  # the page sets its style
        for source in (imports, f"{swap}\n{rest}", network):
            exec(source, names)
    net = names["net"]
    history = fit(
        net,
        names["x_train"],
        names["y_train"],
        loss=cross_entropy,
        optimizer=Adam(net.parameters()),
        epochs=2,
        progress=False,
    )
    assert history["loss"][1] < history["loss"][0]
    assert names["x_test"].shape == (10_000, 784)


@pytest.mark.parametrize("error", [URLError("no network"), TimeoutError("too slow")])
def test_without_a_network_mnist_says_so_and_gives_the_digits(monkeypatch, error):
    def fetch(*args, **kwargs):
        raise error

    monkeypatch.setattr(datasets, "fetch_openml", fetch)
    with pytest.warns(UserWarning, match=r"MNIST cannot be fetched .*1,797 digits instead"):
        ours = datasets.split_mnist(seed=2)
    for x, y in zip(ours, datasets.split_digits(seed=2), strict=True):
        assert (x == y).all()
