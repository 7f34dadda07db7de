"""The list of published numbers: each has a source, a place in the book, and ours beside it."""

import re

import nbformat
import pytest

from execute import BOOK
from reproduced import RESULTS, Result, row

BIBLIOGRAPHY = (BOOK / "references.bib").read_text(encoding="utf-8")
every_result = pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.claim)


@every_result
def test_the_source_is_in_the_bibliography(result):
    assert f"{{{result.source}," in BIBLIOGRAPHY


@every_result
def test_the_section_exists(result):
    page, _, heading = result.section.partition("#")
    cells = nbformat.read(BOOK / page, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    headings = re.findall(r"^##+ (.*)$", text, re.MULTILINE)
    assert heading in {re.sub(r"[^\w -]", "", x).lower().replace(" ", "-") for x in headings}


@every_result
def test_who_disagrees_says_why(result):
    *_, verdict = row(result)
    assert verdict == "yes" or len(verdict.removeprefix("no:").split()) > 3, verdict


@pytest.mark.parametrize(
    ("theirs", "verdict"), [(0.25, "yes"), (0.2501, "yes"), (0.26, "no: it is ours to explain")]
)
def test_a_number_without_chance_agrees_as_far_as_it_is_printed(theirs, verdict):
    result = Result("", "", theirs, lambda: 0.25, "", why="it is ours to explain")
    assert row(result)[-1] == verdict
