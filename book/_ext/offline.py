"""Keep every request of the built pages inside their own folder, and keep that folder small.

Two things of an ordinary Jupyter Book leave it or weigh it down:

* MathJax comes from a CDN.  Here its single file tex-svg.js, which renders from file:// too, is
  taken out of the installed package sphinx-mathjax-offline.  Sphinx links it from pages with
  formulas only.
* sphinx-design's style sheet and script are on every page.  Here they are on pages that use them.

(The third, Font Awesome, goes in _templates/static/webpack-macros.html; style.css draws the dozen
icons in use.)
"""

import re
import sys
from importlib.metadata import files
from pathlib import Path
from shutil import copyfile, rmtree

import imagesize
from docutils import nodes
from PIL import Image, ImageChops
from sphinx.errors import ExtensionError

MATHJAX = "mathjax/tex-svg.js"
DESIGN = ("sphinx-design", "design-tabs")
REPAIRS = {
    ' aria-label="Toggle hidden content"': "",  # the words on the switch say what it does
    '<section id="exercise-content">': "<section>",  # an id belongs to one element of a page
    '<section id="solution-content">': "<section>",
    'role="doc-biblioentry"': 'role="listitem"',  # the old role is no item of the list around it
}


def installed_mathjax():
    """Find tex-svg.js: by its package's list of files, since a name with hyphens is no import."""
    for file in files("sphinx-mathjax-offline") or ():
        if file.parts[-2:] == ("mathjax", "tex-svg.js"):
            return Path(file.locate())
    raise ExtensionError("sphinx-mathjax-offline has no tex-svg.js: install requirements.txt again")


def copy_mathjax(app):
    """Put MathJax in place before the first page is written, so that its link gets a checksum."""
    if app.builder.format == "html":
        target = Path(app.outdir, "_static", MATHJAX)
        target.parent.mkdir(parents=True, exist_ok=True)
        copyfile(installed_mathjax(), target)


def drop_unused(app, page, template, context, doctree):
    """Take sphinx-design's files off pages without its elements, whose classes start with sd-."""
    body = context.get("body", "")
    if '"sd-' in body or " sd-" in body:
        return
    for kind in ("css_files", "script_files"):
        context[kind] = [
            file
            for file in context.get(kind, ())
            if not any(name in str(getattr(file, "filename", file)) for name in DESIGN)
        ]


def repair(app, page, template, context, doctree):
    """Mend the markup of the extensions where screen readers, or eyes, stumble over it."""
    body = context.get("body", "")
    for wrong, right in REPAIRS.items():
        body = body.replace(wrong, right)
    # an empty corner heads nothing
    body = re.sub(r'<th class="head">\s*(<p>\s*</p>)?\s*</th>', '<td class="head"></td>', body)
    # viewcode's links back stand on lines of their own, which show as gaps in the source
    body = re.sub(r'(<div class="viewcode-block".*?>)\n(<a .*?</a>)\n', r"\1\2", body)
    # a browser may break a line between a formula and the comma after it
    context["body"] = re.sub(
        r'([(\[“]?<span class="math [^"]*">[^<]*</span>[-–.,;:!?)\]”’]+)',
        r'<span class="together">\1</span>',
        body,
    )


def own_size(app, doctree, docname):
    """Show every PNG at its own size in inches: so letters are equally large in all figures."""
    for image in doctree.findall(nodes.image):
        path = Path(app.srcdir, image["uri"])
        if path.suffix == ".png" and path.is_file() and "width" not in image:
            (pixels, _), (dpi, _) = imagesize.get(path), imagesize.getDPI(path)
            if dpi > 0:
                image["width"] = f"{96 * pixels / dpi:.0f}px"


def name_thin(app, page, template, context, doctree):
    """Let pages ask for what thin_out makes of the figures."""
    context["body"] = re.sub(r"(_images/[0-9a-f]{64})\.png", r"\1.webp", context.get("body", ""))


def thin_out(app, exception):
    """Store the figures of the pages as WebP, which has no loss and needs a quarter of the bytes.

    The notebooks keep theirs as they were drawn, and give them the names of 64 digits.
    """
    if exception is None and app.builder.format == "html":
        for path in Path(app.outdir, "_images").glob("[0-9a-f]" * 64 + ".png"):
            with Image.open(path) as picture:
                few = with_few_colors(picture.convert("RGB"))
            few.save(path.with_suffix(".webp"), lossless=True, quality=100)
            path.unlink()


def with_few_colors(picture):
    """Take the fewest colors that change none of red, green and blue by more than 12 of 255.

    A drawing has few colors; most of them are shades where a line meets the white.
    """
    for colors in (32, 48, 64, 96, 128, 192, 256):
        few = picture.quantize(colors, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few = few.convert("RGB")
        if max(most for _, most in ImageChops.difference(picture, few).getextrema()) <= 12:
            return few
    return picture


def drop_unlinked(app, exception):
    """Leave out of the build what the themes copy there and no page asks for."""
    if exception is None and app.builder.format == "html":
        for folder in ("vendor", "locales"):
            rmtree(Path(app.outdir, "_static", folder), ignore_errors=True)


def setup(app):
    sys.path.insert(0, str(app.srcdir))  # the API page reads the minigrad of this tree
    app.connect("config-inited", lambda app, config: setattr(config, "mathjax_path", MATHJAX))
    app.connect("builder-inited", copy_mathjax)
    app.connect("doctree-resolved", own_size)
    app.connect("build-finished", drop_unlinked)
    app.connect("build-finished", thin_out)
    app.connect("html-page-context", repair)
    app.connect("html-page-context", name_thin)
    app.connect("html-page-context", drop_unused, priority=900)  # when all have added theirs
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
