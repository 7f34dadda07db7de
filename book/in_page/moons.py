"""Two moons, and a network of nine neurons that learns to tell them apart, number by number."""

import math
import random
from collections.abc import Iterator
from typing import NamedTuple

from in_page.activation import Function, Unfit
from in_page.hints import explained
from minigrad import Value, binary_cross_entropy_with_logits, dot

POINTS = 60
HIDDEN = 8
EPOCHS = 60
RATE, MOMENTUM = 0.5, 0.9


class Point(NamedTuple):
    """A place, and which of the two moons it belongs to: 0 or 1."""

    x: float
    y: float
    moon: int


def two_moons(seed: int = 0, noise: float = 0.12) -> list[Point]:
    """Draw points on two half circles that reach into each other, around (0, 0)."""
    rng, points = random.Random(seed), []
    for i in range(POINTS):
        moon = i % 2
        angle = math.pi * (i // 2 + 0.5) / (POINTS // 2)
        x, y = math.cos(angle), math.sin(angle) - 0.25
        x, y = (x - 0.5, y) if moon == 0 else (0.5 - x, -y)
        points.append(Point(x + rng.gauss(0, noise), y + rng.gauss(0, noise), moon))
    return points


class Network:
    """2 inputs, 8 neurons with the activation, 1 logit, in Values; weights with a given gain."""

    def __init__(self, f: Function, gain: float, seed: int) -> None:
        rng = random.Random(seed)
        self.f = f
        self.hidden = [
            [Value(rng.gauss(0, gain / math.sqrt(2))) for _ in range(2)] for _ in range(HIDDEN)
        ]
        self.biases = [Value(0.0) for _ in range(HIDDEN)]
        self.output = [Value(rng.gauss(0, 1 / math.sqrt(HIDDEN))) for _ in range(HIDDEN)]
        self.bias = Value(0.0)
        weights = [w for row in self.hidden for w in row]
        self.parameters = [*weights, *self.biases, *self.output, self.bias]
        self.speeds = [0.0] * len(self.parameters)

    def __call__(self, x: float, y: float) -> Value:
        rows = zip(self.hidden, self.biases, strict=True)
        return dot(self.output, [self.f(dot(w, (x, y), b)) for w, b in rows], self.bias)

    def step(self, points: list[Point]) -> tuple[float, float]:
        """Compute the loss of all points, walk back, and take a step with momentum.

        Returns:
            the loss, and the share of points on the right side, both before the step.
        """
        logits = [self(x, y) for x, y, _ in points]
        loss = binary_cross_entropy_with_logits(logits, [moon for *_, moon in points])
        if not math.isfinite(loss.data):
            raise ArithmeticError(f"the loss is {loss.data}")
        for v in self.parameters:
            v.grad = 0.0
        loss.backward()
        for i, v in enumerate(self.parameters):
            self.speeds[i] = MOMENTUM * self.speeds[i] - RATE * v.grad
            v.data += self.speeds[i]
        right = sum((z.data > 0) == point.moon for z, point in zip(logits, points, strict=True))
        return loss.data, right / len(points)

    def yes(self, x: float, y: float) -> float:
        """Return the probability that it gives to moon 1 at a place."""
        try:
            z = self(x, y).data
        except Exception as error:  # as in `train`
            raise Unfit(f"What it decides could not be drawn. {explained(error)}") from None
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))


def train(f: Function, gain: float, seed: int = 0) -> Iterator[tuple[Network, float, float]]:
    """Train a network epoch by epoch: it, its loss, and the share of points it gets right."""
    network, points = Network(f, gain, seed), two_moons()
    for epoch in range(1, EPOCHS + 1):
        try:
            loss, right = network.step(points)
        except Exception as error:  # whatever a reader's formula may raise
            raise Unfit(f"Epoch {epoch} went wrong. {explained(error)}") from None
        yield network, loss, right
