"""Elementwise functions: a value and a slope, each in one line, for numbers and arrays.

`Elementwise` is what both engines apply.  `ActivationFunction` is an entry of the table, which is
in `minigrad.activations`; it knows what a reader asks of it, and may have options.
"""

import inspect
from collections.abc import Mapping
from numbers import Real
from typing import Any, NamedTuple

from minigrad import floats
from minigrad.lines import Composition, Line, Sharing, alike, describe


class Elementwise:
    """An elementwise function with its slope.

    Args:
        name: its name.
        value: ``value(xp, z, **options)``, computing a = f(z).
        slope: ``slope(xp, z, a, **options)``, computing f′(z); a is f(z).
    """

    def __init__(self, name: str, value: Line, slope: Line) -> None:
        self.name = self.__name__ = name
        self.value, self.slope = value, slope

    def __call__(self, z: Any) -> Any:
        """Apply the function to a Value, a Tensor, a number or an array."""
        return self.apply(z, {})

    def apply(self, z: Any, settings: Mapping[str, Any]) -> Any:
        """Apply the function with all options settled."""
        if hasattr(z, "_elementwise"):
            return self._record(z, settings)
        if isinstance(z, (int, float)) and not isinstance(z, bool):
            return float(self.value(floats, float(z), **settings))
        if getattr(getattr(z, "dtype", None), "kind", "") == "f":
            import numpy as np

            return alike(self.name, self.value(np, z, **settings), z)
        raise TypeError(
            f"{self.name}: got {describe(z)}; pass a Value, a Tensor, "
            f"a number or a NumPy array of floats"
        )

    def _record(self, z: Any, settings: Mapping[str, Any]) -> Any:
        """Apply the function to a Value or a Tensor."""
        return z._elementwise(self.name, self.value, self.slope, settings)


class Option(NamedTuple):
    """What shapes an activation: a number within a range, or one of several words.

    Attributes:
        default: what it is unless another is given.
        low: the smallest that is allowed, if it is a number.
        high: the largest.
        choices: the words, if it is one of them.

    >>> print(Option(default=0.01, low=0.0, high=1.0))
    a number from 0 to 1
    >>> print(Option(default="none", choices=("none", "tanh")))
    'none' or 'tanh'
    """

    default: float | str
    low: float = -floats.inf
    high: float = floats.inf
    choices: tuple[str, ...] = ()

    def settle(self, name: str, setting: Any) -> Any:
        """Return what the option is set to, or raise ValueError."""
        if self.choices:
            if isinstance(setting, str) and setting in self.choices:
                return setting
        elif isinstance(setting, Real) and self.low <= float(setting) <= self.high:
            return float(setting)  # a NumPy number would turn float32 to float64
        raise ValueError(f"{name} is {setting!r}; pass {self}")

    def __str__(self) -> str:
        if self.choices:
            return " or ".join(map(repr, self.choices))
        return f"a number from {self.low:g} to {self.high:g}"


class ActivationFunction(Elementwise):
    """One entry of the table: an elementwise function, its slope, and what one should know of it.

    Calling an entry applies it: to a `Value` or a `Tensor` it records the operation for
    `backward`, to a plain number or a NumPy array of floats it returns the plain result.

    An activation of your own takes one line: its value and its slope, or a function of z alone that
    is composed of operators and of minigrad's functions, such as `exp` and `maximum`.  The slope of
    a composition is found by back-propagation, as often as it is asked for.  In the lines, ``xp``
    is NumPy, or for one number `minigrad.floats`, which has the names of NumPy that the table uses.

    Args:
        name: the name under which the entry stands in the table.
        f: ``f(z, **options)``, if it is a composition.
        value: ``value(xp, z, **options)``, computing a = f(z), which is then given z's dtype.
        slope: ``slope(xp, z, a, **options)``, computing f′(z); a is f(z).
        shared: ``shared(xp, z, **options)``, a tuple of what both lines need, to compute it once;
            they are given it behind z, or z and a.
        formula: f(z) in LaTeX.
        slope_formula: f′(z) in LaTeX.
        range: the interval (low, high) that the values fill, with the default options.
        kinks: the points where f has no derivative, each with the slope chosen there, in words.
        options: what shapes it, by name, each an `Option`.
        about: one sentence on what it does.
        source: where it came from.
        example: a doctest.

    Raises:
        TypeError: if neither f nor value and slope are given, f makes no Value of a Value, or an
            option is no `Option`.
        ValueError: if the result of f does not depend on z, or is NaN; f is tried at z = 0.5, and
            what it raises there is passed on.

    >>> from minigrad import Value, sin
    >>> cube = ActivationFunction("cube", value=lambda xp, z: z**3, slope=lambda xp, z, a: 3 * z**2)
    >>> snake = ActivationFunction("snake", lambda z: z + sin(z) ** 2)
    >>> z = Value(2.0)
    >>> y = cube(z) + snake(z)
    >>> y.backward()
    >>> y.data, z.grad
    (10.8268, 12.2432)
    """

    def __init__(
        self,
        name: str,
        f: Line | None = None,
        *,
        value: Line | None = None,
        slope: Line | None = None,
        shared: Line | None = None,
        formula: str = "",
        slope_formula: str = "",
        range: tuple[float, float] = (-floats.inf, floats.inf),
        kinks: Mapping[float, str] | None = None,
        options: Mapping[str, Option] | None = None,
        about: str = "",
        source: str = "",
        example: str = "",
    ) -> None:
        self.name, self.options = name, dict(options or {})
        for option in self.options.values():
            if not isinstance(option, Option):
                raise TypeError(
                    f"ActivationFunction: got the option {option!r}; "
                    f"pass an Option, such as Option({option!r})"
                )
        self.composition = self.sharing = None
        if f is not None and value is slope is shared is None:
            self.composition = Composition(name, f, self.settings())
            value, slope = self.composition.value, self.composition.slope
        elif f is not None or value is None or slope is None:
            raise TypeError(
                f"ActivationFunction: {name} needs its value and its slope, "
                f"or one function of z that is composed of others"
            )
        elif shared is not None:
            self.sharing = Sharing(shared, value, slope)
            value, slope = self.sharing.value, self.sharing.slope
        super().__init__(name, value, slope)
        self.formula, self.slope_formula = formula, slope_formula
        self.range = range
        self.kinks = dict(kinks or {})
        self.about, self.source = about, source
        self.__doc__ = _docstring(self, example)
        self.__signature__ = _signature(self)

    def __call__(self, z: Any, *positional: Any, **named: Any) -> Any:
        """Apply the activation to a Value, a Tensor, a number or an array; options may follow."""
        return self.apply(z, self.settings(*positional, **named))

    def _record(self, z: Any, settings: Mapping[str, Any]) -> Any:
        if self.composition is not None:
            return self.composition(z, **settings)
        if self.sharing is not None:
            return z._elementwise(self.name, *self.sharing.together(), settings)
        return super()._record(z, settings)

    def settings(self, *positional: Any, **named: Any) -> dict[str, Any]:
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
        settings = {name: option.default for name, option in known.items()} | given | named
        return {
            name: option.settle(f"{self.name}: {name}", settings[name])
            for name, option in known.items()
        }

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
    default = ", by default" if entry.options else ""
    lines = [entry.about or f"Compute {entry.name}(z).", ""]
    lines += formulas(entry.formula, entry.slope_formula)
    lines += [f"Values between {low} and {high}{default}; shape and dtype are those of z."]
    lines += ["The slope is found by back-propagation."] if entry.composition else []
    lines += [
        f"At z = {at:g} it has a kink: the slope there is {s}." for at, s in entry.kinks.items()
    ]
    lines += [
        f"``{name}`` may be {option}; by default {option.default}."
        for name, option in entry.options.items()
    ]
    lines += ["Raises TypeError unless z is a `Value`, a `Tensor`, a number or a float array.", ""]
    lines += [f"Source: {entry.source}.", ""] if entry.source else []
    return "\n".join([*lines, example]).rstrip()


def formulas(*tex: str) -> list[str]:
    """Return the lines of a docstring that set formulas side by side, if there are any."""
    side_by_side = r" \qquad ".join(formula for formula in tex if formula)
    return [rf".. math:: {side_by_side}", ""] if side_by_side else []
