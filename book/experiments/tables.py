"""Running an experiment cell by cell, and keeping its result as a table.

An experiment is a module with three names:

    CELLS       a list of dicts, the settings of every run, its seed among them; or else a run goes
                through all SEEDS, a fourth name
    TOLERANCE   how far each measured column may move on another machine, as keywords of
                pytest.approx.  Training magnifies differences in the last bits; where it does so
                without bounds, "over seeds" asks for the range that the other seeds span, widened
                by its own width; "over columns" for that of all columns of the row; "a time" is
                another on another computer, and only has to be a number
    measure     a function of one cell's settings; returns a list of rows (dicts)

`python -m experiments.NAME`, from the folder `book`, runs what is not yet done, in parallel, and
writes results/NAME.csv.  Finished cells are kept on the way, so that an interrupted run goes on
where it was; if the code has changed since, it starts anew.  With `--rerun "depth=2 seed=0 …"` it
measures the cells of these settings again, and prints them beside what the table has.

The runs go to any backend of joblib that is installed: `--backend dask` starts a Dask cluster on
this machine, or uses the one whose scheduler `--cluster tcp://…` names.
"""

import argparse
import hashlib
import json
import platform
import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
from joblib import Parallel, delayed, parallel_config
from tqdm import tqdm

import minigrad

BOOK = Path(__file__).resolve().parents[1]
RESULTS = BOOK / "experiments" / "results"
UNFINISHED = BOOK.parent / "_build" / "experiments"
PACKAGES = ("minigrad", "numpy", "scipy", "scikit-learn")
DIGITS = 6  # significant digits in a table


def load(name):
    """Read the table of an experiment; lines that start with # say how it was made."""
    return pd.read_csv(RESULTS / f"{name}.csv", comment="#")


def best_for_others(scores, lowest=False):
    """Return for each seed the score of the choice that is best for the other seeds.

    So luck is not rewarded: no seed chooses what it is then measured with.  Of equals, the first.

    Args:
        scores: a table with a row for each choice and a column for each seed.
        lowest: whether the lowest score is the best.
    """
    others = means_of_others(scores)
    chosen = (others.argmin if lowest else others.argmax)(axis=0)
    return pd.Series(scores.to_numpy()[chosen, np.arange(len(chosen))], scores.columns)


def means_of_others(scores):
    """Return, for each seed, the means over the others, rounded so that equals are equal."""
    x = scores.to_numpy(dtype=float)
    return ((x.sum(axis=1, keepdims=True) - x) / (x.shape[1] - 1)).round(9)


def main(name, arguments=None):
    """Run an experiment from the command line."""
    parser = argparse.ArgumentParser(prog=f"python -m experiments.{name}")
    parser.add_argument("--jobs", type=int, default=-1, help="runs at a time; -1: one per core")
    parser.add_argument(
        "--backend", default="loky", help="a joblib backend: loky, dask, ray, spark"
    )
    parser.add_argument("--cluster", help="the address of a Dask scheduler; by default, a new one")
    parser.add_argument("--rerun", metavar="SETTINGS", help='such as "depth=2 seed=0"')
    options = parser.parse_args(arguments)
    experiment = import_module(f"experiments.{name}")
    if options.rerun is not None:
        return rerun(name, experiment, chosen(experiment.CELLS, options.rerun))
    UNFINISHED.mkdir(parents=True, exist_ok=True)
    journal = UNFINISHED / f"{name}-{fingerprint(experiment)}.jsonl"
    done = _read(journal)
    todo = [cell for cell in experiment.CELLS if _key(cell) not in done]
    Random(0).shuffle(todo)  # so that what is done foretells how long the rest will take
    with (
        workers(options),
        parallel_config(options.backend, n_jobs=options.jobs),
        journal.open("a", encoding="utf-8") as file,
    ):
        runs = Parallel(return_as="generator_unordered")(
            delayed(_run)(experiment.__name__, cell) for cell in todo
        )
        for key, rows in tqdm(runs, total=len(todo), desc=name, unit="run"):
            done[key] = rows
            file.write(json.dumps([key, rows]) + "\n")
            file.flush()
    _write(name, [row for cell in experiment.CELLS for row in done[_key(cell)]], seeds(experiment))
    journal.unlink()


@contextmanager
def workers(options):
    """Connect to the Dask cluster that the command line asks for, if it does."""
    if options.backend != "dask":
        yield
        return
    from distributed import Client, LocalCluster

    if options.cluster:
        with Client(options.cluster):
            yield
    else:
        count = options.jobs if options.jobs > 0 else None
        with (
            LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster),
        ):
            yield


def chosen(cells, settings):
    """Find the cells that have these settings, such as "depth=2 seed=0".

    Raises:
        SystemExit: if there are none, with the settings and values that there are.
    """
    pairs = [pair.partition("=")[::2] for pair in settings.split()]
    found = [cell for cell in cells if all(str(cell.get(name)) == x for name, x in pairs)]
    if not found:
        known = {name: list(dict.fromkeys(cell.get(name) for cell in cells)) for name in cells[0]}
        lines = [f"    {name} = {', '.join(map(str, values))}" for name, values in known.items()]
        raise SystemExit("\n".join([f"No cell has {settings!r}. There are:", *lines]))
    return found


def rerun(name, experiment, cells):
    """Measure some cells again, and print them beside the table."""
    table = load(name)
    for cell in cells:
        stored = table[(table[list(cell)] == pd.Series(cell)).all(axis=1)]
        now = pd.DataFrame(_run(experiment.__name__, cell)[1])
        sides = [stored.reset_index(drop=True).T, now.T]
        print(pd.concat(sides, axis=1, keys=["stored", "now"]).to_string(), end="\n\n")


def seeds(experiment):
    """The seeds over which an experiment measures, in order."""
    return sorted({cell["seed"] for cell in experiment.CELLS if "seed" in cell}) or experiment.SEEDS


def fingerprint(experiment):
    """Hash the code that decides the result: the experiment, the book's helpers, the library."""
    sources = [Path(experiment.__file__), *BOOK.glob("*.py")]
    sources += Path(minigrad.__file__).parent.glob("*.py")
    text = b"".join(path.read_bytes() for path in sorted(sources))
    return hashlib.sha256(text).hexdigest()[:12]


def _run(module, cell):
    rows = import_module(module).measure(**cell)
    return _key(cell), [cell | {name: _round(x) for name, x in row.items()} for row in rows]


def _round(x):
    return float(f"{x:.{DIGITS}g}") if isinstance(x, float) else x


def _key(cell):
    return json.dumps(cell, sort_keys=True)


def _read(journal):
    if not journal.exists():
        return {}
    lines = journal.read_text(encoding="utf-8").split("\n")
    return dict(json.loads(line) for line in lines[:-1])  # what follows the last \n was cut off


def _write(name, rows, seeds):
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    head = [
        f"# command: python -m experiments.{name} (in book/)",
        f"# versions: Python {platform.python_version()}, {packages}",
        f"# seeds: {seeds[0]} to {seeds[-1]} ({len(seeds)})",
    ]
    table = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
    (RESULTS / f"{name}.csv").write_text("\n".join(head) + "\n" + table, encoding="utf-8")
    print(f"{len(rows)} rows in {RESULTS / name}.csv", file=sys.stderr)
