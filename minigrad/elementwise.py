"""What an entry of the table is: an elementwise function with its slope, for numbers and arrays.

The table itself is in `minigrad.activations`.
"""

import inspect
from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any, NamedTuple

from minigrad import floats


class Option(NamedTuple):
    """A number that shapes an activation: its default, and the range in which it makes sense."""

    default: float
    low: float
    high: float


class ActivationFunction:
    """One entry of the table: an elementwise function, its slope, and what one should know of it.

    Calling an entry applies it: to a `Value` or a `Tensor` it records the operation for
    `backward`, to a plain number or a NumPy array of floats it returns the plain result.

    Args:
        name: the name under which the entry stands in the table.
        value: ``value(xp, z, **options)``, computing a = f(z).
        slope: ``slope(xp, z, a, **options)``, computing f′(z); a is f(z).
        formula: f(z) in LaTeX.
        slope_formula: f′(z) in LaTeX.
        range: the interval (low, high) that the values fill, with the default options.
        kinks: the points where f has no derivative, each with the slope chosen there, in words.
        options: the numbers that shape it, by name.
        about: one sentence on what it does.
        source: where it came from.
        example: a doctest.
    """

    def __init__(
        self,
        name: str,
        *,
        value: Callable[..., Any],
        slope: Callable[..., Any],
        formula: str = "",
        slope_formula: str = "",
        range: tuple[float, float] = (-floats.inf, floats.inf),
        kinks: Mapping[float, str] | None = None,
        options: Mapping[str, Option] | None = None,
        about: str = "",
        source: str = "",
        example: str = "",
    ) -> None:
        self.name = self.__name__ = name
        self.value, self.slope = value, slope
        self.formula, self.slope_formula = formula, slope_formula
        self.range = range
        self.kinks = dict(kinks or {})
        self.options = dict(options or {})
        self.about, self.source = about, source
        self.__doc__ = _docstring(self, example)
        self.__signature__ = _signature(self)

    def __call__(self, z: Any, *positional: float, **named: float) -> Any:
        """Apply the activation to a Value, a Tensor, a number or an array; options may follow."""
        return self.apply(z, self.settings(*positional, **named))

    def apply(self, z: Any, settings: Mapping[str, float]) -> Any:
        """Apply it with all options settled, as `settings` returns them."""
        if hasattr(z, "_elementwise"):
            return z._elementwise(self.name, self.value, self.slope, settings)
        if isinstance(z, (int, float)) and not isinstance(z, bool):
            return self.value(floats, float(z), **settings)
        if getattr(getattr(z, "dtype", None), "kind", "") == "f":
            import numpy as np

            return self.value(np, z, **settings)
        raise TypeError(
            f"{self.name}: got {_describe(z)}; pass a Value, a Tensor, "
            f"a number or a NumPy array of floats"
        )

    def settings(self, *positional: float, **named: float) -> dict[str, float]:
        """Fill in the options that are not given, and check those that are.

        Raises:
            TypeError: if an option is unknown or given twice.
            ValueError: if one is out of its range.

        >>> from minigrad import leaky_relu
        >>> leaky_relu.settings(), leaky_relu.settings(0.2)
        ({'negative_slope': 0.01}, {'negative_slope': 0.2})
        """
        known = self.options
        if not known and not positional and not named:
            return {}
        given = dict(zip(known, positional, strict=False))
        if len(positional) > len(known) or given.keys() & named or named.keys() - known.keys():
            raise TypeError(
                f"{self.name}: got options {[*positional, *named]}; "
                f"it takes z and {', '.join(known) or 'no option'}"
            )
        settings = {name: p.default for name, p in known.items()} | given | named
        for name, p in known.items():
            if not isinstance(settings[name], Real) or not p.low <= settings[name] <= p.high:
                raise ValueError(
                    f"{self.name}: {name} is {settings[name]}; "
                    f"pass a number from {p.low:g} to {p.high:g}"
                )
            settings[name] = float(settings[name])  # a NumPy number would turn float32 to float64
        return settings

    def __reduce__(self) -> Any:
        # Entries of the table are copied and pickled by name: there is only one of each.
        if table().get(self.name) is self:
            return _entry, (self.name,)
        return super().__reduce__()

    def __repr__(self) -> str:
        return f"<activation {self.name}>"


def table() -> "dict[str, ActivationFunction]":
    """Return the table of activations, which is made of what this module defines."""
    from minigrad.activations import TABLE

    return TABLE


def _entry(name: str) -> ActivationFunction:
    return table()[name]


def _describe(z: Any) -> str:
    kind = type(z).__name__
    return f"{kind} of {z.dtype}" if hasattr(z, "dtype") else kind


def _signature(entry: ActivationFunction) -> inspect.Signature:
    z = inspect.Parameter("z", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    rest = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=p.default)
        for name, p in entry.options.items()
    ]
    return inspect.Signature([z, *rest])


def _docstring(entry: ActivationFunction, example: str) -> str:
    """Write an entry's docstring from what the table says of it."""
    low, high = ("∞" if abs(end) == floats.inf else f"{abs(end):g}" for end in entry.range)
    low, high = ("−" * (entry.range[0] < 0) + low, "−" * (entry.range[1] < 0) + high)
    lines = [entry.about, "", rf".. math:: {entry.formula} \qquad {entry.slope_formula}", ""]
    default = ", by default" if entry.options else ""
    lines += [f"Values between {low} and {high}{default}; shape and dtype are those of z."]
    lines += [
        f"At z = {at:g} it has a kink: the slope there is {s}." for at, s in entry.kinks.items()
    ]
    lines += [
        f"``{name}`` may be anything from {p.low:g} to {p.high:g}; by default {p.default:g}."
        for name, p in entry.options.items()
    ]
    lines += ["Raises TypeError unless z is a `Value`, a `Tensor`, a number or a float array."]
    lines += ["", f"Source: {entry.source}.", "", example]
    return "\n".join(lines)
