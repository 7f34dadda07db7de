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

REACH = 39.0  # beyond, Φ is 0 or 1 in any float, and φ is 0

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


_C = math.sqrt(8 / math.pi)
_D = 0.044715 * _C


def distribution_and_density(xp: Any, z: Any) -> tuple[Any, Any]:
    """Compute Φ(z) and φ(z), for z between −`REACH` and `REACH`.

    >>> from minigrad import floats
    >>> distribution_and_density(floats, 0.0), distribution_and_density(floats, -10.0)
    ((0.5, 0.3989), (7.62e-24, 7.69e-23))
    """
    bell = xp.exp(-0.5 * z * z)
    return abs((z >= 0) - bell * _tail_over_bell(abs(z))), bell / math.sqrt(2 * math.pi)


def by_tanh(xp: Any, z: Any) -> tuple[Any, Any]:
    """Compute (1 + tanh u) / 2, near Φ(z) for u = √(2/π) (z + 0.044715 z³), and its slope.

    It is σ(2u), which loses no digits where u < 0; and σ has the slope e / (1 + e)², e = e^−|2u|.

    >>> from minigrad import floats
    >>> by_tanh(floats, 0.0), by_tanh(floats, 1.0)
    ((0.5, 0.3989), (0.8412, 0.2418))
    """
    two_u = z * (_C + _D * z * z)
    e = xp.exp(-abs(two_u))
    p = xp.maximum(e, z >= 0) / (1 + e)
    return p, e / (1 + e) ** 2 * (_C + 3 * _D * z * z)


def _tail_over_bell(t: Any) -> Any:
    """Compute r(t), for t from 0 to `REACH`."""
    coefficients = FOR_FLOAT32 if getattr(t, "itemsize", 8) == 4 else FOR_FLOAT64
    t_plus_4 = t + 4
    v = (t - 4) / t_plus_4
    p = coefficients[0] * v  # Horner's rule, in one array
    for c in coefficients[1:-1]:
        p += c
        p *= v
    p += coefficients[-1]
    return p / t_plus_4
