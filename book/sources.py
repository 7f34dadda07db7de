"""Showing the library's own code on a page: read from its files, never retyped."""

import ast
from importlib.util import find_spec
from pathlib import Path

from IPython.display import Markdown


def show_source(module, *names):
    """Show pieces of a module's source, docstrings left out.

    Args:
        module: such as "minigrad.scalar".
        names: a function, "Class.method", or a table entry and some of its lines, as in
            "sigmoid: value slope".
    """
    path = Path(find_spec(module).origin)
    text = path.read_text(encoding="utf-8")
    pieces = [_piece(text, name) for name in names]
    place = f"{path.parent.name}/{path.name}"
    return Markdown("\n".join(["```python", f"# {place}", "\n\n".join(pieces), "```"]))


def _piece(text, name):
    name, _, keywords = name.partition(":")
    node = ast.parse(text)
    for part in name.split("."):
        node = next(child for child in node.body if part in _names(child))
    lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
    if keywords:
        wanted = [k for k in node.value.keywords if k.arg in keywords.split()]
        lines = [line for k in wanted for line in text.splitlines()[k.lineno - 1 : k.end_lineno]]
        return f"# the entry {name}\n" + _dedent(lines)
    doc = node.body[0] if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else None
    if isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant):
        start = node.lineno
        lines = lines[: doc.lineno - start] + lines[doc.end_lineno - start + 1 :]
    return _dedent(lines)


def _names(node):
    """Return what a statement defines: a function, a class, or the targets of an assignment."""
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {getattr(node, "name", None)}


def _dedent(lines):
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[indent:] for line in lines)
