"""Running a model without a trace: what it holds is afterwards as it was before.

A model is a layer, or any function.  A layer holds what is in its attributes; a function holds the
variables that its code mentions, and so on through what those hold in turn: attributes, lists,
tuples and dicts.  Objects of the standard library and of NumPy are not opened, such as a set.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from types import CodeType, FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from minigrad.elementwise import Elementwise
from minigrad.layers import Layer
from minigrad.tensor import Tensor

KINDS = (Tensor, np.ndarray, np.random.Generator, Elementwise)  # that nothing is inside of
LIBRARIES = {"numpy", *sys.stdlib_module_names}  # whose code is not searched


def held_by(model: Any) -> list[tuple[str, Any]]:
    """List all Tensors, arrays, generators, activations and layers that a model holds, each once.

    Args:
        model: a layer, a function, or any other object that can be called.

    Returns:
        Pairs (name, part).  In a `Layer` the names are those of `Layer.named_parameters`; in a
        function, those of its variables.

    >>> W, b = Tensor([[1.0]], requires_grad=True), Tensor([0.0], requires_grad=True)
    >>> def bend(shift):
    ...     return lambda x: (x @ W + shift).tanh()
    >>> [name for name, _ in held_by(bend(b))]
    ['shift', 'W']
    """
    found: dict[int, tuple[str, Any]] = {}
    _search("", model, found)
    return [(name, part) for name, part in found.values() if isinstance(part, KINDS) or _open(part)]


def parameters_among(held: Iterable[tuple[str, Any]]) -> list[tuple[str, Tensor]]:
    """Return those of the pairs that hold a parameter: a leaf Tensor with ``requires_grad``.

    >>> x, w = Tensor(1.0), Tensor(1.0, requires_grad=True)
    >>> [name for name, _ in parameters_among([("x", x), ("w", w), ("w * x", w * x)])]
    ['w']
    """
    tensors = [(name, part) for name, part in held if isinstance(part, Tensor)]
    return [(name, p) for name, p in tensors if p.requires_grad and not p.depth]


@contextmanager
def untouched(parts: Iterable[Any]) -> Iterator[None]:
    """Put back, at the end, the numbers, the states and the attributes that these parts have now.

    Gradients are not among them; nor is what a model writes elsewhere, such as into a list, nor
    the state of generators other than ``np.random.Generator``.

    >>> rng = np.random.default_rng(0)
    >>> with untouched([rng]):
    ...     first = rng.random()
    >>> first == rng.random()
    True
    """
    undo = [_undo(part) for part in parts]
    try:
        yield
    finally:
        for put_back in undo:
            put_back()


def _undo(part: Any) -> Callable[[], None]:
    """Return what takes a part back to where it is now."""
    if isinstance(part, Tensor):
        return partial(setattr, part, "_data", part._data)  # the array itself never changes
    if isinstance(part, np.random.Generator):
        return partial(setattr, part.bit_generator, "state", part.bit_generator.state)
    if isinstance(part, np.ndarray):
        return partial(np.copyto, part, part.copy()) if part.flags.writeable else _nothing
    if not _open(part):
        return _nothing
    attributes = dict(vars(part))

    def put_back() -> None:
        for name in vars(part).keys() - attributes.keys():
            del vars(part)[name]
        vars(part).update(attributes)

    return put_back


def _nothing() -> None:
    """Leave alone what cannot change."""


def _search(name: str, part: Any, found: dict[int, tuple[str, Any]]) -> None:
    if id(part) in found:
        return
    found[id(part)] = name, part
    for inner, held in _inside(part):
        _search(f"{name}.{inner}".strip("."), held, found)


def _inside(part: Any) -> Iterator[tuple[str, Any]]:
    """Go through what a part holds itself, as (name, part)."""
    if isinstance(part, Layer):
        yield from part.parts()
    elif isinstance(part, (list, tuple)):
        yield from ((str(i), element) for i, element in enumerate(part))
    elif isinstance(part, dict):
        yield from ((str(key), element) for key, element in part.items())
    elif isinstance(part, FunctionType):
        yield from _mentioned(part)
    elif isinstance(part, MethodType):
        yield from (("", part.__self__), ("", part.__func__))
    elif isinstance(part, partial):
        yield from (("", part.func), ("", part.args), ("", part.keywords))
    elif _open(part):
        yield from vars(part).items()
    if _open(part):  # what its methods mention, and what it shares with others of its class
        for kind in type(part).__mro__:
            if not _of_a_library(kind):
                yield from (("", shared) for shared in vars(kind).values())


def _mentioned(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Go through the variables of a function's surroundings that its code names."""
    if _of_a_library(function):
        return
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # nothing has been assigned to it yet
            continue
    defaults = function.__defaults__ or ()
    arguments = function.__code__.co_varnames[: function.__code__.co_argcount]
    yield from zip(arguments[len(arguments) - len(defaults) :], defaults, strict=True)
    yield from (function.__kwdefaults__ or {}).items()
    names = [*dict.fromkeys(_names(function.__code__))]
    for name in names:
        value = function.__globals__.get(name)
        if isinstance(value, ModuleType):
            inside = [inner for inner in names if inner in vars(value)]
            yield from ((f"{name}.{inner}", vars(value)[inner]) for inner in inside)
        else:
            yield name, value


def _names(code: CodeType) -> Iterator[str]:
    """Go through the names in a function's code, and in that of the functions within it."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _open(part: Any) -> bool:
    """Whether a part is an object with attributes of its own, as a model is."""
    return isinstance(part, (Layer, SimpleNamespace)) or (
        hasattr(part, "__dict__")
        and not isinstance(part, (type, FunctionType, MethodType, partial, *KINDS))
        and not _of_a_library(type(part))
    )


def _of_a_library(thing: Any) -> bool:
    return str(getattr(thing, "__module__", "")).split(".")[0] in LIBRARIES
