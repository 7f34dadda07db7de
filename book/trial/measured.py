"""What is measured: from the tables of the experiments, one number for each seed.

    of("accuracy_by_depth", "test_accuracy", activation="relu", init="he", depth=8)

is a column where the other columns have these values.  Such quantities can be subtracted and
divided, seed by seed, as far as both sides have the same seeds.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.tables import best_for_others, means_of_others


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
        found = _rows(load, table, rows)
        if found.seed.duplicated().any():
            raise LookupError(f"{table}: several rows for one seed with {rows}")
        return found.set_index("seed")[column].sort_index()

    return Measured((table,), values)


def of_row(table, /, **rows):
    """Return the columns seed_0, seed_1, … of the one row where the others have these values."""

    def values(load):
        found = _rows(load, table, rows)
        if len(found) > 1:
            raise LookupError(f"{table}: several rows with {rows}")
        scores = found.iloc[0].filter(like="seed_").astype(float)
        return scores.rename(lambda name: int(name.removeprefix("seed_")))

    return Measured((table,), values)


def _rows(load, table, rows):
    if not rows:
        return load(table)
    places = _places(load, table, tuple(rows)).get(tuple(rows.values()))
    if places is None:
        raise LookupError(f"{table}: no row with {rows}")
    return load(table).iloc[places]


@cache
def _places(load, table, names):
    """Return where each combination of values stands: looked up often, read once."""
    places = {}
    for place, key in enumerate(zip(*(load(table)[name] for name in names), strict=True)):
        places.setdefault(key, []).append(place)
    return places


def points(one, other):
    """Return by how many percentage points one share is ahead of another."""
    return (one - other).map(lambda x: (100 * x).round(9))  # 0.97 − 0.96 is a little over 0.01


def best(candidates, lowest=False):
    """Return the best of several quantities, chosen for each seed by the other seeds.

    If the quantities were chosen in this way themselves (each rival with its best rate), a seed has
    still a small part: the others, which choose for it, had theirs chosen by the help of it.
    """

    @cache  # the same networks are measured against many others
    def values(load):
        return best_for_others(_side_by_side(candidates, load).T, lowest)

    return Measured(_tables(candidates), values)


def ordered_as_others(contenders, apart=0.0):
    """Return the share of pairs that one seed orders as the mean of the other seeds does.

    Args:
        contenders: the quantities to be ranked.
        apart: only pairs count whose means over the other seeds are farther apart than this.
    """

    def values(load):
        runs = _side_by_side(contenders, load)
        pairs = zip(runs.to_numpy(), means_of_others(runs.T).T, strict=True)
        return pd.Series([concordance(one, mean, apart) for one, mean in pairs], runs.index)

    return Measured(_tables(contenders), values)


def told_by(signs, outcomes, apart):
    """Return the share of pairs in which the one with the larger sign has the larger outcome.

    Args:
        signs, outcomes: quantities, one of each for every contender; for a seed in which its sign
            is no number, a contender is left out.
        apart: only pairs count whose outcomes are farther apart than this.
    """

    def values(load):
        before, after = (_side_by_side(x, load) for x in (signs, outcomes))
        shares = {}
        for seed in after.index:
            told = before.loc[seed].notna()
            shares[seed] = concordance(before.loc[seed, told], after.loc[seed, told], apart)
        return pd.Series(shares)

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
        return operation(*_of_common_seeds([one.values(load), other.values(load)]))

    return Measured(_tables([one, other]), values)


def _side_by_side(quantities, load):
    columns = _of_common_seeds([quantity.values(load) for quantity in quantities])
    return pd.DataFrame(dict(enumerate(columns)))


def _of_common_seeds(columns):
    """Some tables have more seeds than others, but those of the smallest must be in all."""
    fewest = min((x.index for x in columns), key=len)
    if all(x.index.equals(fewest) for x in columns):
        return columns
    if not all(fewest.isin(x.index).all() for x in columns):
        raise LookupError("the seeds do not match")
    return [x[fewest] for x in columns]


def _tables(quantities):
    return tuple(dict.fromkeys(table for quantity in quantities for table in quantity.tables))
