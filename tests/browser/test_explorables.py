"""What holds for every figure that answers to a hand.  Their numbers are in test_numbers.py."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.reading import PHONE
from browser.test_live import AXE
from execute import BOOK
from explorables import NAMES

ASKS = re.compile(r":::\{explorable\} (\w+)")
PLACES = [
    (path.stem, name)
    for path in sorted(BOOK.glob("*.ipynb"))
    for name in ASKS.findall(path.read_text(encoding="utf-8"))
]
FIRST = {name: chapter for chapter, name in reversed(PLACES)}
RESTS = 700  # milliseconds after which a change is said, and is in the address


def opened(reader, address, name, state="", chapter=None, **options):
    page = reader.open(f"{address}book/{chapter or FIRST[name]}.html{state}", **options)
    return page, page.locator(f"#try-{name}")


def sliders(box):
    return box.locator("input[type=range]:visible")


def said(box):
    return box.locator(".said").inner_text()


def test_every_figure_is_in_a_chapter():
    assert set(FIRST) == set(NAMES)


@pytest.mark.parametrize(("chapter", "name"), PLACES)
def test_it_says_what_it_shows(reader, address, chapter, name):
    page, box = opened(reader, address, name, chapter=chapter)
    assert re.search(r"\d", said(box))
    assert box.locator("svg[role=img]").get_attribute("aria-label")
    assert box.locator("noscript img").count() == 0
    assert "#" not in page.url, "an address that nobody has changed"


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_a_label_and_says_its_value(reader, folder, name):
    _, box = opened(reader, folder, name)
    for control in box.locator("input:visible, select:visible").all():
        assert box.locator(f"label[for={control.get_attribute('id')}]").inner_text()
    for control in sliders(box).all():
        output = box.locator(f"output[for={control.get_attribute('id')}]")
        assert control.get_attribute("aria-valuetext") == output.inner_text() != ""


@pytest.mark.parametrize("name", NAMES)
def test_the_keyboard_alone_moves_it(reader, folder, name):
    page, box = opened(reader, folder, name)
    box.locator("input:visible, select:visible").first.focus()
    reached = 0
    while box.evaluate(HOLDS_THE_FOCUS):
        control = box.locator(":focus")
        if control.get_attribute("type") == "range":
            drawn = box.locator("svg").inner_html()
            to_the_other_end(page, control)
            assert box.locator("svg").inner_html() != drawn
        page.keyboard.press("Tab")
        reached += 1
        assert reached < 30, "Tab is caught"
    assert reached == box.locator(":is(.controls, .foot, details)").locator(STOPS).count()


STOPS = "input:visible, select:visible, button:visible, a[href]:visible, summary:visible"
HOLDS_THE_FOCUS = "(node) => node.contains(document.activeElement)"


def to_the_other_end(page, control):
    control.focus()
    before = control.input_value()
    page.keyboard.press("End" if before == control.get_attribute("min") else "Home")
    assert control.input_value() != before


@pytest.mark.parametrize("name", NAMES)
def test_its_numbers_are_there_as_a_table(reader, folder, name):
    page, box = opened(reader, folder, name, viewport=PHONE)
    box.get_by_text("The numbers as a table").click()
    cells = box.get_by_role("cell")
    first = cells.all_inner_texts()
    assert len(first) >= 10
    assert all(re.search(r"\d", cell) for cell in first)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = Axe().run(page, context=f"#try-{name}", options=AXE)
    assert not found.response["violations"], found.generate_report()
    to_the_other_end(page, sliders(box).nth(1 if name in ("chain", "dying") else 0))
    assert cells.all_inner_texts() != first or name == "tangent"


def test_the_jacobian_of_the_table_has_rows_that_sum_to_0(reader, folder):
    _, box = opened(reader, folder, "softmax")
    box.get_by_text("The numbers as a table").click()
    rows = [row.get_by_role("cell").all_inner_texts() for row in box.get_by_role("row").all()[1:]]
    numbers = [[float(cell.replace("−", "-")) for cell in row] for row in rows]
    assert [len(row) for row in numbers] == [5] * 3
    for _, p, *jacobian in numbers:
        assert sum(jacobian) == pytest.approx(0, abs=0.002)
        assert max(jacobian) == pytest.approx(p * (1 - p), abs=0.001)


@pytest.mark.parametrize("name", NAMES)
def test_a_change_is_said_once_when_the_hand_rests(reader, folder, name):
    page, box = opened(reader, folder, name)
    aloud = box.locator("[role=status]")
    page.evaluate(
        """(name) => {
            const aloud = document.querySelector(`#try-${name} [role=status]`);
            window.heard = [];
            const hear = new MutationObserver(() => heard.push(aloud.textContent));
            hear.observe(aloud, { childList: true, characterData: true, subtree: true });
        }""",
        name,
    )
    assert aloud.inner_text() == ""
    sliders(box).last.evaluate(
        """(slider) => {
            for (const stop of [1, 0, 1, 2]) {
                slider.value = stop;
                slider.dispatchEvent(new Event("input"));
            }
        }"""
    )
    page.wait_for_timeout(RESTS)
    assert page.evaluate("heard") == [said(box)]


@pytest.mark.parametrize("name", NAMES)
def test_the_address_brings_it_back(reader, address, name):
    page, box = opened(reader, address, name)
    first = said(box), box.locator("svg").inner_html()
    for control in sliders(box).all():
        to_the_other_end(page, control)
    page.wait_for_timeout(RESTS)
    seen = said(box), box.locator("svg").inner_html()
    assert seen[1] != first[1]
    assert page.url.partition("#")[2].startswith(f"{name}:")
    assert page.evaluate("history.length") == 2, "every change is a step of the history"
    assert box.get_by_text("Link to this view").evaluate("(a) => a.href") == page.url

    other = reader.open(page.url)
    again = other.locator(f"#try-{name}")
    assert other.url == page.url
    assert (said(again), again.locator("svg").inner_html()) == seen
    again.get_by_role("button", name="Start again").click()
    assert (said(again), again.locator("svg").inner_html()) == first
    assert "#" not in other.url


@pytest.mark.parametrize("name", NAMES)
def test_an_address_that_says_nothing_of_it_changes_nothing(reader, folder, name):
    page, box = opened(reader, folder, name)
    first = said(box)
    for hash in (f"#{name}", f"#{name}:", f"#{name}:nothing=1", "#nothing:z=1", "#%%"):
        page.evaluate("(hash) => { location.hash = hash }", hash)
        page.wait_for_timeout(50)
        assert said(box) == first


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_that_there_is_not_falls_back_on_one_that_there_is(reader, folder, name):
    page, box = opened(reader, folder, name)
    keys = page.evaluate("(name) => explorables.figures[name].controls.map(({ key }) => key)", name)
    page.evaluate("(hash) => { location.hash = hash }", f"#{name}:{'=x&'.join(keys)}=x")
    page.wait_for_timeout(50)
    assert not re.search("NaN|undefined|null", box.inner_text() + box.locator("svg").inner_html())


@pytest.mark.parametrize("name", NAMES)
def test_a_finger_on_the_picture_moves_it(reader, folder, name):
    page, box = opened(reader, folder, name, viewport=PHONE, has_touch=True)
    svg = box.locator("svg")
    svg.scroll_into_view_if_needed()
    before, at = svg.inner_html(), svg.bounding_box()
    x, y = at["x"] + at["width"] * 0.3, at["y"] + at["height"] * 0.3
    page.mouse.move(x, y)
    page.mouse.down()
    touched = svg.inner_html()
    page.mouse.move(x + 60, y, steps=3)
    page.mouse.up()
    assert len({before, touched, svg.inner_html()}) == 3
    assert svg.evaluate("(node) => getComputedStyle(node).touchAction") == "pan-y"


@pytest.mark.parametrize("name", NAMES)
def test_without_scripts_there_is_a_picture_and_a_sentence(reader, address, name):
    _, box = opened(reader, address, name, java_script_enabled=False)
    picture = box.locator("img")
    assert picture.bounding_box()["width"] > 300
    assert len(picture.get_attribute("alt").split()) >= 8
    assert box.locator("noscript p").is_visible()
    assert box.locator("input, select, button").count() == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "options",
    [
        {"viewport": {"width": 360, "height": 640}},
        {"viewport": {"width": 640, "height": 450}},  # 1280 wide at 200%
        {"viewport": {"width": 640, "height": 450}, "color_scheme": "dark"},
        {"viewport": {"width": 640, "height": 450}, "forced_colors": "active"},
    ],
)
def test_it_is_legible(reader, folder, name, options):
    """Letters are large, within the picture, and of a color that stands out from the page."""
    page, box = opened(reader, folder, name, **options)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert box.locator("svg").evaluate(OUTSIDE) == []
    texts = box.locator("svg text:not(.inverse)")
    sizes = texts.evaluate_all("(all) => all.map((text) => getComputedStyle(text).fontSize)")
    assert min(float(size.removesuffix("px")) for size in sizes) >= 12
    inks = texts.evaluate_all("(all) => all.map((text) => getComputedStyle(text).fill)")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert [ink for ink in set(inks) if contrast(ink, paper) < 4.5] == []


OUTSIDE = """(svg) => {
    const page = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].filter((text) => {
        const at = text.getBoundingClientRect();
        const across = at.left > page.left - 1 && at.right < page.right + 1;
        return !(across && at.top > page.top - 1 && at.bottom < page.bottom + 1);
    }).map((text) => text.textContent);
}"""


def contrast(one, other):
    """WCAG's ratio of two colors, as a browser writes them."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color):
    channels = [float(c) / 255 for c in re.findall(r"[\d.]+", color)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_page_without_figures_loads_nothing_for_them(reader, site):
    page = reader.open(f"{site}book/references.html")
    assert page.evaluate("typeof explorables") == "undefined"


def test_the_dying_unit_is_played_or_where_motion_is_unwanted_shown_at_its_end(reader, folder):
    page, box = opened(reader, folder, "dying", reduced_motion="no-preference")
    page.clock.install()
    box.get_by_role("button", name="Play").click()
    page.clock.run_for(620)
    moving = said(box)
    assert moving.startswith("Step ") and not moving.startswith(("Step 0:", "Step 60:"))
    box.get_by_role("button", name="Stop").click()
    stopped = said(box)
    page.clock.run_for(600)
    assert said(box) == stopped

    _, box = opened(reader, folder, "dying", reduced_motion="reduce")
    box.get_by_role("button", name="Play").click()
    assert said(box).startswith("Step 60:")
    assert box.get_by_role("button", name="Play").is_visible()
