"""Tallies: statistics of more numbers than fit in memory, batch by batch.

What they say does not depend on how the numbers were cut into batches, unless two of them are
farther apart than a float can say.
"""

import math
from typing import NamedTuple

import numpy as np

from minigrad.arrays import Array

HALF = 32  # bins of a histogram on each side of 0
FINEST = -100  # the exponent of the narrowest bins


class Spread(NamedTuple):
    """How numbers lie: their mean, standard deviation and root mean square.

    All three are NaN if one of the numbers is NaN or infinite.
    """

    mean: float
    std: float
    rms: float


class Histogram(NamedTuple):
    """How many numbers lie between one edge and the next, and how many of them are saturated.

    Bins are equally wide, and 0 is an edge.  What is NaN or infinite lies in none of them.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    saturated: tuple[int, ...]


def norm(x: Array) -> float:
    """Return the length √Σx² of an array, also where a square would be too large or too small.

    >>> norm(np.array([3e200, 4e200])), norm(np.array([3e-200, 4e-200]))
    (5e+200, 5e-200)
    """
    x = np.abs(x, dtype=np.float64)
    largest = float(x.max(initial=0.0))
    if not 0 < largest < math.inf:
        return largest
    return largest * float(np.linalg.norm((x / largest).ravel()))


class SpreadTally:
    """Takes in arrays, and knows the spread of all their numbers together.

    Source: putting mean and variance together, Chan, Golub and LeVeque, 1979.

    >>> tally = SpreadTally()
    >>> tally.add(np.array([1.0, 3.0]))
    >>> tally.add(np.array([5.0]))
    >>> tally.spread()
    Spread(mean=3.0, std=1.633, rms=3.416)
    """

    def __init__(self) -> None:
        self.count, self.mean, self.length = 0, 0.0, 0.0  # length: of all differences from the mean
        self.nonfinite = 0

    def add(self, x: Array) -> None:
        """Take in an array of numbers."""
        finite = np.isfinite(x)
        self.nonfinite += x.size - int(np.count_nonzero(finite))
        if self.nonfinite:
            return
        x = x.astype(np.float64)
        mean = float((x / x.size).sum())  # the sum itself might be too large
        with np.errstate(over="ignore"):
            within = norm(x - mean)
        total = self.count + x.size
        apart = mean - self.mean
        between = apart * math.sqrt(self.count / total * x.size)
        self.length = math.hypot(self.length, within, between)
        self.mean += apart * (x.size / total)
        self.count = total

    def spread(self) -> Spread:
        """Return the spread of all numbers that came."""
        if self.nonfinite:
            return Spread(math.nan, math.nan, math.nan)
        std = self.length / math.sqrt(self.count)
        return Spread(self.mean, std, math.hypot(self.mean, std))


class HistogramTally:
    """Takes in arrays, and counts their numbers in bins that grow as they must.

    The bins are as narrow as a power of two lets them be, such that 32 on each side of 0 are
    enough.  When a number comes that lies outside, neighbors are merged, two and two.

    >>> tally = HistogramTally()
    >>> tally.add(np.array([0.0, 0.5, 1.0]), np.array([False, False, True]))
    >>> tally.add(np.array([-31.5]), np.array([True]))
    >>> histogram = tally.histogram()
    >>> histogram.edges[0], histogram.edges[-1], histogram.counts[0], histogram.counts[-1]
    (-32.0, 2.0, 1, 1)
    """

    def __init__(self) -> None:
        self.exponent = FINEST
        self.counts = np.zeros((2, 2 * HALF), np.int64)  # of all, and of those that are saturated

    def add(self, z: Array, saturated: Array) -> None:
        """Take in an array of numbers, and which of them are saturated."""
        finite = np.isfinite(z)
        z, saturated = z[finite].astype(np.float64), saturated[finite]
        largest = float(abs(z).max(initial=0.0))
        if largest:
            self._widen(math.frexp(largest / HALF)[1])
        places = np.floor(np.ldexp(z, -self.exponent)).astype(np.int64) + HALF
        for counts, chosen in zip(self.counts, (places, places[saturated]), strict=True):
            counts += np.bincount(chosen, minlength=2 * HALF)

    def _widen(self, exponent: int) -> None:
        """Merge bins until each is 2 to this power wide."""
        steps = exponent - self.exponent
        if steps <= 0:
            return
        merged = (np.arange(-HALF, HALF) >> min(steps, 63)) + HALF
        for counts in self.counts:
            before = counts.copy()
            counts[...] = 0
            np.add.at(counts, merged, before)
        self.exponent = exponent

    def histogram(self) -> Histogram:
        """Return the counts, without empty bins at the ends."""
        (filled,) = self.counts[0].nonzero()
        first, last = (filled[0], filled[-1] + 1) if filled.size else (HALF, HALF)
        edges = np.ldexp(np.arange(first, last + 1) - float(HALF), self.exponent)
        counts, saturated = self.counts[:, first:last]
        return Histogram(tuple(edges.tolist()), tuple(counts.tolist()), tuple(saturated.tolist()))
