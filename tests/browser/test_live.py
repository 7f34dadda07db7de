"""Live cells: a reader edits and runs code, stops it, breaks it, and takes it back."""

import json
import re

import live
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.reading import PHONE
from test_live import WITH_LIVE_CELLS

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

    def edit(self):
        if self.open.is_visible():
            self.open.click()
        return self

    def says(self, words):
        expect(self.status).to_contain_text(words, timeout=BOOT)

    def try_out(self, code):
        self.code.fill(code)
        self.run.click()


@pytest.fixture(scope="module")
def shared_page(shared_reader, site):
    """The chapter, with Python running in it."""
    page = shared_reader.open(f"{site}book/backprop.html")
    Cell(page, 1).edit().says("Python is ready.")
    return page


@pytest.fixture
def cell(shared_page):
    """Its first live cell, as it was at first; Python knows the names of earlier tests."""
    cell = Cell(shared_page, 1)
    yield cell
    cell.reset.click()


def test_nothing_of_it_is_loaded_before_the_click(chapter):
    chapter.wait_for_load_state("networkidle")
    asked, came = [], []
    chapter.on("request", lambda request: asked.append(request.url))
    chapter.reload()
    chapter.wait_for_load_state("networkidle")
    heavy = re.compile(r"pyodide|worker\.js|settings\.json|\.zip|\.wasm")
    assert asked
    assert not [url for url in asked if heavy.search(url)]
    chapter.on("requestfinished", lambda request: came.append(request))
    promised = Cell(chapter, 1).box.locator(".live-hint").text_content()
    Cell(chapter, 1).edit().says("Python is ready.")
    sizes = [r.sizes()["responseBodySize"] for r in came if not r.url.startswith("blob:")]
    assert len(sizes) >= len(live.SIZES)
    assert promised == f"in this page; loads Python once, {sum(sizes) / 1e6:.0f} MB"


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


@pytest.mark.parametrize("chapter", [path.stem for path in WITH_LIVE_CELLS])
def test_every_live_cell_can_be_run_again_and_again(reader, site, chapter):
    """Each frees what was computed before, be it a chain of 100,000 sums."""
    page = reader.open(f"{site}book/{chapter}.html")
    found = [Cell(page, n + 1) for n in range(page.locator(".cell.tag_live").count())]
    for cell in found:
        cell.box.locator(".live-open").evaluate("button => button.click()")  # some are folded away
    for _ in range(3):
        for cell in found:
            cell.box.locator(".live-go").evaluate("button => button.click()")
            expect(cell.box.locator(".live-note")).to_contain_text("Done in", timeout=BOOT)
            assert cell.output.text_content().strip() == cell.stored.text_content().strip()


def test_what_is_nested_too_deeply_is_told(chapter, reader):
    """And Python, which that has ended, is there again."""
    cell = Cell(chapter, 1)
    cell.open.click()
    cell.try_out("x = []\nfor _ in range(1_000_000): x = [x]\ndel x")
    cell.says("Something was nested too deeply for Python's stack, which is small inside a page.")
    cell.try_out("print('again')")
    cell.says("Done in")
    reader.forgive("Pyodide has suffered a fatal error", "The cause", "Maximum call stack size")


def test_it_runs_what_is_typed_and_prints_as_it_comes(cell):
    cell.try_out("import time\nprint('first')\ntime.sleep(3)\nprint('then')")
    expect(cell.output).to_have_text("first\n", timeout=2500)
    cell.says("Done in")
    expect(cell.output).to_have_text("first\nthen\n")


def test_an_error_names_the_line_and_the_next_run_is_sound(cell):
    cell.try_out("print('here')\nx = 1 / 0\n")
    cell.says("Line 2 could not run.")
    expect(cell.error).to_contain_text("x = 1 / 0\nZeroDivisionError: division by zero")
    expect(cell.error).to_have_attribute("role", "status")
    expect(cell.code).to_have_accessible_description(re.compile("division by zero"))
    expect(cell.output).to_have_text("here\n")
    expect(cell.box.locator(".numbers .wrong")).to_have_text("2")
    expect(cell.code).to_have_attribute("aria-invalid", "true")
    cell.try_out("print('again')")
    cell.says("Done in")
    expect(cell.output).to_have_text("again\n")
    expect(cell.error).to_be_hidden()
    expect(cell.code).to_have_accessible_description(re.compile("^Ctrl"))


def test_an_error_and_reset_show_where_lines_begin(cell):
    lines, colors = (cell.box.locator(f".live-editor {tag}") for tag in ("textarea", "pre"))
    cell.try_out(f"1 / 0  # {'far ' * 100}")
    cell.says("Line 1 could not run.")
    expect(lines).to_have_js_property("scrollLeft", 0)
    cell.code.press("End")
    expect(colors).not_to_have_js_property("scrollLeft", 0)
    cell.reset.click()
    for text in (lines, colors):
        expect(text).to_have_js_property("scrollLeft", 0)


OUT = {
    "js.fetch('elsewhere')": "AttributeError: fetch",
    "js.XMLHttpRequest.new()": "AttributeError: XMLHttpRequest",
    "js.Worker.new('elsewhere.js')": "AttributeError: Worker",
    "js.eval('import(\"elsewhere.js\")')": "AttributeError: eval",
    "js.Object.constructor('return import(\"elsewhere.js\")')()": "no JavaScript is made from text",
    "js.Function.new('return 1')": "no JavaScript is made from text",
    "run_js('import(\"elsewhere.js\")')": "cannot import name 'eval'",
    "open_url('elsewhere')": "name 'XMLHttpRequest' is not defined",
    "js.caches.open('mine')": "AttributeError: caches",
    "js.postMessage('mine')": "AttributeError: postMessage",
}


def test_python_does_not_get_out(cell):
    """What a page of this site could ask of servers is no longer there once Python is."""
    begin = "import js\nfrom pyodide.code import run_js\nfrom pyodide.http import open_url\n"
    for way, said in OUT.items():
        cell.try_out(begin + way)
        expect(cell.error).to_contain_text(way, timeout=BOOT)
        expect(cell.error).to_contain_text(said)
    cell.try_out("import js\njs.setTimeout('import(\"elsewhere.js\")', 0)\n'later'")
    cell.says("Done in")
    cell.try_out("import random, time\ntime.sleep(0.1)\nrandom.seed()\n'sound'")
    cell.says("Done in")
    expect(cell.output).to_have_text("'sound'\n")


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
    chapter.clock.run_for(9_000)
    cell.says("Running …")
    chapter.clock.run_for(1_001)
    cell.says("Still running. Is there a loop without an end? Stop ends it.")
    chapter.clock.run_for(18_999)
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


def test_a_cell_runs_the_cells_above_it_first(cell, shared_page):
    second = Cell(shared_page, 2).edit()
    cell.try_out("x1 = nowhere")
    cell.says("Line 1 could not run.")
    second.run.click()
    second.says("Live cell 1 above stopped with an error, so this one was not run.")
    cell.reset.click()
    second.reset.click()
    second.run.click()
    second.says("Done in")
    assert second.output.text_content().strip() == second.stored.text_content().strip()


def test_what_is_older_than_a_cell_above_says_so(chapter):
    first, second, third = (Cell(chapter, number).edit() for number in (1, 2, 3))
    first.says("Python is ready.")
    first.try_out("a = 1")
    first.says("Done in")
    second.try_out("print(a)")
    second.says("Done in")
    third.try_out("1 / 0")
    third.says("Line 1 could not run.")
    first.run.click()  # the same code
    first.says("Done in")
    second.says("Done in")

    first.try_out("a = 2")
    for below in (second, third):
        below.says("Live cell 1 has changed since. Run this one again.")
    expect(second.output).to_have_class(re.compile("older"))
    expect(third.error).to_be_hidden()
    first.says("Done in")
    third.try_out("print(a + 1)")  # runs the second, too
    third.says("Done in")
    expect(third.output).to_have_text("3\n")
    expect(second.output).to_have_text("2\n")
    expect(second.output).not_to_have_class(re.compile("older"))

    first.try_out("a = nowhere")
    first.says("Line 1 could not run.")
    second.says("Live cell 1 has changed since. Run this one again.")
    first.try_out("a = 2")
    first.says("Done in")
    second.run.click()
    second.says("Done in")
    first.reset.click()
    second.says("Live cell 1 has changed since. Run this one again.")
    second.reset.click()
    second.says("The stored code and output are back.")
    expect(second.stored).to_be_visible()


def test_stop_ends_an_endless_loop_and_the_names_that_cells_share(cell, shared_page):
    second = Cell(shared_page, 2).edit()
    cell.try_out("a = 'from above'")
    cell.says("Done in")
    second.try_out("a")
    second.says("Done in")
    expect(second.output).to_have_text("'from above'\n")
    second.try_out("b = 1\nprint('on and on')\nwhile True: pass")
    expect(second.output).to_contain_text("on and on")
    cell.run.click()
    cell.says("Live cell 2 is still running.")
    second.stop.click()
    second.says(STOPPED)
    expect(second.run).to_be_focused()  # the same button: who works by keyboard is not lost
    second.try_out("print(a, 'b' in globals())")
    second.says("Done in")
    expect(second.output).to_have_text("from above False\n")


def test_by_keyboard_alone(shared_page):
    cell, keys = Cell(shared_page, 3), shared_page.keyboard
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


def test_tab_indents_a_selection_and_takes_it_back(cell, shared_page):
    cell.code.fill("a = 1\nb = 2\nc = 3")
    cell.code.evaluate("area => area.setSelectionRange(2, 8)")
    shared_page.keyboard.press("Tab")
    expect(cell.code).to_have_value("    a = 1\n    b = 2\nc = 3")
    shared_page.keyboard.press("Shift+Tab")
    expect(cell.code).to_have_value("a = 1\nb = 2\nc = 3")
    expect(cell.code).to_be_focused()
    shared_page.keyboard.press("Shift+Tab")  # nothing to take back: it moves on
    expect(cell.code).not_to_be_focused()


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
    cell = Cell(page, 1).edit()
    cell.says("Loading Python")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    area, colors = (cell.box.locator(f".live-editor {tag}") for tag in ("textarea", "pre"))
    assert area.evaluate(WHERE) == colors.evaluate(WHERE)
    shown = colors.evaluate("e => getComputedStyle(e).visibility") == "visible"
    clear = area.evaluate("e => getComputedStyle(e).color") == "rgba(0, 0, 0, 0)"
    assert shown == clear  # one of the two is seen


def test_on_a_phone_lines_are_seen_from_their_beginning(reader, site):
    page = reader.open(f"{site}book/backprop.html", viewport=PHONE, is_mobile=True, has_touch=True)
    cell = Cell(page, 1)
    cell.open.tap()
    expect(cell.run).to_be_focused()  # and not the editor, which would call up the keyboard
    cell.code.focus()
    assert cell.code.evaluate("area => [area.selectionStart, area.scrollLeft]") == [0, 0]


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


def test_an_open_editor_has_nothing_that_axe_minds(cell, shared_page):
    cell.try_out("print('here')\n1 / 0")
    cell.says("Line 2 could not run.")
    for scheme in ("light", "dark"):
        shared_page.emulate_media(color_scheme=scheme)
        expect(shared_page.locator("html")).to_have_attribute("data-theme", scheme)
        found = Axe().run(shared_page, context=".cell.tag_live", options=AXE)
        assert not found.response["violations"], found.generate_report()
