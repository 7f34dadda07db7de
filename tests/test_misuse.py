"""How bad input is met: the sentence names the operation, what came, and what to pass."""

import operator

import numpy as np
import pytest

import minigrad as mg
from minigrad import SGD, Linear, Tensor, Value

x = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
v = Value(2.0)
ints = np.arange(3)


def training(**settings):
    """Train a model of its own, in a way that fit refuses."""
    line, ones = Linear(1, 1, rng=0), np.ones((1, 1))
    given = {"loss": mg.mean_squared_error, "optimizer": SGD(line.parameters(), 0.1), "epochs": 1}
    mg.fit(line, ones, ones, progress=False, **given | settings)


class Namesakes(mg.Layer):
    """A layer of which two parts have the same name in its state."""

    def __init__(self):
        self.a = [Tensor([1.0])]
        setattr(self, "a.0", Tensor([2.0]))


class Doubled:
    """A model that has a weight of the same name as one outside, and uses both."""

    def __init__(self):
        self.x = Tensor([1.0], requires_grad=True)

    def __call__(self, z):
        return self.x * z * x


# What one does, the error, and words that must stand in its message.
MISUSES = {
    # Making a tensor
    "integers": (lambda: Tensor(ints), TypeError, "Tensor", "ndarray", "int64", "astype(float)"),
    "half": (lambda: Tensor(np.ones(2, np.float16)), TypeError, "float16", "float32", "Tensor"),
    "text": (lambda: Tensor("1"), TypeError, "Tensor", "str", "pass float64"),
    "nothing": (lambda: Tensor(None), TypeError, "Tensor", "NoneType", "pass float64", "a list"),
    "truth": (lambda: Tensor(True), TypeError, "Tensor", "bool", "pass float64"),
    "complex": (lambda: Tensor(1j), TypeError, "Tensor", "complex128", "pass float64"),
    "ragged": (lambda: Tensor([[1], [1, 2]]), ValueError, "Tensor", "rows", "different lengths"),
    "a tensor": (lambda: Tensor(x), TypeError, "Tensor", "pass its .data"),
    "a list of Values": (lambda: Tensor([v, v]), TypeError, "a loss takes one flat list"),
    "a list of tensors": (
        lambda: Tensor([x, x]),
        TypeError,
        "Tensor: got a Tensor",
        "pass its .data",
    ),
    # Arithmetic
    "x + ints": (lambda: x + ints, TypeError, "+: got ndarray", "int64", "astype(float)"),
    "ints + x": (lambda: ints + x, TypeError, "+: got ndarray", "int64", "astype(float)"),
    "x * text": (lambda: x * "2", TypeError, "*: got str", "pass float64"),
    "x - Value": (lambda: x - v, TypeError, "-: got Value", "pass float64", "instance its .data"),
    "Value - x": (lambda: v - x, TypeError, "-: got a Tensor", "numbers and other Values"),
    "x + shapes": (lambda: x + np.ones((3, 2)), ValueError, "+: shapes (2, 3) and (3, 2)", "or 1"),
    "x / shapes": (lambda: x / np.ones(2), ValueError, "/: shapes (2, 3) and (2,)", "do not fit"),
    "x / 0": (lambda: x / 0, ZeroDivisionError, "/: division by zero", "keep the denominator"),
    "x @ shapes": (lambda: x @ x, ValueError, "@: shapes (2, 3) and (2, 3)", "must be as long"),
    "x @ vector": (lambda: x @ np.ones(2), ValueError, "(2,) do not fit", "a vector is one column"),
    "x @ number": (lambda: x @ 2, ValueError, "@: shapes (2, 3) and ()", "do not fit"),
    "x @ batch": (
        lambda: np.ones((4, 2, 3)) @ Tensor(np.ones((5, 3, 2))),
        ValueError,
        "@: shapes (4, 2, 3) and (5, 3, 2) do not fit",
    ),
    "x ** x": (lambda: x**x, TypeError, "**: the exponent is a Tensor", "pass a number", "exp()"),
    "x ** text": (lambda: x ** "2", TypeError, "**: the exponent is a str", "pass a number"),
    "x ** 0.5": (lambda: (-x) ** 0.5, ValueError, "**: got -1.0; x ** 0.5 is not a", "positive"),
    "x ** -1": (lambda: (x - 1) ** -1, ValueError, "**: got 0.0; x ** -1.0 is not", "positive"),
    "log": (lambda: (x - 1).log(), ValueError, "log: got 0.0", "pass positive numbers"),
    "if x": (lambda: bool(x.sum()), TypeError, "neither true nor false", "compare its .data"),
    "np.asarray": (lambda: np.asarray(x), TypeError, "Tensor", "NumPy wants an array", ".data"),
    "2 ** x": (lambda: 2**x, TypeError, "**: the exponent is a Tensor; write (x * math.log(base"),
    "2 ** Value": (lambda: 2**v, TypeError, "**: the exponent is a Value; write (x * math.log("),
    "leaf +=": (
        lambda: operator.iadd(x, 1),
        TypeError,
        "+=: x += y makes a new Tensor, and x is a leaf with requires_grad=True",
        "write x.data = x.data + y",
    ),
    "leaf -=": (lambda: operator.isub(x, 1), TypeError, "-=: x -= y", "write x.data = x.data - y"),
    "leaf *=": (lambda: operator.imul(x, 1), TypeError, "*=: x *= y", "write x.data = x.data * y"),
    "leaf /=": (lambda: operator.itruediv(x, 1), TypeError, "/=: x /= y", "x.data = x.data / y"),
    "leaf **=": (lambda: operator.ipow(x, 2), TypeError, "**=: x **= y", "x.data = x.data ** y"),
    "leaf @=": (lambda: operator.imatmul(x, x), TypeError, "@=: x @= y", "x.data = x.data @ y"),
    "float": (lambda: float(x), ValueError, "item: got shape (2, 3)", "reduce it"),
    "an element": (
        lambda: operator.setitem(x, 0, 1.0),
        TypeError,
        "[]: the numbers of a Tensor do not change; build an array of all, and assign it to",
    ),
    "np.exp": (lambda: np.exp(x), TypeError, "Tensor", "does not support ufuncs"),
    "np.sum": (lambda: np.sum(x), TypeError, "np.sum: got a Tensor; use its own .sum, or pass its"),
    "np.median": (lambda: np.median(x), TypeError, "np.median: got a Tensor; pass its .data"),
    "np.linalg": (lambda: np.linalg.norm(x), TypeError, "np.linalg.norm: got a Tensor; pass its"),
    "in place": (lambda: x.data.__setitem__(0, 0.0), ValueError, "destination is read-only"),
    "in place +": (lambda: x.data.__iadd__(1), ValueError, "output array is read-only"),
    "another shape": (
        lambda: setattr(x, "data", np.ones(2)),
        ValueError,
        "data: got shape (2,) for a leaf of shape (2, 3); assign",
    ),
    "x < y": (lambda: x < 1, TypeError, "neither more nor less", "compare its .data"),
    "x == number": (lambda: x == 1.0, TypeError, "==", "compare its .data"),
    "Value < y": (lambda: v < 1, TypeError, "neither more nor less", "compare its .data"),
    "Value == number": (lambda: v == 1.0, TypeError, "==", "compare its .data"),
    "Value == label": (lambda: v == ints[2], TypeError, "==", "compare its .data"),
    "Value == labels": (lambda: ints == v, TypeError, "==", "compare its .data"),
    "second derivative": (
        lambda: x.sum().backward(create_graph=True),
        NotImplementedError,
        "backward: create_graph=True",
        "finite differences",
    ),
    "Value's second": (
        lambda: v.backward(create_graph=True),
        NotImplementedError,
        "backward: create_graph=True",
        "finite differences",
    ),
    # Reductions and shapes: NumPy says it well
    "mean": (lambda: x.mean(2), ValueError, "mean: axis 2 is out of bounds", "dimension 2"),
    "sum": (lambda: x.sum(2), ValueError, "sum: axis 2 is out of bounds", "dimension 2"),
    "max": (lambda: x.max(axis=-3), ValueError, "max: axis -3 is out of bounds", "dimension 2"),
    "sum twice": (lambda: x.sum((0, 0)), ValueError, "duplicate", "axis"),
    "max of nothing": (lambda: x[:0].max(), ValueError, "max: got an empty tensor", "(0, 3)"),
    "mean of nothing": (lambda: x[:0].mean(), ValueError, "mean: got an empty tensor", "(0, 3)"),
    "reshape": (lambda: x.reshape(4), ValueError, "reshape: cannot reshape", "size 6", "(4,)"),
    "transpose": (lambda: x.transpose(0), ValueError, "transpose: axes don't match"),
    "transpose twice": (lambda: x.transpose(0, 0), ValueError, "repeated axis"),
    "index": (lambda: x[2], IndexError, "[]: index 2 is out of bounds", "size 2"),
    "indices": (lambda: x[0, 0, 0], IndexError, "too many indices"),
    "length": (lambda: len(x.sum()), TypeError, "len: the Tensor is one number, of shape ()"),
    "index by tensor": (lambda: x[x], TypeError, "got a Tensor", "pass its .data"),
    "item": (lambda: x.item(), ValueError, "item: got shape (2, 3)", "reduce it"),
    # Backward
    "no cotangent": (lambda: (x * 2).backward(), ValueError, "backward", "(2, 3)", ".sum()"),
    "cotangent": (
        lambda: (x * 2).backward(np.ones((3, 2))),
        ValueError,
        "backward: the cotangent has shape (3, 2); pass one of shape (2, 3)",
    ),
    "cotangent of 1": (lambda: (x * 2).backward(1.0), ValueError, "cotangent has shape ()"),
    "cotangent of ints": (lambda: x.sum(1).backward(ints[:2]), TypeError, "backward", "int64"),
    "cotangent a tensor": (lambda: x.backward(x), TypeError, "got a Tensor", "pass its .data"),
    "nothing to do": (
        lambda: Tensor(1.0).backward(),
        ValueError,
        "backward: nothing to differentiate",
        "requires_grad=True",
        "no_grad()",
    ),
    "retain_grad": (
        lambda: (Tensor(1.0) * 2).retain_grad(),
        ValueError,
        "retain_grad: the tensor has no graph; compute it of a leaf with requires_grad=True",
        "no_grad()",
    ),
    # Values
    "Value(text)": (lambda: Value("1"), TypeError, "Value: got a str", "works with numbers"),
    "Value(array)": (lambda: Value(np.ones(2)), TypeError, "Value: got a ndarray", "numbers"),
    "Value ** Value": (lambda: v**v, TypeError, "**: the exponent is a Value", "exp()"),
    "Value / 0": (lambda: v / 0, ZeroDivisionError, "/: 2.0 divided by zero", "keep the denomin"),
    "Value.log": (lambda: (v - 2).log(), ValueError, "log: got 0.0", "pass positive numbers"),
    "Value.exp": (lambda: (v * 400).exp(), OverflowError, "exp: got 800.0", "subtract the largest"),
    "exp": (lambda: (x * 400).exp(), OverflowError, "exp: got 800.0", "subtract the largest"),
    "exp of a number": (lambda: mg.exp(800.0), OverflowError, "exp: got 800.0"),
    "sqrt": (lambda: mg.sqrt(x - 2), ValueError, "sqrt: got -1.0; pass no negative number"),
    "sqrt at 0": (
        lambda: mg.sqrt(v - 2),
        ZeroDivisionError,
        "sqrt: got 0.0; its slope is infinite there",
        "add a little",
    ),
    "sin": (lambda: mg.sin(float("inf")), ValueError, "sin: got inf; pass finite numbers"),
    "maximum": (lambda: mg.maximum(x, v), TypeError, "maximum: got Value", "pass float64"),
    "maximum of a Value": (lambda: mg.maximum(v, x), TypeError, "maximum: got a Tensor"),
    "maximum with text": (lambda: mg.maximum(v, "1"), TypeError, "maximum: got a str"),
    "maximum of ints": (
        lambda: mg.maximum(ints, 1.0),
        TypeError,
        "maximum: got ndarray of int64; pass Values, Tensors, numbers or NumPy arrays of floats",
    ),
    "maximum of shapes": (
        lambda: mg.maximum(x, np.ones(2)),
        ValueError,
        "maximum: shapes (2, 3) and (2,) do not fit",
    ),
    "maximum of arrays": (
        lambda: mg.maximum(np.ones(3), np.ones(2)),
        ValueError,
        "maximum: shapes (3,) and (2,) do not fit",
    ),
    "Value ** large": (lambda: v**5000, OverflowError, "**: 2.0 ** 5000.0", "pass a base nearer"),
    "Value ** 0.5": (lambda: (-v) ** 0.5, ValueError, "**: -2.0 ** 0.5", "pass a positive base"),
    "if Value": (lambda: bool(v), TypeError, "neither true nor false", "compare its .data"),
    "Value.backward": (lambda: v.backward("1"), TypeError, "backward: got a str"),
    # The table
    "relu(list)": (lambda: mg.relu([1.0]), TypeError, "relu: got list", "pass a Value, a Tensor"),
    "relu(ints)": (
        lambda: mg.relu(ints),
        TypeError,
        "relu: got ndarray of int64",
        "array of floats",
    ),
    "option": (lambda: mg.relu(1.0, 0.1), TypeError, "relu: got options [0.1]", "z and no option"),
    "range": (
        lambda: mg.leaky_relu(x, 1.5),
        ValueError,
        "leaky_relu: negative_slope is 1.5; pass a number from 0 to 1",
    ),
    "choice": (
        lambda: mg.gelu(x, approximate="sigmoid"),
        ValueError,
        "gelu: approximate is 'sigmoid'; pass 'none' or 'tanh'",
    ),
    "no activation of each number": (
        lambda: mg.ActivationFunction(
            "total", value=lambda xp, z: z.sum(), slope=lambda xp, z, a: 1.0
        )(x),
        ValueError,
        "total: its value has shape () for an input of shape (2, 3)",
        "element by element",
    ),
    "record": (
        lambda: mg.record("positive", x.data > 0, (x, lambda g: 0 * g)),
        TypeError,
        "positive: got ndarray of dtype bool; pass float64 or float32",
    ),
    "no slope": (
        lambda: mg.ActivationFunction("bend", value=lambda xp, z: z),
        TypeError,
        "ActivationFunction: bend needs its value and its slope, or one function of z",
    ),
    "no option": (
        lambda: mg.ActivationFunction("bend", lambda z, k: z * k, options={"k": 2.0}),
        TypeError,
        "ActivationFunction: got the option 2.0; pass an Option, such as Option(2.0)",
        "such as Option(2.0)",
    ),
    "no elementwise function": (
        lambda: mg.ActivationFunction("bend", lambda z: np.sin(z)),
        TypeError,
        "bend: f cannot take a Value",
        "compose it of operators and minigrad's functions",
    ),
    "a composition": (
        lambda: mg.ActivationFunction("bend", lambda z: mg.log(z - 1)),
        ValueError,
        "bend: f, tried at z = 0.5: log: got -0.5; pass positive numbers",
    ),
    "where": (
        lambda: mg.floats.where(True, 1.0, 0.0),
        AttributeError,
        "xp.where is not offered for one number; there are ['clip', 'cos', 'exp',",
        "'sqrt', 'tanh']",
    ),
    "softmax(Value)": (lambda: mg.softmax(v), TypeError, "softmax: got one Value", "a list of"),
    "softmax(axis)": (lambda: mg.softmax(x, 2), ValueError, "softmax: got shape (2, 3)", "axis 2"),
    "softmax([])": (lambda: mg.softmax([]), ValueError, "softmax: got shape (0,)", "at least one"),
    "softmax(T)": (
        lambda: mg.softmax(x, temperature=0),
        ValueError,
        "softmax: temperature is 0; pass a number from 1e-30 to 1e+30",
    ),
    "softmax(float axis)": (lambda: mg.softmax(x, axis=1.0), ValueError, "has no axis 1.0"),
    "all masked": (
        lambda: mg.log_softmax([-np.inf, -np.inf]),
        ValueError,
        "log_softmax: got a row of nothing but -inf; leave at least one",
    ),
    "sparsemax(axis)": (
        lambda: mg.sparsemax(x, None),
        ValueError,
        "sparsemax: got shape (2, 3)",
        "axis None",
    ),
    # Losses
    "labels of floats": (
        lambda: mg.cross_entropy(x, [0.0, 1.0]),
        TypeError,
        "cross_entropy: got labels of dtype float64; pass integers",
    ),
    "label": (lambda: mg.cross_entropy(x, [0, 3]), ValueError, "label 3 for 3 classes", "0 to 2"),
    "label below": (lambda: mg.cross_entropy(x, [0, -1]), ValueError, "label -1", "from 0 to 2"),
    "labels": (lambda: mg.cross_entropy(x, [0]), ValueError, "(1,)", "(2, 3)", "pass one integer"),
    "no examples": (lambda: mg.cross_entropy(x[:0], []), ValueError, "empty batch", "(0, 3)"),
    "a Tensor beside Values": (
        lambda: mg.mean_squared_error([v], Tensor([1.0])),
        TypeError,
        "mean_squared_error: got the target Tensor([1.])",
        "pass as many numbers",
    ),
    "target": (
        lambda: mg.mean_squared_error(x, np.ones((2, 1))),
        ValueError,
        "mean_squared_error: the prediction has shape (2, 3) and the target (2, 1); reshape",
    ),
    "a ragged target": (
        lambda: mg.mean_squared_error(x, [[1], [1, 2]]),
        ValueError,
        "mean_squared_error: the rows of the target have different lengths",
    ),
    "a tensor as target": (
        lambda: mg.mean_absolute_error(x, Tensor(np.ones((2, 3)))),
        TypeError,
        "got a Tensor",
        "pass its .data",
    ),
    "no one-hot": (
        lambda: mg.cross_entropy(x, [[0, 1, 1], [0, 1, 0]]),
        ValueError,
        "cross_entropy: got labels in rows, one with the sum 2",
        "rows from 0 to 1 that sum to 1, or one integer per row",
    ),
    "labels a tensor": (
        lambda: mg.cross_entropy(x, x),
        TypeError,
        "cross_entropy: the labels: got a Tensor",
        "pass its .data",
    ),
    "smoothing": (
        lambda: mg.cross_entropy(x, [0, 1], label_smoothing=1.0),
        ValueError,
        "cross_entropy: label_smoothing is 1.0; pass a number from 0 up to, not including, 1",
    ),
    "logits for probabilities": (
        lambda: mg.cross_entropy_from_probabilities(x, [0, 1]),
        ValueError,
        "cross_entropy_from_probabilities: got a probability of 2; pass 0 to 1",
        "or pass logits to cross_entropy",
    ),
    "a logit for a probability": (
        lambda: mg.binary_cross_entropy(x, np.ones((2, 3))),
        ValueError,
        "binary_cross_entropy: got a probability of 2; pass 0 to 1",
        "or pass logits to binary_cross_entropy_with_logits",
    ),
    "no distribution": (
        lambda: mg.cross_entropy_from_probabilities([[0.1, 0.1]], [0]),
        ValueError,
        "cross_entropy_from_probabilities: got a row of probabilities that sum to 0.2",
        "pass rows that sum to 1",
    ),
    "probability": (
        lambda: mg.binary_cross_entropy_with_logits([v], [2]),
        ValueError,
        "binary_cross_entropy_with_logits: got a target of 2; pass 0 to 1",
    ),
    # Layers and optimizers
    "Linear(0)": (lambda: Linear(0, 3), ValueError, "Linear: in_features is 0", "positive integer"),
    "Linear's shape": (
        lambda: Linear(2, 3, weight_init=lambda i, o, rng, dtype: np.ones((o, i), dtype)),
        ValueError,
        "Linear: weight_init returned shape (3, 2) of float64; return (2, 3) of float64",
    ),
    "a vector of biases": (
        lambda: Linear(2, 3, bias_init=lambda i, o, rng, dtype: np.ones(o, dtype)),
        ValueError,
        "Linear: bias_init returned shape (3,) of float64; return (2, 3) of float64",
    ),
    "a row of weights": (
        lambda: Linear(2, 3, weight_init=lambda i, o, rng, dtype: np.ones((1, o), dtype)),
        ValueError,
        "Linear: weight_init returned shape (1, 3)",
    ),
    "an initializer's dtype": (
        lambda: Linear(2, 3, dtype="f4", weight_init=lambda i, o, rng, dtype: np.ones((i, o))),
        ValueError,
        "Linear: weight_init returned shape (2, 3) of float64; return (2, 3) of float32",
    ),
    "no initializer": (
        lambda: Linear(2, 3, weight_init="he_normal"),
        TypeError,
        "Linear: weight_init is 'he_normal'; pass a function, such as glorot_uniform",
    ),
    "no initializer of biases": (
        lambda: Linear(2, 3, bias_init=0.0),
        TypeError,
        "Linear: bias_init is 0.0; pass a function",
    ),
    "dtype": (
        lambda: Linear(2, 3, dtype=int),
        TypeError,
        "Linear: dtype is <class 'int'>; pass np.float64 or np.float32",
    ),
    "no dtype": (lambda: mg.PReLU(dtype="f5"), TypeError, "PReLU: dtype is 'f5'; pass np.float64"),
    "half a dtype": (lambda: mg.BatchNorm(2, dtype="f2"), TypeError, "BatchNorm: dtype is 'f2'; p"),
    "seed": (lambda: Linear(2, 3, rng=-1), ValueError, "Linear: rng is -1; pass a seed from 0 up"),
    "no seed": (
        lambda: mg.Dropout(rng="a"),
        TypeError,
        "Dropout: rng is 'a'; pass a seed, a generator, or None",
    ),
    "true seed": (lambda: mg.GLU(2, 3, rng=True), TypeError, "GLU: rng is True; pass a seed, a"),
    "float seed": (lambda: mg.Maxout(2, 3, rng=1.0), TypeError, "Maxout: rng is 1.0; pass a seed"),
    "fans": (
        lambda: mg.he_normal(0, 4, 0),
        ValueError,
        "he_normal: fan_in is 0; pass a positive integer",
    ),
    "fan_out": (lambda: mg.zeros(2, 1.5, 0), ValueError, "zeros: fan_out is 1.5; pass a positive"),
    "an initializer's seed": (
        lambda: mg.orthogonal(2, 2, "a"),
        TypeError,
        "orthogonal: rng is 'a'",
    ),
    "weights of ints": (
        lambda: mg.he_uniform(3, 2, 0, int),
        TypeError,
        "he_uniform: dtype is <class 'int'>",
    ),
    "gain": (lambda: mg.gain("rleu"), ValueError, "gain: no 'rleu' in the table; it has ['iden"),
    "gain of rows": (
        lambda: mg.gain(mg.softmax),
        TypeError,
        "gain: got a function; pass an entry of the table, or its name",
    ),
    "gain of a step": (
        lambda: mg.gain(
            mg.ActivationFunction(
                "step", value=lambda xp, z: (z > 0) * 1.0, slope=lambda xp, z, a: 0 * z
            )
        ),
        ValueError,
        "gain: of a step, its slope is 0 everywhere, which no factor makes up for; pass",
    ),
    "gain of nothing": (
        lambda: mg.gain(
            mg.ActivationFunction("none", value=lambda xp, z: 0 * z, slope=lambda xp, z, a: 0 * z)
        ),
        ValueError,
        "gain: of a none, the result is 0 everywhere",
    ),
    "input": (
        lambda: Linear(2, 3)(x),
        ValueError,
        "linear: got an input of shape (2, 3)",
        "length 2",
    ),
    "input of ints": (
        lambda: Linear(3, 1)(ints),
        TypeError,
        "linear: got ndarray",
        "astype(float)",
    ),
    "no layer": (
        lambda: mg.Sequential("relu"),
        TypeError,
        "Sequential: got a str; pass a layer or",
    ),
    "a class": (
        lambda: mg.Sequential(Linear(2, 3), mg.PReLU),
        TypeError,
        "Sequential: got the class PReLU; pass a layer, such as PReLU()",
    ),
    "Residual(class)": (
        lambda: mg.Residual(mg.Dropout),
        TypeError,
        "Residual: got the class Dropout; pass a layer, such as Dropout()",
    ),
    "no activation": (
        lambda: mg.Activation("rleu"),
        ValueError,
        "no 'rleu' in the table",
        "'relu'",
    ),
    "PReLU": (
        lambda: mg.PReLU(2)(x),
        ValueError,
        "PReLU: got an input of shape (2, 3) for 2 channels; the last axis",
    ),
    "PReLU of a number": (
        lambda: mg.PReLU()(Tensor(1.0)),
        ValueError,
        "PReLU: got a single number; pass an array with at least one axis",
    ),
    "Dropout(1)": (lambda: mg.Dropout(1), ValueError, "Dropout: rate is 1; pass a number from 0"),
    "BatchNorm": (
        lambda: mg.BatchNorm(2)(x),
        ValueError,
        "BatchNorm: got an input of shape (2, 3) for 2 features; the last axis must have length 2",
    ),
    "one row": (
        lambda: mg.BatchNorm(3)(x[:1]),
        ValueError,
        "BatchNorm: got an input of shape (1, 3), 1 example, while training; pass two at least",
        "eval()",
    ),
    "eps": (lambda: mg.LayerNorm(3, eps=0), ValueError, "LayerNorm: eps is 0; pass a number from"),
    "one feature": (lambda: mg.LayerNorm(1), ValueError, "LayerNorm: got 1 feature", "2 or more"),
    "Residual": (
        lambda: mg.Residual(Linear(3, 1))(x),
        ValueError,
        "Residual: the layer made shape (2, 1) of an input of shape (2, 3)",
        "as many outputs as inputs",
    ),
    "Residual(text)": (lambda: mg.Residual("relu"), TypeError, "Residual: got a str", "a layer"),
    "pieces": (lambda: mg.Maxout(3, 2, 0), ValueError, "Maxout: pieces is 0", "positive int"),
    "GLU": (lambda: mg.GLU(3, "2"), ValueError, "GLU: out_features is '2'", "positive integer"),
    "summary": (lambda: mg.summary(mg.relu, x), TypeError, "summary: got a Activa", "pass a Layer"),
    "another layer": (
        lambda: Linear(3, 1).load_state_dict(mg.GLU(3, 1).state_dict()),
        ValueError,
        "load_state_dict: the state lacks nothing of the model, and has 'V' and 1 more that",
        "another architecture",
    ),
    "another size": (
        lambda: Linear(3, 1).load_state_dict(Linear(3, 2).state_dict()),
        ValueError,
        "load_state_dict: 'W' has shape (3, 2) in the state and (3, 1) in the model",
        "another architecture",
    ),
    "no state": (
        lambda: Linear(3, 1).load_state_dict("net.npz"),
        TypeError,
        "load_state_dict: got a str; pass what state_dict() returned",
    ),
    "two parts of a name": (
        lambda: Namesakes().parameters(),
        ValueError,
        "Namesakes: two of its parts are named 'a.0'; rename an attribute",
    ),
    "no parameters": (
        lambda: SGD([], 0.1),
        ValueError,
        "SGD: got no parameters",
        "pass model.para",
    ),
    "no leaf": (lambda: SGD([x * 2], 0.1), TypeError, "SGD", "no leaf Tensor with requires_grad"),
    "rate": (lambda: SGD([x], lr=-1), ValueError, "SGD: lr is -1; pass a positive number"),
    "momentum": (
        lambda: SGD([x], 1, 1.0),
        ValueError,
        "SGD: momentum is 1.0; pass a number from 0",
    ),
    "rate later": (
        lambda: setattr(SGD([x], 0.1), "lr", -1),
        ValueError,
        "SGD: lr is -1; pass a positive number",
    ),
    "rate of NaN": (
        lambda: mg.Adam([x], lr=float("nan")),
        ValueError,
        "Adam: lr is nan; pass a positive number",
    ),
    "one beta": (
        lambda: mg.Adam([x], betas=0.9),
        ValueError,
        "Adam: betas is 0.9; pass two numbers, such as (0.9, 0.999)",
    ),
    "three betas": (lambda: mg.Adam([x], betas=(0.9, 0.9, 0.9)), ValueError, "betas is (0.9, 0.9,"),
    "delta": (lambda: mg.huber(x, x.data, "a"), ValueError, "huber: delta is 'a'; pass a number"),
    "state of another": (
        lambda: mg.Adam([x]).load_state_dict(SGD([x], 0.1).state_dict()),
        ValueError,
        "load_state_dict: kind is SGD in the state and Adam in this Adam; make an optimizer",
    ),
    "eps that is 0 in float32": (
        lambda: mg.Adam([x], eps=1e-46),
        ValueError,
        "Adam: eps is 1e-46; pass a number from 1e-30 to 1",
    ),
    "state of a model": (
        lambda: SGD([x], 0.1).load_state_dict(Linear(3, 1).state_dict()),
        ValueError,
        "load_state_dict: the state lacks 'kind', which belongs to every state of SGD; pass what",
    ),
    "decay": (lambda: mg.StepDecay(0.1, 0), ValueError, "StepDecay: every is 0; pass a positive"),
    "past the end": (
        lambda: mg.CosineDecay(0.1, 5)(5),
        ValueError,
        "CosineDecay: epoch 5 is past the 5 of the schedule, where the rate is 0; pass more epochs",
    ),
    # Training and checking
    "epochs": (
        lambda: training(epochs=0),
        ValueError,
        "fit: epochs is 0; pass a positive integer",
    ),
    "callback": (
        lambda: training(callbacks=[3]),
        TypeError,
        "fit: callback 0 is 3; pass a function of the run, or an object with one of the methods",
    ),
    "callbacks": (lambda: training(callbacks=print), TypeError, "fit: callbacks is a", "a list"),
    "schedule": (lambda: training(schedule=0.1), TypeError, "fit: schedule is 0.1; pass a func"),
    "schedule to 0": (
        lambda: training(schedule=lambda epoch: 0),
        ValueError,
        "fit: schedule(0) is 0; pass a positive number",
    ),
    "loss": (
        lambda: training(loss="mse"),
        TypeError,
        "fit: loss is 'mse'; pass a function, such as mean_squared_error",
    ),
    "optimizer": (
        lambda: training(optimizer=SGD),
        TypeError,
        "fit: optimizer is <class",
        "pass one that is made for the model, such as Adam(model.parameters())",
    ),
    "validation_data": (
        lambda: training(validation_data=0.2),
        TypeError,
        "fit: validation_data is a float; pass a pair (x, y) of arrays",
    ),
    "validation without y": (
        lambda: training(validation_data=(np.ones((1, 1)),)),
        TypeError,
        "fit: validation_data is a tuple of 1; pass a pair (x, y)",
    ),
    "validation of ints": (
        lambda: training(validation_data=(np.ones((1, 1), int), np.ones((1, 1)))),
        TypeError,
        "fit: validation_data: got ndarray of dtype int64; pass float64",
    ),
    "validation in float32": (
        lambda: training(validation_data=(np.ones((1, 1), "f4"), np.ones((1, 1)))),
        TypeError,
        "fit: validation_data: x is of float32 and the parameters are of float64; pass np.asarray",
    ),
    "another precision": (
        lambda: mg.fit(
            mg.relu,
            np.ones((1, 1)),
            np.ones((1, 1)),
            loss=mg.mean_squared_error,
            optimizer=SGD(Linear(1, 1, dtype="f4").parameters(), 0.1),
            epochs=1,
        ),
        TypeError,
        "fit: x is of float64 and the parameters are of float32; pass np.asarray(x, np.float32)",
    ),
    "no model": (
        lambda: mg.fit(
            None,
            np.ones((1, 1)),
            np.ones((1, 1)),
            loss=mg.mean_squared_error,
            optimizer=SGD([x], 0.1),
            epochs=1,
        ),
        TypeError,
        "fit: model is None; pass a Layer, or a function of a batch",
    ),
    "a metric of many": (
        lambda: training(metrics={"gap": lambda p, y: np.ones(2)}),
        TypeError,
        "gap: the metric returned a ndarray of shape (2,); return one number",
    ),
    "a metric of a text": (
        lambda: mg.evaluate(mg.relu, np.ones((1, 1)), [0], {"gap": lambda p, y: "x"}),
        TypeError,
        "gap: the metric returned a str; return one number",
    ),
    "a metric of evaluate": (
        lambda: mg.evaluate(mg.relu, np.ones((1, 1)), [0], mg.accuracy),
        TypeError,
        "evaluate: metrics is <function accuracy",
        "pass a list of functions, or a mapping",
    ),
    "namesakes": (
        lambda: mg.evaluate(mg.relu, np.ones((1, 1)), [0], [mg.accuracy, mg.accuracy]),
        ValueError,
        "evaluate: got 2 metrics, and only ['accuracy'] as their names; pass a mapping that gives",
    ),
    "ragged inputs": (
        lambda: mg.evaluate(mg.relu, [[1.0, 2.0], [1.0]], [0, 1], {}),
        ValueError,
        "evaluate: the rows of the inputs have different lengths",
    ),
    "ragged labels": (
        lambda: mg.accuracy(x, [[1], [1, 2]]),
        ValueError,
        "accuracy: the rows of the labels have different lengths",
    ),
    "a tensor to evaluate": (
        lambda: mg.evaluate(mg.relu, x, [0, 1], {}),
        TypeError,
        "evaluate: the inputs: got a Tensor",
        "pass its .data",
    ),
    "a tensor of targets to evaluate with": (
        lambda: mg.evaluate(mg.relu, x.data, Tensor([0.0, 1.0]), {}),
        TypeError,
        "evaluate: the targets: got a Tensor",
    ),
    "targets of text": (
        lambda: mg.binary_accuracy(np.ones(2), ["0", "1"]),
        TypeError,
        "binary_accuracy: got targets of dtype <U1; pass zeros and ones",
    ),
    "ragged targets": (
        lambda: mg.binary_accuracy(np.ones(2), [[0], [0, 1]]),
        ValueError,
        "binary_accuracy: the rows of the targets have different lengths",
    ),
    "metrics": (
        lambda: training(metrics=mg.accuracy),
        TypeError,
        "fit: metrics is <function accuracy",
        "pass a list of functions, or a mapping",
    ),
    "a metric": (
        lambda: training(metrics={"mae": "mae"}),
        TypeError,
        "fit: the metric 'mae' is 'mae'; pass a function",
    ),
    "what to watch": (
        lambda: mg.EarlyStopping(3),
        TypeError,
        "EarlyStopping: metric is 3; pass the name of a figure of the history",
        "patience=3",
    ),
    "clip_norm": (lambda: training(clip_norm=0), ValueError, "fit: clip_norm is 0; pass a pos"),
    "what is better": (
        lambda: mg.EarlyStopping("val_accuracy"),
        ValueError,
        "EarlyStopping: better is None for 'val_accuracy'; pass better='lower' or",
    ),
    "no figure": (
        lambda: training(callbacks=[mg.EarlyStopping()]),
        ValueError,
        "EarlyStopping: the history has no 'val_loss'; pass one of ['loss', 'lr']",
        "validation_data",
    ),
    "no folder": (
        lambda: mg.Checkpoint("no such folder/a.npz"),
        ValueError,
        "Checkpoint: there is no folder no such folder for a.npz; make it",
    ),
    "no checkpoint": (
        lambda: mg.load(__file__, Linear(1, 1)),
        ValueError,
        "load: ",
        "test_misuse.py is damaged, or no .npz file at all",
        "pass a file that save() has written",
    ),
    "nothing to save": (
        lambda: mg.save("a.npz", mg.relu),
        TypeError,
        "save: got a ActivationFunction as the model, which is no Layer; pass the optimizer",
    ),
    "a seed to save": (
        lambda: mg.save("a.npz", Linear(1, 1), rng=0),
        TypeError,
        "save: rng is 0; pass the generator that fit was given",
    ),
    "a seed to load": (
        lambda: mg.load("a.npz", Linear(1, 1), rng=0),
        TypeError,
        "load: rng is 0; pass the generator that fit was given",
    ),
    "seed of fit": (
        lambda: training(rng=-3),
        ValueError,
        "fit: rng is -3; pass a seed from 0 up",
    ),
    "lengths": (
        lambda: mg.evaluate(mg.relu, np.ones((3, 1)), np.ones(2), {}),
        ValueError,
        "evaluate: got x of shape (3, 1) and y of shape (2,); pass as many rows",
    ),
    "labels of accuracy": (
        lambda: mg.accuracy(x, [0.0, 1.0]),
        TypeError,
        "accuracy: got labels of dtype float64; pass integers, one per row",
    ),
    "accuracy": (lambda: mg.accuracy(x, [0]), ValueError, "accuracy", "(2, 3)", "(1,)", "pass (n"),
    # Probes, monitors and plots
    "probe": (
        lambda: mg.probe(mg.relu, x.data, x.data),
        ValueError,
        "probe: got only one of y and loss; pass both",
    ),
    "probe of a tensor": (
        lambda: mg.probe(mg.relu, x),
        TypeError,
        "got a Tensor",
        "pass its .data",
    ),
    "probe of rows": (
        lambda: mg.probe(mg.relu, x.data, x.data[:1], mg.mean_squared_error),
        ValueError,
        "probe: got x of shape (2, 3) and y of shape (1, 3); pass as many rows",
    ),
    "probe of a loss per row": (
        lambda: mg.probe(mg.relu, x.data, x.data, lambda a, y: (a - y) ** 2),
        ValueError,
        "probe: the loss returned shape (2, 3); return the mean over the batch",
    ),
    "probe of arrays": (
        lambda: mg.probe(lambda x: x.data, x.data),
        TypeError,
        "probe: the model returned a ndarray; return a Tensor",
    ),
    "probe of nothing": (
        lambda: mg.probe(lambda x: Tensor(x.data), x.data),
        ValueError,
        "probe: the result does not depend on x",
        "call probe outside no_grad()",
    ),
    "monitor": (lambda: mg.Monitor(mg.relu), ValueError, "Monitor: the model holds no parameters"),
    "monitor of two": (
        lambda: mg.Monitor(Doubled()),
        ValueError,
        "Monitor: two parameters are named 'x'; rename one",
    ),
    "monitor alone": (
        lambda: mg.Monitor(lambda z: x * z).after_step(loss=1.0),
        ValueError,
        "Monitor: after_step came without before_step; call both",
    ),
    "monitor of a wrong option": (
        lambda: mg.Monitor(Linear(3, 1), x.data, dead_belw=1),
        TypeError,
        "unexpected keyword argument 'dead_belw'",
    ),
    "monitor of an option": (
        lambda: mg.Monitor(Linear(3, 1), dead_below=0.1),
        TypeError,
        "Monitor: got ['dead_below'] without x; they are for a probe of x: pass it",
    ),
    "monitor of wrong data": (
        lambda: mg.Monitor(Linear(2, 1), x.data),
        ValueError,
        "linear: got an input of shape (2, 3)",
    ),
    "monitor of a number": (
        lambda: mg.Monitor(Linear(3, 1)).after_step(0.5),
        TypeError,
        "Monitor: after_step got a float; pass it as loss=...",
    ),
    "state of no monitor": (
        lambda: mg.Monitor(Linear(3, 1)).load_state_dict({"step": []}),
        ValueError,
        "Monitor: the state lacks ['dead', 'gradients', 'loss', 'ops', 'parameters', 'saturated'",
        "pass what state_dict() returned",
    ),
    "no state of a monitor": (
        lambda: mg.Monitor(Linear(3, 1)).load_state_dict(3),
        ValueError,
        "Monitor: the state lacks ['dead', 'gradients', 'loss', 'ops', 'parameters', 'saturated'",
    ),
    "plot of a model": (
        lambda: mg.plot_layers(mg.relu),
        TypeError,
        "plot_layers: got a ActivationFunction; pass what minigrad.probe returned",
    ),
    "plot of a probe": (
        lambda: mg.plot_histogram(mg.probe(mg.relu, x.data)),
        TypeError,
        "plot_histogram: got a Probe; pass one of a probe's activations",
    ),
    "plot of a monitor": (
        lambda: mg.plot_training(mg.Monitor(Linear(3, 1))),
        TypeError,
        "plot_training: got a Monitor; pass the records of a Monitor",
    ),
    "plot of numbers": (
        lambda: mg.plot_training([0.5, 0.4]),
        TypeError,
        "plot_training: got a float; pass the records of a Monitor",
    ),
    "drawing of a number": (
        lambda: mg.draw_graph(3.0),
        TypeError,
        "draw_graph: got a float; pass a Value or a Tensor",
    ),
    "drawing of an array": (
        lambda: mg.graph_svg(np.ones(2)),
        TypeError,
        "graph_svg: got a ndarray; pass a Value or a Tensor",
    ),
    "drawing with names": (
        lambda: mg.graph_svg(v * v, names={"v": v}),
        TypeError,
        "graph_svg: got a name for 'v'; pass",
        "names as {x: 'x'}",
    ),
    "plot": (
        lambda: mg.plot_layers(mg.probe(lambda x: x * 2, x.data)),
        ValueError,
        "plot_layers: the model has no activations",
    ),
    "plot of a training": (
        lambda: mg.plot_training([]),
        ValueError,
        "plot_training: got no records; pass those of a Monitor",
    ),
    "plot of an activation": (
        lambda: mg.plot_activation("relu", low=0, high=0),
        ValueError,
        "plot_activation: got z from 0 to 0; pass finite numbers, low below high",
    ),
    # Checking
    "gradcheck": (lambda: mg.gradcheck(mg.tanh, 1.0), TypeError, "gradcheck: input 0", "float"),
    "gradcheck at 32": (
        lambda: mg.gradcheck(mg.tanh, Tensor(np.ones(2, np.float32), True)),
        TypeError,
        "gradcheck: input 0 is float32; pass float64",
    ),
    "gradcheck of a result": (
        lambda: mg.gradcheck(mg.tanh, x * 2),
        TypeError,
        "gradcheck: input 0 is the result of *; pass a leaf, made of its .data",
    ),
    "gradcheck of numbers": (
        lambda: mg.gradcheck(lambda v: v.data * 2, v),
        TypeError,
        "gradcheck: f returned a float; return a Value, a Tensor, or a list of them",
    ),
    "gradcheck of nothing": (
        lambda: mg.gradcheck(lambda v: [], v),
        TypeError,
        "gradcheck: f returned an empty list; return a Value",
    ),
    "gradcheck at a pole": (
        lambda: mg.gradcheck(lambda v: 1 / v, Value(1e-7)),
        ValueError,
        "gradcheck: nothing to compare (1 elements, all at kinks or poles); pass other numbers",
    ),
}


@pytest.mark.parametrize(
    ("misuse", "error", "words"),
    [
        pytest.param(misuse, error, words, id=name)
        for name, (misuse, error, *words) in MISUSES.items()
    ],
)
def test_the_message_names_the_operation_what_came_and_what_to_pass(misuse, error, words):
    with pytest.raises(error) as refused:
        misuse()
    for word in words:
        assert word in str(refused.value)


def test_after_all_this_nothing_has_changed():
    """No gradient is left behind, no number."""
    for misuse, error, *_ in MISUSES.values():
        with pytest.raises(error):
            misuse()
    assert x.grad is None
    np.testing.assert_array_equal(x.data, np.arange(1.0, 7.0).reshape(2, 3))
    assert (v.data, v.grad) == (2.0, 0.0)
