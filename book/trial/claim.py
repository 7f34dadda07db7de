"""A claim, the tests it is put to, and the rule that turns their results into a verdict.

The rule, which is the same for all claims:

    1.  A claim is put to tests.  Each compares one quantity, in one setting, with a bound: the
        claim says that the quantity is above it, or that it is below.
    2.  A test passes if the whole 99% interval of the median over seeds lies where the claim says,
        it fails if the whole interval lies on the other side, and is open if it does neither.
    3.  A claim holds if every test passes; it holds when what has passed, if only some tests do;
        it does not hold if none passes and at least one fails.  (If all are open, it is undecided.)
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from experiments import tables
from trial.measured import Measured

CONFIDENCE = 0.99
load = cache(tables.load)  # each table is read once


class Bound(NamedTuple):
    """What a difference must exceed to matter in practice; and half and twice as much.

    Attributes:
        words: the bound, as the page says it after "more than" or "less than".
        value: the bound that counts.
        half, twice: what it would be with half and with twice the margin.
        form: how to print a quantity that is compared with it.
    """

    words: str
    value: float
    half: float
    twice: float
    form: str


# One margin for each kind of quantity, whatever the claim.
ONE_POINT = Bound("1 point", 1.0, 0.5, 2.0, "+.1f")
ONE_POINT_BEHIND = Bound("−1 point", -1.0, -0.5, -2.0, "+.1f")
A_TENTH = Bound("a tenth", 0.1, 0.05, 0.2, ".2f")
NINE_TENTHS = Bound("nine tenths", 0.9, 0.95, 0.8, ".2f")
A_COIN = Bound("0.6", 0.6, 0.55, 0.7, ".2f")  # a coin's half, and a tenth
A_TENTH_MORE = Bound("1.1", 1.1, 1.05, 1.2, ".2f")
A_TENTH_LESS = Bound("0.9", 0.9, 0.95, 0.8, ".2f")
ONE_HUNDREDTH = Bound("a hundredth", 1e-2, 1e-1, 1e-3, ".1g")
TEN_TIMES = Bound("ten times", 10.0, 10**0.5, 100.0, ".1g")  # a power of ten; half of it, and two


class Test(NamedTuple):
    """A comparison of one quantity with a bound, in one setting.

    Attributes:
        setting: where it is measured, as the verdict names it after "holds when".
        measured: the quantity.
        says: "more" or "less", on which side of the bound the claim sees it.
        bound: the bound.

    Where nothing is said, the claim is that something is ahead by more than a point.
    """

    setting: str
    measured: Measured
    says: str = "more"
    bound: Bound = ONE_POINT


class Outcome(NamedTuple):
    """What came out of a test: the median, the interval, the seeds, and passes, fails or open."""

    median: float
    low: float
    high: float
    seeds: int
    result: str


class Claim(NamedTuple):
    """A sentence that people say, and the tests that decide whether it holds.

    Attributes:
        sentence: as people say it.
        measured: what is measured, in words.
        fair: why this is a fair reading of the sentence.
        section: the page and the heading where the book shows it, as in a link.
        tests: the tests.
        source: who says it; empty where we know of nobody in particular.
        reading: where the sentence can be read in two ways, this one, in a few words.
        shown: what the link to the section says.
    """

    sentence: str
    measured: str
    fair: str
    section: str
    tests: list[Test]
    source: str = ""
    reading: str = ""
    shown: str = "where the book shows it"

    @property
    def tables(self):
        """The experiments that decide it."""
        return list(dict.fromkeys(name for test in self.tests for name in test.measured.tables))


def interval(values):
    """Return the 99% interval of the median: two of the values themselves.

    Half of all networks are above the true median.  So how many of n are is like tossing n coins,
    and says how far from the ends one must go.  Nothing else is assumed.
    """
    values = np.sort(np.asarray(values, dtype=float))
    place = int(binom.ppf((1 - CONFIDENCE) / 2, len(values), 0.5))
    if place < 1:
        raise ValueError(f"{len(values)} seeds are too few for an interval of {CONFIDENCE:.0%}")
    return values[place - 1], values[-place]


def judge(test, load=load, margin="value"):
    """Put a claim to one test."""
    median, low, high, seeds = _measure(test.measured, load)
    bound = getattr(test.bound, margin)
    above, below = low > bound, high < bound
    passes, fails = (above, below) if test.says == "more" else (below, above)
    return Outcome(median, low, high, seeds, "passes" if passes else "fails" if fails else "open")


@cache
def _measure(measured, load):
    values = measured.values(load)
    if not np.isfinite(values).all():
        raise ValueError(f"not all values are numbers, from {', '.join(measured.tables)}")
    return (float(np.median(values)), *interval(values), len(values))


def verdict(claim, load=load, margin="value"):
    """Apply the rule: return the verdict, and the settings in which the claim passed."""
    results = {test.setting: judge(test, load, margin).result for test in claim.tests}
    passed = [setting for setting, result in results.items() if result == "passes"]
    if len(passed) == len(claim.tests):
        return "holds", passed
    if passed:
        return "holds when", passed
    return ("does not hold" if "fails" in results.values() else "undecided"), passed
