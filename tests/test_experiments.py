"""The tables of the experiments: complete, and what a random cell of each measures today."""

import random
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from experiments import tables

ROWS = {"layer", "epoch", "step"}  # what may tell the rows of one cell apart
NAMES = sorted(
    path.stem
    for path in Path(tables.__file__).parent.glob("*.py")
    if path.stem not in ("__init__", "tables")
)


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_in_the_table(name):
    cells = import_module(f"experiments.{name}").CELLS
    settings = list(cells[0])
    in_table = tables.load(name)[settings].drop_duplicates()
    assert in_table.to_dict("records") == cells


@pytest.mark.parametrize("name", NAMES)
def test_the_table_says_how_it_was_made(name):
    head = (tables.RESULTS / f"{name}.csv").read_text(encoding="utf-8").splitlines()[:3]
    assert f"python -m experiments.{name}" in head[0]
    assert "numpy" in head[1]
    assert head[2].startswith("# seeds: ")


@pytest.mark.parametrize("name", NAMES)
def test_a_random_cell_measures_the_same_again(name):
    experiment = import_module(f"experiments.{name}")
    cell = random.SystemRandom().choice(experiment.CELLS)
    print(f"{name}, cell {cell}")  # shown if the test fails
    table = tables.load(name)
    stored = table[(table[list(cell)] == pd.Series(cell)).all(axis=1)]
    measured = experiment.measure(**cell)
    assert len(stored) == len(measured) > 0
    for (_, old), new in zip(stored.iterrows(), measured, strict=True):
        assert set(new) - set(experiment.TOLERANCE) <= ROWS, "a column without a tolerance"
        assert all(old[name] == new[name] for name in ROWS & set(new))
        for column, tolerance in experiment.TOLERANCE.items():
            if tolerance == "over seeds":
                row = cell | {name: new[name] for name in ROWS & set(new)}
                low, high = range_over_seeds(table, row, column)
                assert 2 * low - high <= new[column] <= 2 * high - low, column
            else:
                assert new[column] == pytest.approx(old[column], **tolerance), column


def range_over_seeds(table, row, column):
    settings = pd.Series({name: x for name, x in row.items() if name != "seed"})
    alike = table[(table[list(settings.index)] == settings).all(axis=1)][column]
    return alike.min(), alike.max()


def test_an_interrupted_run_goes_on_where_it_was(tmp_path, monkeypatch):
    """The first run dies at its fourth cell; the second runs only what was left."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(tables, "RESULTS", tmp_path)
    monkeypatch.setattr(tables, "UNFINISHED", tmp_path)
    script = tmp_path / "toy.py"
    script.write_text(TOY.format(folder=str(tmp_path)), encoding="utf-8")
    toy = import_module("toy")
    monkeypatch.setattr(tables, "import_module", lambda _: toy)

    (tmp_path / "broken").touch()
    with pytest.raises(RuntimeError, match="power cut"):
        tables.main("toy", ["--backend", "sequential", "--jobs", "1"])
    assert not (tmp_path / "toy.csv").exists()

    (tmp_path / "broken").unlink()
    tables.main("toy", ["--backend", "sequential", "--jobs", "1"])
    assert tables.load("toy").square.tolist() == [0, 1, 4, 9, 16]
    runs = (tmp_path / "runs").read_text(encoding="utf-8").split()
    assert runs == ["0", "1", "2", "3", "3", "4"]


TOY = """
from pathlib import Path
FOLDER = Path({folder!r})
CELLS = [{{"seed": seed}} for seed in range(5)]

def measure(seed):
    with (FOLDER / "runs").open("a") as file:
        file.write(f"{{seed}} ")
    if seed == 3 and (FOLDER / "broken").exists():
        raise RuntimeError("power cut")
    return [{{"square": seed**2}}]
"""
