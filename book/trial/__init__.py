"""The sentences that people say about activation functions, and what our tables say to them.

The page *Claims on trial* is made from CLAIMS.  The rule that gives a verdict is in `claim.py`,
what can be measured in `measured.py`, and each group of claims in a module of its own.
"""

from itertools import groupby

from IPython.display import Markdown

from trial import gradients, practice, rectifiers, relatives, squashing
from trial.claim import judge, verdict

__all__ = ["CLAIMS", "in_full", "judge", "other_margins", "summary", "verdict"]

GROUPS = [gradients, squashing, rectifiers, relatives, practice]
CLAIMS = [claim for group in GROUPS for claim in group.CLAIMS]
SIGNS = {"holds": "●", "holds when": "◐", "does not hold": "○", "undecided": "?"}


def summary(claims):
    """Show each claim and its verdict in one line of a table."""
    lines = ["| What people say | Verdict |", "|---|---|"]
    for sentence, readings in groupby(claims, key=lambda claim: claim.sentence):
        said = f"[{sentence}](#{slug(sentence)})"
        for claim in readings:
            reading = f" *({claim.reading})*" if claim.reading else ""
            lines.append(f"| {said}{reading} | {in_words(claim)} |")
            said = "…"
    return Markdown("\n".join(lines))


def in_full(group):
    """Show the claims of one group: what is measured, every test, and the verdict."""
    parts = []
    for sentence, readings in groupby(group.CLAIMS, key=lambda claim: claim.sentence):
        parts += [f"({slug(sentence)})=\n### {sentence.rstrip('.')}"]
        parts += [_reading(claim) for claim in readings]
    return Markdown("\n\n".join(parts))


def other_margins(claims):
    """Show the claims whose verdict is another with half or with twice the margin."""
    lines = ["| What people say | half | ours | twice |", "|---|---|---|---|"]
    for claim in claims:
        words = [verdict(claim, margin=margin)[0] for margin in ("half", "value", "twice")]
        if len(set(words)) > 1:
            reading = f" *({claim.reading})*" if claim.reading else ""
            lines.append(f"| {claim.sentence}{reading} | {' | '.join(words)} |")
    return Markdown("\n".join(lines))


def in_words(claim):
    """Say the verdict, and where a claim holds in part, the settings in which it passed."""
    word, passed = verdict(claim)
    when = f" {gathered(passed)}" if word == "holds when" else ""
    return f"{SIGNS[word]} **{word}**{when}"


def gathered(settings):
    """Join settings such as "rate: 1" and "rate: 2" to "rate: 1, 2"."""
    groups = {}
    for setting in settings:
        head, _, tail = setting.rpartition(": ")
        groups.setdefault(head, []).append(tail)
    return "; ".join(
        f"{head}: {', '.join(tails)}" if head else ", ".join(tails)
        for head, tails in groups.items()
    )


def slug(sentence):
    """Return the name of the place on the page where a sentence is put on trial."""
    words = "".join(c if c.isalnum() else " " for c in sentence.lower()).split()
    return "-".join(["claim", *words])


def _reading(claim):
    """Show one reading of a claim, its tests folded away."""
    rows = [(test, judge(test)) for test in claim.tests]
    counts = [sum(outcome.result == result for _, outcome in rows) for result in RESULTS]
    found = ", ".join(f"{n} {word}" for n, word in zip(counts, COUNTED, strict=True) if n)
    links = ", ".join(f"{{download}}`{t} <experiments/results/{t}.csv>`" for t in claim.tables)
    tables = f"table{'s' if len(claim.tables) > 1 else ''} {links}"
    return "\n".join(
        [
            *([f"**Read as: {claim.reading}.**", ""] if claim.reading else []),
            f"Verdict: {in_words(claim)}",
            "",
            *([f"*Who says it.* {claim.source}", ""] if claim.source else []),
            f"*Measured.* {claim.measured} ([where the book shows it]({claim.section}); {tables})",
            "",
            f"*Why this is fair.* {claim.fair}",
            "",
            f":::{{admonition}} Tests: {found}",
            ":class: dropdown",
            "| Setting | Median (99% interval) | Seeds | Claimed | |",
            "|---|---|---|---|---|",
            *(_line(test, outcome) for test, outcome in rows),
            ":::",
        ]
    )


RESULTS = ("passes", "fails", "open")
COUNTED = ("passed", "failed", "open")


def _line(test, outcome):
    numbers = (outcome.median, outcome.low, outcome.high)
    median, low, high = (f"{x:{test.bound.form}}".replace("-", "−") for x in numbers)
    sign = {"more": ">", "less": "<"}[test.says]
    return (
        f"| {test.setting} | {median} ({low} to {high}) | {outcome.seeds} "
        f"| {sign} {test.bound.words} | {outcome.result} |"
    )
