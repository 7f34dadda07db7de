"""Which arrays may be part of a graph."""

import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from minigrad.arrays import float_dtype, kept, unbroadcast

TRAIN = """
from resource import RUSAGE_SELF, getrusage
import numpy as np
from minigrad import SGD, Linear, Sequential, mean_squared_error, tanh

model = Sequential(Linear(100, 128, rng=0), tanh, Linear(128, 1, rng=1))
x, y = np.ones((256, 100)), np.ones((256, 1))
sgd = SGD(model.parameters(), lr=0.01)

def steps(n):
    for _ in range(n):
        sgd.zero_grad()
        mean_squared_error(model(x), y).backward()
        sgd.step()

steps(10)
before = getrusage(RUSAGE_SELF).ru_minflt
steps(100)
print(getrusage(RUSAGE_SELF).ru_minflt - before)
"""


def test_unbroadcast_leaves_what_fits_and_what_cannot():
    for g, shape in ((np.ones((2, 3)), (2, 3)), (np.ones(3), (2, 3))):
        assert unbroadcast(g, shape) is g
    assert unbroadcast(np.ones((2, 1, 3)), (1, 3)).tolist() == [[2.0, 2.0, 2.0]]


def test_an_array_is_kept_if_nobody_can_write_to_it():
    array = np.ones(2)
    copy = kept(array)
    assert copy is not array
    assert not copy.flags.writeable
    assert array.flags.writeable
    assert kept(copy) is copy
    view = copy[:1]
    assert kept(view) is view


def test_a_read_only_view_of_what_somebody_can_write_to_is_copied():
    owner = np.ones(2)
    view = owner[:1]
    view.flags.writeable = False
    mine = kept(view)
    owner[0] = 5.0
    assert mine.tolist() == [1.0]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other systems keep memory otherwise")
def test_the_steps_of_a_training_use_the_same_memory():
    # Dask, where it has been used, tells the C library by such a name to give memory back at once.
    environment = {name: x for name, x in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run(
        [sys.executable, "-c", TRAIN], env=environment, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 100  # pages that the system has given, for 100 steps


@pytest.mark.parametrize("dtype", [np.float32, "f4", np.dtype(float), float])
def test_a_dtype_of_floats(dtype):
    assert float_dtype("it", dtype) == np.dtype(dtype)


@pytest.mark.parametrize("dtype", [int, "f2", "nothing", 3, np.dtype("f4").newbyteorder(), object])
def test_no_dtype_of_floats(dtype):
    with pytest.raises(TypeError, match=r"^it: dtype is .*; pass np.float64 or np"):
        float_dtype("it", dtype)
