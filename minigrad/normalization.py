"""Normalization: give the numbers inside a network mean 0 and variance 1, then let it choose.

`BatchNorm` does so for each feature over the examples of a batch, `LayerNorm` for each example over
its features.  Both rest on one rule.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.arrays import Array, float_dtype
from minigrad.layers import Layer
from minigrad.recording import record
from minigrad.settings import between, whole
from minigrad.tensor import Tensor, as_tensor


def normalize(
    op: str, x: Tensor, gamma: Tensor, beta: Tensor, axes: tuple[int, ...], eps: float
) -> tuple[Tensor, Array, Array]:
    r"""Compute y = γ x̂ + β, where x̂ is x with mean 0 and variance 1 over some axes, as one record.

    .. math:: \mu = \operatorname{mean} x, \qquad
              \sigma = \sqrt{\operatorname{mean} (x - \mu)^2 + \epsilon}, \qquad
              \hat x = \frac{x - \mu}{\sigma}

    `BatchNorm` derives the rule.

    Returns:
        y, and the mean and the standard deviation of x (without ε), with those axes of length 1.
    """
    mean, std = _moments(x.data, axes)
    sigma = np.hypot(std, math.sqrt(eps))
    x_hat = (x.data - mean) / sigma

    def pull(d: Any) -> Any:
        along = (d * x_hat).mean(axes, keepdims=True)
        return (d - d.mean(axes, keepdims=True) - x_hat * along) / sigma

    return scale_and_shift(op, x, x_hat, pull, gamma, beta), mean, std


def _moments(x: Array, axes: tuple[int, ...]) -> tuple[Array, Array]:
    """Return mean and standard deviation, and keep the axes with length 1."""
    mean = x.mean(axes, keepdims=True)
    mean = mean + (x - mean).mean(axes, keepdims=True)  # of large numbers, the first one is rough
    c = x - mean
    size = np.maximum(abs(c).max(axes, keepdims=True), 1.0)  # c² itself might overflow
    return mean, size * np.sqrt(np.square(c / size).mean(axes, keepdims=True))


def scale_and_shift(
    op: str, x: Tensor, x_hat: Array, pull: Callable[[Any], Any], gamma: Tensor, beta: Tensor
) -> Tensor:
    """Record y = γ x̂ + β; ``pull`` takes the gradient of x̂ to x."""
    g = gamma.data
    return record(
        op,
        x_hat * g + beta.data,
        (x, lambda delta: pull(delta * g)),
        (gamma, lambda delta: delta * x_hat),  # the engine sums over the examples
        (beta, lambda delta: delta),
    )


class Normalization(Layer):
    """What both layers share: the learned scale γ, which starts at 1, and shift β, at 0."""

    def __init__(self, features: int, eps: float, dtype: Any) -> None:
        op = type(self).__name__
        self.features = whole(op, "features", features)
        self.eps = between(op, "eps", eps, 1e-12, 1.0)
        dtype = float_dtype(op, dtype)
        self.gamma = Tensor(np.ones(features, dtype), requires_grad=True)
        self.beta = Tensor(np.zeros(features, dtype), requires_grad=True)

    def _checked(self, x: Any) -> Tensor:
        op = type(self).__name__
        inputs = as_tensor(x, op)
        if not inputs.ndim or inputs.shape[-1] != self.features:
            raise ValueError(
                f"{op}: got an input of shape {inputs.shape} for {self.features} features; "
                f"the last axis must have length {self.features}"
            )
        return inputs


class BatchNorm(Normalization):
    r"""Give each feature mean 0 and variance 1 over the examples, then scale it by γ and add β.

    .. math:: y = \gamma\,\frac{x - \mu}{\sigma} + \beta, \qquad
              \frac{\partial L}{\partial x} = \frac{\gamma}{\sigma} \left(\delta -
              \operatorname{mean} \delta - \hat x \operatorname{mean} (\delta \hat x)\right)

    While training, μ is the mean of the batch, and σ² its variance (divided by n) plus ε.  After
    `eval`, the running averages take their place; they are constants, and what is left of the rule
    is γ δ / σ.

    The rule, line by line.  Let d be the gradient of x̂, which is γ δ, and let one number
    :math:`x_j` move.  It moves the mean, the mean moves every difference, and so σ moves:

    .. math::
        \frac{\partial \mu}{\partial x_j} &= \frac{1}{n}

        \frac{\partial (x_i - \mu)}{\partial x_j} &= [i = j] - \frac{1}{n}

        \frac{\partial \sigma}{\partial x_j}
            &= \frac{1}{2 \sigma} \cdot \frac{2}{n} \sum_i (x_i - \mu)
               \left([i = j] - \frac{1}{n}\right) = \frac{\hat x_j}{n}

        \frac{\partial \hat x_i}{\partial x_j}
            &= \frac{1}{\sigma} \frac{\partial (x_i - \mu)}{\partial x_j}
               - \frac{x_i - \mu}{\sigma^2} \frac{\partial \sigma}{\partial x_j}
             = \frac{1}{\sigma} \left([i = j] - \frac{1}{n} - \frac{\hat x_i \hat x_j}{n}\right)

        \frac{\partial L}{\partial x_j}
            &= \sum_i d_i \frac{\partial \hat x_i}{\partial x_j}
             = \frac{1}{\sigma} \left(d_j - \operatorname{mean} d
               - \hat x_j \operatorname{mean} (d\,\hat x)\right)

    The third line uses that differences from the mean sum to 0.  What comes back has mean 0, and
    nothing of it points along x̂: shifting x or stretching it changes (but for ε) no result.

    Args:
        features: the length of the last axis.  All other axes count as examples.
        momentum: from 1e-6 to 1: how far a batch moves the running averages, r ← r + m (b − r).
        eps: ε, from 1e-12 to 1: added to the variance, for features that are constant.
        dtype: float64 or float32.

    The learned ``gamma`` and ``beta`` are Tensors; ``running_mean`` and ``running_var`` are arrays,
    all with one number per feature.  The running variance is, as in the paper, the unbiased one,
    divided by n − 1: it stands for all examples, and the batch is a sample of them.  A batch whose
    mean or variance is beyond the floats of ``dtype`` leaves both averages as they are.  Numbers
    whose sum is beyond all floats give NaN.

    Raises:
        TypeError: if ``dtype`` is another one.
        ValueError: if an argument is out of range, the last axis has another length, or, while
            training, there are not two examples at least.

    Source: Ioffe and Szegedy, 2015.

    >>> layer = BatchNorm(1)
    >>> layer([[1.0], [3.0]]).data.round(4).tolist(), layer.running_mean
    ([[-1.0], [1.0]], array([0.2]))
    >>> layer.eval()([[0.2]]).data
    array([[0.]])
    """

    def __init__(
        self, features: int, momentum: float = 0.1, eps: float = 1e-5, *, dtype: Any = np.float64
    ) -> None:
        super().__init__(features, eps, dtype)
        self.momentum = between("BatchNorm", "momentum", momentum, 1e-6, 1.0)
        self.running_mean, self.running_var = np.zeros(features, dtype), np.ones(features, dtype)

    def __call__(self, x: Any) -> Tensor:
        inputs = self._checked(x)
        if not self.training:
            sigma = np.sqrt(self.running_var + self.eps)
            x_hat = (inputs.data - self.running_mean) / sigma
            return scale_and_shift(
                "BatchNorm", inputs, x_hat, lambda d: d / sigma, self.gamma, self.beta
            )
        n = inputs.size // self.features
        if n < 2:
            raise ValueError(
                f"BatchNorm: got an input of shape {inputs.shape}, {n} example{'s' * (n != 1)}, "
                f"while training; pass two at least (a batch_size that leaves no rest of one), "
                f"or call eval() first"
            )
        axes = tuple(range(inputs.ndim - 1))
        y, mean, std = normalize("BatchNorm", inputs, self.gamma, self.beta, axes, self.eps)
        self._follow(mean.ravel(), std.ravel(), n)
        return y

    def _follow(self, mean: Array, std: Array, n: int) -> None:
        dtype = self.running_var.dtype  # perhaps of a smaller range than the input's
        with np.errstate(over="ignore"):
            var = std * std * (n / (n - 1))
            fits = np.isfinite([mean.astype(dtype), var.astype(dtype)]).all()
        if fits:
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (var - self.running_var)

    def __repr__(self) -> str:
        return f"BatchNorm({self.features}, momentum={self.momentum:g}, eps={self.eps:g})"


class LayerNorm(Normalization):
    r"""Give each example mean 0 and variance 1 over its features, then scale by γ and add β.

    .. math:: y = \gamma \odot \frac{x - \mu}{\sigma} + \beta, \qquad
              \frac{\partial L}{\partial x} = \frac{1}{\sigma} \left(d -
              \operatorname{mean} d - \hat x \operatorname{mean} (d \odot \hat x)\right),
              \quad d = \gamma \odot \delta

    The means go over the last axis; `BatchNorm` derives the rule.  No example depends on another,
    so the layer computes the same while training and after `eval`.

    Args:
        features: the length of the last axis, at least 2: one number alone would become 0.
        eps: ε, from 1e-12 to 1: added to the variance, for examples that are constant.
        dtype: float64 or float32.

    The learned ``gamma`` and ``beta`` are Tensors with one number per feature.  Numbers whose sum
    is beyond all floats give NaN.

    Raises:
        TypeError: if ``dtype`` is another one.
        ValueError: if an argument is out of range, or the last axis has another length.

    Source: Ba, Kiros and Hinton, 2016.

    >>> LayerNorm(2)([[1.0, 3.0]]).data.round(4)
    array([[-1.,  1.]])
    """

    def __init__(self, features: int, eps: float = 1e-5, *, dtype: Any = np.float64) -> None:
        super().__init__(features, eps, dtype)
        if features < 2:
            raise ValueError(
                "LayerNorm: got 1 feature, which would always become 0; pass 2 or more"
            )

    def __call__(self, x: Any) -> Tensor:
        y, _, _ = normalize("LayerNorm", self._checked(x), self.gamma, self.beta, (-1,), self.eps)
        return y

    def __repr__(self) -> str:
        return f"LayerNorm({self.features}, eps={self.eps:g})"
