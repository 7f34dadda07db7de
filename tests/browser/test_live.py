"""Live cells: a reader edits and runs code, stops it, breaks it, and takes it back."""

import json
import re

import live
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.reading import PHONE

AXE = {"preload": False}  # it would ask for style sheets by addresses that are none
BOOT = 60_000  # milliseconds: on a busy machine Python takes its time to start
STOPPED = "Stopped. Python starts afresh at the next run."


@pytest.fixture
def chapter(page, book, site):
    """The chapter on backprop, over http."""
    settings = json.loads((book / "_static/live/settings.json").read_text(encoding="utf-8"))
    urls = [file["url"] for file in settings["files"].values()]
    assert not any("//" in url for url in urls), "build the book with PYODIDE=local"
    page.goto(f"{site}book/backprop.html")
    return page


class Cell:
    """A live cell of a page, counted from 1."""

    def __init__(self, page, number):
        self.box = page.locator(".cell.tag_live").nth(number - 1)
        self.open = self.box.get_by_role("button", name="Edit and run")
        self.code = self.box.get_by_role("textbox")
        self.run = self.box.get_by_role("button", name="Run", exact=True)
        self.stop = self.box.get_by_role("button", name="Stop")
        self.reset = self.box.get_by_role("button", name="Reset")
        self.status = self.box.get_by_role("status")
        self.output = self.box.locator(".live-output")
        self.error = self.box.locator(".live-error")
        self.stored = self.box.locator(".cell_output:not(.live-output)")

    def says(self, words):
        expect(self.status).to_contain_text(words, timeout=BOOT)

    def try_out(self, code):
        self.code.fill(code)
        self.run.click()


@pytest.fixture
def cell(chapter):
    cell = Cell(chapter, 1)
    cell.open.click()
    cell.says("Python is ready.")
    return cell


def test_nothing_of_it_is_loaded_before_the_click(chapter):
    chapter.wait_for_load_state("networkidle")
    asked = []
    chapter.on("request", lambda request: asked.append(request.url))
    chapter.reload()
    chapter.wait_for_load_state("networkidle")
    heavy = re.compile(r"pyodide|worker\.js|settings\.json|\.zip|\.wasm")
    assert asked
    assert not [url for url in asked if heavy.search(url)]
    Cell(chapter, 1).open.click()
    Cell(chapter, 1).says("Python is ready.")
    assert [url for url in asked if heavy.search(url)]


def test_a_page_without_live_cells_loads_nothing_for_them(page, site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}book/references.html")
    page.wait_for_load_state("networkidle")
    assert asked
    assert not [url for url in asked if "/live/" in url]


def test_it_runs_as_stored(cell):
    stored = cell.stored.text_content().strip()
    cell.run.click()
    cell.says("Done in")
    assert cell.output.text_content().strip() == stored
    expect(cell.stored).to_be_hidden()
    expect(cell.error).to_be_hidden()


def test_it_runs_what_is_typed_and_prints_as_it_comes(cell):
    cell.try_out("import time\nprint('first')\ntime.sleep(3)\nprint('then')")
    expect(cell.output).to_have_text("first\n", timeout=2500)
    cell.says("Done in")
    expect(cell.output).to_have_text("first\nthen\n")


def test_an_error_names_the_line_and_the_next_run_is_sound(cell):
    cell.try_out("print('here')\nx = 1 / 0\n")
    cell.says("Line 2 could not run.")
    expect(cell.error).to_contain_text("x = 1 / 0\nZeroDivisionError: division by zero")
    expect(cell.output).to_have_text("here\n")
    expect(cell.box.locator(".numbers .wrong")).to_have_text("2")
    expect(cell.code).to_have_attribute("aria-invalid", "true")
    cell.try_out("print('again')")
    cell.says("Done in")
    expect(cell.output).to_have_text("again\n")
    expect(cell.error).to_be_hidden()


def test_stop_ends_an_endless_loop(cell):
    cell.try_out("print('on and on')\nwhile True:\n    pass")
    expect(cell.output).to_contain_text("on and on")
    cell.stop.click()
    cell.says(STOPPED)
    expect(cell.run).to_be_focused()  # the same button: who works by keyboard is not lost
    cell.try_out("print(6 * 7)")
    cell.says("Done in")
    expect(cell.output).to_have_text("42\n")


def test_stop_while_loading(chapter):
    cell = Cell(chapter, 1)
    chapter.route("**/python_stdlib.zip", lambda route: None)  # never comes
    cell.open.click()
    cell.run.click()
    cell.says("Loading Python")
    expect(cell.box.get_by_role("progressbar", name="Loading Python")).to_be_visible()
    cell.stop.click()
    cell.says(STOPPED)
    expect(cell.box.get_by_role("progressbar")).to_be_hidden()
    chapter.unroute("**/python_stdlib.zip")
    cell.run.click()
    cell.says("Done in")


def test_a_time_limit_ends_an_endless_loop(chapter):
    chapter.clock.install()
    cell = Cell(chapter, 1)
    cell.open.click()
    cell.says("Python is ready.")
    cell.try_out("print('on and on')\nwhile True:\n    pass")
    expect(cell.output).to_contain_text("on and on")
    chapter.clock.run_for(29_000)
    expect(cell.stop).to_be_visible()
    chapter.clock.run_for(1_001)
    cell.says("Stopped after 30 seconds, the limit")
    expect(cell.run).to_be_visible()


def test_reset_brings_the_stored_code_and_output_back(cell):
    stored = cell.code.input_value()
    cell.try_out("print('mine')")
    cell.says("Done in")
    cell.reset.click()
    cell.says("The stored code and output are back.")
    expect(cell.code).to_have_value(stored)
    expect(cell.output).to_be_hidden()
    expect(cell.stored).to_be_visible()


def test_a_cell_runs_the_cells_above_it_first(chapter):
    first, second = Cell(chapter, 1), Cell(chapter, 2)
    second.open.click()
    second.run.click()
    second.says("Done in")
    assert second.output.text_content().strip() == second.stored.text_content().strip()
    first.open.click()
    first.try_out("x1 = nowhere")
    first.says("Line 1 could not run.")
    second.run.click()
    second.says("Live cell 1 above stopped with an error, so this one was not run.")


def test_names_are_shared_until_python_starts_afresh(chapter):
    first, second = Cell(chapter, 1), Cell(chapter, 2)
    first.open.click()
    first.try_out("a = 'from above'")
    first.says("Done in")
    second.open.click()
    second.try_out("a")
    second.says("Done in")
    expect(second.output).to_have_text("'from above'\n")
    second.try_out("b = 1\nwhile True: pass")
    second.says("Running")
    first.run.click()
    first.says("Live cell 2 is still running.")
    second.stop.click()
    second.says(STOPPED)
    second.try_out("print(a, 'b' in globals())")
    second.says("Done in")
    expect(second.output).to_have_text("from above False\n")


def test_by_keyboard_alone(chapter):
    cell, keys = Cell(chapter, 1), chapter.keyboard
    cell.open.focus()
    keys.press("Enter")
    expect(cell.code).to_be_focused()
    cell.says("Python is ready.")
    keys.press("Control+a")
    keys.type("for i in range(2):")
    keys.press("Enter")  # indents after a colon
    keys.type("print(i)")
    keys.press("Enter")
    keys.press("Shift+Tab")
    keys.type("if i:")
    keys.press("Enter")
    keys.press("Shift+Tab")
    keys.press("Tab")  # stays, and indents
    keys.type("print('end')")
    assert cell.code.input_value() == "for i in range(2):\n    print(i)\nif i:\n    print('end')"
    keys.press("Control+Enter")
    cell.says("Done in")
    expect(cell.output).to_have_text("0\n1\nend\n")
    keys.press("Escape")
    keys.press("Tab")  # leaves
    expect(cell.run).to_be_focused()
    keys.press("Shift+Tab")
    expect(cell.code).to_be_focused()
    keys.press("Tab")  # indents again
    expect(cell.code).to_be_focused()
    keys.press("Control+z")
    keys.press("Escape")
    keys.press("Tab")
    keys.press("Space")
    cell.says("Done in")


def test_tab_indents_a_selection_and_takes_it_back(cell, chapter):
    cell.code.fill("a = 1\nb = 2\nc = 3")
    cell.code.evaluate("area => area.setSelectionRange(2, 8)")
    chapter.keyboard.press("Tab")
    expect(cell.code).to_have_value("    a = 1\n    b = 2\nc = 3")
    chapter.keyboard.press("Shift+Tab")
    expect(cell.code).to_have_value("a = 1\nb = 2\nc = 3")


KEYWORDS = """box => [...box.querySelectorAll(".k, .kn, .kc, .ow, .c1")]
    .map(word => word.className + " " + word.textContent)"""


def test_the_editor_colors_the_words_that_the_page_does(chapter):
    seen = []
    for number in range(1, chapter.locator(".cell.tag_live").count() + 1):
        box = Cell(chapter, number).box
        box.locator(".live-open").evaluate("button => button.click()")  # some are folded away
        ours = box.locator(".live-editor pre").evaluate(KEYWORDS)
        assert ours == box.locator(".cell_input pre").evaluate(KEYWORDS)
        seen += ours
    assert len(seen) > 20


def test_a_file_of_other_bytes_is_not_run(chapter):
    chapter.route(
        "**/pyodide.mjs",
        lambda route: route.fulfill(body="export {}", content_type="text/javascript"),
    )
    cell = Cell(chapter, 1)
    cell.open.click()
    cell.says("pyodide.mjs is not the file it should be, so it was not run.")


def test_a_file_that_does_not_come_is_told(chapter, reader):
    chapter.route("**/pyodide.asm.wasm", lambda route: route.abort())
    cell = Cell(chapter, 1)
    cell.open.click()
    cell.says("Python could not be loaded")
    reader.forgive("pyodide.asm.wasm")
    chapter.unroute("**/pyodide.asm.wasm")
    cell.run.click()
    cell.says("Done in")


def test_from_a_folder_it_says_what_to_do(page, folder):
    page.goto(f"{folder}book/backprop.html")
    cell = Cell(page, 1)
    cell.open.click()
    cell.says("Type make lab in the book's folder")
    expect(cell.code).to_have_count(0)
    expect(cell.stored).to_be_visible()


WHERE = """box => {
    const { font, lineHeight, paddingLeft } = getComputedStyle(box);
    return [font, lineHeight, paddingLeft, box.getBoundingClientRect().top];
}"""


@pytest.mark.parametrize("options", [{"viewport": PHONE}, {"forced_colors": "active"}])
def test_the_editor_fits(reader, site, options):
    page = reader.open(f"{site}book/backprop.html", **options)
    cell = Cell(page, 1)
    cell.open.click()
    cell.says("Python is ready.")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    area, colors = (cell.box.locator(f".live-editor {tag}") for tag in ("textarea", "pre"))
    assert area.evaluate(WHERE) == colors.evaluate(WHERE)
    shown = colors.evaluate("e => getComputedStyle(e).visibility") == "visible"
    clear = area.evaluate("e => getComputedStyle(e).color") == "rgba(0, 0, 0, 0)"
    assert shown == clear  # one of the two is seen


def test_by_default_python_comes_from_the_cdn_checked(chapter, reader, book):
    """The CDN is acted here, by files that came from npm: the same address, the same bytes."""
    zipped = book / "_static/live" / live.ZIP
    chapter.route(
        "**/settings.json", lambda route: route.fulfill(json=live.settings("cdn", zipped))
    )
    asked = []

    def act(route):
        name = route.request.url.removeprefix(live.CDN)
        asked.append(name)
        route.fulfill(
            path=book / "_static/pyodide" / name,
            headers={"Access-Control-Allow-Origin": "*"},  # as jsDelivr has it
        )

    chapter.route(f"{live.CDN}*", act)
    cell = Cell(chapter, 1)
    cell.open.click()
    cell.says("Python is ready.")
    assert sorted(asked) == sorted(live.INTEGRITY)
    reader.forgive(f"asks elsewhere: {live.CDN}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_editor_has_nothing_that_axe_minds(reader, site, scheme):
    page = reader.open(f"{site}book/backprop.html", color_scheme=scheme)
    cell = Cell(page, 1)
    cell.open.click()
    cell.says("Python is ready.")
    cell.try_out("print('here')\n1 / 0")
    cell.says("Line 2 could not run.")
    found = Axe().run(page, context=".cell.tag_live", options=AXE)
    assert not found.response["violations"], found.generate_report()
