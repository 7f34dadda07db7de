"""The claims on trial: the rule, on made-up tables, and that the tables give what the tests ask."""

import re
from itertools import pairwise

import nbformat
import numpy as np
import pandas as pd
import pytest

from contents import leads_to_a_heading
from execute import BOOK
from experiments import tables
from trial import (
    CLAIMS,
    gathered,
    in_full,
    in_words,
    judge,
    slug,
    summary,
    turned_by,
    verdict,
)
from trial.claim import (
    A_COIN,
    A_TENTH,
    A_TENTH_LESS,
    A_TENTH_MORE,
    ONE_POINT,
    Claim,
    Test,
    interval,
)
from trial.measured import best, concordance, of, ordered_as_others, points, told_by

Test.__test__ = False  # it is not one of pytest's
BIBLIOGRAPHY = (BOOK / "references.bib").read_text(encoding="utf-8")
NOTEBOOK = nbformat.read(BOOK / "claims.ipynb", as_version=4)
SHOWN = {  # what a cell shows, by the cell before it, without the marks of a heading
    before.source.removeprefix("### "): output.data["text/markdown"]
    for before, cell in pairwise(NOTEBOOK.cells)
    for output in cell.get("outputs", [])
    if "text/markdown" in output.get("data", {})
}
NUMBER = r"[+−]?\d+\.?\d*(?:e[+−]?\d+)?"
every_claim = pytest.mark.parametrize(
    "claim", CLAIMS, ids=lambda claim: f"{claim.sentence} {claim.reading}"
)


def made_up(**leads):
    """Return a table in which "new" is ahead of "old" by so many points, at each depth."""
    luck = np.random.default_rng(0).normal(size=20)
    return pd.DataFrame(
        [
            {"kind": kind, "depth": depth, "seed": seed, "right": (90 + 5 * luck[seed] + x) / 100}
            for depth, lead in leads.items()
            for seed in range(20)
            for kind, x in (("old", 0.0), ("new", lead + luck[seed - 1]))
        ]
    )


def on_trial(*depths):
    """Return the claim that "new" is ahead by a point at each depth."""
    one, other = (
        {depth: of("made up", "right", kind=kind, depth=depth) for depth in depths}
        for kind in ("new", "old")
    )
    tests = [Test(f"depth: {d}", points(one[d], other[d]), "more", ONE_POINT) for d in depths]
    return Claim("New is better.", "", "", "", tests)


@pytest.mark.parametrize(
    ("leads", "expected"),
    [
        ({"a": 5.0, "b": 9.0}, ("holds", ["depth: a", "depth: b"])),
        ({"a": 5.0, "b": -5.0}, ("holds when", ["depth: a"])),
        ({"a": 1.0, "b": 5.0}, ("holds when", ["depth: b"])),
        ({"a": -5.0, "b": 0.0}, ("does not hold", [])),
        ({"a": -5.0, "b": 1.0}, ("does not hold", [])),
        ({"a": 1.0, "b": 1.0}, ("undecided", [])),
    ],
)
def test_the_rule_gives_each_verdict(leads, expected):
    assert verdict(on_trial(*leads), load=lambda _: made_up(**leads)) == expected


def test_a_test_passes_fails_or_stays_open():
    table = made_up(a=5.0, b=-5.0, c=1.0)
    outcomes = [judge(test, lambda _: table) for test in on_trial("a", "b", "c").tests]
    assert [outcome.result for outcome in outcomes] == ["passes", "fails", "open"]
    assert all(outcome.seeds == 20 for outcome in outcomes)
    straddling = outcomes[2]
    assert straddling.low < ONE_POINT.value < straddling.high


def test_one_network_that_collapses_changes_little():
    table = made_up(a=5.0)
    (test,) = on_trial("a").tests
    before = judge(test, lambda _: table)
    worst = table[table.kind == "new"].right.idxmin()
    collapsed = table.assign(right=table.right.where(table.index != worst, 0.1))
    after = judge(test, lambda _: collapsed)
    assert abs(after.median - before.median) < 0.5 and after.result == "passes"


def test_less_is_the_other_way_round():
    table = made_up(a=5.0, b=-5.0, c=1.0)
    tests = [test._replace(says="less") for test in on_trial("a", "b", "c").tests]
    assert [judge(test, lambda _: table).result for test in tests] == ["fails", "passes", "open"]


def test_the_order_of_the_rows_makes_no_difference():
    table = made_up(a=5.0, b=1.0)
    shuffled = table.sample(frac=1, random_state=0)
    outcomes = [
        [judge(x, lambda _, t=t: t) for x in on_trial("a", "b").tests] for t in (table, shuffled)
    ]
    assert outcomes[0] == outcomes[1]


def test_shuffled_labels_are_refused():
    table = made_up(a=5.0)
    table["kind"] = table.kind.sample(frac=1, random_state=0).to_numpy()
    with pytest.raises(LookupError, match="several rows for one seed"):
        verdict(on_trial("a"), load=lambda _: table)


def test_shuffled_results_change_the_verdict():
    table = made_up(a=5.0)
    assert verdict(on_trial("a"), load=lambda _: table)[0] == "holds"
    shuffled = table.assign(right=table.right.sample(frac=1, random_state=0).to_numpy())
    assert verdict(on_trial("a"), load=lambda _: shuffled)[0] != "holds"


def test_rows_that_do_not_exist_are_refused():
    with pytest.raises(LookupError, match="no row"):
        verdict(on_trial("b"), load=lambda _: made_up(a=5.0))


def test_seeds_that_do_not_match_are_refused():
    table = made_up(a=5.0)
    table.loc[(table.kind == "new"), "seed"] += 1
    with pytest.raises(LookupError, match="seeds do not match"):
        verdict(on_trial("a"), load=lambda _: table)


def test_of_more_seeds_those_count_that_both_have():
    table = made_up(a=5.0)
    fewer = table[(table.kind == "old") | (table.seed < 10)]
    assert judge(on_trial("a").tests[0], lambda _: fewer).seeds == 10


def test_what_is_no_number_is_refused():
    table = made_up(a=5.0)
    table.loc[0, "right"] = np.inf
    with pytest.raises(ValueError, match="not all values are numbers"):
        verdict(on_trial("a"), load=lambda _: table)


def test_a_point_is_a_point():
    """0.97 − 0.96 is a little more than 0.01 to a computer, but not more than a point."""
    table = pd.DataFrame(
        [
            {"kind": k, "depth": "a", "seed": s, "right": x}
            for s in range(8)
            for k, x in (("new", 0.97), ("old", 0.96))
        ]
    )
    assert judge(on_trial("a").tests[0], lambda _: table).result == "open"


@pytest.mark.parametrize(("n", "place"), [(8, 1), (10, 1), (12, 2), (20, 4), (40, 12)])
def test_the_interval_is_between_two_of_the_values(n, place):
    values = np.random.default_rng(0).permutation(n) + 1
    assert interval(values) == (place, n + 1 - place)


@pytest.mark.parametrize("n", [8, 10, 20])
def test_the_interval_holds_the_median_in_99_of_100_cases(n):
    draws = np.random.default_rng(0).exponential(size=(20_000, n))
    low, high = np.array([interval(draw) for draw in draws]).T
    assert ((low < np.log(2)) & (np.log(2) < high)).mean() > 0.988


@pytest.mark.parametrize("bound", [ONE_POINT, A_TENTH, A_COIN, A_TENTH_MORE, A_TENTH_LESS])
@pytest.mark.parametrize(
    ("low", "high", "more", "less"),
    [
        (1.001, 1.5, "passes", "fails"),
        (0.999, 1.5, "open", "open"),  # its median is above, its interval is not
        (0.5, 1.001, "open", "open"),  # its median is below, its interval is not
        (0.5, 0.999, "fails", "passes"),
        (1.0, 1.5, "open", "open"),  # exactly at the bound is neither above nor below
        (0.5, 1.0, "open", "open"),
    ],
)
def test_the_whole_interval_must_be_beyond_the_bound(bound, low, high, more, less):
    """Of eight seeds the interval is all; its ends are given as multiples of the bound."""
    middle = (low + 3 * high) / 4 if low > 0.9 else (3 * low + high) / 4
    values = [bound.value * x for x in (low, *[middle] * 6, high)]
    (quantity,), load = contenders([values])
    for says, expected in (("more", more), ("less", less)):
        outcome = judge(Test("", quantity, says, bound), load)
        assert outcome.result == expected
        assert (outcome.low, outcome.high) == (values[0], values[-1])


def test_too_few_seeds_are_refused():
    with pytest.raises(ValueError, match="7 seeds are too few"):
        interval(range(7))


def test_half_and_twice_the_margin():
    table = made_up(a=0.8, b=1.6)
    results = [
        [judge(test, lambda _: table, margin).result for test in on_trial("a", "b").tests]
        for margin in ("half", "value", "twice")
    ]
    ranks = {"fails": 0, "open": 1, "passes": 2}
    ordered = np.array([[ranks[x] for x in row] for row in results])
    assert (np.diff(ordered, axis=0) <= 0).all() and (ordered[0] > ordered[2]).all()


def contenders(rows):
    """Return a quantity for each row of numbers, and how to load them."""
    table = pd.DataFrame(
        [{"name": i, "seed": s, "x": x} for i, row in enumerate(rows) for s, x in enumerate(row)]
    )
    return [of("made up", "x", name=i) for i in range(len(rows))], lambda _: table


def test_the_best_is_chosen_on_the_other_seeds():
    """The second wins once, by luck; that seed does not get to choose it, but the others do."""
    runs, load = contenders([[5, 5, 5, 5], [30, 1, 1, 1]])
    assert best(runs).values(load).tolist() == [5, 1, 1, 1]
    assert best(runs, lowest=True).values(load).tolist() == [30, 5, 5, 5]


def test_pairs_in_the_same_order():
    assert concordance([1, 2, 3], [10, 20, 30]) == 1
    assert concordance([3, 2, 1], [10, 20, 30]) == 0
    assert concordance([1, 1, 1], [10, 20, 30]) == 0.5
    assert concordance([2, 1, 3], [10, 20, 30]) == pytest.approx(2 / 3)
    assert concordance([2, 1, 3], [10, 15, 30], apart=5) == 1
    with pytest.raises(LookupError, match="no pair"):
        concordance([1, 2], [3, 3])


def test_one_seed_is_compared_with_the_others():
    runs, load = contenders([[1, 1, 9], [2, 2, 7], [3, 3, 5]])
    assert ordered_as_others(runs).values(load).tolist() == [0, 0, 0]
    assert ordered_as_others(runs[:2]).values(load).tolist() == [0, 0, 0]


def test_a_sign_is_compared_with_the_outcome():
    """Of the three outcomes, the second seed has two that are equal, and these do not count."""
    _, signs = contenders([[1, 1, 3], [2, 2, 2], [3, 3, 1]])
    _, outcomes = contenders([[1, 1, 1], [2, 1, 2], [3, 3, 3]])
    loads = {"signs": signs(""), "outcomes": outcomes("")}
    signs = [of("signs", "x", name=i) for i in range(3)]
    outcomes = [of("outcomes", "x", name=i) for i in range(3)]
    assert told_by(signs, outcomes, 0.5).values(loads.get).tolist() == [1, 1, 0]


def test_a_contender_whose_sign_is_no_number_is_left_out():
    signs, load = contenders([[1, 1], [2, 2], [0, np.nan]])
    outcomes = [sign.map(lambda _, x=x: pd.Series([x, x])) for x, sign in enumerate(signs)]
    assert told_by(signs, outcomes, 0.5).values(load).tolist() == [pytest.approx(1 / 3), 1]


def test_two_tables_of_the_same_runs_agree_as_far_as_training_is_not_chaotic():
    """At the rate 0.1 the last bits decide how a run ends; before it, and at 0.01, they do not."""
    settings = ["activation", "init", "rate", "seed"]
    both = tables.load("early_signs").merge(
        tables.load("which_pair_trains"), on=settings, suffixes=("", "_again"), validate="1:1"
    )
    assert len(both) == len(tables.load("early_signs"))
    assert both.arriving.to_numpy() == pytest.approx(both.arriving_again.to_numpy(), rel=1e-3)
    apart = (both.test_accuracy - both.test_accuracy_again).abs().groupby(both.rate)
    assert apart.max()[0.01] <= 0.02
    assert apart.quantile(0.8)[0.1] < 0.005 and apart.mean()[0.1] < 0.02
    means = both.groupby(["rate", "activation", "init"])[
        ["test_accuracy", "test_accuracy_again"]
    ].mean()
    assert means.corr().iloc[0, 1] > 0.98


@every_claim
def test_its_tables_exist_and_its_tests_name_rows_that_exist(claim):
    for name in claim.tables:
        assert (tables.RESULTS / f"{name}.csv").is_file()
    for test in claim.tests:
        outcome = judge(test)
        assert outcome.low <= outcome.median <= outcome.high
        assert outcome.seeds >= 8


@every_claim
def test_no_two_settings_are_the_same(claim):
    settings = [test.setting for test in claim.tests]
    assert len(set(settings)) == len(settings) > 1


@every_claim
def test_its_sources_are_in_the_bibliography(claim):
    for keys in re.findall(r"\{cite:t\}`([^`]*)`", claim.source):
        assert f"{{{keys}," in BIBLIOGRAPHY


@every_claim
def test_the_section_exists(claim):
    assert leads_to_a_heading(claim.section)


@every_claim
def test_the_page_prints_it(claim):
    """Once in the table with its verdict; once in full, with all numbers, under its heading."""
    (table,) = (text for text in SHOWN.values() if "| What people say | Verdict |" in text)
    assert table == summary(CLAIMS).data
    assert f"[{claim.sentence}](claims.ipynb#{slug(claim.sentence)})" in table
    assert in_words(claim) in table
    heading = claim.sentence.rstrip(".")
    full = SHOWN[heading]
    assert full == in_full(claim.sentence).data
    assert slug(heading) == slug(claim.sentence)
    assert in_words(claim) in full and claim.measured in full and claim.fair in full
    for test in claim.tests:
        x = judge(test)
        row = next(row for row in full.split("\n") if row.startswith(f"| {test.setting} |"))
        numbers = [float(n.replace("−", "-")) for n in re.findall(NUMBER, row.split("|")[2])]
        assert (
            numbers == [float(format(n, test.bound.form)) for n in (x.median, x.low, x.high)]
            or claim.reading
        )  # another reading has the setting, too; its rows are compared above
    assert all(f"{{download}}`{name} <" in full for name in claim.tables)


def test_the_page_prints_nothing_else():
    sentences = {claim.sentence.rstrip(".") for claim in CLAIMS}
    headings = [cell.source[4:] for cell in NOTEBOOK.cells if cell.source.startswith("### ")]
    assert set(headings) == sentences and len(headings) == len(sentences)
    with pytest.raises(LookupError, match="nobody says"):
        in_full("ReLU is blue.")


def test_each_of_these_fourteen_sentences_is_on_trial():
    """Words of each sentence that was to be tried."""
    said = " ".join(claim.sentence for claim in CLAIMS)
    for words in (
        "best everywhere",
        "linear activation",
        "Sigmoid should not",
        "Sigmoid's gradients",
        "only slightly",
        "not ideal",
        "positive inputs",
        "units die",
        "Leaky and parametric",
        "is cheap",
        "tanh network with SGD",
        "Start with ReLU",
        "Watch the loss",
        "by one seed",
    ):
        assert words in said


def of_reading(reading):
    (claim,) = (claim for claim in CLAIMS if claim.reading == reading)
    return claim


def test_if_most_settings_passed_the_others_are_named():
    assert in_words(of_reading("the task and the depth: hidden layers only")).endswith(
        " open): all but blocks: GLU"
    )
    assert in_words(of_reading("a whole training step")).endswith(
        " open): compared with: GELU, Mish"
    )


def test_what_stands_before_is_not_said_again():
    text = in_full(of_reading("one can rely on them").sentence).data
    assert text.count("Of all pairs") == 1 == text.count("As in the reading before.")
    text = in_full(of_reading("one can rely on it").sentence).data
    assert text.count("*Who says it.*") == 1 and text.count("Of all pairs") == 2


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (["layers: 2", "layers: 8"], ["the depth"]),
        (["10 layers: linear", "50 layers: linear"], ["the depth"]),
        (["Adam, rate: 0.3", "Adam, rate: 1"], ["the learning rate"]),
        (["rate 1: slope 0.1", "rate 1.4: slope 0.1"], ["the learning rate"]),
        (["moons, layers: 2", "digits, layers: 2"], ["the task"]),
        (["moons, layers: 2", "digits, layers: 4"], []),
        (["Adam, Glorot's weights", "Adam, Glorot's weights times 4"], ["the weights"]),
        (["weights with gain 1", "PyTorch's default weights"], ["the weights"]),
        (["Adam, He's weights, layers: 2", "Adam, He's weights, layers: 2, again"], []),
        (["GELU, layers: 2", "SiLU, layers: 2"], []),
    ],
)
def test_what_alone_turns_a_claim(settings, expected):
    """Of two settings, the first passes; what turns the claim is the one thing that differs."""
    for lead, turned in ((-5.0, expected), (1.0, [])):  # the second fails, or is open
        table = made_up(a=5.0, b=lead)
        tests = on_trial("a", "b").tests
        named = [t._replace(setting=x) for t, x in zip(tests, settings, strict=True)]
        claim = on_trial("a")._replace(tests=named)
        assert turned_by(claim, load=lambda _, t=table: t) == turned


def test_settings_are_gathered():
    assert gathered(["rate: 1", "rate: 2", "alone", "clipped, rate: 3"]) == (
        "rate: 1, 2; alone; clipped, rate: 3"
    )
    assert slug("He's “best”: so!") == "hes-best-so"
    assert A_TENTH.value == 0.1
