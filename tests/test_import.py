"""What works without NumPy, what is imported when, and in which order to read the modules."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import minigrad

ROOT = Path(minigrad.__file__).parents[1]

# Two ways in which a module can be missing.
BLOCKED = {
    "none": "import sys; sys.modules['numpy'] = None\n",
    "finder": """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in ('numpy', 'tqdm', 'matplotlib', 'pygraphviz'):
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)
sys.meta_path.insert(0, Missing())
""",
}
without_numpy = pytest.mark.parametrize("block", BLOCKED.values(), ids=BLOCKED.keys())


def run(code):
    """Run code in an interpreter of its own; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


TRAIN = """
from minigrad import Value, cross_entropy, gradcheck, leaky_relu, mean_squared_error
from minigrad import binary_cross_entropy_with_logits, log_softmax, log_sum_exp, sigmoid, softmax
from minigrad import binary_cross_entropy, cross_entropy_from_probabilities, sparsemax

w = [Value(0.5), Value(-0.3), Value(0.1)]
for _ in range(300):
    loss = mean_squared_error([sigmoid(w[0] * x + w[1] * y + w[2]) for x, y in DATA], TARGETS)
    for v in w:
        v.grad = 0.0
    loss.backward()
    for v in w:
        v.data -= 3 * v.grad
print([round(sigmoid(w[0] * x + w[1] * y + w[2]).data) for x, y in DATA])
print(round(sigmoid(0.0), 4), round(leaky_relu(-2.0, 0.5), 4))
print([round(p.data, 4) for p in softmax([Value(0.0), Value(0.0)])])
row = [Value(1.0), Value(2.0), Value(3.0)]
for f in (lambda *z: cross_entropy(z, 1), lambda *z: softmax(z), lambda *z: log_softmax(z),
          lambda *z: log_sum_exp(z), lambda *z: binary_cross_entropy_with_logits(z, [0, 1, 0]),
          lambda *z: binary_cross_entropy(softmax(z), [0, 1, 0]),
          lambda *z: cross_entropy_from_probabilities(softmax(z), [0.5, 0.5, 0]),
          lambda *z: sparsemax([v / 4 for v in z])):
    print(gradcheck(f, *row).compared)
""".replace("DATA", "[(0, 0), (0, 1), (1, 0), (1, 1)]").replace("TARGETS", "[0, 1, 1, 1]")


@without_numpy
def test_values_train_without_numpy(block):
    assert run(block + TRAIN).split("\n") == [
        "[0, 1, 1, 1]",
        "0.5 -1.0",
        "[0.5, 0.5]",
        *["3"] * 8,
    ]


@without_numpy
@pytest.mark.parametrize(
    "code",
    [
        "from minigrad import Tensor",
        "import minigrad; minigrad.Linear",
        "from minigrad import fit",
        "import minigrad.layers",
        "from minigrad import *",
        "from minigrad import softmax; softmax([1.0, 2.0])",
        "from minigrad import cross_entropy; cross_entropy([1.0, 2.0], 0)",
    ],
)
def test_what_needs_numpy_asks_for_it_by_name(block, code):
    body = f"""
try:
    exec({code!r})
except ImportError as error:
    print('numpy' in str(error))
"""
    assert run(block + body) == "True"


@without_numpy
def test_asking_whether_it_has_a_tensor_is_an_import_error_too(block):
    """And not a silent no: hasattr passes on what is no AttributeError."""
    assert (
        run(
            block
            + "import minigrad\n"
            + "try: hasattr(minigrad, 'Tensor')\n"
            + "except ImportError as error: print(error.name)"
        )
        == "numpy"
    )


def test_importing_minigrad_imports_nothing_heavy():
    loaded = run("import sys, minigrad; print(*sorted(m.split('.')[0] for m in sys.modules))")
    assert not {"numpy", "tqdm", "matplotlib", "pygraphviz", "scipy"} & set(loaded.split())


def test_the_scalar_engine_runs_without_numpy_where_it_is_present():
    code = """
import sys
from minigrad import Value, softmax, tanh
softmax([tanh(Value(1.0)), Value(2.0)])[0].backward()
print('numpy' in sys.modules)
"""
    assert run(code) == "False"


MODULES = sorted(path.stem for path in Path(minigrad.__file__).parent.glob("[!_]*.py"))
PURE = {
    "activations",
    "categorical",
    "checking",
    "drawing",
    "elementary",
    "elementwise",
    "floats",
    "graph",
    "lines",
    "losses",
    "neuron",
    "normal",
    "rowwise",
    "scalar",
    "schedules",
    "settings",
}


@pytest.mark.parametrize("module", MODULES)
def test_each_module_can_be_imported_first(module):
    """Whatever the order, no circle closes; and what is pure Python imports no NumPy."""
    loaded = run(f"import sys, minigrad.{module}; print('numpy' in sys.modules)")
    assert loaded == str(module not in PURE)


@pytest.mark.parametrize("name", minigrad.__all__)
def test_every_name_offered_is_there_and_documented(name):
    found = getattr(minigrad, name)
    assert name in dir(minigrad)
    if name != "TABLE":
        assert found.__name__ == name
        assert found.__doc__


def test_all_is_sorted_and_names_each_once():
    assert len(set(minigrad.__all__)) == len(minigrad.__all__)
    namespace = {}
    exec("from minigrad import *", namespace)
    assert set(minigrad.__all__) <= set(namespace)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'minigrad' has no attribute 'Tensr'"):
        _ = minigrad.Tensr
    assert not hasattr(minigrad, "_wrap")
    assert not hasattr(minigrad, "as_tensor")
    with pytest.raises(ImportError, match="cannot import name 'Tensr'"):
        from minigrad import Tensr  # noqa: F401


def test_the_version_is_the_packages():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == minigrad.__version__


def test_the_package_says_in_which_order_to_read_its_modules():
    named = re.findall(r"`(\w+)`", minigrad.__doc__.partition("in this order")[2])
    assert sorted(named) == MODULES
