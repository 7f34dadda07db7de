"""Optimizers that give each parameter a step of its own: RMSprop, Adam, AdamW.

They divide a parameter's gradient by its root mean square over the past steps.  What is left is
about ±1 whatever the scale of the gradient, and the learning rate says how far that goes.
"""

import math
from collections.abc import Iterable

import numpy as np

from minigrad.arrays import Array
from minigrad.optimizers import Optimizer
from minigrad.settings import between, not_negative, share
from minigrad.tensor import Tensor

EPS = 1e-30, 1.0  # the range of ε; one too small for float32 would be 0, and 0 / 0 is no step


class RMSprop(Optimizer):
    r"""RMSprop: each parameter's step is its gradient over its root mean square gradient.

    .. math:: v \leftarrow \alpha v + (1 - \alpha) g^2, \qquad
              \theta \leftarrow \theta - \eta \frac{g}{\sqrt{v} + \epsilon}

    Args:
        parameters: the leaf Tensors to train.
        lr: the learning rate η, positive.
        alpha: α, from 0 up to but not including 1: how slowly the average forgets.
        eps: ε, from 1e-30 to 1; keeps a parameter without gradients where it is.

    Raises:
        TypeError, ValueError: if a setting is out of range, or the parameters are none, as `SGD`.

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
        self.alpha = share("RMSprop", "alpha", alpha)
        self.eps = between("RMSprop", "eps", eps, *EPS)
        self._scratch = np.empty_like(self.theta)

    def reset(self) -> None:
        super().reset()
        self.v = np.zeros_like(self.theta)

    def _step(self, theta: Array, g: Array) -> Array:
        v, scratch = self.v, self._scratch
        np.multiply(g, 1 - self.alpha, out=scratch)
        scratch *= g
        v *= self.alpha
        v += scratch
        np.sqrt(v, out=scratch)
        scratch += self.eps
        g *= self.lr
        g /= scratch
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
        eps: ε, from 1e-30 to 1; keeps a parameter without gradients where it is.

    Raises:
        TypeError, ValueError: if a setting is out of range, or the parameters are none, as `SGD`.

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
        if not isinstance(betas, (tuple, list)) or len(betas) != 2:
            raise ValueError(f"Adam: betas is {betas!r}; pass two numbers, such as (0.9, 0.999)")
        self.betas = (share("Adam", "betas[0]", betas[0]), share("Adam", "betas[1]", betas[1]))
        self.eps = between("Adam", "eps", eps, *EPS)
        self._scratch = np.empty_like(self.theta)

    def reset(self) -> None:
        super().reset()
        self.m = np.zeros_like(self.theta)
        self.v = np.zeros_like(self.theta)

    def _step(self, theta: Array, g: Array) -> Array:
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
        TypeError, ValueError: if a setting is out of range, or the parameters are none, as `SGD`.

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
        self.weight_decay = not_negative("AdamW", "weight_decay", weight_decay)

    def _step(self, theta: Array, g: Array) -> Array:
        step = super()._step(theta, g)
        np.multiply(theta, self.lr * self.weight_decay, out=g)
        step += g
        return step
