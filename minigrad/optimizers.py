"""Optimizers: how parameters move, given their gradients.

An optimizer lays all its parameters end to end in one flat vector θ, of which each parameter is a
view.  A step is then a few array operations, however many layers there are: it computes a new θ and
hands out the new views.  The old one is left as it was, for graphs that were computed from it.

Here are what all optimizers share, gradient descent, and the clipping of gradients.  Those that
give each parameter a step of its own are in `minigrad.adaptive_optimizers`.
"""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from minigrad.arrays import Array, frozen
from minigrad.settings import positive, share, whole
from minigrad.state import restore
from minigrad.tensor import Tensor


class Optimizer:
    """What all optimizers share: the flat vector, the gradients, the step, the state.

    Subclasses define ``_step(theta, g)``, which returns what to take from θ, given the gradient g.
    It may overwrite g, and returns an array that it will overwrite next time.  Before it is called,
    ``t``, the number of steps, has been raised by 1.

    Public attributes of theirs that are arrays count as averages, which `reset` clears and which
    are part of the state; all others are settings: numbers that stay.
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float) -> None:
        name = type(self).__name__
        self.parameters = listed(name, parameters)
        if not self.parameters:
            raise ValueError(f"{name}: got no parameters; pass model.parameters()")
        for i, p in enumerate(self.parameters):
            if not isinstance(p, Tensor) or p.depth or not p.requires_grad:
                what = f"Tensor of shape {p.shape}" if isinstance(p, Tensor) else type(p).__name__
                raise TypeError(
                    f"{name}: parameter {i}, a {what}, is no leaf Tensor with requires_grad=True; "
                    f"pass model.parameters(), of a model that keeps no result as an attribute"
                )
        dtypes = {str(p.dtype) for p in self.parameters}
        if len(dtypes) > 1 or len(set(self.parameters)) < len(self.parameters):
            raise ValueError(
                f"{name}: pass each parameter once, all of one dtype; got {sorted(dtypes)}"
            )
        self.lr = lr
        ends = np.cumsum([0, *(p.size for p in self.parameters)]).tolist()
        self._parts = [
            (slice(*ab), p.shape) for ab, p in zip(pairwise(ends), self.parameters, strict=True)
        ]
        self._hand_out(np.concatenate([p.data.ravel() for p in self.parameters]))
        self._make_room()
        self.reset()

    @property
    def lr(self) -> float:
        """The learning rate η.  One that is not positive is refused, whenever it is assigned."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = positive(type(self).__name__, "lr", lr)

    @property
    def theta(self) -> Array:
        """All parameters end to end, read-only.  Assigning a vector moves the parameters to it."""
        for p, view in zip(self.parameters, self._views):  # noqa: B905 (strict costs time)
            if p._data is not view:  # somebody has assigned p.data
                self._hand_out(np.concatenate([p.data.ravel() for p in self.parameters]))
                break
        return self._theta

    @theta.setter
    def theta(self, theta: Array) -> None:
        if np.shape(theta) != self._theta.shape:
            raise ValueError(
                f"{type(self).__name__}: got θ of shape {np.shape(theta)}; "
                f"pass one of shape {self._theta.shape}"
            )
        self._hand_out(np.array(theta, self._theta.dtype))

    def _hand_out(self, theta: Array) -> None:
        self._theta = frozen(theta)
        self._views = [
            theta[part] if len(shape) == 1 else theta[part].reshape(shape)
            for part, shape in self._parts
        ]
        for p, view in zip(self.parameters, self._views):  # noqa: B905
            p._data = view  # p.data = … would copy

    def _make_room(self) -> None:
        self._gradient = np.empty_like(self._theta)
        self._slots = [self._gradient[part].reshape(shape) for part, shape in self._parts]

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._make_room()  # what was copied or unpickled is no view of its whole any more
        frozen(self._theta)

    def step(self) -> None:
        """Move the parameters once, by the gradients that ``backward`` has left in them.

        Raises:
            ValueError: if a parameter has no gradient.
        """
        theta, g = self.theta, self._gather_gradients()
        self.t += 1
        self._hand_out(theta - self._step(theta, g))

    def reset(self) -> None:
        """Forget all averages of past gradients, as if no step had been taken."""
        self.t = 0

    def zero_grad(self) -> None:
        """Forget the gradients, so that the next ``backward`` starts afresh."""
        for p in self.parameters:
            p.grad = None

    def _step(self, theta: Array, g: Array) -> Array:
        raise NotImplementedError(f"{type(self).__name__}: define _step(self, theta, g)")

    def _gather_gradients(self) -> Array:
        for p, slot in zip(self.parameters, self._slots):  # noqa: B905
            g = p.grad
            if g is None or np.shape(g) != slot.shape:
                raise self._misfit(p)
            slot[...] = g
        return self._gradient

    def _misfit(self, p: Tensor) -> ValueError:
        which = f"{type(self).__name__}: parameter {self.parameters.index(p)} of shape {p.shape}"
        if p.grad is None:
            return ValueError(
                f"{which} has no gradient; "
                f"call backward() first, and leave out what the loss does not depend on"
            )
        return ValueError(
            f"{which} has a gradient of shape {np.shape(p.grad)}; assign one of the same shape"
        )

    def state_dict(self) -> dict[str, Array]:
        """Return a copy of all that steps depend on: settings, the count of steps, averages, θ.

        Each is an array under its name, so that all of them can be saved without pickle.
        """
        named = {"kind": type(self).__name__, "lr": self.lr, "theta": self.theta}
        return {name: np.array(value) for name, value in (named | self._public()).items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put back what `state_dict` returned, here or in another optimizer of the same settings.

        The parameters move to the θ of the state, and the learning rate becomes that of the state.

        Raises:
            TypeError: if the state is no mapping.
            ValueError: if it is of another optimizer, of other settings or of other parameters.
                Then nothing has changed.

        >>> w = Tensor([1.0], requires_grad=True)
        >>> one, other = SGD([w], lr=0.25), SGD([w], lr=0.5)
        >>> other.load_state_dict(one.state_dict())
        >>> other.lr
        0.25
        """
        mine = self.state_dict()  # copies, into which `restore` writes
        changing = {"lr", "t", "theta", *self._averages()}
        theirs = state if isinstance(state, Mapping) else mine  # `restore` refuses what is none
        for name, value in mine.items():
            if name not in theirs:
                raise ValueError(
                    f"load_state_dict: the state lacks {name!r}, which belongs to every state of "
                    f"{type(self).__name__}; pass what state_dict() of an optimizer returned"
                )
            if name not in changing and not np.array_equal(value, theirs[name]):
                raise ValueError(
                    f"load_state_dict: {name} is {theirs[name]} in the state and {value} in this "
                    f"{type(self).__name__}; make an optimizer of the same kind and settings"
                )
        restore(mine, state)
        t = whole("load_state_dict", "t", mine["t"].item(), least=0)
        self.lr = mine["lr"].item()  # raises, if at all, before the rest has changed
        self.t = t
        self.theta = mine["theta"]
        for name in self._averages():
            setattr(self, name, mine[name])

    def largest_average(self) -> float:
        """Return the largest number among the averages; one that is infinite stops all steps."""
        sizes = [float(abs(getattr(self, name)).max()) for name in self._averages()]
        return max(sizes, default=0.0)

    def _public(self) -> dict[str, Any]:
        named = vars(self).items()
        return {name: x for name, x in named if not name.startswith("_") and name != "parameters"}

    def _averages(self) -> list[str]:
        return [name for name, x in self._public().items() if isinstance(x, np.ndarray)]


class SGD(Optimizer):
    r"""Stochastic gradient descent, with momentum if wanted.

    .. math:: v \leftarrow \mu v + g, \qquad \theta \leftarrow \theta - \eta v

    With ``nesterov``, the step looks ahead along the new velocity:

    .. math:: \theta \leftarrow \theta - \eta\,(g + \mu v)

    Args:
        parameters: the leaf Tensors to train.
        lr: the learning rate η, positive.
        momentum: μ, from 0 up to but not including 1; 0 is plain descent.
        nesterov: whether to look ahead; needs a momentum.

    Raises:
        TypeError: if a parameter is no leaf Tensor with ``requires_grad``.
        ValueError: if a setting is out of range, or ``nesterov`` comes without momentum; if there
            is no parameter, one is there twice, or their dtypes differ.

    Source: Rumelhart, Hinton and Williams, 1986; looking ahead, Nesterov, 1983, in the form of
    Sutskever, Martens, Dahl and Hinton, 2013.

    >>> w = Tensor([1.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.25)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    array([0.5])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(parameters, lr)
        self.momentum = share("SGD", "momentum", momentum)
        if nesterov and not momentum:
            raise ValueError("SGD: nesterov looks ahead along the momentum, which is 0; pass one")
        self.nesterov = bool(nesterov)

    def reset(self) -> None:
        super().reset()
        self.velocity = np.zeros_like(self.theta)

    def _step(self, theta: Array, g: Array) -> Array:
        if self.momentum:
            self.velocity *= self.momentum
            self.velocity += g
            if self.nesterov:
                g += self.momentum * self.velocity
            else:
                g[...] = self.velocity
        g *= self.lr
        return g


def clip_gradients(parameters: Iterable[Tensor], max_norm: float) -> float:
    r"""Shorten the gradient to a largest length, its direction kept.

    .. math:: g \leftarrow g \cdot \min\left(1, \frac{c}{\lVert g \rVert}\right)

    The length ‖g‖ is that of all gradients laid end to end; call this between ``backward`` and
    ``step``.

    Args:
        parameters: the Tensors whose ``grad`` to shorten; those without one are left out, and one
            that is there twice counts once.
        max_norm: c, positive.

    Returns:
        The length before.

    Raises:
        TypeError: if ``parameters`` is not a list of Tensors.
        ValueError: if ``max_norm`` is not positive, or the length is infinite or NaN.

    Source: Pascanu, Mikolov and Bengio, 2013.

    >>> w = Tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w / 2).sum().backward()
    >>> clip_gradients([w], max_norm=1.0), w.grad
    (5.0, array([0.6, 0.8]))
    """
    max_norm = positive("clip_gradients", "max_norm", max_norm)
    parameters = listed("clip_gradients", parameters)
    for p in parameters:
        if not isinstance(p, Tensor):
            raise TypeError(
                f"clip_gradients: got a {type(p).__name__} in the list; pass model.parameters()"
            )
    parameters = list(dict.fromkeys(parameters))  # what is shared may stand there more than once
    norm = gradient_norm(parameters)
    if not math.isfinite(norm):
        raise ValueError(
            f"clip_gradients: the gradient has length {norm}, which no factor mends; "
            f"check the loss and the data for NaN"
        )
    if norm > max_norm:
        scale_gradients(parameters, max_norm / norm)
    return norm


def listed(op: str, parameters: Any) -> list[Any]:
    """Return the parameters as a list; one Tensor alone, whose rows would be taken, is refused."""
    if isinstance(parameters, Tensor) or not isinstance(parameters, Iterable):
        raise TypeError(
            f"{op}: got a {type(parameters).__name__}; "
            f"pass model.parameters(), or a list of Tensors"
        )
    return list(parameters)


def gradient_norm(parameters: Iterable[Tensor]) -> float:
    """Return ‖g‖, the length of all gradients laid end to end; what has none is left out."""
    return math.hypot(*(_length(p.grad) for p in parameters if p.grad is not None))


def scale_gradients(parameters: Iterable[Tensor], factor: float) -> None:
    """Multiply all gradients by a number; the arrays that held them stay as they are."""
    for p in parameters:
        if p.grad is not None:
            p.grad = np.asarray(p.grad * factor)


def _length(g: Array) -> float:
    """Return ‖g‖, whose squares might overflow, by way of the largest element."""
    largest = float(abs(g).max(initial=0.0))
    return largest * float(np.linalg.norm(g / largest)) if 0 < largest < math.inf else largest
