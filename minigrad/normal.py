r"""The standard normal distribution: its density φ and its distribution function Φ.

.. math:: \varphi(z) = \frac{e^{-z^2 / 2}}{\sqrt{2 \pi}}, \qquad
          \Phi(z) = \int_{-\infty}^{z} \varphi(x)\,dx

Φ(z) is the probability that a standard normal number lies below z.  No formula is shorter, and
NumPy has no function for it.  So we compute the tail, 1 − Φ(t) for t ≥ 0, as the product of two
factors.  What falls steeply is the bell, e^(−t²/2).  The other, r(t), falls slowly from ½, and
nears 1 / (t √(2π)).  So (t + 4) r(t) goes from 2 to 0.4 without haste, and is all but a polynomial
in

.. math:: v = \frac{t - 4}{t + 4}

The polynomial here meets it at Chebyshev's points, between t = 0 and `REACH`.  To find its
coefficients is to solve a system of linear equations; the tests solve it again, to 50 digits.
"""

import math
from typing import Any

REACH = 39.0  # beyond, the bell is 0 in any float

# From the highest power of v down; the relative errors are below 2⁻²⁵ and 2⁻⁵².
FOR_FLOAT32 = (
    *(
        -0.00016046882391748684,
        0.0001279601950529421,
        0.0015702654990843018,
        -0.0034736742746576863,
    ),
    *(-0.007516551554435441, 0.06039394447493638, -0.1865256651666163, 0.3871377869581116),
    *(-0.6078964711325437, 0.755285121599132),
)
FOR_FLOAT64 = (
    *(-9.653425420228504e-10, 7.26954547902669e-11, 1.392402399350171e-08, 1.457859334703646e-08),
    *(
        -7.63808205349045e-08,
        -1.5426320536771075e-07,
        2.6368248576407624e-07,
        1.0198048518135172e-06,
    ),
    *(-6.25132104047868e-07, -5.918892731763236e-06, 7.150055959216099e-07, 3.5144181157760973e-05),
    *(
        -1.9078665316613576e-06,
        -0.0002310948183193762,
        0.00013334425401904912,
        0.0016308184418903596,
    ),
    *(-0.0034796923622425332, -0.007540188965593059, 0.06039657489069947, -0.18652185795969417),
    *(0.38713740074221886, -0.6078966419718917, 0.7552851304157515),
)


def bell(xp: Any, z: Any) -> Any:
    """Compute e^(−z²/2)."""
    return xp.exp(-0.5 * z * z)


def density(bell: Any) -> Any:
    """Compute φ(z) from the bell at z."""
    return bell / math.sqrt(2 * math.pi)


def distribution(z: Any, bell: Any) -> Any:
    """Compute Φ(z) from z, between −`REACH` and `REACH`, and the bell there.

    >>> from minigrad import floats
    >>> [distribution(z, bell(floats, z)) for z in (-10.0, 0.0, 10.0)]
    [7.62e-24, 0.5, 1.0]
    """
    return abs((z >= 0) - bell * _tail_without_bell(abs(z)))


def _tail_without_bell(t: Any) -> Any:
    """Compute r(t) = (1 − Φ(t)) / e^(−t²/2), for t from 0 to `REACH`."""
    coefficients = FOR_FLOAT32 if getattr(t, "itemsize", 8) == 4 else FOR_FLOAT64
    v = (t - 4) / (t + 4)
    p = coefficients[0] * v  # Horner's rule, in one array
    for c in coefficients[1:-1]:
        p += c
        p *= v
    p += coefficients[-1]
    return p / (t + 4)
