r"""Schedules: how large the learning rate is in each epoch.

A schedule is a function of the number of an epoch, which counts from 0, and returns the learning
rate η of all steps in that epoch.  `fit` takes one as ``schedule`` and assigns ``optimizer.lr`` at
the beginning of each epoch.  Any function will do, such as ``lambda epoch: 0.1 / (1 + epoch)``;
those below are objects, so that they can be printed.  None of them remembers anything: what they
return depends on the epoch alone, and so training may stop and be taken up again anywhere.
"""

import math
from dataclasses import dataclass

from minigrad.settings import not_negative, positive, share, whole


@dataclass
class ConstantRate:
    r"""The same learning rate in every epoch.

    .. math:: \eta_e = \eta

    Args:
        lr: η, positive.

    Raises:
        ValueError: if η is not positive, or an epoch is not a number from 0 up.

    >>> ConstantRate(0.1)(7)
    0.1
    """

    lr: float

    def __post_init__(self) -> None:
        self.lr = positive("ConstantRate", "lr", self.lr)

    def __call__(self, epoch: int) -> float:
        whole("ConstantRate", "epoch", epoch, least=0)
        return self.lr


@dataclass
class StepDecay:
    r"""A learning rate that falls by one factor after every so many epochs.

    .. math:: \eta_e = \eta\,\gamma^{\lfloor e / k \rfloor}

    Args:
        lr: η, positive, the rate of the first epochs.
        every: k, how many epochs a rate lasts.
        factor: γ, above 0 and below 1.

    Raises:
        ValueError: if a setting is out of range, or an epoch is not a number from 0 up.

    >>> schedule = StepDecay(0.1, every=2, factor=0.5)
    >>> [schedule(epoch) for epoch in range(5)]
    [0.1, 0.1, 0.05, 0.05, 0.025]
    """

    lr: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        self.lr = positive("StepDecay", "lr", self.lr)
        self.every = whole("StepDecay", "every", self.every)
        self.factor = share("StepDecay", "factor", positive("StepDecay", "factor", self.factor))

    def __call__(self, epoch: int) -> float:
        return self.lr * self.factor ** (whole("StepDecay", "epoch", epoch, least=0) // self.every)


@dataclass
class CosineDecay:
    r"""A learning rate that falls along half a cosine, after a rise along a line if wanted.

    .. math:: \eta_e = \eta\,\frac{e + 1}{w + 1} \quad (e < w), \qquad
              \eta_e = \eta_{\min} + \frac{\eta - \eta_{\min}}{2}
              \left(1 + \cos \pi \frac{e - w}{T - w}\right) \quad (w \le e < T)

    The last of T epochs, e = T − 1, still has a rate above the lowest one, which the cosine meets
    at e = T.  From there on the rate stays at the lowest; if that is 0, there is nothing to train
    with, and the schedule says so.

    Args:
        lr: η, positive: the highest rate, that of epoch w.
        epochs: T, how many epochs there are in all.
        lowest: the rate to fall to, 0 or more and not above η; the rise begins at η / (w + 1).
        warmup: w, for how many epochs to rise first, less than T.

    Raises:
        ValueError: if a setting is out of range, or an epoch is not a number from 0 up, or one
            past the end of a schedule whose lowest rate is 0.

    Source: Loshchilov and Hutter, 2017; the rise, Goyal and others, 2017.

    >>> schedule = CosineDecay(0.1, epochs=6, warmup=2)
    >>> [round(schedule(epoch), 4) for epoch in range(6)]
    [0.0333, 0.0667, 0.1, 0.0854, 0.05, 0.0146]
    """

    lr: float
    epochs: int
    lowest: float = 0.0
    warmup: int = 0

    def __post_init__(self) -> None:
        self.lr = positive("CosineDecay", "lr", self.lr)
        self.epochs = whole("CosineDecay", "epochs", self.epochs)
        self.lowest = not_negative("CosineDecay", "lowest", self.lowest)
        self.warmup = whole("CosineDecay", "warmup", self.warmup, least=0)
        if self.lowest > self.lr or self.warmup >= self.epochs:
            raise ValueError(
                f"CosineDecay: got {self}; pass a lowest rate up to lr, and fewer epochs of warmup "
                f"than there are epochs"
            )

    def __call__(self, epoch: int) -> float:
        e = whole("CosineDecay", "epoch", epoch, least=0)
        if e < self.warmup:
            return self.lr * (e + 1) / (self.warmup + 1)
        if e < self.epochs:
            fallen = (e - self.warmup) / (self.epochs - self.warmup)
            return self.lowest + (self.lr - self.lowest) / 2 * (1 + math.cos(math.pi * fallen))
        if not self.lowest:
            raise ValueError(
                f"CosineDecay: epoch {e} is past the {self.epochs} of the schedule, where the rate "
                f"is 0; pass more epochs to CosineDecay, or a lowest rate above 0"
            )
        return self.lowest
