"""What the book recommends rests on its tables: every rule can be broken by one that says else."""

import re
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest

import advice
from contents import leads_to_a_heading
from experiments.tables import load

every_advice = pytest.mark.parametrize("one", advice.everything(), ids=lambda one: one.when)


@every_advice
def test_the_tables_bear_it_out(one):
    says, holds = one.measured()
    assert holds, says
    assert re.search(r"\d", says), "no number"


def one_result_for_all(table):
    """Everything is the same, whatever was tried."""
    for name in table.select_dtypes("float").columns.difference(["rate"]):
        table[name] = table[name].mean()
    return table


def the_other_way_round(table):
    """What did well does badly."""
    for name in {"reached", *table.select_dtypes("float").columns} - {"rate"}:
        if name in table:
            table[name] = table[name].max() + table[name].min() - table[name]
    return table


def a_neighbors_result(table):
    """Each setting has the results of the one before it in the table, seed by seed."""
    order = table.sort_values("seed", kind="stable").index if "seed" in table else table.index
    for name in {"reached", *table.select_dtypes("float").columns} - {"rate"}:
        if name in table:
            table.loc[order, name] = np.roll(table.loc[order, name], 1)
    return table


def a_strangers_result(table):
    """Each activation has the results of another, where the table has activations."""
    if "activation" in table:
        names = sorted(table.activation.unique())
        table = table.replace({"activation": dict(zip(names, np.roll(names, 2), strict=True))})
    return table


SPOILED = (one_result_for_all, the_other_way_round, a_neighbors_result, a_strangers_result)


@every_advice
def test_other_tables_would_not(one, monkeypatch):
    broken = []
    for spoil in SPOILED:
        monkeypatch.setattr(advice, "load", lambda name, spoil=spoil: spoil(load(name)))
        with suppress(KeyError):  # a stranger may lack the setting that the advice asks for
            broken.append(not one.measured().holds)
    assert any(broken)


def test_recommended_is_relu_if_it_is_close_enough_and_else_the_closest():
    points = pd.Series({"elu": 1.0, "relu": 2.9, "gelu": 0.5})
    assert advice.recommended(points) == "relu"
    assert advice.recommended(points + 0.2) == "gelu"


@pytest.mark.parametrize(
    ("name", "deepest", "holds"),
    [
        ("relu", 4, True),
        ("gelu", 4, False),  # close, but ReLU is close enough
        ("relu", 8, False),
        ("gelu", 8, True),
        ("mish", 8, False),  # close, but GELU is closer
        ("gelu", 16, False),
        ("elu", 16, False),
        ("mish", 16, True),
    ],
)
def test_no_other_activation_would_follow_from_the_benchmark(name, deepest, holds):
    assert advice.stays_close(name, deepest).holds == holds


def test_nothing_is_recommended_that_is_too_far_behind(monkeypatch):
    """Without the activation that is close, the closest of the others is not close enough."""
    monkeypatch.setattr(advice, "load", lambda name: load(name).query("activation != 'mish'"))
    assert advice.recommended(advice.worst(16)) == "elu"
    assert not advice.stays_close("elu", 16).holds


def test_behind_is_what_the_benchmark_chooses():
    """By hand, for one setting: for each seed, the pair of weights and rate best for the others."""
    table = load("benchmark").query("task == 'friedman' and depth == 16")
    scores = {}
    for name, rows in table.groupby("activation"):
        x = 100 * rows.filter(like="seed_").clip(lower=0).to_numpy()
        left_out = [np.delete(x, seed, axis=1).mean(axis=1).argmax() for seed in range(10)]
        scores[name] = np.mean([x[row, seed] for seed, row in enumerate(left_out)])
    by_hand = max(scores.values()) - pd.Series(scores)
    found = advice.behind().loc[16, "friedman"]
    assert found.to_dict() == pytest.approx(by_hand.to_dict())


def test_weights_are_judged_at_the_rate_that_is_best_for_the_other_seeds():
    table = load("which_pair_trains").query("activation == 'tanh' and init == 'plain'")
    x = 100 * table.pivot(index="seed", columns="rate", values="test_accuracy")
    by_hand = [row[x.drop(seed).mean().idxmax()] for seed, row in x.iterrows()]
    assert advice.ten_layers("tanh", "plain").tolist() == pytest.approx(by_hand)


@pytest.mark.parametrize("one", advice.ANSWERS["weights"][:4], ids=lambda one: one.when)
@pytest.mark.parametrize("rate", [0.01, 0.03, 0.1])
def test_default_weights_that_do_well_at_any_rate_need_no_others(one, rate, monkeypatch):
    def with_good_default(name):
        table = load(name)
        table.loc[(table.init == "plain") & (table.rate == rate), "test_accuracy"] = 0.97
        return table

    monkeypatch.setattr(advice, "load", with_good_default)
    assert not one.measured().holds


def test_what_is_custom_says_so():
    custom = [one for one in advice.everything() if one.custom]
    assert {one.when for one in custom} == {"More", "A transformer"}
    for one in custom:
        assert "custom" in advice._answer(one) and "custom" in one.parts
    others = [one for one in advice.everything() if not one.custom]
    assert not any("custom" in advice._answer(one) for one in others)
    assert f"{len(others)} pieces of advice, borne out" in advice.check()


def test_the_check_names_what_is_not_borne_out(monkeypatch):
    monkeypatch.setattr(advice, "load", lambda name: the_other_way_round(load(name)))
    with pytest.raises(AssertionError, match="A number: "):
        advice.check()


@every_advice
def test_the_section_exists(one):
    assert leads_to_a_heading(one.section)
