"""Which pages the book has, and which places in them one can link to."""

import re

import nbformat
import yaml

from execute import BOOK, ROOT


def pages():
    """The files that the table of contents names, however deep, without their endings."""
    return list(named(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))))


def named(contents):
    for key, value in contents.items():
        if key in {"root", "file"}:
            yield value
        elif isinstance(value, list):
            for entry in value:
                yield from named(entry)


def leads_to_a_heading(link):
    """Whether a link such as "relu.ipynb#is-it-cheap" names a heading of a notebook."""
    page, _, place = link.partition("#")
    cells = nbformat.read(BOOK / page, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    headings = re.findall(r"^##+ (.*)$", text, re.MULTILINE)
    return place in {re.sub(r"[^\w -]", "", x).lower().replace(" ", "-") for x in headings}
