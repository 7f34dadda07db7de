"""The table of activations: each elementwise function and its derivative, once.

Throughout, z is what goes into an activation and a is what comes out.  An entry gives its *value*
a = f(z) and its *slope* f′(z), each as one line that reads like the formula it computes.  The line
takes its functions from ``xp``, so the same line serves NumPy arrays and single numbers, and both
engines, the tests, the figures and the pages about activations read this one table.

A slope may use a, the value already computed, where that is how the derivative is written best.
It is stated once and never differentiated by the machine; the tests hold it against SymPy and
against finite differences.
"""

from typing import Any

from minigrad import floats
from minigrad.elementwise import ActivationFunction, Option
from minigrad.normal import REACH, by_tanh, distribution_and_density

identity = ActivationFunction(
    "identity",
    value=lambda xp, z: +z,
    slope=lambda xp, z, a: xp.ones_like(z),
    formula=r"f(z) = z",
    slope_formula=r"f'(z) = 1",
    about="Pass the input through unchanged; the output layer of a regression.",
    source="the linear unit of Widrow and Hoff, 1960",
    example=">>> identity(3.0)\n3.0",
)

sigmoid = ActivationFunction(
    "sigmoid",
    # The textbook's 1 / (1 + e^−z), multiplied through by e^z where z < 0: e^−|z| cannot overflow.
    value=lambda xp, z: xp.maximum(e := xp.exp(-abs(z)), z >= 0) / (1 + e),
    slope=lambda xp, z, a: a * (1 - a),
    formula=r"\sigma(z) = \frac{1}{1 + e^{-z}}",
    slope_formula=r"\sigma'(z) = a\,(1 - a)",
    range=(0.0, 1.0),
    about="Squash any number into (0, 1): the probability of a yes.",
    source="Verhulst's logistic curve, 1845",
    example=">>> sigmoid(0.0), sigmoid(-1000.0)\n(0.5, 0.0)",
)

hard_sigmoid = ActivationFunction(
    "hard_sigmoid",
    value=lambda xp, z: xp.clip(z + 3, 0.0, 6.0) / 6,
    slope=lambda xp, z, a: (abs(z) < 3) * xp.full_like(z, 1 / 6),
    formula=r"f(z) = \min(\max(z + 3, 0), 6) / 6",
    slope_formula=r"f'(z) = [|z| < 3] / 6",
    range=(0.0, 1.0),
    kinks={-3.0: "0", 3.0: "0"},
    about="Replace the curve of the sigmoid by a ramp from −3 to 3: no exponential to compute.",
    source="in this form, Howard and others, 2019 (MobileNetV3)",
    example=">>> hard_sigmoid(0.0), hard_sigmoid(1.5), hard_sigmoid(7.0)\n(0.5, 0.75, 1.0)",
)

tanh = ActivationFunction(
    "tanh",
    value=lambda xp, z: xp.tanh(z),
    slope=lambda xp, z, a: 1 - a * a,
    formula=r"\tanh z = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}",
    slope_formula=r"\tanh' z = 1 - a^2",
    range=(-1.0, 1.0),
    about="Squash any number into (−1, 1), centered on zero.",
    source="recommended for networks by LeCun, Bottou, Orr and Müller, 1998",
    example=">>> tanh(0.0), tanh(1000.0)\n(0.0, 1.0)",
)

scaled_tanh = ActivationFunction(
    "scaled_tanh",
    value=lambda xp, z: 1.7159 * xp.tanh(2 / 3 * z),
    slope=lambda xp, z, a: 1.7159 * 2 / 3 * (1 - (a / 1.7159) ** 2),
    formula=r"f(z) = A \tanh \tfrac{2}{3} z, \quad A = 1.7159",
    slope_formula=r"f'(z) = \tfrac{2}{3} A \left(1 - (a / A)^2\right)",
    range=(-1.7159, 1.7159),
    about="Stretch tanh so that it takes 1 to 1 and −1 to −1: targets of ±1 are not at its ends.",
    source="LeCun, Bottou, Orr and Müller, 1998",
    example=">>> scaled_tanh(0.0), round(scaled_tanh(1.0), 4)\n(0.0, 1.0)",
)

hard_tanh = ActivationFunction(
    "hard_tanh",
    value=lambda xp, z: xp.clip(z, -1.0, 1.0),
    slope=lambda xp, z, a: abs(z) < 1,
    formula=r"f(z) = \min(\max(z, -1), 1)",
    slope_formula=r"f'(z) = [|z| < 1]",
    range=(-1.0, 1.0),
    kinks={-1.0: "0", 1.0: "0"},
    about="Keep what is between −1 and 1, cut the rest off there.",
    source="Collobert, Weston, Bottou, Karlen, Kavukcuoglu and Kuksa, 2011",
    example=">>> hard_tanh(0.5), hard_tanh(-3.0)\n(0.5, -1.0)",
)

softsign = ActivationFunction(
    "softsign",
    # Past 1e20 the value is ±1 in any float; ∞ / ∞ would be NaN.
    value=lambda xp, z: (z := xp.clip(z, -1e20, 1e20)) / (1 + abs(z)),
    slope=lambda xp, z, a: (1 / (1 + abs(z))) ** 2,
    formula=r"f(z) = \frac{z}{1 + |z|}",
    slope_formula=r"f'(z) = \frac{1}{(1 + |z|)^2}",
    range=(-1.0, 1.0),
    about="Squash any number into (−1, 1), nearing the ends more slowly than tanh.",
    source="Bergstra, Desjardins, Lamblin and Bengio, 2009",
    example=">>> softsign(1.0), softsign(-3.0)\n(0.5, -0.75)",
)

relu = ActivationFunction(
    "relu",
    value=lambda xp, z: xp.maximum(z, 0.0),
    slope=lambda xp, z, a: z > 0,
    formula=r"\operatorname{ReLU}(z) = \max(z, 0)",
    slope_formula=r"\operatorname{ReLU}'(z) = [z > 0]",
    range=(0.0, floats.inf),
    kinks={0.0: "0"},
    about="Keep what is positive, replace the rest by zero.",
    source="Nair and Hinton, 2010",
    example=">>> relu(3.0), relu(-3.0)\n(3.0, 0.0)",
)

relu6 = ActivationFunction(
    "relu6",
    value=lambda xp, z: xp.clip(z, 0.0, 6.0),
    slope=lambda xp, z, a: (z > 0) & (z < 6),
    formula=r"f(z) = \min(\max(z, 0), 6)",
    slope_formula=r"f'(z) = [0 < z < 6]",
    range=(0.0, 6.0),
    kinks={0.0: "0", 6.0: "0"},
    about="Keep what is positive up to 6, so that few bits are enough to store it.",
    source="Krizhevsky, 2010",
    example=">>> relu6(3.0), relu6(-3.0), relu6(7.0)\n(3.0, 0.0, 6.0)",
)

leaky_relu = ActivationFunction(
    "leaky_relu",
    # The "and" is for α = 0, where the product with −∞ would be NaN.
    value=lambda xp, z, negative_slope: xp.maximum(z, negative_slope and negative_slope * z),
    slope=lambda xp, z, a, negative_slope: xp.maximum(xp.sign(z), negative_slope),
    formula=r"f(z) = \max(z, \alpha z)",
    slope_formula=r"f'(z) = \max(\operatorname{sign} z, \alpha)",
    kinks={0.0: "``negative_slope``"},
    options={"negative_slope": Option(default=0.01, low=0.0, high=1.0)},
    about="Keep what is positive, let a little of the rest through: α is ``negative_slope``.",
    source="Maas, Hannun and Ng, 2013",
    example=">>> leaky_relu(-3.0), leaky_relu(-3.0, negative_slope=0.25)\n(-0.03, -0.75)",
)

elu = ActivationFunction(
    "elu",
    value=lambda xp, z, alpha: xp.maximum(z, 0.0) + alpha * xp.expm1(xp.minimum(z, 0.0)),
    slope=lambda xp, z, a, alpha: (z > 0) + (z <= 0) * (xp.minimum(a, 0.0) + alpha),
    formula=r"f(z) = \max(z, 0) + \alpha\,(e^{\min(z, 0)} - 1)",
    slope_formula=r"f'(z) = [z > 0] + [z \le 0]\,(a + \alpha)",
    range=(-1.0, floats.inf),
    kinks={0.0: "``alpha``"},
    options={"alpha": Option(default=1.0, low=0.0, high=10.0)},
    about="Keep what is positive, bend the rest smoothly down to −α: α is ``alpha``.",
    source="Clevert, Unterthiner and Hochreiter, 2016",
    example=">>> elu(3.0), elu(-1000.0), elu(-1000.0, alpha=0.5)\n(3.0, -1.0, -0.5)",
)

celu = ActivationFunction(
    "celu",
    # Below −99 α the value is −α in any float; z / α might overflow.
    value=lambda xp, z, alpha: (
        xp.maximum(z, 0.0) + alpha * xp.expm1(xp.clip(z, -99 * alpha, 0.0) / alpha)
    ),
    slope=lambda xp, z, a, alpha: 1 + xp.minimum(a, 0.0) / alpha,
    formula=r"f(z) = \max(z, 0) + \alpha\,(e^{\min(z, 0) / \alpha} - 1)",
    slope_formula=r"f'(z) = 1 + \min(a, 0) / \alpha",
    range=(-1.0, floats.inf),
    options={"alpha": Option(default=1.0, low=0.1, high=10.0)},
    about="Bend ELU so that it has no kink, whatever α is: α is ``alpha``.",
    source="Barron, 2017",
    example=">>> celu(3.0), celu(-1000.0), celu(-1000.0, alpha=0.5)\n(3.0, -1.0, -0.5)",
)

_ALPHA, _LAMBDA = 1.6732632423543772, 1.0507009873554805

selu = ActivationFunction(
    "selu",
    # λ z itself is past the largest float where z is within a twentieth of it.
    value=lambda xp, z: _LAMBDA * elu.value(xp, z, _ALPHA),
    slope=lambda xp, z, a: _LAMBDA * elu.slope(xp, z, a / _LAMBDA, _ALPHA),
    formula=r"f(z) = \lambda\,(\max(z, 0) + \alpha\,(e^{\min(z, 0)} - 1)),"
    r"\quad \alpha \approx 1.6733,\ \lambda \approx 1.0507",
    slope_formula=r"f'(z) = \lambda\,([z > 0] + [z \le 0]\,(a / \lambda + \alpha))",
    range=(-_LAMBDA * _ALPHA, floats.inf),
    kinks={0.0: "λα = 1.7581"},
    about="Scale ELU so that layer after layer the values keep mean 0 and variance 1.",
    source="Klambauer, Unterthiner, Mayr and Hochreiter, 2017",
    example=">>> selu(0.0), round(selu(1.0), 4), round(selu(-1000.0), 4)\n(0.0, 1.0507, -1.7581)",
)

softplus = ActivationFunction(
    "softplus",
    # The textbook's log(1 + e^z), with e^z taken out of the logarithm where z > 0.
    value=lambda xp, z: xp.maximum(z, 0.0) + xp.log1p(xp.exp(-abs(z))),
    slope=lambda xp, z, a: sigmoid.value(xp, z),
    formula=r"f(z) = \log(1 + e^{z})",
    slope_formula=r"f'(z) = \sigma(z)",
    range=(0.0, floats.inf),
    about="Round off the corner of ReLU; the slope is the sigmoid.",
    source="Dugas, Bengio, Bélisle, Nadeau and Garcia, 2001",
    example=">>> softplus(1000.0), softplus(-1000.0)\n(1000.0, 0.0)",
)

silu = ActivationFunction(
    "silu",
    # Past ±1e4, σ is 0 or 1 in any float; β z might overflow, and ∞ · 0 would be NaN.
    shared=lambda xp, z, beta: (y := beta * xp.clip(z, -1e4, 1e4), sigmoid.value(xp, y)),
    value=lambda xp, z, y, s, beta: xp.clip(z, -1e4, floats.inf) * s,
    slope=lambda xp, z, a, y, s, beta: s * (1 + y * (1 - s)),
    formula=r"f(z) = z\,\sigma(\beta z)",
    slope_formula=r"f'(z) = s\,(1 + \beta z\,(1 - s)), \quad s = \sigma(\beta z)",
    range=(-0.2784645427610738, floats.inf),
    options={"beta": Option(default=1.0, low=0.1, high=10.0)},
    about="Let each input through as far as its own sigmoid opens; with β, ``beta``, also Swish.",
    source="Hendrycks and Gimpel, 2016; with β, Ramachandran, Zoph and Le, 2017",
    example=">>> silu(0.0), silu(1000.0), silu(-1000.0)\n(0.0, 1000.0, -0.0)",
)

gelu = ActivationFunction(
    "gelu",
    # Past ±39, φ is 0 in any float, and Φ is 0 or 1; z² might overflow, and ∞ · 0 would be NaN.
    shared=lambda xp, z, approximate: (
        y := xp.clip(z, -REACH, REACH),
        *(by_tanh if approximate == "tanh" else distribution_and_density)(xp, y),
    ),
    value=lambda xp, z, y, Phi, phi, approximate: xp.clip(z, -REACH, floats.inf) * Phi,
    slope=lambda xp, z, a, y, Phi, phi, approximate: Phi + y * phi,
    formula=r"f(z) = z\,\Phi(z) \approx \tfrac{1}{2} z\,(1 + \tanh u),"
    r"\quad u = \sqrt{2 / \pi}\,(z + 0.044715\,z^3)",
    slope_formula=r"f'(z) = \Phi(z) + z\,\varphi(z)",
    range=(-0.16997120747990366, floats.inf),
    options={"approximate": Option(default="none", choices=("none", "tanh"))},
    about="Let each input through with the probability Φ that a normal number lies below it.",
    source="Hendrycks and Gimpel, 2016",
    example='>>> gelu(1.0), gelu(1.0, approximate="tanh"), gelu(-1000.0)\n(0.8413, 0.8412, -0.0)',
)


def _tanh_softplus(xp: Any, z: Any) -> Any:
    """Compute tanh log(1 + e^z), which is a fraction of two sums, from e^z = p / q."""
    e = xp.exp(-abs(z))
    p, q = xp.maximum(e, z >= 0), xp.maximum(e, z < 0)
    n = p * (p + 2 * q)
    return n / (n + 2 * q * q)


mish = ActivationFunction(
    "mish",
    # As in SiLU: past ±1e4 the products are 0 or z, and ∞ · 0 would be NaN.
    shared=lambda xp, z: (_tanh_softplus(xp, z), sigmoid.value(xp, z)),
    value=lambda xp, z, t, s: xp.clip(z, -1e4, floats.inf) * t,
    slope=lambda xp, z, a, t, s: t + xp.clip(z, -1e4, 1e4) * (1 - t * t) * s,
    formula=r"f(z) = z \tanh \log(1 + e^{z})",
    slope_formula=r"f'(z) = t + z\,(1 - t^2)\,s,"
    r"\quad t = \tanh \log(1 + e^{z}), \quad s = \sigma(z)",
    range=(-0.3088434130172504, floats.inf),
    about="Let each input through as far as the tanh of its softplus opens.",
    source="Misra, 2019",
    example=">>> mish(0.0), mish(1000.0), mish(-1000.0)\n(0.0, 1000.0, -0.0)",
)

hard_swish = ActivationFunction(
    "hard_swish",
    # Below −3 the second factor is 0; −∞ · 0 would be NaN.
    value=lambda xp, z: xp.clip(z, -3.0, floats.inf) * hard_sigmoid.value(xp, z),
    slope=lambda xp, z, a: (z >= 3) + (abs(z) < 3) * (xp.clip(z, -3.0, 3.0) + 1.5) / 3,
    formula=r"f(z) = z \min(\max(z + 3, 0), 6) / 6",
    slope_formula=r"f'(z) = [z \ge 3] + [|z| < 3]\,(z + \tfrac{3}{2}) / 3",
    range=(-0.375, floats.inf),
    kinks={-3.0: "0", 3.0: "1"},
    about="Let each input through as far as its own hard sigmoid opens.",
    source="Howard and others, 2019 (MobileNetV3)",
    example=">>> hard_swish(-1.0), hard_swish(3.0), hard_swish(-3.0)\n(-0.3333, 3.0, -0.0)",
)

TABLE = {
    entry.name: entry
    for entry in (
        *(identity, sigmoid, hard_sigmoid, tanh, scaled_tanh, hard_tanh, softsign),
        *(relu, relu6, leaky_relu, elu, celu, selu, softplus, silu, gelu, mish, hard_swish),
    )
}


def entry(op: str, activation: Any) -> ActivationFunction:
    """Return an entry of the table, also by its name, or say which there are.

    >>> entry("gain", "relu") is relu
    True
    """
    if isinstance(activation, str) and activation not in TABLE:
        raise ValueError(f"{op}: no {activation!r} in the table; it has {list(TABLE)}")
    found = TABLE[activation] if isinstance(activation, str) else activation
    if not isinstance(found, ActivationFunction):
        raise TypeError(
            f"{op}: got a {type(found).__name__}; pass an entry of the table, or its name "
            f"(in a Sequential, any function may stand as it is)"
        )
    return found


__test__ = {name: entry.__doc__ for name, entry in TABLE.items()}
