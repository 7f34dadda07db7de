"""The data of the chapters."""

import warnings
from functools import cache
from http.client import HTTPException

import numpy as np
from scipy.ndimage import zoom
from sklearn.datasets import fetch_openml, load_digits, make_friedman1
from sklearn.model_selection import train_test_split


@cache
def digits_28():
    """Load scikit-learn's 1,797 handwritten digits, enlarged from 8×8 to 28×28 pixels.

    Returns:
        images of shape (1797, 784), float64 from 0 (paper) to 1 (ink), interpolated linearly, and
        labels of shape (1797,), integers from 0 to 9.
    """
    images, labels = load_digits(return_X_y=True)
    enlarged = zoom(images.reshape(-1, 8, 8) / 16, (1, 3.5, 3.5), order=1).reshape(-1, 784)
    enlarged.flags.writeable = labels.flags.writeable = False  # every caller gets the same arrays
    return enlarged, labels


def split_digits(seed):
    """Split the digits at random, with the same mix of classes on both sides.

    Returns:
        x_train, x_test, y_train, y_test, with 1,347 and 450 examples.
    """
    images, labels = digits_28()
    return train_test_split(images, labels, test_size=0.25, random_state=seed, stratify=labels)


def split_small_digits(seed):
    """Split the digits as they come, 8×8 pixels from 0 to 1, otherwise as `split_digits`."""
    images, labels = load_digits(return_X_y=True)
    return train_test_split(images / 16, labels, test_size=0.25, random_state=seed, stratify=labels)


def batch_of_digits(seed, size=500):
    """Draw some of the digits at random, without repetition: images and labels."""
    images, labels = digits_28()
    chosen = np.random.default_rng(seed).permutation(len(labels))[:size]
    return images[chosen], labels[chosen]


def split_mnist(seed):
    """Fetch MNIST from OpenML, 70,000 digits of 28×28 pixels; without a network, `split_digits`.

    The last 10,000 are the test images, as usual.  scikit-learn keeps what it has fetched (55 MB),
    so that the next call needs no network.

    Args:
        seed: how to split the small digits, if it is them that come.

    Returns:
        x_train, x_test, y_train, y_test, with pixels from 0 to 1.
    """
    try:
        images, labels = fetch_openml("mnist_784", version=1, return_X_y=True, as_frame=False)
    except (OSError, HTTPException) as error:
        warnings.warn(
            f"MNIST cannot be fetched ({error}): here are scikit-learn's 1,797 digits instead",
            stacklevel=2,
        )
        return split_digits(seed)
    images, labels = images / 255, labels.astype(np.int64)
    return images[:-10_000], images[-10_000:], labels[:-10_000], labels[-10_000:]


def friedman(n, seed):
    """Draw Friedman's function #1: 20 inputs between 0 and 1, of which only 5 matter.

    Returns:
        x of shape (n, 20); y of shape (n,), the function plus normal noise of variance 1; and the
        function alone, which nobody has outside of an exercise.
    """
    x, y = make_friedman1(n, n_features=20, noise=1.0, random_state=seed)
    _, function = make_friedman1(n, n_features=20, noise=0.0, random_state=seed)  # the same x
    return x, y, function


def mackey_glass(n, start=1.2, skip=1_000, step=0.25, delay=17.0):
    """Solve Mackey and Glass's equation, x′(t) = 0.2 d / (1 + d¹⁰) − 0.1 x(t), d = x(t − delay).

    The method is that of Runge and Kutta, of fourth order.  The delayed value is read from what has
    been computed before; halfway between two steps, from the cubic through both with their slopes.
    Only sums, products and quotients of single numbers are used, so that every machine computes the
    same bits: the solution is chaotic, and would blow up the difference of one.

    Args:
        n: how many values to return, one per unit of time.
        start: the value at all times up to 0.
        skip: how many units of time to leave out at the beginning.
        step: the time step; 1 and the delay must be multiples of it.
        delay: how long ago the value was that drives the change.

    Returns:
        n values at the times skip + 1, skip + 2, …
    """
    lag, per_unit = round(delay / step), round(1 / step)
    xs = [float(start)] * (lag + 1)  # from −delay to 0
    halfway = xs[:lag]  # between each and the next
    for i in range((skip + n) * per_unit):
        x, d, d_half, d_next = xs[-1], xs[i], halfway[i], xs[i + 1]
        k1 = _mackey_glass_slope(x, d)
        k2 = _mackey_glass_slope(x + step * k1 / 2, d_half)
        k3 = _mackey_glass_slope(x + step * k2 / 2, d_half)
        k4 = _mackey_glass_slope(x + step * k3, d_next)
        xs.append(x + step * (k1 + 2 * k2 + 2 * k3 + k4) / 6)
        after = _mackey_glass_slope(xs[-1], d_next)
        halfway.append((x + xs[-1]) / 2 + step * (k1 - after) / 8)
    return np.array(xs[lag + (skip + 1) * per_unit :: per_unit])


def _mackey_glass_slope(x, d):
    square = d * d
    fourth = square * square
    return 0.2 * d / (1 + fourth * fourth * square) - 0.1 * x


def windows(series, length, ahead):
    """Cut a series into overlapping windows, and say of each whether the series will be higher.

    Returns:
        x of shape (n, length); y of shape (n,), 1.0 where the value `ahead` steps after the end of
        the window is higher than its last one, else 0.0.
    """
    n = len(series) - length - ahead + 1
    x = np.lib.stride_tricks.sliding_window_view(series, length)[:n]
    return x, (series[length - 1 + ahead :] > x[:, -1]).astype(float)


def split_series(seed, past=4_000, future=2_000, length=100, ahead=50):
    """Split a Mackey–Glass series in time, then cut both parts into windows, scaled by the past.

    No step of the series is in both parts, not even as the one whose value is asked for.

    Returns:
        x_train, x_test, y_train, y_test.
    """
    start = np.random.default_rng(seed).uniform(0.5, 1.3)
    series = mackey_glass(past + future, start)
    center, scale = series[:past].mean(), series[:past].std()
    scaled = (series - center) / scale
    (x_train, y_train), (x_test, y_test) = (
        windows(part, length, ahead) for part in (scaled[:past], scaled[past:])
    )
    return x_train, x_test, y_train, y_test
