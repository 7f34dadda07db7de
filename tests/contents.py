"""Which pages the book has."""

import yaml

from execute import ROOT


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
