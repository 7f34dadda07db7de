"""Layers: functions with parameters, and how to chain them.

Anything that can be called may stand in a `Sequential`: a layer, an activation of the table, a
function of yours.  Those that are a `Layer` can have parameters, which are trained.
"""

from collections.abc import Callable, Iterator, Mapping
from reprlib import recursive_repr
from typing import Any

import numpy as np

from minigrad.activations import entry
from minigrad.arrays import Array, float_dtype
from minigrad.elementwise import ActivationFunction
from minigrad.initializers import Rng, as_rng, glorot_uniform, zeros
from minigrad.recording import record
from minigrad.settings import whole
from minigrad.state import HELD, opened, restore, snapshot
from minigrad.tensor import Tensor, as_tensor


def linear(x: Any, W: Tensor, b: Tensor | None = None) -> Tensor:
    r"""Compute x W + b as one operation; rows of x are examples.

    .. math:: z = x W + b, \qquad \frac{\partial L}{\partial x} = \delta W^\top, \qquad
              \frac{\partial L}{\partial W} = x^\top \delta, \qquad
              \frac{\partial L}{\partial b} = \sum_{\text{rows}} \delta

    Args:
        x: a Tensor or an array of shape (..., in).
        W: the weights, of shape (in, out).
        b: the biases, of shape (out,), or None.

    Returns:
        A Tensor of shape (..., out).

    Raises:
        ValueError: if the last axis of x is not as long as the first of W, or b does not fit W.

    >>> linear([[1.0, 2.0]], Tensor([[3.0], [4.0]]), Tensor([5.0]))
    Tensor([[16.]])
    """
    inputs, W = as_tensor(x, "linear"), as_tensor(W, "linear")
    a, w = inputs.data, W.data
    if w.ndim != 2 or a.shape[-1:] != w.shape[:1]:
        raise _misfit(a.shape, w.shape)
    z = a @ w
    to_x = inputs, lambda delta: delta @ w.T
    to_w = W, lambda delta: _rows(a).T @ _rows(delta)
    if b is None:
        return record("linear", z, to_x, to_w)
    b = as_tensor(b, "linear")
    if b.data.shape != w.shape[1:]:
        raise _misfit(a.shape, w.shape, b.data.shape)
    z += b.data
    return record("linear", z, to_x, to_w, (b, lambda delta: np.add.reduce(_rows(delta), 0)))


def _rows(x: Array) -> Array:
    """Lay out an array of shape (..., n) as rows."""
    return x if x.ndim == 2 else x.reshape(-1, x.shape[-1])


def _misfit(x: tuple[int, ...], W: tuple[int, ...], b: tuple[int, ...] | None = None) -> ValueError:
    """Say which shapes `linear` cannot bring together."""
    if len(W) != 2 or b is not None:
        biases = "" if b is None else f" and biases of shape {b}"
        return ValueError(f"linear: got weights of shape {W}{biases}; pass (in, out) and (out,)")
    return ValueError(
        f"linear: got an input of shape {x} for weights of shape {W}; "
        f"the last axis of the input must have length {W[0]}"
    )


class Layer:
    """What all layers share: their parameters, their state, and whether they are being trained.

    A layer of your own derives from it, keeps its Tensors, arrays, random generators and layers as
    attributes (also in a list, a tuple or a dict), and defines ``__call__``.  These are its state;
    a Tensor that it has computed is none.  A number is a setting: one that training changes must be
    an array that changes in place, such as ``self.scale = np.ones(())`` and ``self.scale *= 0.9``.

    >>> class Twice(Layer):
    ...     def __init__(self):
    ...         self.inner = Linear(2, 2, rng=0)
    ...     def __call__(self, x):
    ...         return self.inner(self.inner(x))
    >>> [name for name, _ in Twice().named_parameters()]
    ['inner.W', 'inner.b']
    """

    training = True

    def __call__(self, x: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__}: define __call__(self, x)")

    def parts(self) -> Iterator[tuple[str, Any]]:
        """Go through the attributes, and what is in lists, tuples and dicts, as (name, part)."""
        return opened(vars(self).items())

    def within(self) -> "list[Layer]":
        """Return this layer and all layers in it, each once."""
        return [self] + [part for _, part in _inside(self, {id(self)}) if isinstance(part, Layer)]

    def held(self) -> dict[str, Any]:
        """Return the Tensors, arrays and generators of this layer and of those in it, by name.

        What is shared stands there once, under the name by which it is found first.

        >>> [*Sequential(Linear(4, 2)).held()]
        ['0.W', '0.b']
        """
        named = [(name, part) for name, part in _inside(self, {id(self)}) if isinstance(part, HELD)]
        held = dict(named)
        if len(held) < len(named):
            names = [name for name, _ in named]
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(
                f"{type(self).__name__}: two of its parts are named {twice!r}; rename an attribute"
            )
        return held

    def named_parameters(self) -> list[tuple[str, Tensor]]:
        """Return the names and Tensors to train, in the order of the attributes; shared ones once.

        >>> net = Sequential(Linear(4, 2), Linear(2, 1))
        >>> [(name, p.shape) for name, p in net.named_parameters()]
        [('0.W', (4, 2)), ('0.b', (2,)), ('1.W', (2, 1)), ('1.b', (1,))]
        """
        held = self.held().items()
        return [(name, p) for name, p in held if isinstance(p, Tensor) and p.requires_grad]

    def parameters(self) -> list[Tensor]:
        """Return the Tensors to train, in the order of the attributes; shared ones once."""
        return [p for _, p in self.named_parameters()]

    def state_dict(self) -> dict[str, Array]:
        """Return a copy of all that training changes: parameters, statistics, generators.

        Each is an array under its name; a generator is the text of its state.  All of them can be
        saved without pickle.  What is shared stands there once.

        >>> Linear(1, 1, rng=0).state_dict()
        {'W': array([[0.4744]]), 'b': array([0.])}
        """
        return snapshot(self.held())

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what `state_dict` returned, here or in another model of the same architecture.

        Parameters keep their dtype: float64 is rounded to float32 where the model is of float32.
        Gradients, and whether the model is being trained, stay as they are.

        Args:
            state: arrays by name, with the names, shapes and kinds of dtype of this model.

        Raises:
            TypeError: if the state is no mapping.
            ValueError: if a name, a shape or a dtype does not fit.  Then nothing has changed.

        >>> one, other = Linear(2, 1, rng=0), Linear(2, 1, rng=1)
        >>> other.load_state_dict(one.state_dict())
        >>> np.array_equal(one.W.data, other.W.data)
        True
        """
        restore(self.held(), state)

    def train(self, mode: bool = True) -> "Layer":
        """Go into training, or out of it: some layers then compute something else."""
        for layer in self.within():
            layer.training = mode
        return self

    def eval(self) -> "Layer":
        """Go out of training: the same as ``train(False)``."""
        return self.train(False)

    @recursive_repr()
    def __repr__(self) -> str:
        inner = [f"{name}={part!r}" for name, part in self.parts() if isinstance(part, Layer)]
        return f"{type(self).__name__}({', '.join(inner)})"


def _inside(layer: Layer, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Go through what is in a layer, and in the layers in it, by name; each part once."""
    for name, part in layer.parts():
        if isinstance(part, (Layer, *HELD)) and id(part) not in seen:
            seen.add(id(part))
            yield name, part
            if isinstance(part, Layer):
                yield from ((f"{name}.{inner}", p) for inner, p in _inside(part, seen))


class Linear(Layer):
    """A layer of units that each weigh every input: z = x W + b.

    Args:
        in_features: how many numbers come in for each example.
        out_features: how many units the layer has, and numbers go out.
        weight_init: the initializer of W, of shape (in_features, out_features).
        bias_init: the initializer of b, or None for a layer without biases.
        rng: a seed or a generator; share one generator among the layers of a network.
        dtype: float64 or float32.

    Raises:
        TypeError: if an initializer is no function, or ``dtype`` or ``rng`` is another thing.
        ValueError: if a size is not a positive integer, an initializer returns another shape or
            dtype, or an input does not fit.

    >>> layer = Linear(2, 3, rng=0)
    >>> layer
    Linear(2, 3)
    >>> layer([[1.0, 2.0]]).shape
    (1, 3)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        weight_init: Callable[..., Array] = glorot_uniform,
        bias_init: Callable[..., Array] | None = zeros,
        rng: int | Rng | None = None,
        dtype: Any = np.float64,
    ) -> None:
        self.in_features = whole("Linear", "in_features", in_features)
        self.out_features = whole("Linear", "out_features", out_features)
        how = in_features, out_features, as_rng(rng, "Linear"), float_dtype("Linear", dtype)
        self.W = Tensor(_drawn("weight_init", weight_init, *how), requires_grad=True)
        self.b: Tensor | None = None
        if bias_init is not None:
            # One bias per unit, drawn at the scale that the initializer gives to weights.
            self.b = Tensor(_drawn("bias_init", bias_init, *how)[0], requires_grad=True)

    def __call__(self, x: Any) -> Tensor:
        return linear(x, self.W, self.b)

    def __repr__(self) -> str:
        bias = ", bias_init=None" if self.b is None else ""
        return f"Linear({self.in_features}, {self.out_features}{bias})"


def _drawn(
    what: str, init: Callable[..., Array], fan_in: int, fan_out: int, rng: Rng, dtype: Any
) -> Array:
    """Return what an initializer draws, if it is what it was asked for."""
    if not callable(init):
        raise TypeError(f"Linear: {what} is {init!r}; pass a function, such as glorot_uniform")
    drawn = np.asarray(init(fan_in, fan_out, rng, dtype))
    # Of biases, one row is enough.
    shapes = [(fan_in, fan_out), *([(1, fan_out)] if what == "bias_init" else [])]
    if drawn.shape not in shapes or drawn.dtype != dtype:
        raise ValueError(
            f"Linear: {what} returned shape {drawn.shape} of {drawn.dtype}; "
            f"return {(fan_in, fan_out)} of {dtype}"
        )
    return drawn


class Activation(Layer):
    """An activation of the table as a layer, with its parameters settled.

    Args:
        function: an entry of the table, or its name.
        settings: the options of the activation, such as ``negative_slope``.

    Raises:
        ValueError: if there is no activation of that name, or a setting is out of range.
        TypeError: if it is no entry of the table, or a setting is unknown.

    >>> Activation("leaky_relu", negative_slope=0.25)(Tensor([-4.0, 4.0]))
    Tensor([-1.,  4.])
    """

    def __init__(self, function: ActivationFunction | str, **settings: Any) -> None:
        self.function = entry("Activation", function)
        self.settings = self.function.settings(**settings)

    def __call__(self, z: Any) -> Any:
        return self.function.apply(z, self.settings)

    def __repr__(self) -> str:
        shown = {
            name: repr(setting) if isinstance(setting, str) else f"{setting:g}"
            for name, setting in self.settings.items()
        }
        settings = "".join(f", {name}={setting}" for name, setting in shown.items())
        return f"Activation({self.function.name}{settings})"


class Sequential(Layer):
    """Layers in a row, each working on what the one before gives out.

    Args:
        layers: layers, activations or any other functions of one argument.

    Raises:
        TypeError: if one is no function, or a class of layers.

    >>> from minigrad import relu
    >>> net = Sequential(Linear(4, 8, rng=0), relu, Linear(8, 3, rng=1))
    >>> net(np.ones((5, 4))).shape, len(net.parameters())
    ((5, 3), 4)
    """

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        for layer in layers:
            _check_layer("Sequential", layer)
        self.layers = layers

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def parts(self) -> Iterator[tuple[str, Any]]:
        """Go through the layers, named by their places, and what a subclass has added."""
        yield from ((str(i), layer) for i, layer in enumerate(self.layers))
        yield from opened((name, part) for name, part in vars(self).items() if name != "layers")

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, i: int) -> Any:
        return self.layers[i]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"


class Residual(Layer):
    r"""A layer with a shortcut around it: it adds to its input instead of replacing it.

    .. math:: a = x + f(x), \qquad
              \frac{\partial L}{\partial x} = \delta + \delta \frac{\partial f}{\partial x}

    The first term of the gradient comes back unweakened, however small the slopes of f are.

    Args:
        layer: f, a layer or any function of one argument, whose result has its input's shape.

    Raises:
        TypeError: if f is no function, or a class of layers, or does not return a Tensor.
        ValueError: if its result has another shape than its input.

    Source: He, Zhang, Ren and Sun, 2016.

    >>> from minigrad import relu
    >>> Residual(relu)(Tensor([-1.0, 2.0]))
    Tensor([-1.,  4.])
    """

    def __init__(self, layer: Callable[[Any], Any]) -> None:
        _check_layer("Residual", layer)
        self.layer = layer

    def __call__(self, x: Any) -> Tensor:
        inputs = as_tensor(x, "Residual")
        a = self.layer(inputs)
        if not isinstance(a, Tensor):
            raise TypeError(f"Residual: the layer returned a {type(a).__name__}; return a Tensor")
        if a.shape != inputs.shape:
            raise ValueError(
                f"Residual: the layer made shape {a.shape} of an input of shape {inputs.shape}; "
                f"pass a layer with as many outputs as inputs, nothing is broadcast here"
            )
        return inputs + a

    def __repr__(self) -> str:
        return f"Residual({self.layer!r})"


def _check_layer(op: str, layer: Any) -> None:
    """Refuse what cannot be called, and a class: to call it would make a layer of the input."""
    if isinstance(layer, type):
        name = layer.__name__
        raise TypeError(f"{op}: got the class {name}; pass a layer, such as {name}()")
    if not callable(layer):
        raise TypeError(f"{op}: got a {type(layer).__name__}; pass a layer or a function")
