"""The numbers of others that the book measures again, beside ours.

The page *Results* is made from RESULTS, to which each chapter adds a module of its own.  Ours is
computed from the tables of the experiments, or on the spot where no chance is involved; nothing is
typed but what others have printed.
"""

from pathlib import Path

import nbformat
from IPython.display import Markdown

from reproduced import (
    gradient_flow,
    leaky_relu,
    linear,
    relatives,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from reproduced.result import Result, row

__all__ = ["RESULTS", "Result", "in_chapters", "row"]

CHAPTERS = [linear, sigmoid, tanh, relu, leaky_relu, softmax, relatives, gradient_flow]
RESULTS = [result for chapter in CHAPTERS for result in chapter.RESULTS]


def in_chapters(results):
    """Show results as tables, one for each page, with what is known of the differences below."""
    pages = dict.fromkeys(result.page for result in results)
    return Markdown("\n\n".join(_chapter(page, results) for page in pages))


def _chapter(page, results):
    head = "| Measured | Theirs | Ours | Agree |", "|---" * 4 + "|"
    lines, notes = [f"### [{_title(page)}]({page})", "", *head], []
    for result in results:
        if result.page != page:
            continue
        theirs, ours, agrees = row(result)
        verdict = {True: "yes", False: "no", None: "see"}[agrees]
        if not agrees:
            notes += [result.why] if result.why not in notes else []
            verdict += f" ({notes.index(result.why) + 1})"
        link = f"[{result.claim}]({result.section}) {{cite:p}}`{result.source}`"
        lines.append(f"| {link} | {theirs} | {ours} | {verdict} |")
    below = [f"({number}) {why[0].upper()}{why[1:]}.\n" for number, why in enumerate(notes, 1)]
    return "\n".join([*lines, "", *below])


def _title(page):
    first = nbformat.read(Path(__file__).parents[1] / page, as_version=4).cells[0].source
    return first.splitlines()[0].removeprefix("# ")
