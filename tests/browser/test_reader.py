"""What a reader does: searches, follows links, reads in the dark, with keys only, or on a phone."""

import inspect
import io
import re
from shutil import copytree

import pytest
from PIL import Image
from playwright.sync_api import Error, expect

from browser.reading import PATIENCE, PHONE
from browser.serving import serve
from contents import pages

GROUND = "() => getComputedStyle(document.body).backgroundColor"
LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.href)"
IDS = "() => [...document.querySelectorAll('[id], a[name]')].map(e => e.id || e.name)"


def test_every_internal_link_leads_somewhere(reader, site):
    page = reader.open(f"{site}{pages()[0]}.html")
    broken, ids, links = [], {}, {}
    waiting = [f"{site}{name}.html" for name in (*pages(), "search", "genindex")]
    while waiting:
        address = waiting.pop()
        if address in links:
            continue
        answer = page.context.request.get(address)
        if not answer.ok:
            broken.append(f"{answer.status}: {address}")
        links[address], ids[address] = [], {""}
        if answer.ok and address.endswith(".html"):
            page.goto(address, wait_until="domcontentloaded")
            ids[address] |= set(page.evaluate(IDS))
            links[address] = [link for link in page.evaluate(LINKS) if link.startswith(site)]
            waiting += [link.partition("#")[0] for link in links[address]]
    for address, found in links.items():
        for link in found:
            target, _, place = link.partition("#")
            if view := re.fullmatch(r"(\w+):.*", place):  # how an explorable is set
                place = f"try-{view[1]}"
            if target.endswith(".html") and place not in ids[target]:
                broken.append(f"{address}: no such place as {link}")
    assert len(links) > len(pages()), "links were found"
    assert not broken, "\n".join(broken)


def test_search_finds_a_word(page, address):
    page.goto(f"{address}{pages()[0]}.html")
    page.get_by_role("button", name="Search").first.click()
    page.get_by_placeholder("Search this book").last.fill("saturation")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=saturation*")
    result = page.locator("#search-results li a").first
    result.click()
    page.wait_for_url("**/book/*.html*")
    expect(page.locator("article")).to_contain_text("saturat")
    page.go_back()
    page.wait_for_url("**/search.html?q=saturation*")
    page.go_back()
    page.wait_for_url(f"{address}{pages()[0]}.html")


def test_the_theme_is_switched_and_remembered(page, address):
    page.goto(f"{address}book/tanh.html")
    html, grounds = page.locator("html"), {}
    expect(html).to_have_attribute("data-mode", "auto")
    for _ in range(3):
        page.locator(".theme-switch-button").click()
        mode = html.get_attribute("data-mode")
        page.goto(f"{address}book/relu.html")
        expect(html).to_have_attribute("data-mode", mode)
        grounds[mode] = page.evaluate(GROUND)
    assert set(grounds) == {"light", "dark", "auto"}
    assert grounds["auto"] == grounds["light"] != grounds["dark"]
    page.emulate_media(color_scheme="dark")
    expect(html).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", grounds["dark"])


def test_tab_skips_to_the_text_and_reaches_every_chapter(page, site):
    page.goto(f"{site}book/tanh.html")
    focused = page.locator("*:focus")
    page.keyboard.press("Tab")
    expect(focused).to_have_text("Skip to main content")
    expect(focused).to_be_in_viewport()
    reached = set()
    for _ in range(12 + len(pages())):
        page.keyboard.press("Tab")
        reached.add(focused.evaluate("element => element.href ?? ''").partition("#")[0])
    assert {f"{site}{name}.html" for name in pages()} <= reached
    page.goto(f"{site}book/tanh.html#")
    page.locator("#pst-skip-link a").press("Enter")
    page.keyboard.press("Tab")
    assert focused.evaluate("element => !!element.closest('main')")


def test_the_contents_open_and_close_on_a_phone(reader, address):
    page = reader.open(f"{address}book/tanh.html", viewport=PHONE)
    chapter = page.locator(".bd-sidebar-primary").get_by_role("link", name="Softmax")
    expect(chapter).not_to_be_in_viewport()
    page.locator("button.primary-toggle").press("Enter")
    expect(chapter).to_be_in_viewport()
    page.mouse.click(PHONE["width"] - 5, PHONE["height"] // 2)
    expect(chapter).not_to_be_in_viewport()
    page.locator("button.primary-toggle").press("Enter")
    chapter.click()
    page.wait_for_url("**/book/softmax.html")
    page.go_back()
    page.wait_for_url("**/book/tanh.html")


def test_a_lost_reader_finds_back(reader, site):
    page = reader.open(f"{site}book/deep/nowhere.html")
    expect(page.locator("article h1")).to_contain_text("no such page")
    page.get_by_role("link", name="The first page").click()
    page.wait_for_url(f"{site}{pages()[0]}.html")
    reader.forgive("404: ")


TWO = ["book/tanh", "book/cheat-sheet"]


@pytest.mark.parametrize("name", TWO)
def test_nothing_is_cut_off_at_twice_the_size(reader, site, name):
    """A window of 1280 pixels, magnified twice, leaves 640 for the page."""
    page = reader.open(
        f"{site}{name}.html", viewport={"width": 640, "height": 450}, device_scale_factor=2
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CUT_OFF) == []


CUT_OFF = """() => [...document.querySelectorAll("article :is(h1, h2, h3, p, li, summary)")]
    .filter(box => {
        const { left, right, width } = box.getBoundingClientRect();
        const scrolls = box.closest("table, pre, .output, [tabindex='0']");
        return box.checkVisibility() && width > 1 && !scrolls && (left < 0 || right > innerWidth);
    }).map(box => box.textContent.slice(0, 60))"""
MOVING = "() => document.getAnimations().filter(each => each.playState === 'running').length"


HIDING = """() => [...document.querySelectorAll(
    "article :is(.pst-scrollable-table-container, div.math mjx-container)"
)].filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => getComputedStyle(box).backgroundImage != "none")"""


def test_what_scrolls_on_a_phone_shows_it(reader, site):
    page = reader.open(f"{site}book/regression.html", viewport=PHONE)
    expect(page.locator(".pst-scrollable-table-container[tabindex]")).to_have_count(1)
    assert page.evaluate(HIDING) == [True], "a table, and no formula"


def test_a_cut_off_line_is_seen(page):
    page.set_content("<article><p>sound</p></article>")
    assert page.evaluate(CUT_OFF) == []
    page.set_content('<article><p style="width: 2000px">cut off</p></article>')
    assert page.evaluate(CUT_OFF) == ["cut off"]


@pytest.mark.parametrize("name", TWO)
def test_forced_colors_leave_the_text_and_the_buttons(reader, site, name):
    page = reader.open(f"{site}{name}.html", forced_colors="active", color_scheme="dark")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for part in ("article h1", "article p >> nth=2", ".theme-switch-button i >> visible=true"):
        box = page.locator(part).first
        expect(box).to_be_visible()
        assert shades(box) > 1, f"{part} cannot be told from its ground"


def shades(box):
    """How many colors the picture of an element has, without its edge, where the ground begins."""
    with Image.open(io.BytesIO(box.screenshot())) as picture:
        inside = picture.convert("RGB").crop((2, 2, picture.width - 2, picture.height - 2))
    return len(inside.getcolors(1 << 20))


@pytest.mark.parametrize("name", TWO)
def test_nothing_moves_for_who_wants_no_motion(reader, site, name):
    page = reader.open(f"{site}{name}.html", reduced_motion="reduce")
    page.locator("button.theme-switch-button").click()
    assert page.evaluate(MOVING) == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


STYLE, THEME = "_static/style.css", "_static/scripts/pydata-sphinx-theme.js"
BLACK = "forced-color-adjust: none; color: #000 !important; background: #000 !important"
CALM = "@media (prefers-reduced-motion: reduce) {"
SPIN = "@keyframes turn { to { rotate: 1turn } } article { animation: turn 9s infinite }"
# What is put in place of what in a file of the book, and how the check says that it noticed.
FAULTS = {
    test_search_finds_a_word: [
        ("searchindex.js", "satur", "sturat", "#search-results"),
        ("_static/searchtools.js", "setIndex", "unset", "#search-results"),
    ],
    test_the_theme_is_switched_and_remembered: [
        (THEME, "localStorage.setItem", "void ", "data-mode"),
        (STYLE, 'html[data-theme="dark"] {', "html.dark {", "rgb"),
    ],
    test_tab_skips_to_the_text_and_reaches_every_chapter: [
        (STYLE, "#pst-skip-link", "#pst-skip-link { display: none } #pst-skip-link", "Skip to"),
        ("book/tanh.html", 'href="softmax.html"', 'tabindex="-1" href="softmax.html"', "softmax"),
    ],
    test_the_contents_open_and_close_on_a_phone: [
        ("book/tanh.html", "primary-toggle btn", "primary-toggle d-none", "viewport"),
        (THEME, '".primary-toggle"', '".no"', "viewport"),
    ],
    test_a_lost_reader_finds_back: [
        ("404.html", "no such page", "something", "no such page"),
        ("404.html", 'href="/book/index.html"', "", "The first page"),
    ],
    test_forced_colors_leave_the_text_and_the_buttons: [
        (STYLE, "background: CanvasText", "background: Canvas", "theme-switch-button"),
        (STYLE, CALM, f"h1, h1 * {{ {BLACK} }} {CALM}", "article h1"),
    ],
    test_nothing_moves_for_who_wants_no_motion: [
        (STYLE, CALM, f"{SPIN} @media print {{", "== 0"),
        (STYLE, CALM, f"html {{ scroll-behavior: smooth !important }} {CALM}", "smooth"),
    ],
}


@pytest.fixture
def impatient(reader):
    """Who waits for what will not come need not wait as long."""
    reader.patience = 10_000
    expect.set_options(timeout=reader.patience)
    yield reader
    expect.set_options(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("check", "fault"), [(check, fault) for check, faults in FAULTS.items() for fault in faults]
)
def test_a_fault_of_the_book_is_seen(impatient, book, tmp_path, check, fault):
    file, old, new, noticed = fault
    path = copytree(book, tmp_path / "book") / file
    sound = path.read_text(encoding="utf-8")
    assert old in sound
    path.write_text(sound.replace(old, new), encoding="utf-8")
    with serve(tmp_path / "book") as site:
        impatient.homes += (site,)
        given = {"reader": impatient, "page": impatient.open(), "name": TWO[0]}
        given |= {"site": site, "address": site}
        names = inspect.signature(check).parameters
        with pytest.raises((AssertionError, Error), match=re.escape(noticed)):
            check(**{name: given[name] for name in names})
        impatient.close()
    impatient.complaints.clear()
