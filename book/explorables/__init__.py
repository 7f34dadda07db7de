"""Figures that answer to a hand.  A chapter asks for one in a markdown cell:

    :::{explorable} tangent
    :start: activation=tanh&z=2

    What to try, and what to see.
    :::

It starts as `:start:` says, which is written as in the address that the figure gives out.

Each has two files here.  NAME.py is what minigrad computes for it, once for every build:

    TITLE       what stands over it
    OPTIONS     how it may start: the name of a setting, and what to make of its text
    data        a function of nothing: what the script draws, for JSON
    picture     a function of the options: the same for readers without scripts, and its words

NAME.js draws.  What the scripts share is in explorables.js, how they look in explorables.css.  They
are plain scripts, which also run from a folder, and are linked only from pages that need them.
"""

import json
from importlib import import_module
from pathlib import Path
from shutil import copyfile
from urllib.parse import parse_qsl

import matplotlib.pyplot as plt
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from figures import STYLE

HERE = Path(__file__).parent
FOLDER = "explorables"  # among the static files of the built book
NAMES = sorted(path.stem for path in HERE.glob("*.py") if path.stem != "__init__")
logger = logging.getLogger(__name__)


class explorable(nodes.General, nodes.Element):
    """One of the figures, with its caption as children."""


class Explorable(SphinxDirective):
    """The directive."""

    required_arguments = 1
    option_spec = {"start": directives.unchanged}  # noqa: RUF012 (docutils wants it like this)
    has_content = True

    def run(self):
        name = self.arguments[0]
        if name not in NAMES:
            return self.refuse(f"there is no explorable {name!r}; there are {', '.join(NAMES)}")
        if name in self.env.temp_data.setdefault(FOLDER, set()):
            return self.refuse(f"{name!r} is on this page twice; an address could not tell which")
        self.env.temp_data[FOLDER].add(name)
        known, start = module(name).OPTIONS, self.options.get("start", "")
        try:
            options = {
                key: known[key](text) for key, text in parse_qsl(start, strict_parsing=bool(start))
            }
        except (KeyError, ValueError):
            return self.refuse(f"{name!r} cannot start with {start!r}; it takes {', '.join(known)}")
        node = explorable(name=name, options=options)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]

    def refuse(self, sentence):
        logger.warning("explorable: %s", sentence, location=self.get_location())
        return []


def module(name):
    return import_module(f"{__name__}.{name}")


def copy_scripts(app):
    """Put scripts and data in place before the first page is written, as offline.py does."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", FOLDER)
    target.mkdir(parents=True, exist_ok=True)
    for path in (*HERE.glob("*.js"), *HERE.glob("*.css")):
        copyfile(path, target / path.name)
    for name in NAMES:
        (target / f"{name}.data.js").write_text(script(name), encoding="utf-8")


def script(name):
    """Write the data of a figure as a script, since from a folder no page may fetch a file."""
    data = json.dumps(module(name).data(), ensure_ascii=False, separators=(",", ":"))
    return f"explorables.data.{name} = {data};\n"


def open_figure(translator, node):
    name = node["name"]
    start = {"data-start": json.dumps(node["options"])}
    translator.body += [
        translator.starttag(node, "figure", CLASS="explorable", ids=[f"try-{name}"], **start),
        f'<p class="title" id="try-{name}-title">{module(name).TITLE}</p>\n',
    ]


def close_figure(translator, node):
    name, builder = node["name"], translator.builder
    picture, words = draw(builder, name, node["options"])
    up = "../" * builder.current_docname.count("/")
    translator.body += [
        f'<noscript><img src="{up}_static/{FOLDER}/{picture}" alt="{words}">\n',
        "<p>Where scripts may run, this figure has controls, and answers to them.</p></noscript>\n",
        "</figure>\n",
    ]


def draw(builder, name, options):
    """Store the picture for readers without scripts; return its file's name and its words."""
    file = "-".join([name, *map(str, options.values())]) + ".svg"
    with plt.rc_context(STYLE):
        figure, words = module(name).picture(**options)
        figure.savefig(Path(builder.outdir, "_static", FOLDER, file), metadata={"Date": None})
        plt.close(figure)
    return file, words


def link_scripts(app, page, template, context, doctree):
    """Link a page to what its figures need."""
    names = [node["name"] for node in doctree.findall(explorable)] if doctree else []
    if names:
        app.add_css_file(f"{FOLDER}/explorables.css")
        for file in ("explorables", *(f"{n}{kind}" for n in names for kind in (".data", ""))):
            app.add_js_file(f"{FOLDER}/{file}.js", loading_method="defer")


def setup(app):
    app.add_node(explorable, html=(open_figure, close_figure))
    app.add_directive("explorable", Explorable)
    app.connect("builder-inited", copy_scripts)
    app.connect("html-page-context", link_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
