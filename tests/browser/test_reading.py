"""What goes wrong in a page is noticed."""

import pytest

from browser.reading import PATIENCE
from browser.serving import serve

FAULTS = {
    '<img src="https://example.org/a.png" alt="">': "asks elsewhere: https://example.org/a.png",
    '<link rel="stylesheet" href="//example.org/a.css">': "asks elsewhere",
    "<script>fetch('https://example.org/').catch(() => 0)</script>": "asks elsewhere",
    '<img src="missing.png" alt="">': "missing.png",
    "<script>nowhere()</script>": "script: nowhere is not defined",
    "<script>Promise.reject(new Error('lost'))</script>": "script: lost",
    "<script>console.error('oh')</script>": "console: oh",
}


@pytest.fixture(params=["http", "file"])
def made_up(request, tmp_path, reader):
    """Write a page of its own, and say where it stands."""
    with serve(tmp_path) as served:
        home = served if request.param == "http" else f"{tmp_path.as_uri()}/"
        reader.homes += (home,)

        def write(body):
            html = f'<!doctype html><link rel="icon" href="data:,">{body}'
            (tmp_path / "page.html").write_text(html, encoding="utf-8")
            return f"{home}page.html"

        yield write
        reader.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_noticed(reader, made_up, fault):
    page = reader.open(made_up(fault))
    for _ in range(PATIENCE // 100):
        page.wait_for_timeout(100)
        if reader.complaints:
            break
    reader.forgive(FAULTS[fault])
    reader.complaints = [each for each in reader.complaints if "example.org" not in each]


def test_a_sound_page_is_not_complained_of(reader, made_up):
    page = reader.open(made_up('<p id="here">Nothing.</p><script>console.log("fine")</script>'))
    page.goto(f"{page.url}#here")
    page.wait_for_timeout(100)
