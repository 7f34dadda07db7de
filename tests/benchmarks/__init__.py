"""How fast minigrad is, beside hand-written NumPy and whichever peers are installed.

``python -m benchmarks``, typed in ``tests``, measures everything on one thread and prints how many
times as long each contender takes as the one it is compared with.  Nothing passes or fails here:
a shared machine may be twice as slow the next minute, so only ratios of times that were taken
right after each other mean anything, and they come with their spread.
"""

import os

# Read once, when NumPy is imported, so it is set before any module here imports it.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
# JAX would otherwise use all cores, and print that it looks for other devices.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("KERAS_BACKEND", "jax")
