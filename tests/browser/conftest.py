"""The book, built once and served, and a reader for each test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from browser.reading import Reader, chromium
from browser.serving import serve
from execute import ROOT


def pytest_configure(config):
    """Build the book before the first worker starts; all find it by the variable BOOK."""
    if "BOOK" not in os.environ and not config.option.collectonly:
        os.environ["BOOK"] = str(build(ROOT / "_build" / "browser"))


def build(out):
    command = "from jupyter_book.cli.main import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", command, "build", str(ROOT), "--all", "--path-output", str(out)],
        env=os.environ | {"PYODIDE": "local"},  # Python for the live cells, without a network
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    if result.returncode:
        pytest.exit(f"the book does not build:\n{result.stdout}", returncode=1)
    return out / "_build" / "html"


@pytest.fixture(scope="session")
def book():
    """The folder of the built book."""
    return Path(os.environ["BOOK"]).resolve()


@pytest.fixture(scope="session")
def site(book):
    """The book's address on a server, with its slash."""
    with serve(book) as address:
        yield address


@pytest.fixture(scope="session")
def folder(book):
    """The same book's address as a folder."""
    return f"{book.as_uri()}/"


@pytest.fixture(params=["site", "folder"])
def address(request):
    """Either address: the test runs with both."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright, chromium(playwright) as browser:
        yield browser


@pytest.fixture
def reader(browser, site, folder):
    """Opens pages; the test fails if anything went wrong in one of them."""
    reader = Reader(browser, (site, folder))
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def shared_reader(browser, site, folder):
    """The same for tests that share a tab, for Python takes its time to start."""
    reader = Reader(browser, (site, folder))
    yield reader
    reader.close()
    mind(reader)  # what came too late for the last of them


@pytest.fixture
def page(reader):
    """An empty tab, wide and light, of such a reader."""
    return reader.open()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    result = yield
    for argument in pyfuncitem.funcargs.values():
        if isinstance(argument, Reader):
            mind(argument)
    return result


def mind(reader):
    complaints, reader.complaints = reader.complaints, []  # one fault fails one test
    assert not complaints, "\n".join(complaints)
