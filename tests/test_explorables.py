"""What a chapter may ask of the figures that answer to a hand, and what they are made of."""

import json
import re

import numpy as np
import pytest

from execute import BOOK
from explorables import NAMES, module, script, tangent
from minigrad import TABLE

CONF = f"""
import sys
sys.path.insert(0, {str(BOOK)!r})
extensions = ["myst_parser", "explorables"]
myst_enable_extensions = ["colon_fence"]
"""
ASKED = ":::{explorable} tangent\n:start: activation=tanh&z=2\n\nMove *it*.\n:::\n"


AMISS = {
    ":::{explorable} tangnet\n:::": "there is no explorable 'tangnet'; there are ",
    f"{ASKED}\n{ASKED}": "'tangent' is on this page twice",
    ASKED.replace("z=2", "y=2"): "'tangent' cannot start with 'activation=tanh&y=2'; it takes",
    ASKED.replace("z=2", "z=two"): "'tangent' cannot start with 'activation=tanh&z=two'",
    ASKED.replace("tanh", "tan"): "'tangent' cannot start with 'activation=tan&z=2'",
    ASKED.replace("activation=tanh&z=2", "tanh"): "'tangent' cannot start with 'tanh'",
}


@pytest.fixture(scope="module")
def book(python, tmp_path_factory):
    """Build a book of such pages; what Sphinx said, and its folder."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    pages = {"index": ASKED, "other": "Nothing."}
    pages |= {f"amiss{number}": text for number, text in enumerate(AMISS)}
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(f"---\norphan: 1\n---\n# Page\n\n{text}", "utf-8")
    result = python("-m", "sphinx", "-q", "-b", "html", folder, folder / "out")
    assert result.returncode == 0, result.stdout
    return result.stdout, folder / "out"


def test_a_page_with_a_figure(book):
    said, out = book
    assert "index.md" not in said and "other.md" not in said
    page, other = ((out / f"{name}.html").read_text("utf-8") for name in ("index", "other"))
    scripts = re.findall(r'<script defer="defer" src="_static/explorables/([\w.]+)\?', page)
    assert scripts == ["explorables.js", "tangent.data.js", "tangent.js"]
    assert "explorables" not in other
    start = re.search(r'data-start="(.*?)"', page)[1].replace("&quot;", '"')
    assert json.loads(start) == {"activation": "tanh", "z": 2.0}
    assert "<p>Move <em>it</em>.</p>" in page
    picture = re.search(r'<noscript><img src="(.*?)" alt="(.*?)">', page)
    assert "tanh with its tangent at z = 2, where the value is 0.96" in picture[2]
    assert "<svg" in (out / picture[1]).read_text("utf-8")


@pytest.mark.parametrize("number", range(len(AMISS)))
def test_what_is_asked_amiss_gets_a_warning_with_a_sentence(book, number):
    sentence = [*AMISS.values()][number]
    pattern = rf"amiss{number}\.md:\d+: WARNING: explorable: {re.escape(sentence)}"
    assert re.search(pattern, book[0])


@pytest.mark.parametrize("name", NAMES)
def test_data_are_numbers_and_light(name):
    text = script(name)
    json.loads(text.partition(" = ")[2].removesuffix(";\n"), parse_constant=pytest.fail)
    assert len(text) < 120_000


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_without_scripts_says_what_it_shows(name):
    figure, words = module(name).picture()
    assert len(words.split()) >= 15 and '"' not in words
    assert figure.get_size_inches()[0] == 6.4


def test_the_tangent_has_every_activation_with_the_default_of_its_option():
    found = {entry["name"]: entry for entry in tangent.data()["activations"]}
    assert set(found) == set(TABLE)
    for name, entry in found.items():
        assert len(entry["settings"]) > 1 or not TABLE[name].options
        assert entry.get("default") in [setting.get("setting") for setting in entry["settings"]]


def test_whole_numbers_as_differences():
    x = np.array([0.5, 0.50004, -0.25])
    assert tangent.differences(x) == [5000, 0, -7500]
