"""Every page opens on every screen, and nothing goes wrong."""

import pytest

from browser.reading import PHONE, WIDE
from contents import pages

VIEWS = {
    "wide": {"viewport": WIDE},
    "phone": {"viewport": PHONE},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
}
UNDRAWN = r"""() => [...document.querySelectorAll(".math")]
    .filter(box => !box.querySelector("mjx-container") && /\\[(\[]/.test(box.textContent))
    .map(box => box.textContent)"""
WIDER = "() => document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", pages())
def test_page(reader, address, name, view):
    page = reader.open(f"{address}{name}.html", **VIEWS[view])
    assert page.locator("article h1").count() == 1
    assert page.evaluate(UNDRAWN) == []
    assert page.evaluate(WIDER) <= 0
