"""Run the mutants, and hold those that survive against the list."""

import argparse
import hashlib
import json
import sys
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Any

from tqdm import tqdm

from mutation.mutants import mutants
from mutation.workshop import Workshop

# Of minigrad/x.py, tests/test_x.py and tests/test_misuse.py are the tests; here is who else is.
ALSO = {
    "__init__": ["import"],
    "adaptive_optimizers": ["optimizers"],
    "arrays": ["recording", "tensor"],
    "callbacks": ["checkpoints"],
    "elementary": ["elementwise"],
    "elementwise": ["activations"],
    "floats": ["scalar", "activations"],
    "layers": ["state"],
    "lines": ["elementwise", "activations"],
    "normal": ["elementwise", "activations"],
    "recording": ["tensor", "graph"],
    "rowwise": ["categorical"],
    "scalar": ["graph", "elementwise"],
    "settings": ["optimizers", "training"],
    "tensor": ["elementwise"],
    "training": ["callbacks", "checkpoints"],
}
ENOUGH = 0.95  # the share of all mutants that must be killed


def main(arguments: Sequence[str] | None = None) -> str | None:
    """Prove what the command line asks for; return what is wrong, if anything."""
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", help="such as graph, scalar; by default, all")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    asked = parser.parse_args(arguments)
    tqdm.monitor_interval = 0  # who forks has no threads, and shares no lock that dies with a fork
    tqdm.set_lock(RLock())
    root = asked.root
    known = sorted(path.stem for path in (root / "minigrad").glob("*.py"))
    if unknown := set(asked.modules) - set(known):
        parser.error(f"no module {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    with TemporaryDirectory() as folder:
        workshop = Workshop(root, Path(folder).resolve())
        found = {
            module: survival(module, workshop, root / "_build" / "mutation" / f"{module}.txt")
            for module in asked.modules or known
        }
    listed = tomllib.loads((root / "tests/mutation/survivors.toml").read_text(encoding="utf-8"))
    return report(found, listed)


def survival(module: str, workshop: Workshop, log: Path) -> dict[str, bool]:
    """Say of each mutant of a module whether it survives; go on where an earlier run stopped."""
    copy = workshop.copies[0]
    file, *_ = tests = checks(module, copy)
    known = remembered(log, copy, tests)
    every = mutants((copy / file).read_text(encoding="utf-8"))
    found = {mutant.name: not known[mutant.name] for mutant in every if mutant.name in known}
    todo = [mutant for mutant in every if mutant.name not in known]
    if not todo:
        return found
    seconds = 1 + 3 * workshop.prove(file, tests)
    with (
        log.open("a", encoding="utf-8") as lines,
        tqdm(desc=module, initial=len(found), total=len(every), mininterval=1) as progress,
    ):
        for mutant, killer in workshop.try_out(todo, file, tests, seconds):
            found[mutant.name] = not killer
            print(killer or "survived", mutant.name, file=lines, flush=True)
            progress.set_postfix(survived=sum(found.values()), refresh=False)
            progress.update()
    return found


def checks(module: str, root: Path) -> list[str]:
    """Return the files that test a module, itself the first: it has doctests.

    Raises:
        FileNotFoundError: if there is no other.
    """
    files = [f"tests/test_{name}.py" for name in (module, *ALSO.get(module, []))]
    files = [file for file in files if (root / file).exists()]
    if not files:
        raise FileNotFoundError(
            f"nothing tests minigrad/{module}.py; write tests/test_{module}.py, "
            f"or name the tests that do in tests/mutation/__main__.py"
        )
    general = [file for file in ["tests/test_misuse.py"] if (root / file).exists()]
    return [f"minigrad/{module}.py", *files, *general]


def remembered(log: Path, root: Path, tests: Sequence[str]) -> dict[str, str]:
    """Read which file has killed each mutant in an earlier run, "" for none; forget what changed.

    The module and tests/helpers.py must be the same, and so must the file that killed; and all of
    them where none did.
    """
    paths = {file: root / file for file in (*tests, "tests/helpers.py")}
    now = {file: _digest(path) for file, path in paths.items() if path.exists()}
    first, *lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else [""]
    before = json.loads(first) if first.startswith("{") else {}
    same = {file for file in now if before.get(file) == now[file]}
    if before == now:
        same |= {"survived", "?"}
    elif {tests[0], "tests/helpers.py"} & now.keys() - same:
        same = set()
    lines = [line for line in lines if line.split(" ", 1)[0] in same]
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("\n".join([json.dumps(now), *lines, ""]), encoding="utf-8")
    killers = {name: killer for killer, name in (line.split(" ", 1) for line in lines)}
    return {name: killer.removeprefix("survived") for name, killer in killers.items()}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def report(found: Mapping[str, Mapping[str, bool]], listed: Mapping[str, Any]) -> str | None:
    """Print the scores; return what is wrong with them, and with the list.

    Args:
        found: for each module, whether each of its mutants survives.
        listed: for each module, the entries of survivors.toml.
    """
    wrong = []
    for module, survives in found.items():
        alive = {name for name in survives if survives[name]}
        known = {name for entry in listed.get(module, []) for name in entry["mutants"]}
        wrong += [f"{module}: survives, and is not listed: {_quoted(x)}" for x in alive - known]
        wrong += [f"{module}: listed, and does not survive: {_quoted(x)}" for x in known - alive]
        print(f"{module:16}{_score(survives.values())}")
    every = [survives for module in found.values() for survives in module.values()]
    print(f"{'in all':16}{_score(every)}")
    if sum(every) > (1 - ENOUGH) * len(every):
        wrong.append(f"fewer than {ENOUGH:.0%} are killed")
    return "\n".join(sorted(wrong)) or None


def _score(survives: Collection[bool]) -> str:
    killed = len(survives) - sum(survives)
    return f"{killed:6} of {len(survives)} killed: {killed / max(len(survives), 1):.1%}"


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)  # as TOML writes it, too


if __name__ == "__main__":
    sys.exit(main())
