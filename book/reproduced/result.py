"""One number of somebody else's, ours beside it, and how the two compare."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Result(NamedTuple):
    """A number of somebody else's, and how to get ours.

    Attributes:
        claim: what is measured, in words that need no context.
        source: a key of references.bib.
        theirs: what is printed there, or what their theory says; a sentence where it is no number.
        ours: returns our number; where it depends on chance, a series with one for each seed.
        section: the page and the heading where the measurement stands, as in a link.
        form: how to print ours, as in a format string.
        why: where the two differ, what we know of the reason.
        theory: whether the source has a formula that we evaluate, and prints no such number.
    """

    claim: str
    source: str
    theirs: float | str
    ours: Callable[[], float | pd.Series]
    section: str
    form: str = ".3f"
    why: str = ""
    theory: bool = False

    @property
    def page(self) -> str:
        """The notebook where the measurement stands."""
        return self.section.partition("#")[0]


class Row(NamedTuple):
    """A line of the table; ``agrees`` is None where there is nothing to compare with."""

    theirs: str
    ours: str
    agrees: bool | None


def row(result):
    """Compare: they agree if a single network of ours could well have given their number.

    That is, if it lies in the range of the middle 90% over seeds, or is ours, equally rounded.
    """
    ours = result.ours()
    if isinstance(ours, pd.Series):
        mean, (low, high) = ours.mean(), ours.quantile([0.05, 0.95])
        ends = " to ".join(_shown(end, result.form) for end in (low, high))
        shown = f"{_shown(mean, result.form)} ({ends}, {len(ours)} seeds)"
    else:
        mean = low = high = ours
        shown = _shown(mean, result.form)
    if isinstance(result.theirs, str):
        return Row(result.theirs, shown, None)
    same = f"{result.theirs:{result.form}}" == f"{mean:{result.form}}"
    theirs = _shown(result.theirs, result.form if result.theory else "g")
    note = " (theory)" if result.theory else ""
    return Row(theirs + note, shown, bool(same or low <= result.theirs <= high))


def _shown(x, form):
    """Print a number as in a book: a real minus sign, and powers of ten."""
    digits, _, exponent = f"{x:{form}}".partition("e")
    power = f" · 10{str(int(exponent)).translate(SUPERSCRIPT)}" if exponent else ""
    return digits.replace("-", "−") + power
