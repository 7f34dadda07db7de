"""Let readers run code inside the page: cells tagged ``live``, and the laboratory.

Python comes as Pyodide, in one pinned version whose files are checked before use, from a public CDN
or, with ``make book PYODIDE=local``, from the book's own folder.  Beside it lies a zip of the part
of minigrad that needs no NumPy, unchanged, and of book/in_page/.  Nothing of this is loaded before
a reader clicks; which files then, and from where, is written in _static/live/settings.json.
"""

import json
import os
import subprocess
import sys
import tarfile
from base64 import b64encode
from functools import cache
from hashlib import sha384
from html import escape
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.errors import ExtensionError

VERSION = "314.0.7"
# The package of that version on npm has these files, and so has jsDelivr, which serves it.
CDN = f"https://cdn.jsdelivr.net/npm/pyodide@{VERSION}/"
INTEGRITY = {
    "pyodide.mjs": "Lp79fMwxa4n2BLtugpUAoQMlbxIdg8iCUiP1r3h7nJLkQjwlXT1JzZTeHVL+f4Dg",
    "pyodide.asm.mjs": "/2281iaC0Iimw0B3Kagy1DBfZcJG3W4KYW+EmOqhsdY3fR9BJ88FE2Zt6y0KQKpa",
    "pyodide.asm.wasm": "y++qrQ72KPA1fTjLIuGMP+jppgGxjbLCgfdb0zMrnNnQVhxRUXTOTF6rTxNzllSu",
    "python_stdlib.zip": "xW3A5jmenkrPXbsgrIaB1FCJh9OuLT7FRMagsJMgtlhVc19k/mSy3+7nMaF/d767",
}
SIZES = {  # unpacked, for the progress bar
    "pyodide.mjs": 17931,
    "pyodide.asm.mjs": 1250344,
    "pyodide.asm.wasm": 9598218,
    "python_stdlib.zip": 2545637,
}
CELLS = ("engine.js", "editor.js", "cells.js")
LABORATORY = ("engine.js", "editor.js", "drawn.js", "laboratory.js")
ZIP = "minigrad.zip"


def source():
    """Say where Pyodide comes from: the environment variable PYODIDE, ``cdn`` unless it is set."""
    name = os.environ.get("PYODIDE") or "cdn"
    if name not in ("cdn", "local"):
        raise ExtensionError(f"PYODIDE={name}: write PYODIDE=cdn or PYODIDE=local")
    return name


def without_numpy(root):
    """Find the files that ``import minigrad`` loads: they are what works without NumPy."""
    code = (
        "import sys, minigrad\n"
        "for name, module in sorted(sys.modules.items()):\n"
        "    if name.startswith('minigrad'): print(module.__file__)"
    )
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return [Path(line) for line in found.stdout.splitlines()]


def packed(root):
    """Name what goes into the zip."""
    return [*without_numpy(root), *sorted(Path(root, "book", "in_page").glob("*.py"))]


def write_zip(root, target):
    """Write the zip, the same bytes whenever the files are the same."""
    with ZipFile(target, "w") as zipped:
        for path in packed(root):
            name = f"{path.parent.name}/{path.name}"
            zipped.writestr(ZipInfo(name), path.read_bytes(), ZIP_DEFLATED)


def integrity(path):
    """Return a file's SHA-384 as a browser wants it."""
    return b64encode(sha384(Path(path).read_bytes()).digest()).decode()


def fetch_pyodide(folder):
    """Have Pyodide's files in a folder, from npm unless they are there, and check every one."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(not (folder / name).is_file() for name in INTEGRITY):
        command = ["npm", "pack", "--silent", f"pyodide@{VERSION}"]
        try:
            subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            why = getattr(error, "stderr", None) or error
            raise ExtensionError(f"PYODIDE=local needs npm and, once, a network: {why}") from None
        with tarfile.open(folder / f"pyodide-{VERSION}.tgz") as package:
            for name in INTEGRITY:
                (folder / name).write_bytes(package.extractfile(f"package/{name}").read())
    for name, expected in INTEGRITY.items():
        if integrity(folder / name) != expected:
            raise ExtensionError(f"{folder / name} is not Pyodide {VERSION}'s: delete the folder")


def copy_pyodide(kept, target):
    """Put Pyodide into the built book."""
    fetch_pyodide(kept)
    target.mkdir(parents=True, exist_ok=True)
    for name in INTEGRITY:
        (target / name).write_bytes((kept / name).read_bytes())


def settings(where, zipped):
    """Tell the worker what to load, from where, and what it must be."""
    base = "../pyodide/" if where == "local" else CDN
    files = {
        name: {"url": base + name, "size": SIZES[name], "integrity": f"sha384-{checksum}"}
        for name, checksum in INTEGRITY.items()
    }
    checksum, size = integrity(zipped), zipped.stat().st_size
    files[ZIP] = {
        "url": f"{ZIP}?{checksum[:8]}",
        "size": size,
        "integrity": f"sha384-{checksum}",
    }
    return {"pyodide": VERSION, "files": files}


def provide(app, exception):
    """Write what a click will ask for."""
    if exception is not None or app.builder.format != "html":
        return
    static, where = Path(app.outdir, "_static"), source()
    (static / "live").mkdir(parents=True, exist_ok=True)
    write_zip(app.srcdir, static / "live" / ZIP)
    if where == "local":
        copy_pyodide(Path(app.srcdir, "_build", "pyodide"), static / "pyodide")
    text = json.dumps(settings(where, static / "live" / ZIP), indent=2)
    (static / "live" / "settings.json").write_text(text, encoding="utf-8")


@cache
def first_study():
    """Return the laboratory's parts as they stand before anything is run, or without scripts."""
    from in_page import laboratory

    parts = {}

    def emit(part=None, html=None, **_):
        parts[part] = html

    laboratory.study(emit, laboratory.CODE, laboratory.AGAINST)
    names = json.dumps(list(laboratory.TABLE))
    code, against = escape(laboratory.CODE), laboratory.AGAINST
    parts["form"] = (
        f'<div class="laboratory" data-against="{against}" data-table="{escape(names)}">'
        f'<div class="highlight"><pre>{code}</pre></div>'
        "<p>To try another one, switch scripts on.</p></div>"
    )
    return parts


class Laboratory(Directive):
    """One part of the laboratory's page, as `first_study` makes it."""

    required_arguments = 1

    def run(self):
        name = self.arguments[0]
        html = f'<div class="lab-part" id="lab-{name}">{first_study()[name]}</div>'
        return [nodes.raw("", html, format="html")]


def add_scripts(app, page, template, context, doctree):
    """Load the scripts on the pages that need them, and on no other."""
    body = context.get("body", "")
    scripts = LABORATORY if 'class="laboratory"' in body else CELLS if "tag_live" in body else ()
    for name in scripts:
        app.add_js_file(f"live/{name}", defer="defer")
    if scripts:
        app.add_css_file("live/live.css")


def setup(app):
    sys.path.insert(0, str(Path(app.srcdir, "book")))  # in_page, for the laboratory's first study
    app.add_directive("laboratory", Laboratory)
    source()  # a wrong setting is told before the build, and not after it
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", provide)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
