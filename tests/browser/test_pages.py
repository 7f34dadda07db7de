"""Every page opens, from a server and from its folder, and nothing goes wrong."""

import pytest

from browser.reading import PHONE, WIDE, resize
from contents import pages

UNDRAWN = r"""() => [...document.querySelectorAll(".math")]
    .filter(box => !box.querySelector("mjx-container") && /\\[(\[]/.test(box.textContent))
    .map(box => box.textContent)"""
UNSHOWN = "() => [...document.images].filter(image => !image.naturalWidth).map(image => image.src)"
WIDER = "() => document.documentElement.scrollWidth - innerWidth"
SCROLLING = """() => [...document.querySelectorAll("article div.math mjx-container")]
    .filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.textContent)"""


@pytest.mark.parametrize("name", [*pages(), "search", "genindex", "_modules/minigrad/graph"])
def test_page(reader, address, name):
    page = reader.open(f"{address}{name}.html")
    assert page.locator("article h1, .bd-search-container h1").count() == 1
    assert page.evaluate(UNDRAWN) == []
    assert page.evaluate(UNSHOWN) == []
    for screen in (WIDE, PHONE):
        resize(page, screen)
        assert page.evaluate(WIDER) <= 0, f"wider than a screen of {screen['width']}"
    # At the phone's width; the reference sets a value and its slope side by side, and may scroll.
    assert name == "book/api" or page.evaluate(SCROLLING) == []
    assert "thebe" not in page.content().lower()


@pytest.mark.parametrize(
    ("body", "probe"),
    [
        (r'<span class="math">\(x\)</span>', UNDRAWN),
        ('<img src="data:image/png;base64,AAAA" alt="">', UNSHOWN),
        ('<p style="width: 2000px">wide</p>', WIDER),
        (
            '<article><div class="math"><mjx-container style="display: block; overflow: auto">'
            '<p style="width: 2000px">wide</p></mjx-container></div></article>',
            SCROLLING,
        ),
    ],
)
def test_a_fault_is_seen(page, body, probe):
    page.set_content("<p>sound</p>")
    assert not page.evaluate(probe)
    page.set_content(body)
    assert page.evaluate(probe)
    page.close()


def test_the_root_leads_to_the_first_page(page, address):
    page.goto(f"{address}index.html")
    page.wait_for_url(f"{address}{pages()[0]}.html")
