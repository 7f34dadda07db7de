"""What the book recommends rests on its tables: every rule can be broken by one that says else."""

import re

import nbformat
import numpy as np
import pytest

import advice
from execute import BOOK
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


SPOILED = (one_result_for_all, the_other_way_round, a_neighbors_result)


@every_advice
def test_other_tables_would_not(one, monkeypatch):
    broken = []
    for spoil in SPOILED:
        monkeypatch.setattr(advice, "load", lambda name, spoil=spoil: spoil(load(name)))
        broken.append(not one.measured().holds)
    assert any(broken)


def test_the_check_names_what_is_not_borne_out(monkeypatch):
    monkeypatch.setattr(advice, "load", lambda name: the_other_way_round(load(name)))
    with pytest.raises(AssertionError, match="A number: "):
        advice.check()


@every_advice
def test_the_section_exists(one):
    page, _, heading = one.section.partition("#")
    cells = nbformat.read(BOOK / page, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    headings = re.findall(r"^##+ (.*)$", text, re.MULTILINE)
    assert heading in {re.sub(r"[^\w -]", "", x).lower().replace(" ", "-") for x in headings}
