"""The data of the chapters."""

from functools import cache

import numpy as np
from scipy.ndimage import zoom
from sklearn.datasets import load_digits
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
