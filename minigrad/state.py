"""State: what a model has learned and counted, as arrays with names, and how to put it back.

Three kinds of things make up the state of a layer: its Tensors, its arrays (such as running
statistics), and its random generators.  Each becomes one array, so that a state can be kept in any
file for arrays; a generator becomes the text of its numbers.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from minigrad.arrays import Array
from minigrad.tensor import Tensor

ANOTHER = "the state is of another architecture"
HELD = (Tensor, np.ndarray, np.random.Generator)


def opened(named: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Go through pairs (name, part), and through what is in lists, tuples and dicts among them.

    >>> [*opened([("a", [1, {"b": 2}]), ("c", 3)])]
    [('a.0', 1), ('a.1.b', 2), ('c', 3)]
    """
    for name, part in named:
        if isinstance(part, (list, tuple)):
            yield from opened((f"{name}.{i}", element) for i, element in enumerate(part))
        elif isinstance(part, dict):
            yield from opened((f"{name}.{key}", element) for key, element in part.items())
        else:
            yield name, part


def under(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays whose names begin with a prefix and a dot, without these.

    >>> under("model", {"model.b": np.zeros(1), "minigrad": np.ones(1)})
    {'b': array([0.])}
    """
    start = f"{prefix}."
    return {name.removeprefix(start): a for name, a in arrays.items() if name.startswith(start)}


def snapshot(held: Mapping[str, Any]) -> dict[str, Array]:
    """Return a copy of every part as an array.

    >>> snapshot({"rng": np.random.default_rng(0)})["rng"].item()[:27]
    '{"bit_generator": "PCG64", '
    """
    return {name: _saved(part) for name, part in _leaves(held).items()}


def restore(held: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Give every part its array of the state back; if one does not fit, change nothing and raise.

    >>> counts = np.zeros(2)
    >>> restore({"counts": counts}, {"counts": np.array([3.0, 4.0])})
    >>> counts
    array([3., 4.])
    """
    parts = _leaves(held)
    if not isinstance(state, Mapping):
        raise TypeError(
            f"load_state_dict: got a {type(state).__name__}; pass what state_dict() returned"
        )
    missing = [name for name in parts if name not in state]
    unexpected = [name for name in state if name not in parts]
    if missing or unexpected:
        raise ValueError(
            f"load_state_dict: the state lacks {_some(missing)} of the model, "
            f"and has {_some(unexpected)} that the model lacks; {ANOTHER}"
        )
    fitted = [(part, _fitted(name, part, np.asarray(state[name]))) for name, part in parts.items()]
    for part, new in fitted:
        if isinstance(part, Tensor):
            part.data = new
        elif isinstance(part, np.random.Generator):
            part.bit_generator.state = new
        else:
            part[...] = new


def _leaves(held: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out Tensors that were computed, recorded or not: they follow from the others."""
    return {name: part for name, part in held.items() if not _computed(part)}


def _computed(part: Any) -> bool:
    # Under no_grad, a result is no more than its operation; one to train has been made a leaf.
    return isinstance(part, Tensor) and bool(part.depth or (part.op and not part.requires_grad))


def _saved(part: Any) -> Array:
    if isinstance(part, np.random.Generator):
        # Some generators keep their numbers in arrays, which JSON does not know.
        return np.array(json.dumps(part.bit_generator.state, default=lambda a: a.tolist()))
    return _array(part).copy()


def _fitted(name: str, part: Any, new: Array) -> Any:
    """Return what the part shall hold, or raise if that is not what the array can give."""
    if isinstance(part, np.random.Generator):
        return _generator_state(name, part, new)
    old = _array(part)
    if new.shape != old.shape:
        raise ValueError(
            f"load_state_dict: {name!r} has shape {new.shape} in the state "
            f"and {old.shape} in the model; {ANOTHER}"
        )
    # One precision of floats may come for the other; nothing else may lose digits.
    same_kind = new.dtype.kind == old.dtype.kind
    if not same_kind or not (old.dtype.kind == "f" or np.can_cast(new.dtype, old.dtype)):
        raise ValueError(
            f"load_state_dict: {name!r} has dtype {new.dtype} in the state "
            f"and {old.dtype} in the model; {ANOTHER}"
        )
    if isinstance(part, np.ndarray) and not part.flags.writeable:
        raise ValueError(f"load_state_dict: {name!r} is a read-only array; make it writable")
    try:
        with np.errstate(over="raise"):
            return new.astype(old.dtype)
    except FloatingPointError:
        raise ValueError(
            f"load_state_dict: {name!r} has numbers past the range of the model's {old.dtype}; "
            f"make the model of {new.dtype}"
        ) from None


def _generator_state(name: str, rng: np.random.Generator, text: Array) -> Any:
    trial = deepcopy(rng.bit_generator)
    try:
        trial.state = json.loads(text.item())
    except (ArithmeticError, LookupError, TypeError, ValueError):
        raise ValueError(
            f"load_state_dict: {name!r} is a generator of the kind {type(trial).__name__} in the "
            f"model, and an array of shape {text.shape} and dtype {text.dtype} in the state that "
            f"is no state of such a one; {ANOTHER}"
        ) from None
    return trial.state


def _array(part: Any) -> Array:
    return part.data if isinstance(part, Tensor) else part


def _some(names: Iterable[str]) -> str:
    """Name a few things of many."""
    first, *rest = [*map(repr, names)] or ["nothing"]
    return f"{first} and {len(rest)} more" if rest else first
