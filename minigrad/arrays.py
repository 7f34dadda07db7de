"""Arrays as the array engine keeps them: floats, and read-only.

A gradient is right only as long as the numbers that it was computed with are the same.  So what
goes into a graph is either an array that nobody can write to, or a copy.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
FLOATS = {np.dtype(np.float64), np.dtype(np.float32)}

# Each step makes the arrays of a graph and drops them.  Linux would take their memory away and give
# it back page by page, each wiped, which can take longer than the computing.  Once an array as
# large as this has been dropped, it leaves us twice as much.  Elsewhere this does nothing.
LARGE = 31 * 2**20  # bytes; from 32 * 2**20 on, its C library (glibc) learns nothing
np.empty(LARGE, np.uint8)


def as_floats(op: str, data: Any) -> Array:
    """Return data as an array of floats, or say what to pass."""
    try:
        array = np.asarray(data)
    except ValueError:
        raise ValueError(f"{op}: the rows of the list have different lengths") from None
    except TypeError as error:  # there is a Tensor in it
        raise TypeError(f"{op}: {error}") from None
    if array.dtype in FLOATS:
        return array
    if array.dtype.kind in "iu" and isinstance(data, (int, list, tuple)):
        return array.astype(np.float64)
    if hasattr(data, "slopes"):  # a Value
        example = "its .data"
    elif hasattr(data, "dtype"):
        example = "array.astype(float)"
    else:
        example = "a list of numbers (of Values, a loss takes one flat list: one example)"
    raise TypeError(
        f"{op}: got {type(data).__name__} of dtype {array.dtype}; pass float64 or float32, "
        f"for instance {example}"
    )


def float_dtype(op: str, dtype: Any) -> np.dtype[Any]:
    """Return one of the two dtypes of floats, or say that there is no other.

    >>> float_dtype("Linear", "float32")
    dtype('float32')
    """
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except TypeError:
        found = np.dtype(object)
    if found not in FLOATS:
        raise TypeError(f"{op}: dtype is {dtype!r}; pass np.float64 or np.float32")
    return found


def frozen(array: Array) -> Array:
    """Make an array read-only, and return it."""
    array.setflags(write=False)
    return array


def kept(array: Array) -> Array:
    """Return the array if nobody can write to it, else a read-only copy."""
    owner = array if array.base is None else array.base
    return frozen(array.copy()) if writable(owner) else array


def writable(owner: Any) -> bool:
    """Tell whether somebody may write to the memory of an array's owner, its ``base`` or itself."""
    return not isinstance(owner, np.ndarray) or owner.flags.writeable


def unbroadcast(g: Array, shape: tuple[int, ...]) -> Any:
    """Sum over the axes that broadcasting has added or stretched: a sum is a copy's pullback.

    >>> unbroadcast(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    if g.shape == shape or g.ndim < len(shape):
        return g
    g = np.add.reduce(g, axis=tuple(range(g.ndim - len(shape))))
    if g.shape == shape:
        return g
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    return g.sum(axis=stretched, keepdims=True)
