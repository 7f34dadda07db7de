"""The tables of the experiments: complete, and what a random cell of each measures today."""

import random
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import benchmark, tables

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
                assert_inside(range_over_seeds(table, row, column), new[column], column)
            elif tolerance == "over columns":
                columns = old[list(experiment.TOLERANCE)]
                assert_inside((columns.min(), columns.max()), new[column], column)
            elif tolerance == "a time":
                assert np.isfinite(new[column]), column
            else:
                assert new[column] == pytest.approx(old[column], **tolerance), column


def assert_inside(span, x, column):
    low, high = span
    assert 2 * low - high <= x <= 2 * high - low, column


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
    assert sorted(runs) == ["0", "1", "2", "3", "3", "4"]


def test_a_dask_cluster_measures_the_same_numbers(tmp_path, monkeypatch):
    """Six networks of the benchmark, here and on a cluster of two workers, to the last digit."""
    cells = chosen_in_benchmark("task=moons depth=2 rate=0.003")[:6]
    monkeypatch.setattr(benchmark, "CELLS", cells)
    monkeypatch.setattr(tables, "UNFINISHED", tmp_path)
    written = []
    for backend in ("sequential", "dask"):
        monkeypatch.setattr(tables, "RESULTS", tmp_path / backend)
        (tmp_path / backend).mkdir()
        tables.main("benchmark", ["--backend", backend, "--jobs", "2"])
        written.append((tmp_path / backend / "benchmark.csv").read_text(encoding="utf-8"))
    assert written[0] == written[1]
    assert len(written[0].splitlines()) == 3 + 1 + len(cells)


def chosen_in_benchmark(settings):
    return tables.chosen(benchmark.CELLS, settings)


def test_a_cell_is_measured_again_by_its_settings(capsys):
    settings = "activation=tanh task=moons depth=1 init=plain rate=0.003"
    tables.main("benchmark", ["--rerun", settings])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["stored", "now"] in lines
    assert ["init", "plain", "plain"] in lines
    stored, now = next(map(float, line[1:]) for line in lines if line[:1] == ["mean"])
    assert stored == pytest.approx(now, abs=0.02)


@pytest.mark.parametrize("settings", ["activation=step", "depht=2", "depth=3", "relu"])
def test_settings_that_no_cell_has_are_refused(settings):
    with pytest.raises(SystemExit, match=f"No cell has '{settings}'(?s:.*)depth = 1, 2, 4, 8, 16"):
        chosen_in_benchmark(settings)


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


def test_each_seed_gets_what_is_best_for_the_others():
    """The second wins once, by luck; that seed does not get to choose it, but the others do."""
    scores = pd.DataFrame([[5, 5, 5, 5], [30, 1, 1, 1]], columns=list("abcd"))
    assert tables.best_for_others(scores).tolist() == [5, 1, 1, 1]
    assert tables.best_for_others(scores, lowest=True).tolist() == [30, 5, 5, 5]


def test_of_equal_choices_the_first_counts():
    """The sums of the last two differ in their last bit, which is no reason to prefer one."""
    assert 0.1 + 0.2 > 0.3
    scores = pd.DataFrame([[7.0, 0.3, 0.0], [8.0, 0.1, 0.2], [9.0, 0.0, 0.3]])
    assert tables.best_for_others(scores)[0] == 7.0
    assert tables.best_for_others(scores, lowest=True)[0] == 7.0
