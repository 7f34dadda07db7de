"""Tell search engines, link previews and lost readers what stands where.

All addresses begin with the one setting html.baseurl of _config.yml, or with the environment
variable BOOK_ADDRESS, by which whoever publishes the book says where.  The pages are written by
sphinxext-opengraph, sphinx-sitemap and sphinx-notfound-page; here they are told the address, and
what a page says of itself: the beginning of its short answer.
"""

import os
import re
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes

LONGEST = 200  # letters that search engines and previews show of a description
LOST = """<h1>There is no such page</h1>
<p>It may have moved. <a href="{home}book/index.html">The first page</a> leads to every chapter,
and <a href="{home}search.html">the search</a> finds every word.</p>"""


def settle_address(app, config):
    address = (os.environ.get("BOOK_ADDRESS") or config.html_baseurl).rstrip("/") + "/"
    config.html_baseurl = config.ogp_site_url = address
    config.notfound_urls_prefix = urlsplit(address).path
    config.notfound_context = {
        "title": "No such page",
        "body": LOST.format(home=config.notfound_urls_prefix),
    }


def describe(app, page, template, context, doctree):
    """Give the page a description, before sphinxext-opengraph would take another."""
    if doctree is not None and (words := description(doctree)):
        context["metatags"] += f'<meta name="description" content="{escape(words)}" />\n'
        context["meta"] = {**(context["meta"] or {}), "og:description": escape(words)}


def description(doctree):
    """The sentences with which the short answer begins, or else the page, as far as they fit."""
    boxes = [box for box in doctree.findall(nodes.Admonition) if "answer" in box["classes"]]
    paragraph = next(iter((boxes or [doctree])[0].findall(nodes.paragraph)), None)
    if paragraph is None:
        return ""
    text = " ".join(paragraph.astext().replace("\\", "").split())
    shown, *rest = re.split(r"(?<=[.!?:]) (?=[A-Z\"“])", text)
    for sentence in rest:
        if len(f"{shown} {sentence}") > LONGEST:
            break
        shown += f" {sentence}"
    return shown if len(shown) <= LONGEST else shown[:LONGEST].rsplit(" ", 1)[0] + " …"


def write_robots(app, exception):
    if exception is None and app.builder.format == "html":
        lines = f"User-agent: *\nAllow: /\nSitemap: {app.config.html_baseurl}sitemap.xml\n"
        Path(app.outdir, "robots.txt").write_text(lines, encoding="utf-8")


def setup(app):
    app.connect("config-inited", settle_address, priority=400)
    app.connect("html-page-context", describe, priority=400)
    app.connect("build-finished", write_robots)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
