"""The scalar engine: micrograd's demonstration, and long chains."""

import gc
import math
import random
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks import peers
from benchmarks.measure import Pace, Row, compare, side_by_side
from minigrad import Value, dot
from minigrad.graph import nodes


def run(pace: Pace, quick: bool) -> Iterator[Row]:
    """Time the demonstration and the chains, per node."""
    yield _demo(pace, points=5 if quick else 100)
    yield _chains(pace, *((100, 1000) if quick else (10**4, 10**6)))


def two_moons(points: int, seed: int = 1) -> list[tuple[float, float, int]]:
    """Draw two interleaved half circles with noise, as scikit-learn's make_moons does."""
    rng = random.Random(seed)
    data = []
    for i in range(points):
        angle, label = math.pi * rng.random(), i % 2 * 2 - 1
        x, y = math.cos(angle), math.sin(angle)
        if label > 0:
            x, y = 1 - x, 0.5 - y
        data.append((x + rng.gauss(0, 0.1), y + rng.gauss(0, 0.1), label))
    return data


class Demo:
    """micrograd's demonstration: an MLP 2–16–16–1, the hinge loss and a penalty, all points."""

    def __init__(self, number: Callable[[float], Any], points: int) -> None:
        rng = random.Random(0)
        self.number, self.data = number, two_moons(points)
        self.layers = [
            [([number(rng.uniform(-1, 1)) for _ in range(m)], number(0.0)) for _ in range(n)]
            for m, n in ((2, 16), (16, 16), (16, 1))
        ]
        self.parameters = [p for layer in self.layers for w, b in layer for p in (*w, b)]

    def loss(self) -> Any:
        """Build the graph, with the operations in micrograd's order."""
        margins = [
            (1 + -label * self.score([self.number(x), self.number(y)])).relu()
            for x, y, label in self.data
        ]
        penalty = 1e-4 * sum(p * p for p in self.parameters)
        return sum(margins) * (1.0 / len(margins)) + penalty

    def score(self, a: list[Any]) -> Any:
        for layer in self.layers:
            a = [self.neuron(w, a, b) for w, b in layer]
            if layer is not self.layers[-1]:
                a = [z.relu() for z in a]
        return a[0]

    def neuron(self, w: list[Any], x: list[Any], b: Any) -> Any:
        return sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)

    def differentiate(self) -> list[float]:
        """Go forward and backward; return the gradient."""
        for p in self.parameters:
            p.grad = 0.0
        self.loss().backward()
        return [p.grad for p in self.parameters]


class DotDemo(Demo):
    """The same, with each neuron's weighted sum and bias as one operation."""

    def neuron(self, w: list[Any], x: list[Any], b: Any) -> Any:
        return dot(w, x, b)


def _demo(pace: Pace, points: int) -> Row:
    ours = Demo(Value, points)
    contenders: dict[str, Callable[[], Any]] = {
        "minigrad": ours.differentiate,
        "with dot": DotDemo(Value, points).differentiate,
    }
    if "micrograd" in peers.installed():
        from micrograd.engine import Value as Theirs

        contenders["micrograd"] = Demo(Theirs, points).differentiate
    for contender in contenders.values():
        for mine, other in zip(ours.differentiate(), contender(), strict=True):
            assert math.isclose(mine, other, rel_tol=1e-9, abs_tol=1e-12)
    count, size = _nodes_and_bytes(ours.loss)
    row = compare("micrograd's demo", side_by_side(contenders, pace), "minigrad")
    return row._replace(
        notes={
            "nodes": count,
            "microseconds per node": 1e6 * row.seconds / count,
            "bytes per node": size / count,
        }
    )


def _nodes_and_bytes(build: Callable[[], Any]) -> tuple[int, int]:
    """Count the nodes of a graph, and the bytes that they take while it lives."""
    gc.collect()
    tracemalloc.start()
    try:
        root = build()
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return len(nodes(root)), size


def _chains(pace: Pace, short: int, long: int) -> Row:
    """Compare a long chain with as many short ones as have the same number of nodes."""

    def chain(links: int) -> None:
        y = Value(1.0)
        for _ in range(links):
            y = y * 0.999999
        y.backward()

    def many_short() -> None:
        for _ in range(long // short):
            chain(short)

    times = side_by_side(
        {f"in chains of {short:,}": many_short, "in one chain": lambda: chain(long)},
        pace._replace(rounds=min(pace.rounds, 5)),
    )
    row = compare(f"{long:,} links", times, f"in chains of {short:,}")
    return row._replace(notes={"microseconds per node": 1e6 * row.seconds / long})
