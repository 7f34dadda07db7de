"""What is measured: from the tables of the experiments, one number for each seed.

    of("accuracy_by_depth", "test_accuracy", activation="relu", init="he", depth=8)

is a column where the other columns have these values.  Such quantities can be subtracted and
divided, seed by seed, as far as both sides have the same seeds.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd


class Measured(NamedTuple):
    """A quantity that has one value for each seed.

    Attributes:
        tables: the experiments that it is read from.
        values: given a function that loads a table, returns a series with one value for each seed.
    """

    tables: tuple[str, ...]
    values: Callable[[Callable[[str], pd.DataFrame]], pd.Series]

    def __sub__(self, other):
        return _paired(lambda x, y: x - y, self, other)

    def __truediv__(self, other):
        return _paired(lambda x, y: x / y, self, other)

    def map(self, function):
        """Apply a function to the value of each seed."""
        return Measured(self.tables, lambda load: function(self.values(load)))


def of(table, column, /, **rows):
    """Return a column of a table, in the rows where the other columns have these values."""

    def values(load):
        found = load(table)
        for name, value in rows.items():
            found = found[found[name] == value]
        if found.empty:
            raise LookupError(f"{table}: no row with {rows}")
        if found.seed.duplicated().any():
            raise LookupError(f"{table}: several rows for one seed with {rows}")
        return found.set_index("seed")[column].sort_index()

    return Measured((table,), values)


def points(one, other):
    """Return by how many percentage points one share is ahead of another."""
    return (one - other).map(lambda x: (100 * x).round(9))  # 0.97 − 0.96 is a little over 0.01


def best(candidates, lowest=False):
    """Return the best of several quantities, where the best is chosen on the other seeds.

    So no seed has a part in the choice of what it is then measured with, and luck is not rewarded.
    """

    def values(load):
        runs = _side_by_side(candidates, load)
        if lowest:
            runs = -runs
        chosen = {seed: runs.drop(seed).mean().round(9).argmax() for seed in runs.index}
        picked = pd.Series({seed: runs.loc[seed].iloc[place] for seed, place in chosen.items()})
        return -picked if lowest else picked

    return Measured(_tables(candidates), values)


def ordered_as_others(contenders, apart=0.0):
    """Return the share of pairs that one seed orders as the mean of the other seeds does.

    Args:
        contenders: the quantities to be ranked.
        apart: only pairs count whose means over the other seeds are farther apart than this.
    """

    def values(load):
        runs = _side_by_side(contenders, load)
        return pd.Series(
            {
                seed: concordance(runs.loc[seed], runs.drop(seed).mean().round(9), apart)
                for seed in runs.index
            }
        )

    return Measured(_tables(contenders), values)


def told_by(signs, outcomes, apart):
    """Return the share of pairs in which the one with the larger sign has the larger outcome.

    Args:
        signs, outcomes: quantities, one of each for every contender.
        apart: only pairs count whose outcomes are farther apart than this.
    """

    def values(load):
        before, after = (_side_by_side(x, load) for x in (signs, outcomes))
        return pd.Series(
            {seed: concordance(before.loc[seed], after.loc[seed], apart) for seed in after.index}
        )

    return Measured(_tables([*signs, *outcomes]), values)


def concordance(guess, truth, apart=0.0):
    """Return the share of pairs that `guess` orders as `truth` does; a tie of the guess is half."""
    guess, truth = (np.subtract.outer(x, x) for x in (np.asarray(guess), np.asarray(truth)))
    above = truth > apart + 1e-9  # every pair once, with the better one first
    if not above.any():
        raise LookupError(f"no pair is more than {apart:g} apart")
    return float(((1 + np.sign(guess[above])) / 2).mean())


def _paired(operation, one, other):
    def values(load):
        x, y = one.values(load), other.values(load)
        _check_seeds([x, y], one.tables + other.tables)
        return operation(x, y).dropna()

    return Measured(_tables([one, other]), values)


def _side_by_side(quantities, load):
    columns = [quantity.values(load) for quantity in quantities]
    _check_seeds(columns, _tables(quantities))
    return pd.concat(columns, axis=1, keys=range(len(columns))).dropna()


def _check_seeds(columns, tables):
    """Some tables have more seeds than others, but those of the smallest must be in all."""
    fewest = min((set(x.index) for x in columns), key=len)
    if not all(fewest <= set(x.index) for x in columns):
        raise LookupError(f"the seeds do not match: {', '.join(tables)}")


def _tables(quantities):
    return tuple(dict.fromkeys(table for quantity in quantities for table in quantity.tables))
