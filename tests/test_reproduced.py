"""The list of published numbers: each has a source, a place in the book, and ours beside it."""

import numpy as np
import pandas as pd
import pytest

from contents import leads_to_a_heading
from execute import BOOK
from reproduced import RESULTS, Result, row

BIBLIOGRAPHY = (BOOK / "references.bib").read_text(encoding="utf-8")
every_result = pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.claim)


@every_result
def test_the_source_is_in_the_bibliography(result):
    assert f"{{{result.source}," in BIBLIOGRAPHY


@every_result
def test_the_section_exists(result):
    assert leads_to_a_heading(result.section)


@every_result
def test_who_does_not_agree_says_why(result):
    assert row(result).agrees or len(result.why.split()) > 3


@pytest.mark.parametrize(("theirs", "agrees"), [(0.25, True), (0.2501, True), (0.26, False)])
def test_a_number_without_chance_agrees_as_far_as_it_is_printed(theirs, agrees):
    assert row(Result("", "", theirs, lambda: 0.25, "")).agrees is agrees


@pytest.mark.parametrize(("theirs", "agrees"), [(0.06, True), (0.94, True), (0.04, False)])
def test_a_number_of_chance_agrees_if_it_lies_in_the_middle(theirs, agrees):
    ours = pd.Series(np.linspace(0, 1, 101))
    compared = row(Result("", "", theirs, lambda: ours, "", ".2f"))
    assert compared.agrees is agrees
    assert compared.ours == "0.50 (0.05 to 0.95, 101 seeds)"


def test_what_is_no_number_is_not_judged():
    assert row(Result("", "", "never", lambda: -1e-7, "", ".1e")) == ("never", "−1.0 · 10⁻⁷", None)


def test_what_a_theory_says_is_rounded_like_ours():
    assert row(Result("", "", 1 / 3, lambda: 0.333, "", theory=True)).theirs == "0.333 (theory)"
    assert row(Result("", "", 0.25, lambda: 0.25, "", ".3f")).theirs == "0.25"
