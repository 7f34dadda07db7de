"""minigrad: automatic differentiation small enough to read, with every derivative in one line.

Two engines share one walk and one table of activations: `Value` for single numbers, in pure Python,
and `Tensor` for NumPy arrays.  What needs NumPy is imported when it is first asked for, so that
``from minigrad import Value`` works where NumPy is missing.

What a reader of the source meets, in this order:

1. One number.  `graph` (the walk back), `scalar` (Value), `neuron` (a weighted sum as one node).
2. Functions.  `elementwise` (a value and a slope), `activations` (the table), `elementary` (exp,
   log, maximum), and what their lines are made of: `lines`, `floats`, `normal`.
3. Arrays.  `arrays` (which may be part of a graph), `recording` (the engine), `tensor` (what one
   can do with it), `settings` (each is checked where it comes in), `rowwise` (softmax).
4. Losses.  `losses` (number against number), `categorical` (one of several classes).
5. Layers.  `layers`, `state` (what they keep), `initializers`, `gains`, `learned_activations`,
   `gated`, `dropout`, `normalization`, `summarizing`.
6. Training.  `optimizers`, `adaptive_optimizers`, `schedules`, `evaluation`,
   `callbacks`, `checkpoints`, `training` (fit).
7. Looking and checking.  `checking` (gradients), `untouched`, `finding` and `tallies` (what the
   next needs), `probes`, `monitoring`, `plotting`, `drawing`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from minigrad.activations import (
    TABLE,
    celu,
    elu,
    gelu,
    hard_sigmoid,
    hard_swish,
    hard_tanh,
    identity,
    leaky_relu,
    mish,
    relu,
    relu6,
    scaled_tanh,
    selu,
    sigmoid,
    silu,
    softplus,
    softsign,
    tanh,
)
from minigrad.categorical import cross_entropy, cross_entropy_from_probabilities
from minigrad.checking import GradCheck, GradientError, check_activation, gradcheck
from minigrad.elementary import cos, exp, log, maximum, minimum, normal_cdf, sin, sqrt
from minigrad.elementwise import ActivationFunction, Option
from minigrad.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    huber,
    mean_absolute_error,
    mean_squared_error,
)
from minigrad.neuron import dot
from minigrad.rowwise import log_softmax, log_sum_exp, softmax, sparsemax
from minigrad.scalar import Value

if TYPE_CHECKING:
    from minigrad.adaptive_optimizers import Adam, AdamW, RMSprop
    from minigrad.callbacks import EarlyStopping, Run
    from minigrad.checkpoints import Checkpoint, Saved, load, save
    from minigrad.drawing import SVG, draw_graph, graph_svg
    from minigrad.dropout import Dropout
    from minigrad.evaluation import accuracy, binary_accuracy, evaluate
    from minigrad.gains import Gain, gain, with_gain
    from minigrad.gated import GEGLU, GLU, ReGLU, SwiGLU
    from minigrad.initializers import (
        glorot_normal,
        glorot_uniform,
        he_normal,
        he_uniform,
        lecun_normal,
        lecun_uniform,
        orthogonal,
        plain_uniform,
        zeros,
    )
    from minigrad.layers import Activation, Layer, Linear, Residual, Sequential, linear
    from minigrad.learned_activations import Maxout, PReLU
    from minigrad.monitoring import Monitor, StepProbe
    from minigrad.normalization import BatchNorm, LayerNorm
    from minigrad.optimizers import SGD, clip_gradients
    from minigrad.plotting import (
        plot_activation,
        plot_histogram,
        plot_layers,
        plot_training,
        plot_units,
    )
    from minigrad.probes import ActivationProbe, ParameterProbe, Probe, probe
    from minigrad.recording import no_grad, record
    from minigrad.schedules import ConstantRate, CosineDecay, StepDecay
    from minigrad.summarizing import summary
    from minigrad.tensor import Tensor
    from minigrad.training import DivergenceError, fit

__version__ = "0.1.0"

_NEED_NUMPY = (
    "recording",
    "tensor",
    "initializers",
    "gains",
    "layers",
    "learned_activations",
    "gated",
    "normalization",
    "dropout",
    "summarizing",
    "optimizers",
    "adaptive_optimizers",
    "schedules",
    "evaluation",
    "callbacks",
    "checkpoints",
    "training",
    "probes",
    "monitoring",
    "plotting",
    "drawing",
)

__all__ = [
    "GEGLU",
    "GLU",
    "SGD",
    "SVG",
    "TABLE",
    "Activation",
    "ActivationFunction",
    "ActivationProbe",
    "Adam",
    "AdamW",
    "BatchNorm",
    "Checkpoint",
    "ConstantRate",
    "CosineDecay",
    "DivergenceError",
    "Dropout",
    "EarlyStopping",
    "Gain",
    "GradCheck",
    "GradientError",
    "Layer",
    "LayerNorm",
    "Linear",
    "Maxout",
    "Monitor",
    "Option",
    "PReLU",
    "ParameterProbe",
    "Probe",
    "RMSprop",
    "ReGLU",
    "Residual",
    "Run",
    "Saved",
    "Sequential",
    "StepDecay",
    "StepProbe",
    "SwiGLU",
    "Tensor",
    "Value",
    "accuracy",
    "binary_accuracy",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "celu",
    "check_activation",
    "clip_gradients",
    "cos",
    "cross_entropy",
    "cross_entropy_from_probabilities",
    "dot",
    "draw_graph",
    "elu",
    "evaluate",
    "exp",
    "fit",
    "gain",
    "gelu",
    "glorot_normal",
    "glorot_uniform",
    "gradcheck",
    "graph_svg",
    "hard_sigmoid",
    "hard_swish",
    "hard_tanh",
    "he_normal",
    "he_uniform",
    "huber",
    "identity",
    "leaky_relu",
    "lecun_normal",
    "lecun_uniform",
    "linear",
    "load",
    "log",
    "log_softmax",
    "log_sum_exp",
    "maximum",
    "mean_absolute_error",
    "mean_squared_error",
    "minimum",
    "mish",
    "no_grad",
    "normal_cdf",
    "orthogonal",
    "plain_uniform",
    "plot_activation",
    "plot_histogram",
    "plot_layers",
    "plot_training",
    "plot_units",
    "probe",
    "record",
    "relu",
    "relu6",
    "save",
    "scaled_tanh",
    "selu",
    "sigmoid",
    "silu",
    "sin",
    "softmax",
    "softplus",
    "softsign",
    "sparsemax",
    "sqrt",
    "summary",
    "tanh",
    "with_gain",
    "zeros",
]


def __getattr__(name: str) -> Any:
    for module in _NEED_NUMPY if name in __all__ else ():
        found = getattr(import_module(f"minigrad.{module}"), name, None)
        if found is not None:
            globals()[name] = found
            return found
    raise AttributeError(f"module 'minigrad' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
