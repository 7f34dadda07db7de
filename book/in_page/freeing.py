"""Let a long computation go without running out of stack.

A Value holds its parents, so Python frees them inside of freeing it, theirs inside of that, and so
on.  Python elsewhere notices when that goes too deep for its stack; inside a page it cannot see how
small its stack is, and a chain of some thousand Values would end it.  So in the page, a deep Value
hands its parents to a list, and they are freed one after another.
"""

from minigrad import Value

SHALLOW = 100  # Values that may be freed inside of each other

_waiting: list[Value | None] = []
_at_work = False


def one_after_another() -> None:
    """From now on, free Values so."""
    Value.__del__ = _let_go  # type: ignore[attr-defined]


def _let_go(value: Value) -> None:
    global _at_work
    try:
        if value.depth <= SHALLOW:
            return
    except AttributeError:  # refused while it was made
        return
    _waiting.append(value._x)
    _waiting.append(value._y)
    value._x = value._y = None
    if _at_work:
        return
    _at_work = True
    while _waiting:
        _waiting.pop()
    _at_work = False
