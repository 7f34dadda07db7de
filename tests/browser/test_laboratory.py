"""The laboratory: a reader invents an activation, breaks it, and passes it on."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.reading import PHONE
from browser.test_live import AXE, BOOT, STOPPED


class Laboratory:
    def __init__(self, page, address):
        self.page = page
        page.goto(address)
        box = page.locator(".laboratory")
        self.code = box.get_by_role("textbox", name="Your activation")
        self.beside = box.get_by_role("combobox", name="beside")
        self.run = box.get_by_role("button", name="Run", exact=True)
        self.stop = box.get_by_role("button", name="Stop")
        self.copy = box.get_by_role("button", name="Copy the address")
        self.status = box.get_by_role("status")
        self.error = box.locator(".live-error")
        self.progress = box.get_by_role("progressbar")

    def part(self, name):
        return self.page.locator(f"#lab-{name}")

    def says(self, words):
        expect(self.status).to_contain_text(words, timeout=BOOT)

    def try_out(self, code):
        self.code.fill(code)
        self.run.click()


@pytest.fixture
def laboratory(page, site):
    return Laboratory(page, f"{site}book/laboratory.html")


def test_it_shows_a_study_before_anything_is_loaded(laboratory):
    asked = []
    laboratory.page.on("request", lambda request: asked.append(request.url))
    laboratory.page.reload()
    laboratory.page.wait_for_load_state("networkidle")
    expect(laboratory.page.get_by_text("switch scripts on")).to_have_count(0)
    assert not [url for url in asked if re.search(r"pyodide|worker|settings\.json|\.zip", url)]
    expect(laboratory.part("shown")).to_contain_text("x * sigmoid(1.5 * x)")
    assert laboratory.page.locator(".lab-figures svg").count() == 6
    expect(laboratory.part("moons")).to_contain_text("After 60 epochs")


def test_without_scripts_the_study_is_there(reader, site):
    page = reader.open(f"{site}book/laboratory.html", java_script_enabled=False)
    expect(page.locator(".laboratory")).to_contain_text("x * sigmoid(1.5 * x)")
    expect(page.get_by_text("To try another one, switch scripts on.")).to_be_visible()
    assert page.locator(".lab-figures svg").count() == 6
    assert page.get_by_role("button", name="Run").count() == 0


WATCH_PROGRESS = """() => {
    const bar = document.querySelector(".laboratory progress");
    window.heard = [];
    new MutationObserver(() => heard.push(bar.getAttribute("aria-label")))
        .observe(bar, { attributeFilter: ["aria-label"] });
}"""


def test_an_afternoon(laboratory):
    """One activation after another: sound ones, broken ones, and an endless one in between."""
    page = laboratory.page
    before = laboratory.part("moons").inner_html()
    page.evaluate(WATCH_PROGRESS)
    laboratory.beside.select_option("tanh")
    laboratory.try_out("0.5 * x + 0.5 * relu(x)")
    laboratory.says("Training …")
    expect(laboratory.part("curves")).to_contain_text("Yours is saturated nowhere")
    laboratory.says("Done. Yours is saturated nowhere from −5 to 5; its forward gain is 1.26.")
    shown = page.evaluate("heard")
    assert shown[-60:] == [f"Training, epoch {n} of 60" for n in range(1, 61)]
    expect(laboratory.part("shown")).to_contain_text("tanh")
    expect(laboratory.part("gains").get_by_role("row", name="forward gain")).to_contain_text("1.59")
    assert laboratory.part("moons").inner_html() != before

    sentences = {
        "x *": "Line 1 is not Python: invalid syntax.",
        "a = 1\nx / 0": "Line 2 could not be computed at x = -5.",
        "x * math.nan": "Its value at x = -5 is nan; an activation needs a number.",
        "7": "It gives 7 whatever x is. It ignores its input",
        "def f(x): return f(x)\nf(x)": "calls itself without an end",
    }
    for code, sentence in sentences.items():
        laboratory.try_out(code)
        expect(laboratory.error).to_contain_text(sentence)
        laboratory.says("Below is still what was studied before.")
        expect(laboratory.part("shown")).to_contain_text("0.5 * x + 0.5 * relu(x)")

    laboratory.try_out("while True:\n    pass\nx")
    laboratory.says("Running")
    laboratory.stop.click()
    laboratory.says(STOPPED)
    laboratory.try_out("sin(x)")
    laboratory.says("Done.")
    expect(laboratory.error).to_be_hidden()
    expect(laboratory.part("shown")).to_contain_text("sin(x)")


def test_a_time_limit_ends_an_endless_loop(laboratory):
    page = laboratory.page
    page.clock.install()
    laboratory.try_out("x *")
    expect(laboratory.error).to_contain_text("not Python", timeout=BOOT)  # Python is there now
    laboratory.try_out("while True:\n    pass\nx")
    laboratory.says("Running")
    page.clock.run_for(89_000)
    expect(laboratory.stop).to_be_visible()
    page.clock.run_for(1_001)
    laboratory.says("Stopped after 90 seconds, the limit: is there a loop without an end?")


def test_an_address_brings_its_activation_along(laboratory, reader, site):
    page = laboratory.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    laboratory.beside.select_option("gelu")
    laboratory.code.fill("b = 1.5  # + & = #\nx * sigmoid(b * x)")
    laboratory.copy.click()
    laboratory.says("The address is copied.")
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == page.url
    assert address.startswith(f"{site}book/laboratory.html#f=")

    opened = Laboratory(reader.open(), address)
    expect(opened.code).to_have_value("b = 1.5  # + & = #\nx * sigmoid(b * x)")
    expect(opened.beside).to_have_value("gelu")
    opened.says("Press Run to study it.")
    expect(opened.part("shown")).to_contain_text("relu")  # nothing runs by itself
    opened.run.click()
    opened.says("Done.")
    expect(opened.part("shown")).to_contain_text("gelu")


def test_an_address_of_nonsense_does_no_harm(page, site):
    opened = Laboratory(page, f"{site}book/laboratory.html#f=%3Cimg+src%3Dx%3E&with=nothing")
    expect(opened.code).to_have_value("<img src=x>")
    expect(opened.beside).to_have_value("relu")
    opened.run.click()
    expect(opened.error).to_contain_text("Line 1 is not Python", timeout=BOOT)


def test_where_there_is_no_clipboard_the_address_is_shown(laboratory):
    laboratory.page.evaluate("delete Navigator.prototype.clipboard")
    laboratory.copy.click()
    laboratory.says("Copy the address from the field below.")
    field = laboratory.page.get_by_role("textbox", name="The address of this activation")
    expect(field).to_have_value(laboratory.page.url)
    expect(field).to_be_focused()


def test_by_keyboard_alone(laboratory):
    keys = laboratory.page.keyboard
    laboratory.code.focus()
    keys.press("Control+a")
    keys.type("tanh(2 * x)")
    keys.press("Escape")
    keys.press("Tab")
    expect(laboratory.beside).to_be_focused()
    keys.type("softsign")
    expect(laboratory.beside).to_have_value("softsign")
    keys.press("Tab")
    expect(laboratory.run).to_be_focused()
    keys.press("Enter")
    laboratory.says("Training …")
    expect(laboratory.stop).to_be_focused()
    laboratory.says("Done.")
    expect(laboratory.run).to_be_focused()


def test_an_example_runs_at_a_click(laboratory):
    laboratory.page.get_by_role("button", name="x + sin(x) ** 2").click()
    expect(laboratory.code).to_have_value("x + sin(x) ** 2")
    laboratory.says("Done.")


def test_from_a_folder_it_says_what_to_do(page, folder):
    opened = Laboratory(page, f"{folder}book/laboratory.html")
    opened.run.click()
    opened.says("Type make lab in the book's folder")
    expect(opened.part("moons")).to_contain_text("After 60 epochs")


def test_it_fits_on_a_phone(reader, site):
    page = reader.open(f"{site}book/laboratory.html", viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for summary in page.locator(".lab-part summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_minds_nothing_of_it(reader, site, scheme):
    opened = Laboratory(reader.open(color_scheme=scheme), f"{site}book/laboratory.html")
    for summary in opened.page.locator(".lab-part summary").all():
        summary.click()
    opened.try_out("x *")
    expect(opened.error).to_contain_text("not Python", timeout=BOOT)
    found = Axe().run(opened.page, context="article", options=AXE)
    assert not found.response["violations"], found.generate_report()
