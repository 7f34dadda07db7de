"""Optimizers: how parameters move, given their gradients.

An optimizer lays all its parameters end to end in one flat vector θ, of which each parameter is a
view.  A step is then a few array operations, however many layers there are: it computes a new θ and
hands out the new views.  The old one is left as it was, for graphs that were computed from it.
"""

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from minigrad.recording import Array, frozen
from minigrad.tensor import Tensor


class Optimizer:
    """What all optimizers share: the flat vector, the gradients, the step.

    Subclasses define ``_step(theta, g)``, which returns what to take from θ, given the gradient g.
    It may overwrite g, and returns an array that it will overwrite next time.
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float) -> None:
        self.parameters = list(parameters)
        name = type(self).__name__
        if not self.parameters:
            raise ValueError(f"{name}: got no parameters; pass model.parameters()")
        for i, p in enumerate(self.parameters):
            if not isinstance(p, Tensor) or p.depth or not p.requires_grad:
                what = f"Tensor of shape {p.shape}" if isinstance(p, Tensor) else type(p).__name__
                raise TypeError(
                    f"{name}: parameter {i}, a {what}, is no leaf Tensor with requires_grad=True; "
                    f"pass model.parameters()"
                )
        dtypes = {str(p.dtype) for p in self.parameters}
        if len(dtypes) > 1 or len(set(self.parameters)) < len(self.parameters):
            raise ValueError(
                f"{name}: pass each parameter once, all of one dtype; got {sorted(dtypes)}"
            )
        self.lr = _positive(name, "lr", lr)
        ends = np.cumsum([0, *(p.size for p in self.parameters)]).tolist()
        self._parts = [
            (slice(*ab), p.shape) for ab, p in zip(pairwise(ends), self.parameters, strict=True)
        ]
        self._hand_out(np.concatenate([p.data.ravel() for p in self.parameters]))
        self._gradient = np.empty_like(self._theta)

    @property
    def theta(self) -> Array:
        """All parameters end to end, read-only.  Assigning a vector moves the parameters to it."""
        if any([p._data is not view for p, view in zip(self.parameters, self._views, strict=True)]):
            self._hand_out(np.concatenate([p.data.ravel() for p in self.parameters]))
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
        self._views = [theta[part].reshape(shape) for part, shape in self._parts]
        for p, view in zip(self.parameters, self._views, strict=True):
            p._data = view  # p.data = … would copy

    def step(self) -> None:
        """Move the parameters once, by the gradients that ``backward`` has left in them.

        Raises:
            ValueError: if a parameter has no gradient.
        """
        theta, g = self.theta, self._gather_gradients()
        self._hand_out(theta - self._step(theta, g))

    def reset(self) -> None:
        """Forget all averages of past gradients, as if no step had been taken."""

    def zero_grad(self) -> None:
        """Forget the gradients, so that the next ``backward`` starts afresh."""
        for p in self.parameters:
            p.grad = None

    def _step(self, theta: Array, g: Array) -> Array:
        raise NotImplementedError

    def _gather_gradients(self) -> Array:
        found = []
        for i, p in enumerate(self.parameters):
            if p.grad is None:
                raise ValueError(
                    f"{type(self).__name__}: parameter {i} of shape {p.shape} has no gradient; "
                    f"call backward() first, and leave out what the loss does not depend on"
                )
            if p.grad.shape != p.shape:
                raise ValueError(
                    f"{type(self).__name__}: parameter {i} of shape {p.shape} has a gradient of "
                    f"shape {p.grad.shape}; assign one of the same shape"
                )
            found.append(p.grad.ravel())
        return np.concatenate(found, out=self._gradient)


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
        ValueError: if a setting is out of range, or ``nesterov`` comes without momentum.

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
        self.momentum = _share("SGD", "momentum", momentum)
        if nesterov and not momentum:
            raise ValueError("SGD: nesterov looks ahead along the momentum, which is 0; pass one")
        self.nesterov = nesterov
        self.reset()

    def reset(self) -> None:
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


class Adam(Optimizer):
    r"""Adam: each parameter's step is its mean gradient over its root mean square gradient.

    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
              v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \qquad
              \theta \leftarrow \theta -
              \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    Args:
        parameters: the leaf Tensors to train.
        lr: the learning rate η, positive: about how far a parameter moves in one step.
        betas: β₁ and β₂, how slowly the two averages forget.
        eps: ε, positive; keeps a parameter without gradients where it is.

    Raises:
        ValueError: if a setting is out of range.

    Source: Kingma and Ba, 2015.

    >>> w = Tensor([1.0], requires_grad=True)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([0.9])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(parameters, lr)
        self.betas = (_share("Adam", "betas[0]", betas[0]), _share("Adam", "betas[1]", betas[1]))
        self.eps = _positive("Adam", "eps", eps)
        self._scratch = np.empty_like(self.theta)
        self.reset()

    def reset(self) -> None:
        self.t = 0
        self.m = np.zeros_like(self.theta)
        self.v = np.zeros_like(self.theta)

    def _step(self, theta: Array, g: Array) -> Array:
        self.t += 1
        beta1, beta2 = self.betas
        m, v, scratch = self.m, self.v, self._scratch
        np.multiply(g, 1 - beta1, out=scratch)
        m *= beta1
        m += scratch
        g *= g
        g *= 1 - beta2
        v *= beta2
        v += g
        # The corrections 1 − βᵗ are two numbers: move them out of the arrays.
        root = math.sqrt(1 - beta2**self.t)
        np.sqrt(v, out=scratch)
        scratch += self.eps * root
        np.divide(m, scratch, out=scratch)
        scratch *= self.lr * root / (1 - beta1**self.t)
        return scratch


class AdamW(Adam):
    r"""Adam with weight decay that the averages of the gradient do not see.

    .. math:: \theta \leftarrow \theta - \eta \lambda \theta, \qquad
              \text{then the step of Adam}

    Added to the loss, the penalty would be divided by the root mean square gradient, and
    parameters with large gradients would hardly decay.

    Args:
        parameters, lr, betas, eps: as in `Adam`.
        weight_decay: λ, 0 or more.

    Raises:
        ValueError: if a setting is out of range.

    Source: Loshchilov and Hutter, 2019.

    >>> w = Tensor([1.0], requires_grad=True)
    >>> optimizer = AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([0.85])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(parameters, lr, betas, eps)
        if not 0 <= weight_decay < math.inf:
            raise ValueError(f"AdamW: weight_decay is {weight_decay}; pass 0 or more")
        self.weight_decay = float(weight_decay)

    def _step(self, theta: Array, g: Array) -> Array:
        step = super()._step(theta, g)
        step += self.lr * self.weight_decay * theta
        return step


class RMSprop(Optimizer):
    r"""RMSprop: each parameter's step is its gradient over its root mean square gradient.

    .. math:: v \leftarrow \alpha v + (1 - \alpha) g^2, \qquad
              \theta \leftarrow \theta - \eta \frac{g}{\sqrt{v} + \epsilon}

    Args:
        parameters: the leaf Tensors to train.
        lr: the learning rate η, positive.
        alpha: α, from 0 up to but not including 1: how slowly the average forgets.
        eps: ε, positive; keeps a parameter without gradients where it is.

    Raises:
        ValueError: if a setting is out of range.

    Source: Tieleman and Hinton, 2012 (lecture 6.5).

    >>> w = Tensor([1.0], requires_grad=True)
    >>> optimizer = RMSprop([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(6)
    array([0.])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(parameters, lr)
        self.alpha = _share("RMSprop", "alpha", alpha)
        self.eps = _positive("RMSprop", "eps", eps)
        self.reset()

    def reset(self) -> None:
        self.v = np.zeros_like(self.theta)

    def _step(self, theta: Array, g: Array) -> Array:
        self.v *= self.alpha
        self.v += (1 - self.alpha) * g * g
        g *= self.lr
        g /= np.sqrt(self.v) + self.eps
        return g


def clip_gradients(parameters: Iterable[Tensor], max_norm: float) -> float:
    r"""Shorten the gradient to a largest length, its direction kept.

    .. math:: g \leftarrow g \cdot \min\left(1, \frac{c}{\lVert g \rVert}\right)

    The length ‖g‖ is that of all gradients laid end to end; call this between ``backward`` and
    ``step``.

    Args:
        parameters: the Tensors whose ``grad`` to shorten; those without one are left out.
        max_norm: c, positive.

    Returns:
        The length before.

    Raises:
        ValueError: if ``max_norm`` is not positive, or the length is infinite or NaN.

    Source: Pascanu, Mikolov and Bengio, 2013.

    >>> w = Tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w / 2).sum().backward()
    >>> clip_gradients([w], max_norm=1.0), w.grad
    (5.0, array([0.6, 0.8]))
    """
    max_norm = _positive("clip_gradients", "max_norm", max_norm)
    gradients = [(p, p.grad) for p in parameters if p.grad is not None]
    norm = math.hypot(*(float(np.linalg.norm(g)) for _, g in gradients))
    if not math.isfinite(norm):
        raise ValueError(
            f"clip_gradients: the gradient has length {norm}, which no factor mends; "
            f"check the loss and the data for NaN"
        )
    if norm > max_norm:
        for p, g in gradients:
            p.grad = np.asarray(g * (max_norm / norm))
    return norm


def _positive(name: str, what: str, x: Any) -> float:
    if not 0 < x < math.inf:
        raise ValueError(f"{name}: {what} is {x}; pass a positive number")
    return float(x)


def _share(name: str, what: str, x: Any) -> float:
    if not 0 <= x < 1:
        raise ValueError(f"{name}: {what} is {x}; pass a number from 0 up to, not including, 1")
    return float(x)
