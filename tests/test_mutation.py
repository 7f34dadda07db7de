"""The mutants are the faults that one means, and a run says what it must of those that survive."""

import os
import re
import tomllib
from types import SimpleNamespace

import pytest

from execute import ROOT
from mutation.__main__ import checks, main, remembered, report
from mutation.mutants import mutants
from mutation.workshop import Watch

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="a run forks")

SOURCE = '''"""A module that says much: 1 + 1."""
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    x = 1 + 1
Pullback = Callable[[Any], Any]
double = Entry("double", value=lambda z: z * 2, about="Twice the number.")


class Thing:
    @property
    def size(self) -> "Any | None":
        """Say 1 + 1."""
        if self.n < 3:
            raise ValueError(f"{self.n + 1} is too " "little")
        return self.n
'''
FAULTS = {
    'double: double = Entry("double", value=lambda z: z * 2, about="Twice the number.") → ' + new
    for new in [
        "double = None",
        'double = Entry("XXdoubleXX", value=lambda z: z * 2, about="Twice the number.")',
        'double = Entry(value=lambda z: z * 2, about="Twice the number.")',
        'double = Entry("double", about="Twice the number.")',
        'double = Entry("double", value=lambda z: None, about="Twice the number.")',
        'double = Entry("double", value=lambda z: z / 2, about="Twice the number.")',
        'double = Entry("double", value=lambda z: z * 3, about="Twice the number.")',
    ]
} | {
    "Thing.size: if self.n < 3: → if not (self.n < 3):",
    "Thing.size: if self.n < 3: → if self.n <= 3:",
    "Thing.size: if self.n < 3: → if self.n < 4:",
    'Thing.size: raise ValueError(f"{self.n + 1} is too " "little") → pass',
    "Thing.size: return self.n → pass",
}


def test_what_computes_is_changed_and_what_is_read_is_not():
    found = mutants(SOURCE)
    assert {name for name, _ in found} == FAULTS
    assert len(found) == len(FAULTS)
    for name, source in found:
        old, new = name.split(": ", 1)[1].split(" → ")
        assert source == SOURCE.replace(old, new)


def test_a_change_that_changes_nothing_is_no_mutant_and_equal_names_are_numbered():
    assert [name for name, _ in mutants("n = 1e20\n")] == ["n: n = 1e20 → n = None"]
    names = [name for name, _ in mutants("def f(n):\n    n += 1\n    n += 1\n")]
    assert names.count("f: n += 1 → n -= 1") == names.count("f: n += 1 → n -= 1 #2") == 1


def test_what_is_said_of_survivors_is_said_of_the_code_as_it_is():
    """Not that they survive, which takes long: that the lines are there, and a reason."""
    listed = tomllib.loads((ROOT / "tests/mutation/survivors.toml").read_text(encoding="utf-8"))
    for module, entries in listed.items():
        source = (ROOT / "minigrad" / f"{module}.py").read_text(encoding="utf-8")
        source = " ".join(map(str.strip, source.splitlines()))
        for entry in entries:
            assert entry.keys() == {"why", "mutants"}
            assert len(entry["why"].split()) > 3
            for name in entry["mutants"]:
                line = name.split(": ", 1)[1].split(" → ")[0]
                assert line in source, f"run again: make mutants MODULES={module}"


FOUND = {"a": {"f: 1 → 2": False, "f: 3 → 4": True}, "b": dict.fromkeys(map(str, range(38)), False)}


@pytest.mark.parametrize(
    ("listed", "wrong"),
    [
        (["f: 3 → 4"], None),
        ([], 'a: survives, and is not listed: "f: 3 → 4"'),
        (["f: 3 → 4", "f: 1 → 2"], 'a: listed, and does not survive: "f: 1 → 2"'),
        (["f: 3 → 4", "f: 5 → 6"], 'a: listed, and does not survive: "f: 5 → 6"'),
    ],
)
def test_the_list_must_name_those_that_survive_and_no_others(listed, wrong, capsys):
    lists = {"a": [{"why": "", "mutants": listed[:1]}, {"why": "", "mutants": listed[1:]}]}
    assert report(FOUND, lists | {"not run": [{"mutants": ["x"]}]}) == wrong
    assert capsys.readouterr().out.split() == [
        *("a", "1", "of", "2", "killed:", "50.0%"),
        *("b", "38", "of", "38", "killed:", "100.0%"),
        *("in", "all", "39", "of", "40", "killed:", "97.5%"),
    ]


def test_a_score_under_95_percent_is_not_enough():
    for survivors, wrong in ((1, None), (2, "fewer than 95% are killed")):
        names = [str(i) for i in range(20)]
        found = {"a": {name: int(name) < survivors for name in names}}
        assert report(found, {"a": [{"mutants": names[:survivors]}]}) == wrong


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (None, {"f: 1": "m.py", "f: 2": "a.py", "f: 3": "b.py", "f: 4": "?", "f: 5": ""}),
        ("a.py", {"f: 1": "m.py", "f: 3": "b.py"}),
        ("c.py", {"f: 1": "m.py", "f: 2": "a.py", "f: 3": "b.py"}),
        ("m.py", {}),
        ("tests/helpers.py", {}),
    ],
)
def test_a_log_is_for_the_files_that_it_was_made_with(tmp_path, change, left):
    """Who killed a mutant does so again; one that survived may be killed by a new test."""
    log, files = tmp_path / "new" / "log.txt", ["m.py", "a.py", "b.py", "c.py"]
    (tmp_path / "tests").mkdir()
    for name in (*files[:3], "tests/helpers.py"):
        (tmp_path / name).write_text("1", encoding="utf-8")
    assert remembered(log, tmp_path, files) == {}
    with log.open("a", encoding="utf-8") as lines:
        lines.write("m.py f: 1\na.py f: 2\nb.py f: 3\n? f: 4\nsurvived f: 5\n")
    if change:
        (tmp_path / change).write_text("2", encoding="utf-8")
    for _ in range(2):
        assert remembered(log, tmp_path, files) == left


def test_every_module_has_tests(tmp_path):
    for module in (path.stem for path in (ROOT / "minigrad").glob("*.py")):
        assert len(checks(module, ROOT)) > 2
    with pytest.raises(
        FileNotFoundError, match=r"nothing tests minigrad/new\.py; write tests/test_n"
    ):
        checks("new", tmp_path)


def test_an_unknown_module_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["grahp"])
    assert "no module grahp; there are __init__, activations" in capsys.readouterr().err


TREE = {
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
    "minigrad/__init__.py": "",
    "minigrad/toy.py": """
from itertools import count

def first():
    for n in count():
        if n >= 3:
            return n

def half(n):
    return n / 2
""",
    "tests/test_toy.py": """
from tqdm import tqdm
from minigrad.toy import first, half

tqdm.get_lock().acquire()  # as a bar does that is drawn when its process is killed

def test_toy():
    assert (first(), half(0)) == (3, 0)
""",
    "tests/mutation/survivors.toml": "",
}
KILLED = {
    "first: if n >= 3: → if not (n >= 3):",
    "first: if n >= 3: → if n > 3:",
    "first: if n >= 3: → if n >= 4:",
    "first: return n → pass",  # it would count forever
    "half: return n / 2 → pass",
}
SURVIVED = {"half: return n / 2 → return n * 2", "half: return n / 2 → return n / 3"}


@pytest.fixture
def tree(tmp_path):
    for name, text in TREE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@forks
def test_a_run_tries_each_mutant_once_and_leaves_the_checkout_alone(tree, python):
    log = tree / "_build" / "mutation" / "toy.txt"
    outcomes = {f"tests/test_toy.py {name}" for name in KILLED}
    outcomes |= {f"survived {name}" for name in SURVIVED}
    for interrupted in (True, False):
        result = python("-m", "mutation", "--root", tree, "toy", cwd=ROOT / "tests")
        assert result.returncode == 1
        assert "5 of 7 killed: 71.4%" in result.stdout
        for name in SURVIVED:
            assert f'toy: survives, and is not listed: "{name}"' in result.stdout
        files, *lines = log.read_text(encoding="utf-8").splitlines()
        assert {
            re.sub(r"^\? (?=first: return)", "tests/test_toy.py ", x) for x in lines
        } == outcomes
        if interrupted:
            log.write_text("\n".join([files, *sorted(lines)[:6], ""]), encoding="utf-8")
    left = {path.relative_to(tree).as_posix(): path for path in tree.rglob("*.*")}
    assert left.keys() == {*TREE, "_build/mutation/toy.txt"}
    for name, text in TREE.items():
        assert left[name].read_text(encoding="utf-8") == text


def test_what_has_a_low_rank_runs_first():
    items = [SimpleNamespace(nodeid=name) for name in ("slow", "new", "fast", "also new", "killer")]
    Watch("test.py", {"slow": 2.0, "fast": 0.1, "killer": -1}).pytest_collection_modifyitems(items)
    assert [item.nodeid for item in items] == ["killer", "new", "also new", "fast", "slow"]


@forks
def test_tests_must_pass_without_a_fault_and_fail_without_the_module(tree, python):
    for test, message in (
        ("def test_toy():\n    assert False", "tests fail without a fault"),
        ("def test_toy():\n    assert True", "no test runs minigrad/toy.py"),
    ):
        (tree / "tests/test_toy.py").write_text(test, encoding="utf-8")
        result = python("-m", "mutation", "--root", tree, "toy", cwd=ROOT / "tests")
        assert result.returncode == 1
        assert f"RuntimeError: {message}" in result.stdout
