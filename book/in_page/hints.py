"""What a formula's error means to one who typed it, where Python's or minigrad's words do not help.

They speak to whoever writes a program.  In the laboratory there is one line, and an x in it.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

PACKAGES = ("np", "numpy", "torch", "F", "nn", "tf", "jax", "jnp", "keras", "scipy")
ELSEWHERE = {"ln": "log(x)", "pi": "math.pi", "e": "math.e, or exp(x)"}

HINTS = (
    (
        "neither more nor less|neither true nor false|equal to nothing",
        "A formula cannot ask whether x is larger. Write maximum(x, 0) for the larger of two and "
        "minimum(x, 0) for the smaller.",
    ),
    (r"exponent is a Value", "With x in the exponent, write exp(x * log(2)) for 2 ** x."),
    (r"operand type\(s\) for \^", "A power is written **, as in x ** 2."),
    (r"unsupported operand type", "x works with + - * / and **."),
    (
        "exp: got .* beyond all floats",
        "exp of more than 709 is beyond all numbers. For 1 / (1 + exp(-x)) write sigmoid(x).",
    ),
    ("argument must be a string|__round__|__floor__|__ceil__|__trunc__", "Rounding has no slope."),
    (
        "not '?Value",
        "Write exp(x), tanh(x) and so on without math, which knows plain numbers only.",
    ),
    ("invalid decimal literal", "A product is written with *, as in 2 * x."),
    ("invalid character '[²³⁴]'", "A power is written **, as in x ** 2."),
    ("invalid character '[–−]'", "Write the minus of the keyboard."),
    ("cannot assign to function call", "Write only what stands right of the =."),
)


def explained(error: Exception, known: Iterable[str] = ()) -> str:
    """Say what went wrong, in a sentence or two; for a name, which of the known ones was meant."""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    text = text.partition(" here. Maybe")[0].rstrip(".")
    for pattern, hint in HINTS:
        if re.search(pattern, text):
            return hint
    said = text if isinstance(error, SyntaxError) else f"{type(error).__name__}: {text}"
    if isinstance(error, NameError) and error.name:
        return f"{said}. {_meant(error.name, list(known))}"
    return f"{said}."


def _meant(name: str, known: list[str]) -> str:
    if name in PACKAGES:
        return f"Write tanh(x) and so on by themselves, without {name}."
    if name in ELSEWHERE:
        return f"Write {ELSEWHERE[name]}."
    close = get_close_matches(name.lower(), known, n=1)
    return f"Did you mean {close[0]}?" if close else "Which functions there are stands above."
