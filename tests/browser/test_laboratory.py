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
def fresh(page, site):
    """The laboratory as one finds it."""
    return Laboratory(page, f"{site}book/laboratory.html")


@pytest.fixture(scope="module")
def shared(shared_reader, site):
    return Laboratory(shared_reader.open(), f"{site}book/laboratory.html")


@pytest.fixture
def laboratory(shared, shared_reader):
    """The same as other tests have used, so Python may be there already."""
    yield shared
    if shared.stop.is_visible():
        shared.stop.click()


def test_it_shows_a_study_before_anything_is_loaded(fresh):
    asked = []
    fresh.page.on("request", lambda request: asked.append(request.url))
    fresh.page.reload()
    fresh.page.wait_for_load_state("networkidle")
    expect(fresh.page.get_by_text("switch scripts on")).to_have_count(0)
    assert not [url for url in asked if re.search(r"pyodide|worker|settings\.json|\.zip", url)]
    expect(fresh.part("shown")).to_contain_text("x * sigmoid(1.5 * x)")
    assert fresh.page.locator(".lab-figures svg").count() == 6
    expect(fresh.part("moons")).to_contain_text("After 60 epochs")


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
    laboratory.says(f"{STOPPED} Below is still what was studied before.")
    laboratory.try_out("sin(x)")
    laboratory.says("Training …")
    laboratory.stop.click()
    laboratory.says(f"{STOPPED} Below is how far it came.")
    laboratory.run.click()
    laboratory.says("Done.")
    expect(laboratory.error).to_be_hidden()
    expect(laboratory.part("shown")).to_contain_text("sin(x)")


def test_a_time_limit_ends_an_endless_loop(fresh):
    page = fresh.page
    page.clock.install()
    fresh.try_out("x *")
    expect(fresh.error).to_contain_text("not Python", timeout=BOOT)  # Python is there now
    fresh.try_out("while True:\n    pass\nx")
    fresh.says("Running")
    page.clock.run_for(10_001)
    fresh.says("Still running. Is there a loop without an end? Stop ends it.")
    page.clock.run_for(78_999)
    expect(fresh.stop).to_be_visible()
    page.clock.run_for(1_001)
    fresh.says("Stopped after 90 seconds, the limit: is there a loop without an end?")


def test_what_cannot_be_drawn_is_told_and_nothing_is_left_of_before(laboratory):
    laboratory.try_out("x ** 50")
    laboratory.says("Done. Yours is saturated from")
    expect(laboratory.part("gains")).to_contain_text("It grows so fast")
    expect(laboratory.part("moons")).to_contain_text("could not be drawn. OverflowError")
    expect(laboratory.part("moons").locator("svg")).to_have_count(0)


def test_what_nobody_foresaw_is_told(laboratory):
    laboratory.try_out("raise KeyboardInterrupt\nx")
    laboratory.says("It stopped with an error that was not foreseen. KeyboardInterrupt. Below is")


def test_what_is_wrong_is_said_aloud_and_described(laboratory):
    laboratory.try_out("x * sigmiod(x)")
    laboratory.says("name 'sigmiod' is not defined. Did you mean sigmoid? Below is still what")
    expect(laboratory.code).to_have_attribute("aria-invalid", "true")
    expect(laboratory.code).to_have_accessible_description(re.compile("Did you mean sigmoid?"))
    laboratory.try_out("7")
    laboratory.says("It gives 7 whatever x is.")
    expect(laboratory.code).to_have_attribute("aria-invalid", "true")
    laboratory.code.fill("x")
    expect(laboratory.code).to_have_attribute("aria-invalid", "false")


def test_an_address_brings_its_activation_along(fresh, reader, site):
    page = fresh.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fresh.beside.select_option("gelu")
    fresh.code.fill("b = 1.5  # + & = #\nx * sigmoid(b * x)")
    fresh.copy.click()
    fresh.says("The address is copied.")
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == page.url
    assert address.startswith(f"{site}book/laboratory.html#f=")

    opened = Laboratory(reader.open(), address)
    expect(opened.code).to_have_value("b = 1.5  # + & = #\nx * sigmoid(b * x)")
    expect(opened.beside).to_have_value("gelu")
    opened.says("Press Run to study it, but read it first")
    expect(opened.part("shown")).to_contain_text("relu")  # nothing runs by itself


def test_what_a_link_brings_waits_for_run(laboratory, site):
    """Also where Python is there already, and whatever is chosen beside."""
    laboratory.try_out("x *")
    expect(laboratory.error).to_contain_text("not Python", timeout=BOOT)
    laboratory.page.goto(f"{site}book/laboratory.html#f=0+*+x&with=elu")
    expect(laboratory.code).to_have_value("0 * x")
    laboratory.says("Until then nothing of it runs.")
    laboratory.beside.select_option("tanh")
    laboratory.page.wait_for_timeout(500)
    laboratory.says("Until then nothing of it runs.")
    laboratory.run.click()
    expect(laboratory.error).to_contain_text("It gives 0 whatever x is.", timeout=BOOT)
    laboratory.beside.select_option("elu")
    laboratory.says("Press Run to see it beside elu.")
    expect(laboratory.run).to_be_visible()


def test_an_address_of_nonsense_does_no_harm(laboratory, site):
    laboratory.page.goto(f"{site}book/laboratory.html#f=%3Cimg+src%3Dx%3E&with=nothing")
    expect(laboratory.code).to_have_value("<img src=x>")
    expect(laboratory.beside).to_have_value("relu")
    laboratory.run.click()
    expect(laboratory.error).to_contain_text("Line 1 is not Python", timeout=BOOT)


def test_what_python_sends_to_the_page_is_drawn_and_nothing_else(laboratory):
    """The code finds the function that sends, sends a trap, and stops, so that it stays."""
    laboratory.try_out(
        "import sys\n"
        "frame = sys._getframe()\n"
        "while 'emit' not in frame.f_locals: frame = frame.f_back\n"
        "trap = '<b>bold</b><img src=x onerror=\"document.title = 1\">'\n"
        "frame.f_locals['emit'](part='gains', html=trap)\n"
        "x / 0"
    )
    expect(laboratory.error).to_contain_text("ZeroDivisionError", timeout=BOOT)
    assert laboratory.part("gains").inner_html() == "<b>bold</b>"
    assert laboratory.page.title() != "1"


DRAWN = """html => {
    const box = document.createElement("div");
    box.append(drawn(html));
    return box.innerHTML;
}"""


def test_all_that_the_book_draws_is_let_in(fresh):
    for name in ("shown", "curves", "gains", "layers", "moons"):
        html = fresh.part(name).inner_html()
        assert fresh.page.evaluate(DRAWN, html) == html


TRAPS = {
    '<img src="x" onerror="alert(1)">': "",
    '<p onclick="alert(1)" style="position: fixed">a</p>': "<p>a</p>",
    '<p class="lab-key position-fixed">a</p>': "<p>a</p>",
    '<p id="lab-form">a</p>': "<p>a</p>",
    "<script>alert(1)</script><style>p {}</style>b": "b",
    '<a href="javascript:alert(1)">a</a>': "",
    '<svg><use href="#x"/><path onload="alert(1)"/></svg>': "<svg><path></path></svg>",
    "<svg><foreignObject><p>a</p></foreignObject><style>b</style></svg>": "<svg></svg>",
    "<math><td>a</td></math><iframe srcdoc='a'></iframe>": "",
    "<form><p>a</p></form><template><p>a</p></template>": "",
    "<constructor>a</constructor><body onload='alert(1)'>": "",
}


def test_nothing_else_is_let_in(fresh):
    for html, left in TRAPS.items():
        assert fresh.page.evaluate(DRAWN, html) == left


def test_where_there_is_no_clipboard_the_address_is_shown(fresh):
    fresh.page.evaluate("delete Navigator.prototype.clipboard")
    fresh.copy.click()
    fresh.says("Copy the address from the field below.")
    field = fresh.page.get_by_role("textbox", name="The address of this activation")
    expect(field).to_have_value(fresh.page.url)
    expect(field).to_be_focused()


def test_by_keyboard_alone(laboratory):
    keys = laboratory.page.keyboard
    laboratory.code.focus()
    keys.press("Control+a")
    keys.type("a = 2")
    keys.press("Enter")
    keys.press("Tab")  # in several lines it indents
    expect(laboratory.code).to_have_value("a = 2\n    ")
    keys.press("Control+a")
    keys.type("tanh(2 * x)")
    keys.press("Tab")
    expect(laboratory.beside).to_be_focused()
    keys.press("Shift+Tab")
    expect(laboratory.code).to_be_focused()
    keys.press("Tab")
    keys.type("softsign")
    expect(laboratory.beside).to_have_value("softsign")
    keys.press("Tab")
    expect(laboratory.run).to_be_focused()
    laboratory.says("Press Run to see it beside softsign.")
    keys.press("Enter")
    laboratory.says("Training …")
    expect(laboratory.stop).to_be_focused()
    laboratory.says("Done.")
    expect(laboratory.run).to_be_focused()


NOTE_DOWN = """() => {
    window.said = [];
    const note = document.querySelector(".laboratory [role=status]");
    const hear = () => window.said.push(note.textContent);
    new MutationObserver(hear).observe(note, { childList: true });
}"""


def test_an_example_runs_at_a_click(laboratory):
    laboratory.page.get_by_role("button", name="x + sin(x) ** 2").click()
    expect(laboratory.code).to_have_value("x + sin(x) ** 2")
    laboratory.says("Training …")
    laboratory.page.evaluate(NOTE_DOWN)
    laboratory.page.get_by_role("button", name="tanh(x) ** 3").click()
    expect(laboratory.code).to_have_value("x + sin(x) ** 2")
    laboratory.says("Done.")
    before, last = laboratory.page.evaluate("() => window.said")
    assert before == "Still running: wait until it is done, or press Stop."
    assert last.startswith("Done.")


def test_from_a_folder_it_says_what_to_do(page, folder):
    opened = Laboratory(page, f"{folder}book/laboratory.html")
    opened.run.click()
    opened.says("Type make lab in the book's folder")
    expect(opened.part("moons")).to_contain_text("After 60 epochs")


def test_it_fits_on_a_phone(reader, site):
    page = reader.open(
        f"{site}book/laboratory.html", viewport=PHONE, is_mobile=True, has_touch=True
    )
    expect(page.get_by_text("Ctrl+Enter")).to_be_hidden()
    expect(page.get_by_text("Loads Python once")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for summary in page.locator(".lab-part summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_axe_minds_nothing_of_it(laboratory):
    page = laboratory.page
    laboratory.try_out("x *")
    expect(laboratory.error).to_contain_text("not Python", timeout=BOOT)
    for folded in page.locator(".lab-part details").all():
        folded.evaluate("folded => (folded.open = true)")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        found = Axe().run(page, context="article", options=AXE)
        assert not found.response["violations"], found.generate_report()
