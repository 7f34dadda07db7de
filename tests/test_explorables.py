"""What a chapter may ask of the figures that answer to a hand, and what they are made of."""

import json
import re

import numpy as np
import pytest

from execute import BOOK
from experiments.linear_depth import normal
from explorables import NAMES, chain, dying, module, pairs, script, tangent
from minigrad import TABLE, Linear, Tensor

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


def test_what_the_chapters_say_of_the_tangent():
    table = {entry["name"]: entry for entry in tangent.data()["activations"]}

    def shaded(name, number=0):
        curve = table[name]["settings"][number]
        slope = np.cumsum(curve["slope"]) / 10**tangent.DECIMALS
        return abs(slope) < tangent.FLAT * curve["steepest"]

    z = np.linspace(-6, 6, 241).round(2)
    assert abs(1 - np.tanh(2) ** 2 - 0.07) < 0.005
    assert abs(z[shaded("softsign")]).min() > 3.4 and abs(z[shaded("tanh")]).min() < 2.3
    slopes = tangent.SETTINGS["negative_slope"]
    assert [shaded("leaky_relu", k)[0] for k in range(4)] == [True, True, False, False]
    assert slopes[:4] == [0.0, 0.01, 0.05, 0.1]
    silu = TABLE["silu"]
    assert abs(silu.value(np, z, beta=10.0) - np.maximum(z, 0)).max() < 0.03
    inside = shaded("silu", tangent.SETTINGS["beta"].index(1.0))
    assert inside[z < -4].any() and inside[(z > -2) & (z < -1)].any() and not inside[z > 0].any()


def test_what_the_chapter_says_of_the_dying_unit():
    assert dying.train("relu", 0.3, 0.0)[1][3] == 0
    assert len({loss for _, _, loss, _ in dying.train("relu", 0.3, 0.0)[1:]}) == 1
    assert dying.train("relu", 0.1, 0.0)[60][2] < 0.01
    swinging = dying.train("relu", 0.4, -1.0)
    assert swinging[60][3] == 0 and [n for *_, n in swinging].index(0) > 3
    crawling = dying.train("leaky", 0.3, 0.0)
    assert all(n == 0 for *_, n in crawling[1:25]) and max(n for *_, n in crawling[25:31]) > 8
    assert np.ptp([loss for _, _, loss, _ in crawling[-10:]]) > 0.01


def test_what_the_chapter_says_of_the_chain():
    gains = [stop["gain"] for stop in chain.gains("sigmoid")]
    assert max(chain.arriving("sigmoid", g, 20)[0] for g in gains) < 0.0012
    assert abs(chain.arriving("relu", 2**0.5, 50) - 1).max() < 1e-6


def test_the_chain_is_what_wide_layers_do():
    """Theory against one network of 1,000 units a layer, made and walked by minigrad."""
    for name, g in (("tanh", 1.5), ("sigmoid", 4.0), ("gelu", 1.5)):
        rng = np.random.default_rng(0)
        a, zs = Tensor(rng.choice([-1.0, 1.0], size=(20, 1000)), requires_grad=True), []
        for _ in range(6):
            layer = Linear(1000, 1000, weight_init=normal(g), bias_init=None, rng=rng)
            zs.append(layer(a).retain_grad())
            a = TABLE[name](zs[-1])
        zs[-1].backward(rng.normal(size=(20, 1000)))
        norms = [np.linalg.norm(z.grad) for z in zs]
        assert norms / norms[-1] == pytest.approx(chain.arriving(name, g, 6), rel=0.1)


def test_what_the_chapter_says_of_the_map():
    found = {key: np.median([c[-1] for c in cell["curves"]]) for key, cell in pairs.cells().items()}

    def at(depth):
        return {key: x for key, x in found.items() if key.endswith(f" {depth}")}

    assert len(at(1)) == 36 and min(at(1).values()) > 800
    above = {key.removesuffix(" 16") for key, x in at(16).items() if x > 900}
    assert above == {"tanh glorot", "elu glorot", "tanh he", "elu he", "softsign he", "mish he"}
    assert 900 < found["mish he 16"] < 905
