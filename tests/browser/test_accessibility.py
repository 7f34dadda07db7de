"""axe-core finds nothing to mend, in either colors, on either screen."""

import pytest
from playwright.sync_api import expect

from browser.accessibility import faint_letters, violations
from browser.reading import PHONE, WIDE, resize
from contents import pages

# One of the pages that show the source, and those that Sphinx adds.
OTHERS = ["_modules/minigrad/graph", "404", "genindex", "search"]
STILL = "*, ::before, ::after { transition: none !important; animation: none !important }"


@pytest.mark.parametrize("name", [*pages(), *OTHERS])
def test_axe_finds_nothing(reader, site, name):
    page = reader.open(f"{site}{name}.html", reduced_motion="reduce")
    page.add_style_tag(content=STILL)
    found = []
    for screen in (WIDE, PHONE):
        resize(page, screen)
        found += violations(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            expect(page.locator("html")).to_have_attribute("data-theme", scheme)
            found += [f"{scheme}, {screen['width']} wide: {each}" for each in faint_letters(page)]
    assert not found, "\n".join(found)


SOUND = '<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>{}</main>'
FAULTS = {
    '<img src="data:,">': "image-alt",
    '<button aria-label="Find">Search</button>': "label-content-name-mismatch",
    "<h4>Out of order</h4>": "heading-order",
    "<table><tr><th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>": "empty-table-header",
    "</main><p>Outside of all landmarks</p>": "region",
    '<p style="color: #999">Faint</p>': "color-contrast",
    '<p>Plain</p><p style="background: #333">Dark on dark</p>': "color-contrast",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(page, fault):
    page.set_content(SOUND.format(fault))
    found = violations(page) + faint_letters(page)
    assert [each for each in found if each.startswith(f"{FAULTS[fault]}:")], found


def test_a_sound_page_is_not_complained_of(page):
    page.set_content(SOUND.format("<p>Plain text, <b>bold</b>.</p>"))
    assert violations(page) + faint_letters(page) == []
