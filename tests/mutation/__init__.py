"""Mutation testing: is there a fault in minigrad that no test would notice?

``make mutants`` plants small faults in a copy of the library, one at a time (mutants.py), and runs
the tests of the changed module until one of them fails (workshop.py).  A mutant that passes them
all has *survived*: either a test is missing, or the change makes no difference that a test could
see.  Those of the second kind stand in survivors.toml, each with the reason.  The command fails if
another one survives, if a listed one does not, or if fewer than 95 % of all are killed.

A new module needs no entry: the tests of minigrad/x.py are its doctests, tests/test_x.py and
tests/test_misuse.py.  Where another file tests it, too, the table in __main__.py says so.
"""
