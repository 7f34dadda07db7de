"""The sentences that people say about activation functions, and what our tables say to them.

The page *Claims on trial* is made from CLAIMS.  The rule that gives a verdict is in `claim.py`, how
to measure in `measured.py`, the networks in `runs.py`, and each group of claims in a module of its
own.
"""

import re
from collections import Counter, defaultdict
from itertools import groupby

from IPython.display import Markdown

from experiments import benchmark
from trial import choosing, gradients, rectifiers, relatives, squashing, watching
from trial.claim import judge, load, verdict

__all__ = ["CLAIMS", "in_full", "judge", "other_margins", "summary", "turned_by", "verdict"]

GROUPS = [gradients, squashing, rectifiers, relatives, choosing, watching]
CLAIMS = [claim for group in GROUPS for claim in group.CLAIMS]
COUNTED = {"passes": "passed", "fails": "failed", "open": "open"}
NAMED = {  # how a setting says them
    "the task": "|".join(benchmark.TASKS),
    "the depth": r"layers: \d+|\d+ layers",
    "the weights": r"weights with .+|[^,:]+ weights( times 4)?|begun as a tanh network",
    "the learning rate": r"rate:? [\d.]+",
}
SIGNS = {"holds": "●", "holds when": "◐", "does not hold": "○", "undecided": "?"}


def summary(claims):
    """Show each claim and its verdict in one line of a table."""
    lines = ["| What people say | Verdict |", "|---|---|"]
    for sentence, readings in groupby(claims, key=lambda claim: claim.sentence):
        said = f"[{sentence}](claims.ipynb#{slug(sentence)})"
        for claim in readings:
            reading = f" *({claim.reading})*" if claim.reading else ""
            lines.append(f"| {said}{reading} | {in_words(claim)} |")
            said = "…"
    return Markdown("\n".join(lines))


def in_full(sentence):
    """Show all readings of a sentence: the verdict, what is measured, and every test."""
    readings = [claim for claim in CLAIMS if claim.sentence == sentence]
    if not readings:
        raise LookupError(f"nobody says {sentence!r}")
    return Markdown("\n\n".join(map(_reading, readings, [None, *readings])))


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
    """Say the verdict, how the tests ended, and where a claim holds in part, which passed.

    If most did, those are named that did not.
    """
    word, passed = verdict(claim)
    said = f"{SIGNS[word]} **{word}** ({counted(claim)})"
    if word != "holds when":
        return said
    others = [test.setting for test in claim.tests if test.setting not in passed]
    few = f"all but {gathered(others)}" if len(others) < len(passed) else gathered(passed)
    return f"{said}: {few}"


def turned_by(claim, load=load):
    """Return what turns a test that passes into one that fails, when it alone is changed."""
    found = []
    for thing, words in NAMED.items():
        results = defaultdict(set)
        for test in claim.tests:
            results[re.sub(words, "…", test.setting)].add(judge(test, load).result)
        if any({"passes", "fails"} <= alike for alike in results.values()):
            found.append(thing)
    return found


def counted(claim):
    """Say how many tests passed, failed and stayed open."""
    counts = Counter(COUNTED[judge(test).result] for test in claim.tests)
    return ", ".join(f"{counts[word]} {word}" for word in COUNTED.values() if counts[word])


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
    """Return the name of the heading under which a sentence is put on trial, as in a link."""
    return re.sub(r"[^\w -]", "", sentence).lower().replace(" ", "-")


def _reading(claim, before):
    """Show one reading of a claim, its tests folded away, and not again what stands before it."""
    source = before.source if before else ""
    measured = _measured(claim)
    if before and measured == _measured(before):
        measured = "As in the reading before."
    return "\n\n".join(
        [
            *([f"**Read as: {claim.reading}.**"] if claim.reading else []),
            f"Verdict: {in_words(claim)}",
            *([f"*Who says it.* {claim.source}"] if claim.source not in ("", source) else []),
            f"*Measured.* {measured}",
            f"*Why this is fair.* {claim.fair}",
            _tests(claim),
        ]
    )


def _measured(claim):
    """Say what is measured, and where the book shows it."""
    return f"{claim.measured} ([{claim.shown}]({claim.section}))"


def _tests(claim):
    """Show the tests of a claim; what they ask stands above them, or beside each if it differs."""
    links = ", ".join(f"{{download}}`{t} <experiments/results/{t}.csv>`" for t in claim.tables)
    tables = f"Table{'s' if len(claim.tables) > 1 else ''}: {links}."
    outcomes = [judge(test) for test in claim.tests]
    seeds = sorted({outcome.seeds for outcome in outcomes})
    over = f"{seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else f"{seeds[0]}"
    asked = [f"{test.says} than {test.bound.words}" for test in claim.tests]
    alike = len(set(asked)) == 1
    beside = ["" if alike else f" ({ask})" for ask in asked]
    rows = [
        f"| {test.setting} | {_numbers(test, outcome)} | {outcome.result}{ask} |"
        for test, outcome, ask in zip(claim.tests, outcomes, beside, strict=True)
    ]
    return "\n".join(
        [
            f":::{{admonition}} Tests: {counted(claim)}",
            ":class: dropdown",
            f"Claimed: {asked[0] if alike else 'what stands beside each'}. Seeds: {over}. {tables}",
            "",
            "| Setting | Median (99%) | Test |",
            "|---|---|---|",
            *rows,
            ":::",
        ]
    )


def _numbers(test, outcome):
    """Print the median and its interval."""
    numbers = (outcome.median, outcome.low, outcome.high)
    median, low, high = (f"{x:{test.bound.form}}".replace("-", "−") for x in numbers)
    return f"{median} ({low} to {high})"
