"""A chapter on paper: the text and nothing else, and all of the text."""

import pytest

from browser.reading import settle

A4 = {"width": 718, "height": 1047}  # what two centimeters of margin leave of it
WIDER = """() => [...document.querySelectorAll("article :is(pre, img, mjx-container, table, p)")]
    .filter(box => box.checkVisibility() && box.getBoundingClientRect().right > innerWidth + 1)
    .map(box => box.textContent.slice(0, 60) || box.alt)"""


@pytest.mark.parametrize("name", ["book/tanh", "book/softmax", "book/relu"])
def test_a_chapter_fits_on_paper(reader, site, name):
    page = reader.open(f"{site}{name}.html", viewport=A4)
    page.emulate_media(media="print")
    settle(page)
    for part in (".bd-sidebar-primary", ".bd-header-article", ".prev-next-footer", "button"):
        shown = page.locator(part).locator("visible=true")
        assert shown.count() == 0, f"{part} is printed"
    assert page.evaluate(WIDER) == []


def test_what_paper_cuts_off_is_seen(page):
    page.set_content("<article><p>fits</p></article>")
    assert page.evaluate(WIDER) == []
    page.set_content("<article><pre style='width: 3000px'>does not</pre></article>")
    assert page.evaluate(WIDER) == ["does not"]
