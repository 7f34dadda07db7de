"""What is changed: the small faults that one could make in a source file, one at a time.

The operators are mutmut's, which replace a node of the syntax tree by others: ``+`` by ``-``, ``<``
by ``<=``, a number by the next one, and so on.  mutmut itself applies them in functions that have
no decorator; here they are applied everywhere, since formulas also stand in lambdas and properties.
Two are added: a condition is negated, and a statement is left out.

What computes nothing stays as it is: type annotations and aliases, prose (which is any string with
a space in it: docstrings, messages, formulas to read), and what is raised.  That something is
raised does count; the words are the business of tests/test_misuse.py.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, NamedTuple

import libcst as cst
from libcst import matchers as m
from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_string

STRING = m.SimpleString() | m.ConcatenatedString() | m.FormattedString()
PROSE = m.SimpleString(value=m.MatchRegex(r"(?s).*\s.*")) | m.ConcatenatedString()
LEFT_ALONE = (
    m.Annotation()
    | PROSE
    | m.Expr(STRING)
    | m.If(test=m.Name("TYPE_CHECKING"))
    | m.Call(func=m.Name("isinstance") | m.Name("len"))  # without an argument, no fault can hide
)
# Outside functions only.
DEFINITION = m.Assign(targets=[m.AssignTarget(m.Name())])
TYPE_ALIAS = m.Assign(value=m.Subscript() | m.Call(func=m.Name("TypeVar")))

SWAPPED = m.Is() | m.IsNot() | m.In() | m.NotIn() | m.Equal() | m.NotEqual()
NEGATED = m.UnaryOperation(m.Not()) | m.Comparison(comparisons=[m.ComparisonTarget(SWAPPED)])
CONDITION = m.If(~NEGATED) | m.While(~NEGATED) | m.CompIf(~NEGATED)  # mutmut negates the others
STATEMENT = m.AugAssign() | m.Expr() | m.Raise() | m.Return()


class Mutant(NamedTuple):
    """A source with one fault, and a name for it that outlives changes elsewhere in the file."""

    name: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return all mutants of a source file, each different from it and from the others."""
    faults = _Faults(source)
    MetadataWrapper(cst.parse_module(source)).visit(faults)
    seen, times, found = {ast.dump(ast.parse(source))}, Counter[str](), []
    for name, mutated in faults.found:
        meaning = ast.dump(ast.parse(mutated))
        if meaning not in seen:
            seen.add(meaning)
            times[name] += 1
            found.append(Mutant(f"{name} #{times[name]}" if times[name] > 1 else name, mutated))
    return found


class _Faults(cst.CSTVisitor):
    """Walk through a module, and collect the name and the source of each mutant."""

    METADATA_DEPENDENCIES = (WhitespaceInclusivePositionProvider,)

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.starts = [0, *accumulate(map(len, source.splitlines(keepends=True)))]  # of the lines
        self.scope: list[tuple[cst.CSTNode, str]] = []  # what we are in, with its name
        self.found: list[tuple[str, str]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, LEFT_ALONE) or (not self.scope and m.matches(node, TYPE_ALIAS)):
            return False
        if isinstance(node, cst.ClassDef | cst.FunctionDef):
            self.scope.append((node, node.name.value))
        elif not self.scope and m.matches(node, DEFINITION):
            self.scope.append((node, node.targets[0].target.value))
        where = ".".join(name for _, name in self.scope) or "module"
        for old, new in _replacements(node):
            mutated = self.replace(old, new)
            change = _change(self.source.splitlines(), mutated.splitlines())
            self.found.append((f"{where}: {change}", mutated))
        return not isinstance(node, cst.Raise)

    def on_leave(self, node: cst.CSTNode) -> None:
        if self.scope and self.scope[-1][0] is node:
            self.scope.pop()

    def replace(self, old: cst.CSTNode, new: cst.CSTNode) -> str:
        """Put a node in the place of another: in the text, which is faster than in the tree."""
        span = self.get_metadata(WhitespaceInclusivePositionProvider, old)
        start = self.starts[span.start.line - 1] + span.start.column
        end = self.starts[span.end.line - 1] + span.end.column
        return self.source[:start] + cst.Module([]).code_for_node(new) + self.source[end:]


def _replacements(node: Any) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            new = list(operator(node))
            if operator is operator_string:
                new = new[:1]  # the same in capitals is killed by the same tests
            elif operator is operator_arg_removal and len(node.args) > 1:
                left_out = zip(node.args, new[-len(node.args) :], strict=True)  # not made None
                new = [each for arg, each in left_out if not m.matches(arg.value, PROSE)]
            yield from ((node, each) for each in new)
    if m.matches(node, CONDITION):
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.test, cst.UnaryOperation(cst.Not(), test)
    if m.matches(node, STATEMENT):
        yield node, cst.Pass()


def _change(before: list[str], after: list[str]) -> str:
    """Say which lines became which."""
    while before and after and before[0] == after[0]:
        before, after = before[1:], after[1:]
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    return " → ".join(" ".join(map(str.strip, lines)) for lines in (before, after))
