"""The printed numbers survive another CPU.

Another CPU changes the last bits of a matrix product and of tanh, and training magnifies
them. Two settings show it on one machine: another kernel for matrix products, and NumPy
without the instructions that it chooses when it starts.
"""

import json
import platform

import numpy as np
import pytest

from execute import BOOK

KERNEL = "Nehalem"
CHOSEN = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
PLAIN = {"OPENBLAS_CORETYPE": "", "NPY_DISABLE_CPU_FEATURES": ""}

PROBE = """
import json, numpy, threadpoolctl
x = numpy.linspace(-3, 3, 10_000).reshape(100, 100)
print(json.dumps({
    "kernel": [library.get("architecture") for library in threadpoolctl.threadpool_info()],
    "chosen": numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", []),
    "bits": (x @ x.T + numpy.tanh(x)).tobytes().hex(),
}))
"""


@pytest.fixture
def setting(request, python):
    """The environment variables of one setting, once they are known to do what they should."""
    here, there = (
        json.loads(python("-c", PROBE, **env).stdout) for env in (PLAIN, PLAIN | request.param)
    )
    if "OPENBLAS_CORETYPE" in request.param:
        assert there["kernel"] == [KERNEL], f"OpenBLAS did not change to {KERNEL}"
    else:
        assert there["chosen"] == [], f"NumPy still chooses instructions, of {CHOSEN}"
    assert here["bits"] != there["bits"], "the setting changes no bit, so it proves nothing"
    return request.param


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param(
            {"OPENBLAS_CORETYPE": KERNEL},
            id="matrix-kernel",
            marks=pytest.mark.skipif(
                platform.machine() not in {"x86_64", "AMD64"},
                reason=f"{KERNEL} is a kernel for x86-64 only",
            ),
        ),
        pytest.param(
            {"NPY_DISABLE_CPU_FEATURES": " ".join(CHOSEN)},
            id="instructions",
            marks=pytest.mark.skipif(
                not CHOSEN, reason="NumPy chooses no further instructions on this CPU"
            ),
        ),
    ],
    indirect=True,
)
def test_stored_outputs_hold(setting, python):
    result = python("-m", "pytest", "-q", *sorted(BOOK.glob("*.ipynb")), **PLAIN | setting)
    assert result.returncode == 0, result.stdout
