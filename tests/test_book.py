"""The book builds without a warning, its links lead somewhere, and it needs no network."""

import base64
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from announcing import description
from docutils import nodes
from offline import with_few_colors
from PIL import Image, ImageChops

from contents import pages
from execute import ROOT
from pictures import look_alike

# What a browser fetches by itself, as opposed to what a reader may click.
FETCHED = {
    ("audio", "src"),
    ("embed", "src"),
    ("iframe", "src"),
    ("image", "href"),
    ("img", "src"),
    ("link", "href"),
    ("object", "data"),
    ("script", "src"),
    ("source", "src"),
    ("use", "href"),
    ("video", "src"),
}
# Links that name a page for search engines or neighbors, and fetch nothing.
NAMED_ONLY = {"author", "canonical", "index", "license", "next", "prev", "search"}
IN_CSS = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)""")
# What a script could ask another machine for, if it is an address at all and no part of a comment.
IN_SCRIPT = re.compile(r"""(?:https?|wss?)://[^\s"'`)<>]+|["'`]//[\w-]+\.[^\s"'`)<>]+""")
NO_REQUEST = ("http://www.w3.org/", "http://localhost:8000")  # the names of standards, and of home
OTHERS_SCRIPTS = {  # they name their authors' pages; MathJax's names a CDN, for what is turned off
    "_static/mathjax/tex-svg.js",
    "_static/scripts/bootstrap.js",
    "_static/searchtools.js",
    "_static/clipboard.min.js",
}
EVERY_LINK = [("a", "href"), ("area", "href"), *FETCHED]


@pytest.fixture(scope="module")
def build(python, tmp_path_factory):
    out = tmp_path_factory.mktemp("book")
    command = "from jupyter_book.cli.main import main; main()"
    options = ["-W", "-n", "--keep-going", "--path-output", out]
    return python("-c", command, "build", ROOT, *options), out / "_build" / "html"


def test_builds_without_a_warning(build):
    result, _ = build
    warnings = [line for line in result.stdout.splitlines() if re.search("WARNING|ERROR", line)]
    assert not warnings, "\n".join(warnings)
    assert result.returncode == 0, result.stdout


def test_every_page_of_the_contents_is_there(build):
    missing = [name for name in pages() if not (build[1] / f"{name}.html").is_file()]
    assert not missing


def test_every_link_leads_somewhere(build):
    broken = list(broken_links(build[1]))
    assert not broken, "\n".join(broken)


def test_needs_no_network(build):
    fetched = list(fetches_from_elsewhere(build[1]))
    assert not fetched, "\n".join(fetched)


def test_only_pythons_own_settings_name_a_cdn(build):
    """Where the live cells get Python from; nothing asks for it before a click."""
    named = [path.relative_to(build[1]).as_posix() for path in naming_a_cdn(build[1])]
    assert named == ["_static/live/settings.json"]


def naming_a_cdn(site):
    hosts = re.compile(r"https?://(cdn\.|unpkg\.|cdnjs\.|[\w.]*jsdelivr)")
    kinds = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".xml"}
    for path in sorted(path for path in site.rglob("*") if path.suffix in kinds):
        own = path.name != "tex-svg.js"  # MathJax's names one, for a part that the book turns off
        if own and hosts.search(path.read_text(encoding="utf-8")):
            yield path


def test_figures_are_light_and_look_as_they_were_drawn(build):
    for notebook in sorted(ROOT.glob("book/*.ipynb")):
        for drawn in pictures(notebook):
            name = sha256(base64.b64decode(drawn)).hexdigest()
            shown = (build[1] / "_images" / f"{name}.webp").read_bytes()
            assert len(shown) < 0.6 * len(base64.b64decode(drawn)), notebook.name
            assert look_alike(drawn, base64.b64encode(shown)), notebook.name


def pictures(notebook):
    for cell in nbformat.read(notebook, as_version=4).cells:
        for output in cell.get("outputs", []):
            if picture := output.get("data", {}).get("image/png"):
                yield picture


def test_few_colors_change_none_by_much():
    shades = Image.linear_gradient("L")
    many = Image.merge("RGB", [shades, shades.rotate(90), shades.rotate(180)])
    few = with_few_colors(many)
    assert max(high for _, high in ImageChops.difference(many, few).getextrema()) <= 12
    two = Image.new("RGB", (8, 8), "white")
    two.putpixel((0, 0), (200, 0, 0))
    assert with_few_colors(two).tobytes() == two.tobytes()


def test_every_page_says_what_it_is_about(build):
    said = {name: Page(build[1] / f"{name}.html").described for name in pages()}
    short = [name for name, words in said.items() if not 40 <= len(words) <= 202]
    assert not short and len(set(said.values())) == len(said), said


def test_search_engines_find_every_page(build):
    listed = (build[1] / "sitemap.xml").read_text(encoding="utf-8")
    named = re.findall("<loc>(.*?)</loc>", listed)
    assert {f"https://minigrad.example/{name}.html" for name in pages()} <= set(named)
    robots = (build[1] / "robots.txt").read_text(encoding="utf-8")
    assert "Sitemap: https://minigrad.example/sitemap.xml" in robots


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One. Two.", "One. Two."),
        (f"One. T{'o' * 200}.", "One."),
        (f"One {'two ' * 60}.", f"One {'two ' * 48}two …"),
    ],
)
def test_a_description_ends_with_a_sentence_or_says_that_it_does_not(text, said):
    page = nodes.section("", nodes.paragraph(text="Before."))
    page += nodes.admonition("", nodes.paragraph(text=text), classes=["answer"])
    assert description(page) == said


class Page(HTMLParser):
    """The ids of a page, and what it links to as (tag, attribute, rel, address)."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.described = {"", "top"}, [], ""
        self.css, self.scripts, self.inside = "", "", ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids |= {found.get("id"), found.get("name")}
        self.css += f"{found.get('style', '')}\n"
        if found.get("name") == "description":
            self.described = found["content"]
        self.inside = tag
        for name, value in attributes:
            if (tag, name) in EVERY_LINK and value:
                self.links.append((tag, name, found.get("rel", ""), value))

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "style":
            self.css += data
        if self.inside == "script":
            self.scripts += data


def html(site):
    # The theme keeps templates among its static files, which are no pages.
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


def broken_links(site):
    site = site.resolve()
    parsed = {path: Page(path) for path in html(site)}
    for path, page in parsed.items():
        for _, _, _, address in page.links:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            # 404.html stands at any depth, so its addresses begin at the root
            home = site if parts.path.startswith("/") else path.parent
            target = (home / unquote(parts.path).lstrip("/")).resolve() if parts.path else path
            if not target.is_file():
                yield f"{path.relative_to(site)}: no file for {address}"
            elif target in parsed and unquote(parts.fragment) not in parsed[target].ids:
                yield f"{path.relative_to(site)}: no such place as {address}"


def fetches_from_elsewhere(site):
    for path in html(site):
        page = Page(path)
        for tag, name, rel, address in page.links:
            fetched = (tag, name) in FETCHED and not NAMED_ONLY & set(rel.split())
            if fetched and re.match(r"(https?:)?//", address):
                yield f"{path.relative_to(site)}: <{tag}> fetches {address}"
        for address in IN_CSS.findall(page.css):
            yield f"{path.relative_to(site)}: a style fetches {address}"
        for address in in_script(page.scripts):
            yield f"{path.relative_to(site)}: a script names {address}"
    for path in sorted(site.rglob("*.css")):
        for address in IN_CSS.findall(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} fetches {address}"
    for path in sorted(path for path in site.rglob("*") if path.suffix in {".js", ".mjs"}):
        if path.relative_to(site).as_posix() not in OTHERS_SCRIPTS:
            for address in in_script(path.read_text(encoding="utf-8")):
                yield f"{path.relative_to(site)} names {address}"


def in_script(text):
    return [each for each in IN_SCRIPT.findall(text) if not each.startswith(NO_REQUEST)]


def site(folder: Path, body):
    """Two pages, of which one holds this body."""
    (folder / "there.html").write_text('<p id="here">', encoding="utf-8")
    (folder / "page.html").write_text(body, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("there.html#here", None),
        ("/there.html#here", None),
        ("#", None),
        ("https://example.org/#nowhere", None),
        ("nowhere.html", "page.html: no file for nowhere.html"),
        ("/nowhere.html", "page.html: no file for /nowhere.html"),
        ("there.html#nowhere", "page.html: no such place as there.html#nowhere"),
        ("#nowhere", "page.html: no such place as #nowhere"),
    ],
)
def test_broken_links_are_found(tmp_path, address, complaint):
    found = list(broken_links(site(tmp_path, f'<a href="{address}">x</a>')))
    assert found == ([complaint] if complaint else [])


@pytest.mark.parametrize(
    ("body", "fetches"),
    [
        ('<script src="https://example.org/a.js"></script>', True),
        ('<img src="//example.org/a.png">', True),
        ('<link rel="stylesheet" href="https://example.org/a.css">', True),
        ("<style>p { src: url(https://example.org/a.woff2) }</style>", True),
        ("<p style=\"background: url('//example.org/a.png')\">", True),
        ('<link rel="canonical" href="https://example.org/">', False),
        ('<a href="https://example.org/">x</a>', False),
        ('<img src="a.png">', False),
        ("<p>Write @import url(https://example.org/a.css).</p>", False),
        ("<script>fetch('https://example.org/a.json')</script>", True),
        ("<script>import('//example.org/a.js')</script>", True),
        ("<script>new WebSocket(`wss://${host}/`)</script>", True),
        ("<script>fetch('a.json') // as on any server</script>", False),
        ("<p>Write fetch('https://example.org/a.json').</p>", False),
    ],
)
def test_fetching_from_elsewhere_is_found(tmp_path, body, fetches):
    assert bool(list(fetches_from_elsewhere(site(tmp_path, body)))) is fetches


@pytest.mark.parametrize(
    ("name", "code", "names"),
    [
        ("a.js", 'fetch("https://example.org/a.json")', True),
        ("a.mjs", 'import "//example.org/a.js"', True),
        ("a.js", 'document.createElementNS("http://www.w3.org/2000/svg", "svg")', False),
        ("a.js", 'fetch("a.json") // "and" so on', False),
        ("searchtools.js", "// https://example.org/", True),  # known at its place only
    ],
)
def test_a_script_that_names_another_machine_is_found(tmp_path, name, code, names):
    (tmp_path / name).write_text(code, encoding="utf-8")
    assert bool(list(fetches_from_elsewhere(tmp_path))) is names


def test_every_script_that_may_name_others_is_there_and_does(build):
    for name in OTHERS_SCRIPTS:
        assert in_script((build[1] / name).read_text(encoding="utf-8")), name
