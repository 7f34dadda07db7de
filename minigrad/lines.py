"""Lines: where the value and the slope of an activation come from, if they do not stand alone.

They may share a part of their work (`Sharing`).  Or a reader has given one function of z, and
back-propagation finds the slope (`Composition`).
"""

from collections.abc import Callable, Mapping
from contextvars import Context
from functools import partial, wraps
from typing import Any

from minigrad import floats, graph

Line = Callable[..., Any]

BLOCK = 2**15  # numbers that `in_blocks` works on at a time


def in_blocks(line: Line) -> Line:
    """Let a line that makes several results in many steps work on large arrays block by block.

    Each step makes an array.  Those of a block stay in the processor's cache; those of a million
    numbers are fresh memory, and to get it takes longer than to compute.
    """

    @wraps(line)
    def blockwise(xp: Any, z: Any, /, **settings: Any) -> Any:
        if getattr(z, "size", 1) <= BLOCK:
            return line(xp, z, **settings)
        flat = z.reshape(-1)
        results: list[Any] = []
        for i in range(0, z.size, BLOCK):
            block = line(xp, flat[i : i + BLOCK], **settings)
            results = results or [xp.empty(z.shape, xp.result_type(part)) for part in block]
            for result, part in zip(results, block, strict=True):
                result.reshape(-1)[i : i + BLOCK] = part  # the result itself must be no view
        return tuple(results)

    return blockwise


class Sharing:
    """A value and a slope with a part of their work in common, so both are computed at once."""

    def __init__(self, shared: Line, value: Line, slope: Line) -> None:
        self.lines = shared, value, slope

    def both(self, xp: Any, z: Any, /, **settings: Any) -> tuple[Any, Any]:
        """Compute f(z) and f′(z)."""
        shared, value, slope = self.lines
        common = shared(xp, z, **settings)
        a = value(xp, z, *common, **settings)
        return a, slope(xp, z, a, *common, **settings)

    def value(self, xp: Any, z: Any, /, **settings: Any) -> Any:
        """Compute f(z) alone."""
        return in_blocks(self.both)(xp, z, **settings)[0]

    def slope(self, xp: Any, z: Any, a: Any, /, **settings: Any) -> Any:
        """Compute f′(z) alone."""
        return in_blocks(self.both)(xp, z, **settings)[1]

    def together(self) -> tuple[Line, Line]:
        """Return value and slope, to be called in this order: the slope is there already."""
        kept: list[Any] = []

        def value(xp: Any, z: Any, /, **settings: Any) -> Any:
            a, slope = in_blocks(self.both)(xp, z, **settings)
            kept.append(slope)
            return a

        return value, lambda xp, z, a, /, **settings: kept[0]


class Composition:
    """A function of z that is composed of others, with the slope that back-propagation finds."""

    def __init__(self, name: str, f: Line, settings: Mapping[str, Any]) -> None:
        self.name, self.f = name, f
        z = _leaf(floats, 0.5)
        try:
            a = f(z, **settings)
        except (TypeError, AttributeError) as error:
            raise TypeError(
                f"{name}: f cannot take a Value: {error}; "
                f"compose it of operators and minigrad's functions"
            ) from error
        except (ArithmeticError, ValueError) as error:
            raise type(error)(f"{name}: f, tried at z = 0.5: {error}") from error
        self._nodes(self._examined(a, z), z)

    def __call__(self, z: Any, /, **settings: Any) -> Any:
        """Compute f(z) for a Value or a Tensor."""
        return self._examined(self.f(z, **settings), z)

    def value(self, xp: Any, z: Any, /, **settings: Any) -> Any:
        """Compute f(z) for a number or an array."""
        a = self(_leaf(xp, z), **settings).data
        return a if xp is floats else a.copy()

    def slope(self, xp: Any, z: Any, a: Any, /, **settings: Any) -> Any:
        """Compute f′(z) for a number or an array."""
        leaf = _leaf(xp, z)
        # Within no_grad, too: that is a matter of the context, and in a new one nothing is off.
        result = Context().run(partial(self, leaf, **settings))
        nodes = self._nodes(result, leaf)
        before = [node.grad for node in nodes]  # f may use Values or Tensors of the reader's
        result.backward(xp.ones_like(z))
        slope = leaf.grad
        for node, grad in zip(nodes, before, strict=True):
            node.grad = grad
        self._refuse_nan("the slope", leaf.data, slope)
        return slope

    def _examined(self, a: Any, z: Any) -> Any:
        """Return the result of f, if it is a result for z."""
        made, given = _kind(a), _kind(z)
        if made != given:
            raise TypeError(f"{self.name}: f made {made} of {given}; return another of the kind")
        self._refuse_nan("the result of f", z.data, a.data)
        return a

    def _nodes(self, result: Any, z: Any) -> list[Any]:
        """List the nodes of f's graph, among which z must be."""
        nodes = graph.nodes(result)
        if z not in nodes:
            raise ValueError(f"{self.name}: the result of f does not depend on z")
        return nodes

    def _refuse_nan(self, what: str, z: Any, result: Any) -> None:
        refuse(self.name, z, (result != result) & (z == z), f"{what} is NaN there")


def refuse(op: str, x: Any, wrong: Any, advice: str, error: type[Exception] = ValueError) -> None:
    """Raise if any number of x is wrong, naming the first of them."""
    if wrong is False or not (wrong is True or wrong.any()):
        return
    first = x if wrong is True else x.ravel()[wrong.ravel()][0]
    raise error(f"{op}: got {float(first)}; {advice}")


def _leaf(xp: Any, z: Any) -> Any:
    """Make a Value of a number, a Tensor of an array, to differentiate along it."""
    if xp is floats:
        from minigrad.scalar import Value

        return Value(z)
    from minigrad.tensor import Tensor

    return Tensor(z, requires_grad=True)


def unlike(op: str, x: Any, y: Any) -> ValueError:
    """Return what to raise where two arrays cannot be broadcast."""
    return ValueError(
        f"{op}: shapes {x.shape} and {y.shape} do not fit; axes, counted from the last, "
        f"must be equally long or 1"
    )


def alike(op: str, a: Any, z: Any) -> Any:
    """Return what a line made of an array z in z's dtype; raise if it has another shape."""
    if type(a) is not type(z) or a.dtype != z.dtype:
        import numpy as np

        a = np.asarray(a, z.dtype)
    if a.shape != z.shape:
        raise ValueError(
            f"{op}: its value has shape {a.shape} for an input of shape {z.shape}; "
            f"compute it element by element"
        )
    return a


def describe(z: Any) -> str:
    """Say of what type something is, and of what dtype."""
    kind = type(z).__name__
    return f"{kind} of {z.dtype}" if hasattr(z, "dtype") else kind


def _kind(x: Any) -> str:
    """Say what x is; of two Tensors, the same only if they are alike in shape and dtype."""
    if hasattr(x, "requires_grad"):
        return f"a Tensor of {x.dtype} and shape {x.shape}"
    return f"a {describe(x)}"
