"""Whole training steps: forward, loss, backward, update."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.by_hand import ByHand
from benchmarks.measure import Pace, Row, compare, side_by_side
from benchmarks.nets import NETS, Contender, Minigrad, Problem, problem

# With these steps a difference between two updates shows.
LARGE = 1e-3
# Keras's Adam adds epsilon before it corrects the second average, and not after: a real difference.
KERAS = 2e-2
# With these a net is no different after a million steps, so what is timed stays the same.
SMALL = 1e-9


def workloads(quick: bool) -> Iterator[tuple[str, str, int, str]]:
    """List each net with its batch sizes and dtypes: (title, net, batch, dtype)."""
    for name in NETS:
        for batch in (64,) if name == "deep" else (32,) if quick else (32, 256):
            for dtype in ("float32", "float64"):
                yield f"{name}, batch {batch}, {dtype}", name, batch, dtype


def contenders(at: Problem) -> dict[str, Contender]:
    """Set up everyone who is installed at the same start."""
    available = peers.installed()
    everyone: dict[str, Contender] = {"by hand": ByHand(at), "minigrad": Minigrad(at)}
    if "torch" in available:
        everyone["torch"] = peers.Torch(at)
        everyone["torch, fused"] = peers.Torch(at, fused=True)
    if "jax" in available:
        everyone["jax"] = peers.Jax(at)
    if "keras" in available and "jax" in available:
        everyone["keras"] = peers.Keras(at)
    if "autograd" in available:
        everyone["autograd"] = peers.Autograd(at)
    return everyone


def run(pace: Pace, quick: bool) -> Iterator[Row]:
    """Check that all do the same, then time their training steps."""
    for title, name, batch, dtype in workloads(quick):
        check_agreement(contenders(problem(NETS[name], batch, dtype, LARGE)), dtype)
        everyone = contenders(problem(NETS[name], batch, dtype, SMALL))
        steps = {who: partial(_step, c.differentiate, c.update) for who, c in everyone.items()}
        yield compare(title, side_by_side(steps, pace), "by hand")


def check_agreement(everyone: dict[str, Contender], dtype: str) -> None:
    """Raise unless loss, gradient and three updates agree with minigrad's."""
    # Adam divides by the size of the gradient, which magnifies the rounding of the smallest.
    rtol = 1e-2 if dtype == "float32" else 1e-9
    start = everyone["minigrad"].parameters().copy()
    for _ in range(3):
        measured = {}
        for who, contender in everyone.items():
            loss, gradient = contender.differentiate(), contender.gradient()
            gradient = None if gradient is None else gradient.copy()
            contender.update()
            measured[who] = (np.array(loss), gradient, contender.parameters() - start)
        for who, arrays in measured.items():
            tolerance = KERAS if who == "keras" else rtol
            for got, wanted in zip(arrays, measured["minigrad"], strict=True):
                if got is not None:
                    apart = np.linalg.norm(got - wanted) / np.linalg.norm(wanted)
                    assert apart <= tolerance, f"{who} is {apart:.1e} away from minigrad"


def _step(differentiate: Callable[[], float], update: Callable[[], Any]) -> None:
    differentiate()
    update()
