"""Timing several ways to do the same, side by side.

In each round every contender works for a short slice of time, one right after the other, so that
whatever slows the machine down slows them all.  A ratio is taken within a round; its median and
quartiles over all rounds are the result.  The clock is the processor time of this process, which
stands still while others have the core.  Python's cycle collector stays on, as it is for readers.
"""

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping
from itertools import repeat
from typing import Any, NamedTuple

Times = Mapping[str, list[float]]


class Pace(NamedTuple):
    """How long to measure: the number of rounds, and the seconds of one contender's slice."""

    rounds: int
    slice: float


class Ratio(NamedTuple):
    """How many times as long one contender takes as another: the median and the quartiles."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


class Row(NamedTuple):
    """One workload: every contender's ratio to the baseline, and the baseline's own seconds."""

    workload: str
    baseline: str
    seconds: float
    ratios: dict[str, Ratio]
    notes: dict[str, float]


def side_by_side(contenders: Mapping[str, Callable[[], Any]], pace: Pace) -> Times:
    """Return the seconds that one call of each contender took, in each round."""
    calls = {name: _calls_per_slice(call, pace.slice) for name, call in contenders.items()}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders)
    gc.collect()
    gc.freeze()  # what was imported or built before is not for the collector to walk
    try:
        for _ in range(pace.rounds):
            for name in order:
                gc.collect()  # nor is what the one before has left behind
                times[name].append(_time(contenders[name], calls[name]) / calls[name])
            order.append(order.pop(0))  # nobody always comes after the same
    finally:
        gc.unfreeze()
    return times


def compare(workload: str, times: Times, baseline: str, **notes: float) -> Row:
    """Put every contender's times in proportion to the baseline's of the same round.

    >>> row = compare("sum", {"bare": [1.0, 2.0, 1.0], "engine": [1.5, 3.0, 2.0]}, "bare")
    >>> str(row.ratios["engine"])
    '1.50 (1.50–1.75)'
    """
    ratios = {
        name: ratio(seconds, times[baseline]) for name, seconds in times.items() if name != baseline
    }
    return Row(workload, baseline, statistics.median(times[baseline]), ratios, notes)


def ratio(seconds: list[float], others: list[float]) -> Ratio:
    """Summarize the ratios of times from the same rounds.

    >>> ratio([2.0], [1.0])
    Ratio(median=2.0, low=2.0, high=2.0)
    """
    shares = [s / o for s, o in zip(seconds, others, strict=True)]
    low, median, high = (
        statistics.quantiles(shares, n=4, method="inclusive") if len(shares) > 1 else shares * 3
    )
    return Ratio(median, low, high)


def _calls_per_slice(call: Callable[[], Any], seconds: float) -> int:
    """Call until warm, and find how many calls fill a slice."""
    call()
    calls = 1
    while (took := _time(call, calls)) < seconds / 4:
        calls *= 2
    return max(1, math.ceil(calls * seconds / took))


def _time(call: Callable[[], Any], calls: int) -> float:
    start = time.process_time()
    for _ in repeat(None, calls):
        call()
    return time.process_time() - start
