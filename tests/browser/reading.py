"""A reader whose browser keeps nothing to itself."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import expect

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

PATIENCE = 30_000  # milliseconds: a busy machine is no fault of the book
expect.set_options(timeout=PATIENCE)

FLAGS = [
    "--no-sandbox",  # Chromium refuses to start as root with one, and it sees only our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The network is off: what a page asks of another machine fails, and is noticed.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@contextmanager
def chromium(playwright):
    """Start Chromium: Playwright's own if it is there, else the system's."""
    own = playwright.chromium.executable_path
    found = own if Path(own).is_file() else which("chromium") or which("google-chrome")
    if not found:
        pytest.exit(
            "There is no Chromium. Install your system's (apt install chromium), or "
            "Playwright's own: .venv/bin/python -m playwright install --with-deps chromium"
        )
    browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
    yield browser
    browser.close()


@dataclass
class Reader:
    """Opens pages, and writes down all that went wrong in any of them.

    `homes` are the beginnings of the addresses that pages may ask for.
    """

    browser: object
    homes: tuple[str, ...]
    complaints: list[str] = field(default_factory=list)
    contexts: list[object] = field(default_factory=list)
    patience: int = PATIENCE  # with a button or a link; pages may take PATIENCE to come

    def open(self, address="about:blank", **options):
        """Open a page in a browser that was never used; options are those of a Playwright context.

        For instance `viewport=PHONE`, `color_scheme="dark"`, `java_script_enabled=False`.
        """
        context = self.browser.new_context(**{"viewport": WIDE} | options)
        self.contexts.append(context)
        context.set_default_timeout(self.patience)
        context.set_default_navigation_timeout(PATIENCE)
        self.watch(context)
        page = context.new_page()
        page.goto(address)
        settle(page)
        return page

    def watch(self, context):
        def complain(words):
            if words not in self.complaints:
                self.complaints.append(words)

        def on_console(message):
            if message.type == "error" and not message.text.startswith("Failed to load resource"):
                complain(f"console: {message.text}")

        def on_request(request):
            if not request.url.startswith((*self.homes, "data:", "blob:")):
                complain(f"asks elsewhere: {request.url}")

        def on_failure(request):
            if request.failure != "net::ERR_ABORTED":  # the page was left before it had all
                complain(f"{request.failure}: {request.url}")

        def on_response(response):
            if response.status >= 400:
                complain(f"{response.status}: {response.url}")

        context.on("console", on_console)
        context.on("weberror", lambda error: complain(f"script: {error.error}"))
        context.on("request", on_request)
        context.on("requestfailed", on_failure)
        context.on("response", on_response)

    def forgive(self, *words):
        """Strike what a test brought about itself off the list; each must be on it."""
        for word in words:
            found = [complaint for complaint in self.complaints if word in complaint]
            assert found, f"nobody complained of {word!r}, only of {self.complaints}"
            self.complaints = [each for each in self.complaints if each not in found]

    def close(self):
        for context in self.contexts:
            context.close()


def settle(page):
    """Wait until the formulas are drawn."""
    page.evaluate("async () => { await window.MathJax?.startup?.promise }")


def resize(page, screen):
    """Change the size of the window, and wait until the page has taken it in."""
    page.set_viewport_size(screen)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
