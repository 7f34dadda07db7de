"""Run the benchmarks, print a table for each group, and write all of it as JSON."""

import argparse
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import minigrad
from benchmarks import elementwise, imports, peers, scalars, training
from benchmarks.measure import Pace, Row

RESULTS = Path(__file__).resolve().parents[2] / "_build" / "benchmarks" / "results.json"

GROUPS = {
    "imports": (imports, Pace(rounds=9, slice=0), "First statement of a fresh process"),
    "scalars": (scalars, Pace(rounds=9, slice=0.2), "The scalar engine, forward and backward"),
    "training": (training, Pace(rounds=21, slice=0.03), "One training step"),
    "elementwise": (elementwise, Pace(rounds=15, slice=0.05), "Value and gradient"),
}
QUICK = Pace(rounds=2, slice=0.001)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", help=f"some of: {', '.join(GROUPS)}; or all")
    parser.add_argument("--quick", action="store_true", help="small and short: does it run?")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the JSON goes")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.groups) - set(GROUPS):
        parser.error(f"no group {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")

    found = facts(asked.quick)
    for name, fact in found.items():
        print(f"{name}: {fact}")
    results: dict[str, list[Any]] = {}
    for name, (module, pace, title) in GROUPS.items():
        if not asked.groups or name in asked.groups:
            print(f"\n{title}: median of same-round ratios (quartiles)")
            results[name] = []
            for row in module.run(QUICK if asked.quick else pace, asked.quick):
                print(line(row), flush=True)
                results[name].append(as_json(row))
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    report = json.dumps({"facts": found, "results": results}, indent=1, ensure_ascii=False)
    asked.output.write_text(report + "\n", encoding="utf-8")
    print(f"\nWritten to {asked.output}")


def facts(quick: bool) -> dict[str, Any]:
    """Say what was measured, with what, on which kind of machine."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]  # type: ignore[index]
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas['name']} {blas['version']}",
        "threads": os.environ["OPENBLAS_NUM_THREADS"],
        "minigrad": minigrad.__version__,
        "peers": peers.installed(),
        "clock": "processor time",
        "quick": quick,
    }


def _processor() -> str:
    """Return the model of the processor, as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(x.split(":", 1)[1].strip() for x in lines if x.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def line(row: Row) -> str:
    """Write a row as one line of the table."""
    cells = [f"{row.workload:31}", f"{row.baseline} {_readable(row.seconds):>9}"]
    cells += [f"{who} {ratio}" for who, ratio in row.ratios.items()]
    cells += [f"{what} {number:,.4g}" for what, number in row.notes.items()]
    return "  " + " | ".join(cells)


def _readable(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def as_json(row: Row) -> dict[str, Any]:
    """Turn a row into what JSON can hold."""
    ratios = {who: ratio._asdict() for who, ratio in row.ratios.items()}
    return row._asdict() | {"ratios": ratios}


if __name__ == "__main__":
    main()
