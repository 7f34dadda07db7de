"""A table of a model: its layers, what they make of an example, and their parameters."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from minigrad.layers import Layer, Sequential
from minigrad.recording import no_grad
from minigrad.tensor import Tensor

Shapes = dict[int, list[str]]  # the shapes that a layer made, call by call, by its id
Row = tuple[str, str, str]


class Summary(str):
    """A text that shows itself as it is, also where a notebook or a prompt asks for its repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def summary(model: Layer, x: Any) -> Summary:
    """Return a table of a model's layers, those inside of a layer indented under it.

    Each row has the name of a layer, as in `Layer.named_parameters`, the shape that it made of the
    example, and the number of parameters that it holds itself.  What is shared counts where it
    stands first, so the column adds up to the total.

    A copy of the model computes the shapes, out of training: the model itself, its statistics and
    its generators stay as they are.

    Args:
        model: a layer, such as a `Sequential`, in which functions may stand, too.
        x: an example input.

    Returns:
        A string that needs no print() at the end of a cell.

    Raises:
        TypeError: if the model is not a `Layer`.

    >>> import numpy as np
    >>> from minigrad import Linear, relu
    >>> summary(Sequential(Linear(4, 8), relu, Linear(8, 3)), np.ones((5, 4)))
    layer              output  parameters
    -------------------------------------
    Sequential         (5, 3)           0
      0: Linear(4, 8)  (5, 8)          40
      1: relu          (5, 8)           0
      2: Linear(8, 3)  (5, 3)          27
    -------------------------------------
    total                              67
    """
    if not isinstance(model, Layer):
        raise TypeError(f"summary: got a {type(model).__name__}; pass a Layer, such as Sequential")
    model = deepcopy(model).eval()
    shapes: Shapes = {}
    _watch(model, shapes)
    with no_grad():
        model(x)
    rows = [("layer", "output", "parameters"), *_rows("", model, shapes, set())]
    rows.append(("total", "", f"{sum(p.size for p in model.parameters()):,}"))
    first, second, third = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = [f"{a:{first}}  {b:{second}}  {c:>{third}}" for a, b, c in rows]
    rule = "-" * len(lines[0])
    return Summary("\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]]))


class _Function(Layer):
    """A function that stands in a Sequential, so that every row is a layer."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, x: Any) -> Any:
        return self.function(x)

    def __repr__(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)


def _watch(layer: Layer, shapes: Shapes) -> None:
    """Make a layer, and all in it, note the shape of each result."""
    if id(layer) in shapes:
        return
    notes = shapes[id(layer)] = []
    if isinstance(layer, Sequential):
        layer.layers = tuple(f if isinstance(f, Layer) else _Function(f) for f in layer.layers)
    for _, inner in _inner(layer):
        _watch(inner, shapes)
    kind = type(layer)

    def call(self: Layer, *inputs: Any, **options: Any) -> Any:
        result = kind.__call__(self, *inputs, **options)
        notes.append(str(getattr(result, "shape", type(result).__name__)))
        return result

    # A call looks for __call__ in the class and nowhere else, so the layer gets one of its own.
    layer.__class__ = type(kind.__name__, (kind,), {"__call__": call})


def _rows(
    name: str, layer: Layer, shapes: Shapes, counted: set[Tensor], above: tuple[Layer, ...] = ()
) -> Iterator[Row]:
    indent, above = "  " * len(above), (*above, layer)
    inner = [(name, part) for name, part in _inner(layer) if part not in above]
    notes = shapes[id(layer)] or ["not called"]
    shape = notes.pop(0) if len(notes) > 1 else notes[0]  # one for each place where it stands
    held = {part for _, part in layer.parts() if isinstance(part, Tensor) and part.requires_grad}
    size = sum(p.size for p in held - counted)
    counted |= held
    text = type(layer).__name__ if inner else repr(layer)
    yield f"{indent}{name}{text}", shape, f"{size:,}"
    for name, part in inner:
        yield from _rows(f"{name}: ", part, shapes, counted, above)


def _inner(layer: Layer) -> list[tuple[str, Layer]]:
    return [(name, part) for name, part in layer.parts() if isinstance(part, Layer)]
